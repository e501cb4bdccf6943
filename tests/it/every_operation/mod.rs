//! Properties of every operation.

mod audit_trail;
mod carried_ids;
mod contract;
mod conventions;
mod documentation;
mod permissions;
mod revocation;
mod statements;
mod traceability;
