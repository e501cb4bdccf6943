use portal_persistence::Engine;

use super::*;

fn load(pairs: &[(&str, &str)], demo: bool) -> Result<Settings, Vec<String>> {
    Settings::load(pairs.iter().map(|(k, v)| (format!("PORTAL_{k}"), (*v).to_owned())), demo)
}

const PRODUCTION: [(&str, &str); 7] = [
    ("MAIL_FROM", "no-reply@portal.example.org"),
    ("SMTP_URL", "smtps://portal:secret@mail.example.org"),
    ("PROFILE", "production"),
    ("PUBLIC_BASE_URL", "https://portal.example.org"),
    ("KEYS_FILE", "/run/secrets/keys"),
    ("DATABASE_URL", "postgres://portal@db/portal?sslmode=verify-full"),
    ("SWAGGER_PERSIST_AUTHORIZATION", "false"),
];

#[test]
fn no_setting_is_required() {
    let settings = load(&[], false).unwrap();
    assert_eq!(settings.base(), "http://127.0.0.1:8080");
    assert_eq!(settings.engine(), Some(Engine::Sqlite));
}

#[test]
fn every_listed_setting_is_read_and_has_the_listed_default() {
    let unset = format!("{:?}", load(&[], false).unwrap());
    for setting in SETTINGS {
        let key = setting.name.to_uppercase();
        let listed = load(&[(&key, setting.default.unwrap_or_default())], false).unwrap();
        assert_eq!(format!("{listed:?}"), unset, "{key}");
    }
}

#[test]
fn all_errors_are_reported_together() {
    let errors = load(&[("BIND", "here"), ("POOL_SIZE", "many"), ("COLOUR", "blue")], false).unwrap_err();
    assert_eq!(
        errors,
        [
            "bind: expected an address and port",
            "pool_size: expected a whole number",
            "colour: unknown setting"
        ]
    );
}

#[test]
fn a_complete_production_profile_is_accepted() {
    assert!(load(&PRODUCTION, false).is_ok());
    for url in ["smtp://mail.example.org?tls=required", "smtps://mail.example.org:2465/portal?tls=required"] {
        let mut pairs = PRODUCTION.to_vec();
        pairs.push(("SMTP_URL", url));
        assert!(load(&pairs, false).is_ok(), "{url}");
    }
}

#[test]
fn a_production_profile_with_any_weak_setting_is_refused() {
    for (key, weak) in [
        ("PUBLIC_BASE_URL", "http://portal.example.org"),
        ("KEYS_FILE", ""),
        ("PASSWORD_MEMORY_KIB", "8192"),
        ("PASSWORD_ITERATIONS", "1"),
        ("SMTP_URL", "smtp://mail.example.org"),
        ("SMTP_URL", "smtp://mail.example.org?tls=opportunistic"),
        ("SMTP_URL", "smtp://mail.example.org?starttls=required"),
        ("SMTP_URL", "smtp://mail.example.org?x=1&tls=required"),
        ("SMTP_URL", "smtp://mail.example.org?tls=required&tls=no"),
        ("SMTP_URL", "smtp://mail.example.org?tls=no&tls=required"),
        ("SMTP_URL", "smtp://mail.example.org/?x=tls=required&"),
        ("SMTP_URL", "smtp://mail.example.org#?tls=required"),
        ("SMTP_URL", "smtps://mail.example.org?tls=no"),
        ("MAIL_FROM", ""),
        ("MAIL_FROM", "No-Reply@provider-portal.example"),
        ("SECOND_FACTOR", "offered"),
        ("CORS_ORIGINS", "*"),
        ("BIND", "0.0.0.0:8080"),
        ("SWAGGER_PERSIST_AUTHORIZATION", "true"),
        ("DATABASE_URL", "mysql://db"),
        ("DATABASE_URL", "postgres://portal@db/portal"),
        ("DATABASE_URL", "postgres://portal@10.0.0.1/portal?sslmode=disable"),
        ("DATABASE_URL", "postgres://portal@localhost/portal?hostaddr=10.0.0.1"),
        ("DATABASE_URL", "postgres://portal@db/portal?sslmode=require"),
        ("METRICS_BIND", "0.0.0.0:9464"),
        ("METRICS_BIND", "[::]:9464"),
        ("METRICS_BIND", "10.0.0.1:9464"),
        ("VIRUS_SCANNER", "tcp://clamd.internal:3310"),
    ] {
        let mut pairs = PRODUCTION.to_vec();
        pairs.push((key, weak));
        assert_eq!(load(&pairs, false).unwrap_err().len(), 1, "{key}={weak}");
    }
}

