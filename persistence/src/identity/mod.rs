//! Storage of users, sessions, tokens, second factors and counted attempts.

pub mod mfa;
pub mod one_time_tokens;
pub mod refresh_tokens;
pub mod self_service;
pub mod sessions;
pub mod sign_in_attempts;
pub mod user_administration;
pub mod users;
