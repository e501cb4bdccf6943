//! Jobs, which run on a schedule. Any number of instances can run at once: a lease decides which
//! one works, every change repeats its condition, and repeated work has no further effect.

mod application_inactivity;
mod batches;
mod member_inactivity;
mod run_context;
mod runner;

pub use runner::*;
