//! Logs: one line per request, optionally as JSON. They never contain bodies, queries, tokens, or
//! email addresses.

use std::io::IsTerminal;

use tracing_subscriber::EnvFilter;

use crate::portal::settings::Settings;

/// Starts logging to standard error. A second call has no effect.
pub fn start(settings: &Settings) {
    let filter = EnvFilter::try_new(&settings.log).unwrap_or_else(|_| EnvFilter::new("info"));
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr);
    let started = if settings.log_json { builder.json().try_init() } else { builder.try_init() };
    drop(started);
}
