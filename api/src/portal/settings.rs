//! What a portal was told when it was started. [`crate::server::settings`] reads it.

use std::net::SocketAddr;

use ipnet::IpNet;
use portal_persistence::Engine;
use url::Url;

/// Traffic figures.
#[derive(Clone, Copy, Debug)]
pub struct RateLimits {
    /// Requests a second for each signed-in person, or address that is not signed in.
    pub requests_per_second: u32,
    /// How many of them may come at once.
    pub request_burst: u32,
    /// Sign-ins a minute from one address.
    pub sign_ins_per_minute: u32,
    /// How many of them may come at once.
    pub sign_in_burst: u32,
    /// Registrations and password resets an hour from one address.
    pub self_service_per_hour: u32,
    /// Invitations an hour from one organization.
    pub invitations_per_hour: u32,
}

/// What a password costs to hash (Argon2id, one lane).
#[derive(Clone, Copy, Debug)]
pub struct PasswordCost {
    /// Memory in KiB; at least 19456 in production.
    pub memory_kib: u32,
    /// Passes; at least 2 in production.
    pub iterations: u32,
}

/// How the process is run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Profile {
    /// On a developer's machine: keys are made as needed, HTTP is fine.
    Local,
    /// In earnest: weak settings refuse to start.
    Production,
}

/// Whether the plans' rules about second factors hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecondFactor {
    /// Who needs one by the plan's profile can do nothing else before registering it.
    Enforced,
    /// Nobody needs one; who has one signs in with it.
    Offered,
}

/// Everything that can be set.
#[derive(Clone, Debug)]
pub struct Settings {
    /// `local` (default) or `production`.
    pub profile: Profile,
    /// Where the API listens.
    pub bind: SocketAddr,
    /// Where `/metrics` listens; `off` for nowhere.
    pub metrics_bind: Option<SocketAddr>,
    /// The database.
    pub database_url: String,
    /// Most database connections.
    pub pool_size: u32,
    /// Worker threads; 0 means one for each core.
    pub workers: usize,
    /// Where clients reach the API; links and the token issuer are made from it.
    pub public_base_url: Url,
    /// The key file; by default beside the SQLite file.
    pub keys_file: Option<String>,
    /// The content of a key file, instead of one.
    pub keys: Option<String>,
    /// Plan profiles that replace embedded ones.
    pub plans_file: Option<String>,
    /// Origins that may call from a browser, exactly.
    pub cors_origins: Vec<String>,
    /// Networks of proxies whose X-Forwarded-For is believed.
    pub trusted_proxies: Vec<IpNet>,
    /// Traffic figures.
    pub rate_limits: RateLimits,
    /// What a password costs to hash.
    pub password_cost: PasswordCost,
    /// Whether the plans' rules about second factors hold; `enforced` but in the sandbox.
    pub second_factor: SecondFactor,
    /// The mail server, such as `smtps://user:password@host` or `smtp://host?tls=required`; none: mails become files.
    pub smtp_url: Option<String>,
    /// Where mails become files when there is no mail server.
    pub mail_dir: String,
    /// The address mails come from.
    pub mail_from: String,
    /// How long the lease of a job lasts that is not renewed, in seconds: 2 to 300.
    pub job_lease_seconds: u32,
    /// How often it is looked whether the time of a job has come, in seconds: 1 to 3600.
    pub job_interval_seconds: u32,
    /// Whether Swagger UI keeps the access token in the browser's storage.
    pub swagger_persist_authorization: bool,
    /// Log filter, such as `info`.
    pub log: String,
    /// Whether log lines are JSON.
    pub log_json: bool,
    /// Whether this is the sandbox with its demonstration data.
    pub demo: bool,
}

impl Settings {
    /// The engine the database URL names.
    #[must_use]
    pub fn engine(&self) -> Option<Engine> {
        Engine::of(&self.database_url)
    }

    /// How long the lease of a job lasts that is not renewed; whoever holds one renews it with every transaction (decision
    /// D-15).
    #[must_use]
    pub fn job_lease(&self) -> chrono::Duration {
        chrono::Duration::seconds(self.job_lease_seconds.into())
    }

    /// How often it is looked whether the time of a job has come.
    #[must_use]
    pub fn job_interval(&self) -> std::time::Duration {
        std::time::Duration::from_secs(self.job_interval_seconds.into())
    }

    /// Where links lead, and the issuer of access tokens: the public base without a slash at its end. The configured address
    /// and never one of a request (C-30).
    #[must_use]
    pub fn base(&self) -> String {
        self.public_base_url.as_str().trim_end_matches('/').to_owned()
    }
}
