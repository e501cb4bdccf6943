//! Checks whether a license must be verified.

mod create;

pub use create::*;
