//! Background work: jobs, delivery of email, self-service, and housekeeping.

pub mod housekeeping;
pub mod jobs;
pub mod mail;
pub mod self_service;
