//! The settings of a portal. [`crate::server::settings`] reads them.

use std::net::{IpAddr, SocketAddr};
#[cfg(unix)]
use std::path::PathBuf;
use std::time::Duration;

use ipnet::IpNet;
use portal_persistence::Engine;
use url::Url;

/// The figures of the rate limits.
#[derive(Clone, Copy, Debug)]
pub struct RateLimits {
    /// Requests per second for each signed-in user, or for each address without one.
    pub requests_per_second: u32,
    /// The number of them allowed at once.
    pub request_burst: u32,
    /// Sign-ins per minute from one address.
    pub sign_ins_per_minute: u32,
    /// The number of them allowed at once.
    pub sign_in_burst: u32,
    /// Registrations and password resets per hour from one address.
    pub self_service_per_hour: u32,
    /// Invitations per hour from one organization.
    pub invitations_per_hour: u32,
    /// Registrations per day under one tax ID of a plan.
    pub registrations_per_tax_id: u32,
    /// Registrations per day with one email address.
    pub registrations_per_email: u32,
    /// Emails per hour about new registrations to the account managers of a practice, or to the
    /// staff of a plan.
    pub registration_mails_per_hour: u32,
    /// Practices per day that registrations create in a plan.
    pub new_practices_per_day: u32,
}

/// The cost of hashing a password (Argon2id, one lane).
#[derive(Clone, Copy, Debug)]
pub struct PasswordCost {
    /// Memory in KiB; at least 19456 in production.
    pub memory_kib: u32,
    /// Iterations; at least 2 in production.
    pub iterations: u32,
}

/// The profile in which the process runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Profile {
    /// On a developer's machine: keys are generated as needed, and HTTP is allowed.
    Local,
    /// In production: the server refuses to start with weak settings.
    Production,
}

/// Whether the plans' second-factor rules are enforced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecondFactor {
    /// Users who need a second factor by their plan's profile must register one before anything
    /// else.
    Enforced,
    /// No user needs a second factor. Users who have one sign in with it.
    Offered,
}

/// The address of the virus scanner, a ClamAV daemon.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ScannerAddress {
    /// A host and port. The connection is not encrypted.
    Tcp(String),
    /// A socket file.
    #[cfg(unix)]
    Socket(PathBuf),
}

impl ScannerAddress {
    /// Parses `unix:/path` or `tcp://host:port`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        #[cfg(unix)]
        if let Some(path) = text.strip_prefix("unix:") {
            return path.starts_with('/').then(|| Self::Socket(PathBuf::from(path)));
        }
        let host_and_port = text.strip_prefix("tcp://")?;
        let (host, port) = host_and_port.rsplit_once(':')?;
        let is_host = !host.is_empty() && !host.contains(['/', '@', ' ']);
        let is_port = port.parse::<u16>().is_ok_and(|port| port > 0);
        (is_host && is_port).then(|| Self::Tcp(host_and_port.to_owned()))
    }

    /// Whether documents reach the scanner without leaving the machine.
    #[must_use]
    pub fn is_local(&self) -> bool {
        match self {
            Self::Tcp(host_and_port) => {
                let host = host_and_port.rsplit_once(':').map_or("", |(host, _port)| host);
                let address: Result<IpAddr, _> = host.trim_matches(['[', ']']).parse();
                host == "localhost" || address.is_ok_and(|address| address.is_loopback())
            }
            #[cfg(unix)]
            Self::Socket(_) => true,
        }
    }
}

/// The virus scanner.
#[derive(Clone, Debug)]
pub struct Scanner {
    /// Its address.
    pub address: ScannerAddress,
    /// How long it may take for one document.
    pub limit: Duration,
}

