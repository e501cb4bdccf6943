//! Operations on plans, the dashboard, problems, help, audit events, recorded reads, jobs, and health.

pub mod audit_events;
pub mod dashboard;
pub mod health;
pub mod help;
pub mod plan_facts;
pub mod problems;
pub mod read_events;
pub mod system;
