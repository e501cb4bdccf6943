//! The person who calls, and their sessions.

mod end_all_sessions;
mod end_session;
mod get;
mod get_session;
mod list_sessions;
mod view;

pub use end_all_sessions::*;
pub use end_session::*;
pub use get::*;
pub use get_session::*;
pub use list_sessions::*;
pub use view::*;
