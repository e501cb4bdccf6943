//! Users of the installation, for operators.

mod change;
mod disable;
mod enable;
mod end_sessions;
mod get;
mod grant_role;
mod list;
mod lock;
mod refusal;
mod remove_factors;
mod request;
mod revoke_role;
mod search;
mod set_email;
mod unlock;
mod view;

pub use disable::*;
pub use enable::*;
pub use end_sessions::*;
pub use get::*;
pub use grant_role::*;
pub use list::*;
pub use lock::*;
pub use remove_factors::*;
pub use request::*;
pub use revoke_role::*;
pub use search::*;
pub use set_email::*;
pub use unlock::*;
pub use view::*;
