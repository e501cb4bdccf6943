//! Plan profiles, jobs, mail, the menu, the audit anchor, reads of personal data,
//! and what a database is used for.

pub mod audit_anchor;
pub mod instance;
pub mod job;
pub mod menu;
pub mod outbox;
pub mod plan;
pub mod read_event;
pub mod restore;
