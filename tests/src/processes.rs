//! Processes that tests start.

use std::os::unix::process::CommandExt;
use std::process::{ChildStdin, Command, Stdio};

/// Whether this process runs as root, under which PostgreSQL refuses to run.
#[must_use]
pub fn runs_as_root() -> bool {
    Command::new("id").arg("-u").output().is_ok_and(|id| id.stdout == b"0\n")
}

/// Gives a folder to the user of the PostgreSQL server.
pub(crate) fn own(folder: &str) {
    if runs_as_root() {
        assert!(Command::new("chown").args(["-R", "postgres", folder]).status().unwrap().success());
    }
}

/// A shell script that runs as the user of the PostgreSQL server.
pub(crate) fn as_server(script: &str) -> Command {
    let mut command = if runs_as_root() { Command::new("runuser") } else { Command::new("sh") };
    if runs_as_root() {
        command.args(["-u", "postgres", "--", "sh"]);
    }
    command.args(["-c", script]).current_dir("/");
    command
}

/// Starts a command whose standard input closes when this process ends, however it ends.
///
/// The command runs in its own process group, so it survives Ctrl-C and can clean up.
pub(crate) fn leash(command: &mut Command) -> ChildStdin {
    command.process_group(0).stdin(Stdio::piped()).spawn().unwrap().stdin.unwrap()
}
