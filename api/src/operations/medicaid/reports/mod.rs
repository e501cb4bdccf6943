//! Reports.

mod past_due_revalidations;

pub use past_due_revalidations::*;
