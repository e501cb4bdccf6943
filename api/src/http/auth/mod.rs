//! Authentication and authorization: access tokens, passwords, second factors, and the guard in
//! every handler's signature.

pub mod anonymous;
pub mod bearer;
pub mod call;
pub mod caller;
pub mod door;
pub mod idempotency_key;
pub mod new_password;
pub mod optional;
pub mod permission;
pub mod reads;
pub mod second_factor;
pub mod step_up;
