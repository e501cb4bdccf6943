//! Consents of an individual's side to a link with a group of another organization.

mod found;
mod give;
mod list;
mod revoke;
mod view;

pub use found::*;
pub use give::*;
pub use list::*;
pub use revoke::*;
pub use view::*;
