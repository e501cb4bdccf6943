//! Reassignments: moving open applications from one agent to another, and reverting it.

mod create;
mod get;
mod list;
mod preview;
mod refusal;
mod request;
mod revert;
mod store;
mod view;

pub use create::*;
pub use get::*;
pub use list::*;
pub use preview::*;
pub use request::*;
pub use revert::*;
pub use view::*;
