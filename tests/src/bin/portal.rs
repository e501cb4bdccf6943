//! The server as a separate program, for tests that start and kill several instances.

fn main() -> std::process::ExitCode {
    portal_api::cli::run()
}
