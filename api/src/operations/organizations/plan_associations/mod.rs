//! Associations that plan staff confirm: the first administrators of provider accounts (domain rule
//!

mod confirm;
mod found;
mod list;
mod refusal;
mod reject;
mod view;

pub use confirm::*;
pub use list::*;
pub use reject::*;
pub use view::*;
