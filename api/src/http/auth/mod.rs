//! Who calls: access tokens, passwords, second factors, and the guard that stands in every handler's signature.

pub mod caller;
pub mod new_password;
pub mod notice;
pub mod one_time;
pub mod optional;
pub mod password;
pub mod second_factor;
pub mod signature;
pub mod token;
