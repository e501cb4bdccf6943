//! Members of an organization: their data, the actions on them, and their history.

mod change;
mod comments;
mod disable;
mod enable;
mod end_sessions;
mod get;
mod list;
mod list_sessions;
mod looked;
mod make_admin;
mod refusal;
mod replay;
mod request;
mod revoke;
mod send_password_reset;
mod send_registration;
mod update;
mod verify;
mod view;

pub use comments::*;
pub use disable::*;
pub use enable::*;
pub use end_sessions::*;
pub use get::*;
pub use list::*;
pub use list_sessions::*;
pub use make_admin::*;
pub use request::*;
pub use revoke::*;
pub use send_password_reset::*;
pub use send_registration::*;
pub use update::*;
pub use verify::*;
pub use view::*;

pub(crate) use change::{Found, apply_change, registration_link};
pub(crate) use replay::may_be_replayed;
