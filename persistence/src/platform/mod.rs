//! Storage of the audit trail, the outbox, job runs and idempotency keys, and functions that span
//! several areas.

pub mod audit;
pub mod dashboard;
pub mod effects;
pub mod idempotency;
pub mod instance;
pub mod jobs;
pub mod key_uses;
pub mod outbox;
pub mod purge;
pub mod read_events;
pub mod sealed_columns;
