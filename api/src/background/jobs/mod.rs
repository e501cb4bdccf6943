//! Timed work. Any number of instances may run at once: a lease says who works, every effect repeats its condition, and
//! whatever is done twice is done once.

mod application_inactivity;
mod member_inactivity;
mod portions;
mod runner;

pub use application_inactivity::ForeseenApplication;
pub use member_inactivity::ForeseenMember;
pub use runner::*;
