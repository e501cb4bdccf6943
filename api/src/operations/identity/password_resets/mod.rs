//! Setting a new password by link.

mod complete;
mod create;

pub use complete::*;
pub use create::*;
