//! Medicaid IDs: those of an organization, all agents' access to individual ones, and due
//! revalidations.

mod agent_access;
mod found;
mod get;
mod list;
mod revalidation;
mod search;
mod view;

pub use agent_access::*;
pub use get::*;
pub use list::*;
pub use revalidation::*;
pub use search::*;
pub use view::*;
