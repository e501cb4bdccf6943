//! Timed work. Any number of instances may run at once: a lease says who works, every effect repeats its condition, and
//! whatever is done twice is done once.

mod application_inactivity;
mod batches;
mod member_inactivity;
mod run_context;
mod runner;

pub use runner::*;
