//! When claims need a taxonomy code.

mod get;

pub use get::*;
