//! The audit anchor: a file outside the database that records the heads of all audit chains.

pub mod file;
pub mod record;

pub use file::AuditAnchor;
pub use record::AnchorPoints;
