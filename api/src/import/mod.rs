//! Bringing data in from files.

pub mod nppes;
pub mod provider_records;
