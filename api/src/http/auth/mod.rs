//! Who calls: access tokens, passwords, second factors, and the guard that stands in every handler's signature.

pub mod bearer;
pub mod caller;
pub mod new_password;
pub mod optional;
pub mod second_factor;
