//! The integration tests of provider-portal: one binary, a file for each noun.

mod applications;
mod audit_trail;
mod contract;
mod conventions;
mod ground;
mod identity;
mod medicaid;
mod organizations;
mod permissions;
mod platform;
mod revocation;
mod statements;
mod traceability;
mod work;
