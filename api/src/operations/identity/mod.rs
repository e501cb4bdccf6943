//! Operations on tokens, users, second factors, and password resets.

pub mod links;
pub mod me;
pub mod mfa_methods;
pub mod oauth;
pub mod password_resets;
pub mod platform_role;
pub mod self_service;
pub mod users;
