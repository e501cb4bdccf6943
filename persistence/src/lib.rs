//! The only crate that knows SQL: SQLite and PostgreSQL behind one [`Database`], chosen by the URL's scheme.
//!
//! A [`Database`] lends out a [`Tx`] for the length of a closure; the repositories hang off it, one for each noun
//! (`tx.applications()`, `tx.audit()` …). Everything that differs between the engines is in `connection` and `dialect`.

pub mod application_history;
pub mod applications;
pub mod audit;
mod column;
mod connection;
mod database;
mod dialect;
mod error;
pub mod field_keys;
pub mod idempotency;
pub mod medicaid_ids;
pub mod memberships;
mod migrate;
pub mod notifications;
pub mod organizations;
pub mod page;
pub mod providers;
pub mod reassignments;
pub mod refresh_tokens;
mod schema;
pub mod sessions;
pub mod users;

pub use connection::Engine;
pub use connection::StatementObserver;
pub use database::{AsStoreError, Database, Moment, Options, Tx};
pub use error::{Constraint, StoreError};
pub use migrate::SchemaState;
pub use migrate::names as migration_names;
