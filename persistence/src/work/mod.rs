//! Storage of reassignments.

pub mod reassignments;
