//! The state that all requests and jobs share: database, clock, randomness, keys, plans, concurrency limits.

pub mod app;
pub mod clock;
pub mod entropy;
pub mod keys;
pub mod plans;
pub mod turns;
