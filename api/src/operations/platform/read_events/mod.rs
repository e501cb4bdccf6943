//! Recorded reads of personal data.

mod list;
mod list_of_organization;
mod view;

pub use list::*;
pub use list_of_organization::*;
pub use view::*;
