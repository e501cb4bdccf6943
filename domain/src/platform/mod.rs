//! Plan profiles, jobs, mail, the menu, and what a database is used for.

pub mod instance;
pub mod job;
pub mod menu;
pub mod outbox;
pub mod plan;
