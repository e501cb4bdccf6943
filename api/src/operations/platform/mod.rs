//! Operations on plans, the dashboard, problems, help, audit events, jobs, and health.

pub mod audit_events;
pub mod dashboard;
pub mod health;
pub mod help;
pub mod plan_facts;
pub mod problems;
pub mod system;
