//! Help that needs no session.

mod existing_medicaid_id;

pub use existing_medicaid_id::*;
