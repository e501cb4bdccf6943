//! Startup and shutdown, settings, routes, and telemetry. Combines all modules; only the command
//! line uses it.

mod connections;
pub mod cors;
mod listener;
pub mod metrics;
pub mod routes;
pub mod serve;
mod setting_checks;
mod setting_files;
pub mod setting_list;
pub mod settings;
pub mod start;
pub mod telemetry;
pub mod work;