/// All settings.
#[derive(Clone, Debug)]
pub struct Settings {
    /// `local` (default) or `production`.
    pub profile: Profile,
    /// The address on which the API listens.
    pub bind: SocketAddr,
    /// The address on which `/metrics` listens; `None` (`off`) disables it.
    pub metrics_bind: Option<SocketAddr>,
    /// Whether `metrics_bind` may be an address that others can reach, in production.
    pub metrics_public: bool,
    /// Whether the server may run as root in production.
    pub allow_root: bool,
    /// The URL of the database.
    pub database_url: String,
    /// The maximum number of database connections.
    pub pool_size: u32,
    /// The number of worker threads; 0 means one per core.
    pub workers: usize,
    /// The maximum number of open connections.
    pub max_connections: usize,
    /// The maximum number of open connections from one address, except for trusted proxies.
    pub max_connections_per_address: usize,
    /// How long a client may not read a response before it is disconnected, in seconds: 1 to 300.
    pub response_stall_seconds: u32,
    /// The URL at which clients reach the API. Links and the token issuer are derived from it.
    pub public_base_url: Url,
    /// The key file; by default next to the SQLite file.
    pub keys_file: Option<String>,
    /// The content of a key file, as an alternative to `keys_file`.
    pub keys: Option<String>,
    /// The file that records the heads of the audit chains.
    pub audit_anchor: Option<String>,
    /// How many days recorded reads are kept: 30 to 36500.
    pub read_event_days: u32,
    /// Whether production accepts a PostgreSQL role that can change the audit trail.
    pub allow_privileged_database_role: bool,
    /// The file of plan profiles that replace embedded ones.
    pub plans_file: Option<String>,
    /// The exact origins that may call from a browser.
    pub cors_origins: Vec<String>,
    /// The networks of proxies whose `X-Forwarded-For` is trusted.
    pub trusted_proxies: Vec<IpNet>,
    /// The figures of the rate limits.
    pub rate_limits: RateLimits,
    /// The cost of hashing a password.
    pub password_cost: PasswordCost,
    /// Whether the plans' second-factor rules are enforced; by default, they are except in the
    /// sandbox.
    pub second_factor: SecondFactor,
    /// The mail server, such as `smtps://user:password@host` or `smtp://host?tls=required`. Without
    /// one, emails are written to files.
    pub smtp_url: Option<String>,
    /// The folder for emails if there is no mail server.
    pub mail_dir: String,
    /// The sender address of emails.
    pub mail_from: String,
    /// The virus scanner of uploaded documents. Without one, documents are not scanned.
    pub virus_scanner: Option<ScannerAddress>,
    /// How long the virus scanner may take for one document, in seconds: 1 to 30.
    pub virus_scanner_seconds: u32,
    /// How long the lease of a job lasts without renewal, in seconds: 2 to 300.
    pub job_lease_seconds: u32,
    /// How often the server checks whether a job is due, in seconds: 1 to 3600.
    pub job_interval_seconds: u32,
    /// Whether Swagger UI and the OpenAPI document are served.
    pub api_docs: bool,
    /// Whether Swagger UI keeps the access token in the browser's storage.
    pub swagger_persist_authorization: bool,
    /// The log filter, such as `info`.
    pub log: String,
    /// Whether log lines are JSON.
    pub log_json: bool,
    /// Whether this is the sandbox with its demonstration data.
    pub demo: bool,
}

impl Settings {
    /// The engine that the database URL names.
    #[must_use]
    pub fn engine(&self) -> Option<Engine> {
        Engine::of(&self.database_url)
    }

    /// The virus scanner of uploaded documents, if there is one.
    #[must_use]
    pub fn scanner(&self) -> Option<Scanner> {
        let address = self.virus_scanner.clone()?;
        Some(Scanner { address, limit: Duration::from_secs(self.virus_scanner_seconds.into()) })
    }

    /// How long the lease of a job lasts without renewal. Its holder renews it in every transaction
    /// (decision D-15).
    #[must_use]
    pub fn job_lease(&self) -> chrono::Duration {
        chrono::Duration::seconds(self.job_lease_seconds.into())
    }

    /// How often the server checks whether a job is due.
    #[must_use]
    pub fn job_interval(&self) -> Duration {
        Duration::from_secs(self.job_interval_seconds.into())
    }

    /// The base of links and the issuer of access tokens: the public base URL without a trailing
    /// slash. It is the configured URL, never one from a request (C-30).
    #[must_use]
    pub fn base(&self) -> String {
        self.public_base_url.as_str().trim_end_matches('/').to_owned()
    }
}
