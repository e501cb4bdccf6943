//! Bringing data in from files.

pub mod nppes;
