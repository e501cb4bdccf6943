//! In-app notices.

mod list;
mod read;
mod view;

pub use list::*;
pub use read::*;
pub use view::*;
