//! Importing applications from a table.
//!
//! Applications that are not on file are added. For those on file, only what describes the provider
//! can change, and only until a user works on them in the portal.

mod accepted;
mod examination;
mod facts;
#[cfg(test)]
#[path = "given_tests.rs"]
mod given;

pub use accepted::*;
pub use examination::examine;
pub use facts::*;
