//! The HTTP API of provider-portal and its command line, in eight rooms.
//!
//! - [`portal`]: the state that everything shares: database, clock, keys, plans, limits.
//! - [`http`]: what is HTTP and not one operation: the guard, extractors, replies, problems.
//! - [`operations`]: a folder for each area, in it a folder for each noun, in it a file for each
//!   operation.
//! - [`background`]: jobs, email delivery, self-service, data retention.
//! - [`transfer`]: imports and exports.
//! - [`sandbox`]: the demonstration data and operations of `--demo`.
//! - [`server`]: starting and stopping, settings, routes, telemetry.
//! - [`cli`]: the command line.
//!
//! A request passes the middleware of [`http`], the guard in the handler's signature
//! ([`http::auth::caller`]), and the parsers of [`http::extract`]. Then one closure on the blocking
//! pool loads, decides, stores, and answers.

pub mod background;
pub mod cli;
pub mod http;
pub mod operations;
pub mod portal;
pub mod sandbox;
pub mod server;
pub mod transfer;
