//! The integration tests of provider-portal: one binary, a file for each noun.

mod agents;
mod applications;
mod audit_trail;
mod contract;
mod conventions;
mod idempotency;
mod import;
mod migrations;
mod notifications;
mod organizations;
mod permissions;
mod races;
mod reassignments;
mod reverts;
mod sandbox;
mod sessions;
mod sign_in;
mod statements;
mod store;
mod work_assignments;
