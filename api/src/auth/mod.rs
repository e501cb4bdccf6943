//! Who calls: access tokens, passwords, and the guard that stands in every handler's signature.

pub mod caller;
pub mod password;
pub mod token;
