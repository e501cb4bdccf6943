//! Imports from files.

pub mod applications;
mod cells;
mod difference;
pub mod medicaid_ids;
pub mod nppes;
pub mod provider_records;
mod table;

pub use portal_domain::ground::import::Difference;
