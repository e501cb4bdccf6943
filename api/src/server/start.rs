//! What keeps a server from starting in production, besides its settings: the user that it runs as.

use std::io;

use crate::portal::settings::{Profile, Settings};

/// The reasons not to start, one per line. `user` is the ID of the process's user.
#[must_use]
pub fn refusals(settings: &Settings, user: u32) -> Vec<String> {
    let as_root = settings.profile == Profile::Production && user == 0 && !settings.allow_root;
    let text = "the server runs as root: start it as another user, or set allow_root to true";
    as_root.then(|| text.to_owned()).into_iter().collect()
}

/// The ID of the user as whom this process acts.
#[cfg(unix)]
pub fn user() -> io::Result<u32> {
    use std::os::unix::fs::MetadataExt;
    match std::fs::metadata("/proc/self") {
        Ok(process) => Ok(process.uid()),
        // Without Linux's /proc, a new file shows the user.
        Err(_) => {
            let path = std::env::temp_dir().join(format!("portal-user-{}", std::process::id()));
            let file = std::fs::OpenOptions::new().write(true).create_new(true).open(&path)?;
            let user = file.metadata().map(|metadata| metadata.uid());
            std::fs::remove_file(&path)?;
            user
        }
    }
}

/// Other systems have no root.
#[cfg(not(unix))]
pub fn user() -> io::Result<u32> {
    Ok(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(profile: &str, allow_root: &str) -> Settings {
        let mut settings =
            Settings::load([("PORTAL_ALLOW_ROOT".to_owned(), allow_root.to_owned())], false).unwrap();
        settings.profile = if profile == "production" { Profile::Production } else { Profile::Local };
        settings
    }

    #[test]
    fn production_does_not_run_as_root_unless_allowed() {
        assert_eq!(refusals(&settings("production", "false"), 0).len(), 1);
        for (profile, allow_root, user) in
            [("production", "true", 0), ("production", "false", 1000), ("local", "false", 0)]
        {
            assert_eq!(
                refusals(&settings(profile, allow_root), user),
                [""; 0],
                "{profile} {allow_root} {user}"
            );
        }
    }
}
