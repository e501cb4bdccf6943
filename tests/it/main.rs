//! The integration tests of provider-portal: one binary, a file for each noun.

mod applications;
mod audit_trail;
mod contract;
mod conventions;
mod dashboard;
mod ground;
mod housekeeping;
mod idempotency;
mod identity;
mod import;
mod imports;
mod mail;
mod medicaid;
mod menu;
mod organizations;
mod permissions;
mod plan_facts;
mod revocation;
mod sandbox;
mod statements;
mod traceability;
mod work;
