//! What the plans tell about themselves.

mod get;
mod list;
mod view;

pub use get::*;
pub use list::*;
pub use view::*;
