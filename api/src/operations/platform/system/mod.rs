//! System administration by operators.

mod get_run;
mod job_view;
mod list_outbox;
mod list_runs;
mod retry;
mod run;
mod view;

pub use get_run::*;
pub use job_view::*;
pub use list_outbox::*;
pub use list_runs::*;
pub use retry::*;
pub use run::*;
pub use view::*;
