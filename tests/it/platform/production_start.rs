//! What keeps a server from starting in production: root, and files that others can read.

use std::io::{BufRead, BufReader, Read};
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use portal_api::portal::keys::Keys;
use portal_tests::processes::runs_as_root;
use tempfile::TempDir;

/// A complete configuration for production, in files that only their owner can read.
struct Installation {
    folder: TempDir,
}

/// The outcome of a start: the errors, or none if the server served.
type Errors = Vec<String>;

/// A server that ends with the test.
struct Serving(Child);

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Installation {
    fn new() -> Self {
        let installation = Self { folder: tempfile::tempdir().unwrap() };
        installation.write("keys.json", &Keys::generate().unwrap());
        installation.write("smtp-url", "smtps://portal:secret@mail.example.org\n");
        let path = |name: &str| installation.path(name).display().to_string();
        installation.write(
            "config.toml",
            &format!(
                "profile = \"production\"\nbind = \"127.0.0.1:0\"\nmetrics_bind = \"off\"\n\
                 database_url = \"sqlite://{}\"\npublic_base_url = \"https://portal.example.org\"\n\
                 keys_file = \"{}\"\nsmtp_url_file = \"{}\"\nmail_from = \"no-reply@portal.example.org\"\n\
                 swagger_persist_authorization = false\n",
                path("portal.db"),
                path("keys.json"),
                path("smtp-url"),
            ),
        );
        installation
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        std::fs::write(self.path(name), text).unwrap();
        self.give_mode(name, 0o600);
    }

    fn give_mode(&self, name: &str, mode: u32) {
        std::fs::set_permissions(self.path(name), std::fs::Permissions::from_mode(mode)).unwrap();
    }

    /// Starts a server, which ends as soon as it says where it listens.
    fn start(&self, settings: &[(&str, &str)]) -> Errors {
        let mut command = Command::new(env!("CARGO_BIN_EXE_portal"));
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("PORTAL_") {
                command.env_remove(name);
            }
        }
        let child = command
            .env("PORTAL_CONFIG", self.path("config.toml"))
            .env("PORTAL_LOG", "off")
            .envs(settings.iter().copied())
            .current_dir(self.folder.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut serving = Serving(child);
        let greeting = BufReader::new(serving.0.stdout.take().unwrap()).lines().next();
        if greeting.is_some() {
            return vec![];
        }
        let mut errors = String::new();
        serving.0.stderr.take().unwrap().read_to_string(&mut errors).unwrap();
        assert!(!serving.0.wait().unwrap().success());
        errors.lines().map(str::to_owned).collect()
    }
}

const ROOT_ALLOWED: [(&str, &str); 1] = [("PORTAL_ALLOW_ROOT", "true")];

#[test]
fn production_refuses_to_start_as_root_unless_allowed() {
    let installation = Installation::new();
    let refusal = "the server runs as root: start it as another user, or set allow_root to true";
    let expected = if runs_as_root() { vec![refusal.to_owned()] } else { vec![] };
    assert_eq!(installation.start(&[]), expected);
    assert_eq!(installation.start(&ROOT_ALLOWED), [""; 0]);
}

#[test]
fn production_refuses_to_start_from_files_that_others_can_read() {
    let installation = Installation::new();
    for (name, mode) in
        [("config.toml", 0o644), ("smtp-url", 0o604), ("keys.json", 0o644), ("keys.json", 0o640)]
    {
        installation.give_mode(name, mode);
        let errors = installation.start(&ROOT_ALLOWED);
        assert_eq!(errors.len(), 1, "{name} {mode:o}: {errors:?}");
        let path = installation.path(name).display().to_string();
        assert!(errors[0].contains(&path) && errors[0].contains("others may read it; chmod"), "{errors:?}");
        installation.give_mode(name, 0o600);
    }
    assert_eq!(installation.start(&ROOT_ALLOWED), [""; 0]);
}
