//! Setting a new password with a link.

mod complete;
mod create;

pub use complete::*;
pub use create::*;
