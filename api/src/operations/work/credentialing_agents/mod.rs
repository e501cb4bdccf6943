//! Credentialing agents and their workload.

mod list;
mod view;

pub use list::*;
pub use view::*;
