//! Reads the settings from a file and the environment. All errors are reported at once, and unknown
//! keys are refused.
//!
//! For example, the setting `request_burst` is the key `request_burst` in the file that
//! `PORTAL_CONFIG` names, or the variable `PORTAL_REQUEST_BURST`, which takes precedence. Secrets can
//! also come from a file each, see `SettingFiles`.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use ipnet::IpNet;
use portal_domain::ground::email::EmailAddress;
use url::Url;

use super::setting_files::SettingFiles;
use super::setting_list::{DEFAULT_LOG, EXAMPLE_SENDER, SETTINGS};
use crate::portal::password_cost::{FLOOR, affordable, free_memory_kib};
use crate::portal::settings::{PasswordCost, Profile, RateLimits, ScannerAddress, SecondFactor, Settings};

const PREFIX: &str = "PORTAL_";

struct Source {
    values: BTreeMap<String, String>,
    errors: Vec<String>,
}

impl Source {
    fn take(&mut self, key: &str) -> Option<String> {
        debug_assert!(SETTINGS.iter().any(|setting| setting.name == key), "{key} is not in the list");
        self.values.remove(key).filter(|value| !value.trim().is_empty())
    }

    fn parse<T>(&mut self, key: &str, default: T, parse: impl Fn(&str) -> Option<T>, expected: &str) -> T {
        match self.take(key) {
            None => default,
            Some(value) => parse(value.trim()).unwrap_or_else(|| {
                self.errors.push(format!("{key}: expected {expected}"));
                default
            }),
        }
    }

    fn number<T: std::str::FromStr>(&mut self, key: &str, default: T) -> T {
        self.parse(key, default, |text| text.parse().ok(), "a whole number")
    }

    fn boolean(&mut self, key: &str, default: bool) -> bool {
        self.parse(key, default, |text| text.parse().ok(), "true or false")
    }

    fn list<T>(&mut self, key: &str, parse: impl Fn(&str) -> Option<T>, expected: &str) -> Vec<T> {
        let text = self.take(key).unwrap_or_default();
        let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
        let parsed: Option<Vec<T>> = parts.map(parse).collect();
        parsed.unwrap_or_else(|| {
            self.errors.push(format!("{key}: expected {expected}, separated by commas"));
            vec![]
        })
    }
}

/// An origin as browsers send it: scheme, host, and port, and nothing else. Wildcards are refused.
fn origin(text: &str) -> Option<String> {
    let url = Url::parse(text).ok()?;
    let origin = url.origin();
    (origin.is_tuple() && origin.ascii_serialization() == text).then(|| text.to_owned())
}

impl Settings {
    /// Reads the settings from `environment` and from the file that it can name. `demo` comes from
    /// the command line.
    pub fn load(
        environment: impl IntoIterator<Item = (String, String)>,
        demo: bool,
    ) -> Result<Self, Vec<String>> {
        let environment: BTreeMap<String, String> = environment
            .into_iter()
            .filter_map(|(key, value)| Some((key.strip_prefix(PREFIX)?.to_lowercase(), value)))
            .collect();
        let files = SettingFiles::read(environment);
        if !files.errors.is_empty() {
            return Err(files.errors);
        }
        let mut source = Source { values: files.values, errors: vec![] };
        let settings = Self::from_source(&mut source, demo);
        let unknown = std::mem::take(&mut source.values).into_keys();
        source.errors.extend(unknown.map(|key| format!("{key}: unknown setting")));
        source.errors.extend(settings.errors());
        if settings.profile == Profile::Production {
            source.errors.extend(files.exposed);
        }
        if source.errors.is_empty() { Ok(settings) } else { Err(source.errors) }
    }

