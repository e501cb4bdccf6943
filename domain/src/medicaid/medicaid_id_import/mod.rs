//! Importing Medicaid IDs from a table.
//!
//! Medicaid IDs that are not on file are added. For those on file, only what describes the provider
//! can change. Users grant access to them, never a table.

mod accepted;
mod examination;
mod facts;
#[cfg(test)]
#[path = "given_tests.rs"]
mod given;
pub(crate) mod values;

pub use accepted::*;
pub use examination::examine;
pub use facts::*;
