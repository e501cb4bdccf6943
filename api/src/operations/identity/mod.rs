//! Operations on tokens, the current user, and password resets.

pub mod links;
pub mod me;
pub mod oauth;
pub mod password_resets;
pub mod platform_role;
pub mod self_service;
pub mod users;