#[test]
fn a_virus_scanner_is_a_socket_or_an_address_with_a_port() {
    assert!(load(&[], false).unwrap().scanner().is_none());
    for address in
        ["unix:/run/clamav/clamd.ctl", "tcp://127.0.0.1:3310", "tcp://localhost:3310", "tcp://[::1]:3310"]
    {
        let mut production = PRODUCTION.to_vec();
        production.push(("VIRUS_SCANNER", address));
        assert!(load(&production, false).is_ok_and(|settings| settings.scanner().is_some()), "{address}");
    }
    for address in [
        "clamd",
        "unix:clamd.ctl",
        "tcp://clamd",
        "tcp://:3310",
        "tcp://clamd:0",
        "tcp://a/b:1",
        "http://a:1",
    ] {
        assert!(
            load(&[("VIRUS_SCANNER", address)], false).is_err_and(|errors| errors.len() == 1),
            "{address}"
        );
    }
    for (seconds, valid) in [("0", false), ("1", true), ("30", true), ("31", false)] {
        assert_eq!(load(&[("VIRUS_SCANNER_SECONDS", seconds)], false).is_ok(), valid, "{seconds}");
    }
}

#[test]
fn production_reaches_postgresql_without_tls_on_the_same_machine_only() {
    for url in ["postgres://portal@127.0.0.1/portal", "postgres:///portal?host=/run/postgresql"] {
        let mut pairs = PRODUCTION.to_vec();
        pairs.push(("DATABASE_URL", url));
        assert!(load(&pairs, false).is_ok(), "{url}");
    }
    let local = load(&[("DATABASE_URL", "postgres://portal@db/portal")], false);
    assert!(local.is_ok(), "the local profile allows it");
    let refused =
        load(&[("DATABASE_URL", "postgres://portal@db/portal?sslmode=require")], false).unwrap_err();
    assert_eq!(refused, ["database_url: sslmode: must be verify-full or disable"]);
}

#[test]
fn metrics_can_be_made_public() {
    let mut pairs = PRODUCTION.to_vec();
    pairs.extend([("METRICS_BIND", "0.0.0.0:9464"), ("METRICS_PUBLIC", "true")]);
    assert!(load(&pairs, false).is_ok());
}

/// A file that only its owner can read.
fn private_file(folder: &tempfile::TempDir, name: &str, text: &str) -> String {
    let path = folder.path().join(name);
    std::fs::write(&path, text).unwrap();
    give_mode(&path, 0o600);
    path.display().to_string()
}

fn give_mode(path: impl AsRef<std::path::Path>, mode: u32) {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
}

