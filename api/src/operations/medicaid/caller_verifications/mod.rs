//! Verification of callers.

mod create;
mod request;

pub use create::*;
pub use request::*;
