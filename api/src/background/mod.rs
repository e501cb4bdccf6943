//! Background work: jobs, delivery of email, self-service, scans of documents, housekeeping, and the
//! audit anchor.

pub mod audit_anchor;
pub mod housekeeping;
pub mod jobs;
pub mod key_state;
pub mod mail;
pub mod reseal;
pub mod scan;
pub mod self_service;
