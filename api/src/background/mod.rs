//! What runs beside the requests: jobs, delivery of mail, self-service, housekeeping.

pub mod housekeeping;
pub mod jobs;
pub mod mail;
pub mod self_service;
