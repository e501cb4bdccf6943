//! Plans, jobs, email, imports and exports, the dashboard, and the sandbox.

mod audit_anchor;
mod audit_chains;
mod dashboard;
mod database_roles;
mod exports;
mod housekeeping;
mod idempotency;
mod import_corrections;
mod imports;
mod instances;
mod mail;
mod mail_servers;
mod mail_workers;
mod medicaid_id_imports;
mod menu;
mod nppes_import;
mod plan_facts;
mod replays;
mod sandbox;
mod sandbox_accounts;
mod sandbox_applications;
