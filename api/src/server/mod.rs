//! Starting and stopping, settings, routes and telemetry: composes everything and is used by the command line only.

pub mod cors;
pub mod metrics;
pub mod routes;
pub mod serve;
pub mod settings;
pub mod telemetry;
pub mod work;
