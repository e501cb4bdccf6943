//! Storage of the audit trail, the outbox, job runs, idempotency keys, and what spans several
//! areas.

pub mod audit;
pub mod dashboard;
pub mod effects;
pub mod idempotency;
pub mod jobs;
pub mod outbox;
pub mod purge;