    fn from_source(source: &mut Source, demo: bool) -> Self {
        let bind = source.parse(
            "bind",
            SocketAddr::from(([127, 0, 0, 1], 8080)),
            |text| text.parse().ok(),
            "an address and port",
        );
        // A sandbox starts quickly, and its passwords are public.
        let cost = if demo { FLOOR } else { affordable(free_memory_kib()) };
        let base = format!("http://{bind}/");
        let fallback = Url::parse(&base).unwrap_or_else(|_| unreachable_url());
        Self {
            profile: source.parse(
                "profile",
                Profile::Local,
                |text| match text {
                    "local" => Some(Profile::Local),
                    "production" => Some(Profile::Production),
                    _ => None,
                },
                "local or production",
            ),
            bind,
            metrics_bind: source.parse(
                "metrics_bind",
                Some(SocketAddr::from(([127, 0, 0, 1], 9464))),
                |text| if text == "off" { Some(None) } else { text.parse().ok().map(Some) },
                "an address and port, or off",
            ),
            metrics_public: source.boolean("metrics_public", false),
            allow_root: source.boolean("allow_root", false),
            database_url: source.take("database_url").unwrap_or_else(|| {
                let file = if demo { "provider-portal-demo.db" } else { "provider-portal.db" };
                format!("sqlite://{file}")
            }),
            pool_size: source.number("pool_size", 8),
            workers: source.number("workers", 0),
            max_connections: source.number("max_connections", 512),
            max_connections_per_address: source.number("max_connections_per_address", 128),
            response_stall_seconds: source.number("response_stall_seconds", 10),
            public_base_url: source.parse("public_base_url", fallback, |text| Url::parse(text).ok(), "a URL"),
            keys_file: source.take("keys_file"),
            keys: source.take("keys"),
            audit_anchor: source.take("audit_anchor"),
            read_event_days: source.number("read_event_days", 2192),
            allow_privileged_database_role: source.boolean("allow_privileged_database_role", false),
            plans_file: source.take("plans_file"),
            cors_origins: source.list("cors_origins", origin, "origins such as https://portal.example.org"),
            trusted_proxies: source.list(
                "trusted_proxies",
                |text| text.parse().ok().or_else(|| text.parse::<std::net::IpAddr>().ok().map(IpNet::from)),
                "addresses or networks",
            ),
            rate_limits: RateLimits {
                requests_per_second: source.number("requests_per_second", 20),
                request_burst: source.number("request_burst", 40),
                sign_ins_per_minute: source.number("sign_ins_per_minute", 10),
                sign_in_burst: source.number("sign_in_burst", 20),
                self_service_per_hour: source.number("self_service_per_hour", 10),
                invitations_per_hour: source.number("invitations_per_hour", 50),
                registrations_per_tax_id: source.number("registrations_per_tax_id", 20),
                registrations_per_email: source.number("registrations_per_email", 5),
                registration_mails_per_hour: source.number("registration_mails_per_hour", 20),
                new_practices_per_day: source.number("new_practices_per_day", 200),
            },
            password_cost: PasswordCost {
                memory_kib: source.number("password_memory_kib", cost.memory_kib),
                iterations: source.number("password_iterations", cost.iterations),
            },
            second_factor: source.parse(
                "second_factor",
                // Users of a sandbox have no authenticator app at hand.
                if demo { SecondFactor::Offered } else { SecondFactor::Enforced },
                |text| match text {
                    "enforced" => Some(SecondFactor::Enforced),
                    "offered" => Some(SecondFactor::Offered),
                    _ => None,
                },
                "enforced or offered",
            ),
            smtp_url: source.parse(
                "smtp_url",
                None,
                |text| {
                    Url::parse(text)
                        .ok()
                        .filter(|url| matches!(url.scheme(), "smtp" | "smtps"))
                        .map(|_| Some(text.to_owned()))
                },
                "smtps://… or smtp://…",
            ),
            mail_dir: source.take("mail_dir").unwrap_or_else(|| "mail".into()),
            mail_from: source.parse(
                "mail_from",
                EXAMPLE_SENDER.into(),
                |text| EmailAddress::parse(text).ok().map(|address| address.as_str().to_owned()),
                "an email address",
            ),
            virus_scanner: source.parse(
                "virus_scanner",
                None,
                |text| ScannerAddress::parse(text).map(Some),
                "unix:/path or tcp://host:port",
            ),
            virus_scanner_seconds: source.number("virus_scanner_seconds", 30),
            job_lease_seconds: source.number("job_lease_seconds", 15),
            job_interval_seconds: source.number("job_interval_seconds", 60),
            api_docs: source.boolean("api_docs", true),
            swagger_persist_authorization: source.boolean("swagger_persist_authorization", true),
            log: source.parse(
                "log",
                DEFAULT_LOG.into(),
                |text| tracing_subscriber::EnvFilter::try_new(text).ok().map(|_| text.to_owned()),
                "a filter such as info or portal_api=debug",
            ),
            log_json: source.boolean("log_json", false),
            demo,
        }
    }
}

/// A URL that is never used, because every socket address makes a valid one.
fn unreachable_url() -> Url {
    #[expect(clippy::expect_used, reason = "a constant")]
    Url::parse("http://127.0.0.1/").expect("a constant URL parses")
}

#[cfg(test)]
#[path = "settings_tests.rs"]
mod tests;
