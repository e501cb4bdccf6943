//! The audit trail.

mod list;

pub use list::*;
