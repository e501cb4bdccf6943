//! The `provider-portal` binary.

fn main() -> std::process::ExitCode {
    portal_api::cli::run()
}
