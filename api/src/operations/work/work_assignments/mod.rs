//! Work assignments: which agent works on which open application.

mod list;
mod view;

pub use list::*;
pub use view::*;
