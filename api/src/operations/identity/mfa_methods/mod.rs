//! Second factors that somebody else registered.

mod remove_unrecognized;

pub use remove_unrecognized::*;
