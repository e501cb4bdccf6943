//! The provider accounts linked to one login: listing, linking, and switching.

mod complete;
mod create;
mod list;
mod switch;
mod view;

pub use complete::*;
pub use create::*;
pub use list::*;
pub use switch::*;
pub use view::*;
