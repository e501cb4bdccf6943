//! The state that all requests and jobs share: services such as the clock, keys and plans, and the
//! database.

pub mod appointment;
pub mod audit_anchor;
pub mod clock;
pub mod common_passwords;
pub mod concurrency_limit;
pub mod entropy;
pub mod failure;
pub mod jobs;
pub mod keys;
pub mod one_time_token;
pub mod password_cost;
pub mod passwords;
pub mod plans;
pub mod rate_limits;
pub mod request_id;
pub mod security_notice;
pub mod services;
pub mod settings;
pub mod signature;
pub mod state;
pub mod tokens;
pub mod transfer_memory;
pub mod user_administration;
