//! The forecast of an organization's automatic events.

mod get;

pub use get::*;
