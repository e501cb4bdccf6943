//! The server as a program of its own, for tests that start several of them and kill some.

fn main() -> std::process::ExitCode {
    portal_api::cli::run()
}
