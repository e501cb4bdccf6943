//! The current user, their sessions, password, and second factors.

mod add_mfa_method;
mod change_password;
mod confirm_mfa_method;
mod describe;
mod end_all_sessions;
mod end_session;
mod get;
mod get_session;
mod list_mfa_methods;
mod list_sessions;
mod mfa_view;
mod remove_mfa_method;
mod step_up;
mod update;
mod view;

pub use add_mfa_method::*;
pub use change_password::*;
pub use confirm_mfa_method::*;
pub use end_all_sessions::*;
pub use end_session::*;
pub use get::*;
pub use get_session::*;
pub use list_mfa_methods::*;
pub use list_sessions::*;
pub use mfa_view::*;
pub use remove_mfa_method::*;
pub use step_up::*;
pub use update::*;
pub use view::*;
