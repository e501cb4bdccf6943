//! Properties of every operation.

mod audit_trail;
mod contract;
mod conventions;
mod documentation;
mod permissions;
mod revocation;
mod statements;
mod traceability;
mod unconfirmed_administrators;
