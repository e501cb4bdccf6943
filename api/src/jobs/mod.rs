//! Timed work. Any number of instances may run at once: a lease says who works, every effect repeats its condition, and
//! whatever is done twice is done once.

mod member_inactivity;
mod runner;

pub use member_inactivity::ForeseenMember;
pub use runner::*;
