//! Operations on tokens, the own account, registrations and password resets.

pub mod links;
pub mod me;
pub mod oauth;
pub mod password_resets;
pub mod self_service;
