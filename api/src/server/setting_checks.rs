//! What is wrong with settings: errors in every profile, and weaknesses that production refuses.

use portal_persistence::{Engine, PostgresUrl};
use url::Url;

use super::setting_list::EXAMPLE_SENDER;
use crate::portal::password_cost::FLOOR;
use crate::portal::settings::{Profile, ScannerAddress, SecondFactor, Settings};

/// Whether the URL requires TLS for every email. A misspelled parameter does not require it.
fn requires_tls(url: &str) -> bool {
    let Ok(url) = Url::parse(url) else { return false };
    let mut pairs = url.query_pairs();
    let asked_for = match (pairs.next(), pairs.next()) {
        (None, _) => url.scheme() == "smtps",
        (Some((name, value)), None) => name == "tls" && value == "required",
        (Some(_), Some(_)) => false,
    };
    asked_for && url.fragment().is_none()
}

impl Settings {
    /// The objections to these settings: errors in any profile, and weaknesses in production.
    pub(super) fn errors(&self) -> Vec<String> {
        let mut errors = Vec::new();
        let mut check = |fine: bool, error: &str| {
            if !fine {
                errors.push(error.to_owned());
            }
        };
        check(self.engine().is_some(), "database_url: must start with sqlite:// or postgres://");
        let postgres =
            (self.engine() == Some(Engine::Postgres)).then(|| PostgresUrl::parse(&self.database_url));
        if let Some(Err(error)) = &postgres {
            check(false, &format!("database_url: {error}"));
        }
        check(self.pool_size > 0, "pool_size: must be at least 1");
        check(self.max_connections > 0, "max_connections: must be at least 1");
        check(self.max_connections_per_address > 0, "max_connections_per_address: must be at least 1");
        check((1..=300).contains(&self.response_stall_seconds), "response_stall_seconds: must be 1 to 300");
        check(
            self.trusted_proxies.iter().all(|network| network.prefix_len() > 0),
            "trusted_proxies: must not contain every address (/0)",
        );
        check((1..=30).contains(&self.virus_scanner_seconds), "virus_scanner_seconds: must be 1 to 30");
        check((30..=36_500).contains(&self.read_event_days), "read_event_days: must be 30 to 36500");
        check((2..=300).contains(&self.job_lease_seconds), "job_lease_seconds: must be 2 to 300");
        check((1..=3600).contains(&self.job_interval_seconds), "job_interval_seconds: must be 1 to 3600");
        check(
            matches!(self.public_base_url.scheme(), "http" | "https"),
            "public_base_url: must be http:// or https://",
        );
        check(self.keys.is_none() || self.keys_file.is_none(), "keys: give either keys or keys_file");
        if self.demo {
            check(self.engine() != Some(Engine::Postgres), "--demo: the sandbox does not run on PostgreSQL");
            check(self.profile == Profile::Local, "--demo: the sandbox does not run in production");
            check(self.audit_anchor.is_none(), "--demo: a sandbox, which can be reset, has no audit_anchor");
            check(
                self.bind.ip().is_loopback()
                    && self.metrics_bind.is_none_or(|address| address.ip().is_loopback()),
                "--demo: bind and metrics_bind must be loopback addresses, because anyone may use a sandbox",
            );
        }
        if self.profile == Profile::Production {
            if let Some(Ok(url)) = &postgres {
                check(
                    url.is_local() || url.verifies_server(),
                    "database_url: production needs sslmode=verify-full, unless the host is a Unix socket or a \
                     loopback address",
                );
            }
            check(
                self.metrics_public || self.metrics_bind.is_none_or(|address| address.ip().is_loopback()),
                "metrics_bind: must be a loopback address, or set metrics_public to true",
            );
            check(
                self.public_base_url.scheme() == "https",
                "public_base_url: must be https:// in production",
            );
            check(
                self.keys.is_some() || self.keys_file.is_some(),
                "keys_file: production needs keys (keys_file or keys); make a file with `provider-portal keys generate`",
            );
            check(
                self.password_cost.memory_kib >= FLOOR.memory_kib
                    && self.password_cost.iterations >= FLOOR.iterations,
                "password_memory_kib, password_iterations: below 19456 and 2 is too weak for production",
            );
            check(
                self.bind.ip().is_loopback() || !self.trusted_proxies.is_empty(),
                "trusted_proxies: needed when bind is not a loopback address",
            );
            check(
                self.second_factor == SecondFactor::Enforced,
                "second_factor: must be enforced in production",
            );
            check(
                self.smtp_url.as_deref().is_some_and(requires_tls),
                "smtp_url: production needs a mail server with TLS: smtps://… or smtp://…?tls=required",
            );
            check(
                !self.mail_from.eq_ignore_ascii_case(EXAMPLE_SENDER),
                "mail_from: production needs an address that the portal may send mail as",
            );
            check(
                self.virus_scanner.as_ref().is_none_or(ScannerAddress::is_local),
                "virus_scanner: must be a socket or a loopback address in production, because the connection is not encrypted",
            );
            check(
                !self.swagger_persist_authorization || !self.api_docs,
                "swagger_persist_authorization: must be false in production",
            );
        }
        errors
    }
}
