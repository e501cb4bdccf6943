//! In-app notifications.

mod list;
mod read;
pub(crate) mod seen;
mod view;

pub use list::*;
pub use read::*;
pub use view::*;
