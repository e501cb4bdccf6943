//! Requests for access to a provider account that has an administrator.

mod create;
mod list;
mod view;

pub use create::*;
pub use list::*;
pub use view::*;
