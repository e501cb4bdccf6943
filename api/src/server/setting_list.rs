//! The list of settings, from which their documentation is generated.

/// The placeholder sender address, which production refuses.
pub(super) const EXAMPLE_SENDER: &str = "no-reply@provider-portal.example";
/// `actix_web_prom` warns of the Swagger UI's route pattern, which is intended. `actix_http` logs
/// mistakes of clients as errors.
pub(super) const DEFAULT_LOG: &str = "info,actix_server=warn,actix_web_prom=error,actix_http=off";

/// A setting.
pub struct Setting {
    /// The name in the configuration file; in the environment, it is in uppercase after `PORTAL_`.
    pub name: &'static str,
    /// The default, as written in the environment; `None` if `meaning` says what applies.
    pub default: Option<&'static str>,
    /// What it sets, in Markdown.
    pub meaning: &'static str,
    /// Whether it can contain a password or a key. It can then be read from a file.
    pub secret: bool,
}

const fn setting(name: &'static str, default: Option<&'static str>, meaning: &'static str) -> Setting {
    Setting { name, default, meaning, secret: false }
}

const fn secret(name: &'static str, default: Option<&'static str>, meaning: &'static str) -> Setting {
    Setting { name, default, meaning, secret: true }
}

impl Setting {
    /// The setting that names a file with this one's value, if this is a secret. The key file has
    /// its own setting, because it is more than a value.
    #[must_use]
    pub fn file_name(&self) -> Option<String> {
        let name = format!("{}_file", self.name);
        (self.secret && SETTINGS.iter().all(|setting| setting.name != name)).then_some(name)
    }
}

/// Every setting. [`Settings::load`](crate::portal::settings::Settings::load) reads no other.
pub const SETTINGS: [Setting; 45] = [
    setting("config", None, "Path of the configuration file"),
    setting("profile", Some("local"), "`local` or `production`"),
    setting("bind", Some("127.0.0.1:8080"), "Address and port of the API"),
    setting("metrics_bind", Some("127.0.0.1:9464"), "Address and port of `/metrics`, or `off`"),
    setting("metrics_public", Some("false"), "Whether others may reach `metrics_bind` in production"),
    setting("allow_root", Some("false"), "Whether the server may run as root in production"),
    secret("database_url", Some("sqlite://provider-portal.db"), "`sqlite://path` or `postgres://…`"),
    setting("pool_size", Some("8"), "Most database connections; so many requests run at a time"),
    setting("workers", Some("0"), "Worker threads; 0 means one for each core"),
    setting("max_connections", Some("512"), "Most open connections of clients"),
    setting("max_connections_per_address", Some("128"), "Most from one address; proxies are exempt"),
    setting("response_stall_seconds", Some("10"), "1 to 300; then clients that do not read are cut off"),
    setting("public_base_url", None, "Base URL for clients; none: `http://` and the bind address"),
    setting("keys_file", None, "The key file; none: beside the SQLite file"),
    secret("keys", None, "The content of a key file, instead of the file"),
    setting("audit_anchor", None, "File that records the heads of the audit chains"),
    setting("read_event_days", Some("2192"), "30 to 36500; how long recorded reads are kept"),
    setting("allow_privileged_database_role", Some("false"), "Accepts a role that can change audit events"),
    setting("plans_file", None, "Plan profiles that replace embedded ones"),
    setting("cors_origins", None, "Origins that may call from a browser"),
    setting("trusted_proxies", None, "Addresses or networks whose `X-Forwarded-For` is trusted"),
    setting("requests_per_second", Some("20"), "For each user, or anonymous address"),
    setting("request_burst", Some("40"), "How many of them may come at once"),
    setting("sign_ins_per_minute", Some("10"), "Requests to `/oauth/token` from one address"),
    setting("sign_in_burst", Some("20"), "How many of them may come at once"),
    setting("self_service_per_hour", Some("10"), "Registrations and password resets from one address"),
    setting("invitations_per_hour", Some("50"), "Invitations of one organization, resent ones included"),
    setting("registrations_per_tax_id", Some("20"), "Registrations under one tax ID in a day"),
    setting("registrations_per_email", Some("5"), "Registrations with one email address in a day"),
    setting("registration_mails_per_hour", Some("20"), "Emails about registrations to the same people"),
    setting("new_practices_per_day", Some("200"), "Practices that registrations create in one plan"),
    setting("second_factor", Some("enforced"), "`enforced` or `offered`, the sandbox's default"),
    secret("smtp_url", None, "The mail server; none: emails become files"),
    setting("mail_dir", Some("mail"), "Directory for email files"),
    setting("mail_from", Some(EXAMPLE_SENDER), "Sender of all emails"),
    setting("virus_scanner", None, "`unix:/path` or `tcp://host:port` of ClamAV; none: no scans"),
    setting("virus_scanner_seconds", Some("30"), "1 to 30; time for the scan of one document"),
    setting("job_lease_seconds", Some("15"), "2 to 300; a job's lease ends unless renewed"),
    setting("job_interval_seconds", Some("60"), "1 to 3600; how often instances check for due jobs"),
    setting("password_memory_kib", None, "Memory for one password hash; none: by free memory"),
    setting("password_iterations", None, "Iterations for one password hash; none: by free memory"),
    setting("api_docs", Some("true"), "Whether Swagger UI and the document are served"),
    setting("swagger_persist_authorization", Some("true"), "Swagger UI keeps the access token"),
    setting("log", Some(DEFAULT_LOG), "Log filter"),
    setting("log_json", Some("false"), "Log lines as JSON"),
];
