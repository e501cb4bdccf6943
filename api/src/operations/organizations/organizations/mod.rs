//! Organizations.

mod appoint;
mod get;
mod list;
mod view;

pub use appoint::*;
pub use get::*;
pub use list::*;
pub use view::*;
