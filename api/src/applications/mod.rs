//! Credentialing applications.

mod get;
mod history;
mod view;

pub use get::*;
pub use history::*;
pub use view::*;
