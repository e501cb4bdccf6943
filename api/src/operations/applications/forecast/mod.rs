//! What will happen to an organization's applications by itself.

mod get;

pub use get::*;