#[test]
fn every_secret_can_be_read_from_a_file() {
    let folder = tempfile::tempdir().unwrap();
    for setting in SETTINGS.iter().filter(|setting| setting.secret && setting.name != "keys") {
        let (name, file) = (setting.name.to_uppercase(), setting.file_name().unwrap().to_uppercase());
        let value = match setting.name {
            "database_url" => "postgres://portal:secret@127.0.0.1/portal",
            "smtp_url" => "smtps://portal:secret@mail.example.org",
            other => panic!("{other}: choose a value for this test"),
        };
        let path = private_file(&folder, setting.name, &format!("{value}\n"));
        let direct = format!("{:?}", load(&[(&name, value)], false).unwrap());
        assert_eq!(format!("{:?}", load(&[(&file, &path)], false).unwrap()), direct, "{name}");
        let config = private_file(&folder, "config.toml", &format!("{} = {path:?}", file.to_lowercase()));
        assert_eq!(format!("{:?}", load(&[("CONFIG", &config)], false).unwrap()), direct, "{name}");
        let both = load(&[(&name, value), (&file, &path)], false).unwrap_err();
        assert_eq!(both.len(), 1, "{both:?}");
        // The environment replaces the configuration file, whichever of the two names it uses.
        let overridden = load(&[("CONFIG", &config), (&name, value)], false).unwrap();
        assert_eq!(format!("{overridden:?}"), direct, "{name}");
        let missing = load(&[(&file, "/nonexistent")], false).unwrap_err();
        assert!(missing[0].contains("/nonexistent"), "{missing:?}");
        let empty = private_file(&folder, "empty", "\n");
        assert!(load(&[(&file, &empty)], false).is_err(), "{name}");
    }
}

#[test]
fn every_setting_that_can_contain_a_password_or_a_key_is_a_secret() {
    for setting in SETTINGS {
        let suspicious = ["url", "key", "secret", "token", "passphrase", "credential"]
            .iter()
            .any(|word| setting.name.contains(word));
        let harmless = ["public_base_url", "keys_file"].contains(&setting.name);
        assert_eq!(setting.secret, suspicious && !harmless, "{}", setting.name);
    }
}

#[test]
fn production_refuses_files_with_settings_that_others_can_read() {
    let folder = tempfile::tempdir().unwrap();
    let config = private_file(&folder, "config.toml", "request_burst = 50");
    let secret = private_file(&folder, "smtp", "smtps://portal:secret@mail.example.org");
    let mut pairs: Vec<_> = PRODUCTION.into_iter().filter(|(name, _)| *name != "SMTP_URL").collect();
    pairs.extend([("CONFIG", config.as_str()), ("SMTP_URL_FILE", secret.as_str())]);
    for (mode, refused) in [(0o600, false), (0o640, false), (0o644, true), (0o602, true)] {
        for path in [&config, &secret] {
            give_mode(path, mode);
            let expected =
                if refused { vec![format!("{path}: others may read it; chmod 640")] } else { vec![] };
            assert_eq!(load(&pairs, false).err().unwrap_or_default(), expected, "{path} {mode:o}");
            give_mode(path, 0o600);
        }
    }
    give_mode(&config, 0o644);
    assert!(load(&[("CONFIG", &config)], false).is_ok(), "the local profile allows it");
}

#[test]
fn d_15_job_leases_intervals_and_connections_have_bounds() {
    let defaults = load(&[], false).unwrap();
    assert_eq!((defaults.job_lease_seconds, defaults.job_interval_seconds), (15, 60));
    for (key, valid, invalid) in [
        ("JOB_LEASE_SECONDS", ["2", "300"], ["1", "301"]),
        ("JOB_INTERVAL_SECONDS", ["1", "3600"], ["0", "3601"]),
        ("READ_EVENT_DAYS", ["30", "36500"], ["29", "36501"]),
        ("RESPONSE_STALL_SECONDS", ["1", "300"], ["0", "301"]),
        ("MAX_CONNECTIONS", ["1", "100000"], ["0", "-1"]),
        ("MAX_CONNECTIONS_PER_ADDRESS", ["1", "100000"], ["0", "many"]),
    ] {
        assert!(valid.iter().all(|value| load(&[(key, *value)], false).is_ok()), "{key}");
        assert!(
            invalid.iter().all(|value| load(&[(key, *value)], false).is_err_and(|errors| errors.len() == 1)),
            "{key}"
        );
    }
}

#[test]
fn the_sandbox_refuses_postgresql_and_production() {
    assert!(load(&[("DATABASE_URL", "postgres://db/portal")], true).is_err());
    assert!(load(&PRODUCTION, true).is_err());
    assert!(load(&[], true).is_ok());
}
