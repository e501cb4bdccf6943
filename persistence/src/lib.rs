//! The only crate that contains SQL: SQLite and PostgreSQL behind one [`Database`], chosen by the
//! URL scheme.
//!
//! A [`Database`] lends a [`Tx`] to a closure. The [`Tx`] provides one repository for each kind of
//! object (`tx.applications()`, `tx.audit()` …). Everything that differs between the engines is in
//! `column`, `connection` and `dialect`.

pub mod applications;
mod column;
mod connection;
mod database;
mod dialect;
mod done;
mod erasure;
mod error;
pub mod field_keys;
pub mod identity;
pub mod medicaid;
mod migrate;
pub mod organizations;
pub mod page;
pub mod platform;
mod postgres_tls;
mod postgres_url;
mod probe;
mod query;
mod role;
mod schema;
mod sealed_content;
pub mod work;

pub use connection::Engine;
pub use connection::StatementObserver;
pub use database::{AsStoreError, Database, Moment, Options, Tx};
pub use done::Done;
pub use error::{Busy, Constraint, StoreError};
pub use migrate::SchemaState;
pub use migrate::names as migration_names;
pub use postgres_url::PostgresUrl;
pub use role::grants;
