//! What waits for the person who calls.

mod get;
mod view;

pub use get::*;
pub use view::*;
