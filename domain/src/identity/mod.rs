//! Users, passwords, sessions, second factors, one-time tokens and the limits on attempts.

pub mod attempts;
pub mod mfa;
pub mod one_time_token;
pub mod password;
pub mod security_notice;
pub mod self_service;
pub mod session;
pub mod step_up;
pub mod user;
pub mod user_administration;
