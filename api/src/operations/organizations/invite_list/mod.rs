//! Invite lists: users collected first, then invited together (domain rules ).

mod add;
mod list;
mod remove;
mod send;
mod view;

pub use add::*;
pub use list::*;
pub use remove::*;
pub use send::*;
pub use view::*;
