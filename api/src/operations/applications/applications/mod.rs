//! Credentialing applications.

mod decide;
mod exit_prompt;
mod found;
mod get;
mod history;
mod lifecycle;
mod list;
mod notices;
mod restore;
mod return_;
mod save;
mod settle;
mod start;
mod start_review;
mod submit;
mod view;
mod withdraw;

pub use decide::*;
pub use exit_prompt::*;
pub(crate) use found::*;
pub use get::*;
pub use history::*;
pub use lifecycle::*;
pub use list::*;
pub use notices::*;
pub use restore::*;
pub use return_::*;
pub use save::*;
pub use start::*;
pub use start_review::*;
pub use submit::*;
pub use view::*;
pub use withdraw::*;
