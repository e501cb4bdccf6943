//! Plan profiles, jobs, mail and the menu.

pub mod job;
pub mod mail;
pub mod menu;
pub mod plan;
