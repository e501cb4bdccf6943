//! Work assignments: the open applications assigned to each agent.

mod list;
mod view;

pub use list::*;
pub use view::*;
