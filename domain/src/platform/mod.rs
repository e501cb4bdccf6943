//! Plan profiles, jobs, mail and the menu.

pub mod job;
pub mod menu;
pub mod outbox;
pub mod plan;
