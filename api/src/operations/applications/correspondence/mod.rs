//! Correspondence about applications.

mod list;
mod view;

pub use list::*;
pub use view::*;
