//! Startup and shutdown, settings, routes, and telemetry. Combines all modules; only the command
//! line uses it.

pub mod cors;
pub mod metrics;
pub mod routes;
pub mod serve;
pub mod setting_list;
pub mod settings;
pub mod telemetry;
pub mod work;
