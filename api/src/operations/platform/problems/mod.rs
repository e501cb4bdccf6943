//! The problem codes.

mod get;
mod list;
mod view;

pub use get::*;
pub use list::*;
pub use view::*;
