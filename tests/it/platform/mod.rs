//! Plans, jobs, mail, imports and exports, the dashboard and the sandbox.

mod dashboard;
mod housekeeping;
mod idempotency;
mod imports;
mod mail;
mod menu;
mod nppes_import;
mod plan_facts;
mod sandbox;
