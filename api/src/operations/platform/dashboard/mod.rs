//! The caller's dashboard.

mod get;
mod view;

pub use get::*;
pub use view::*;
