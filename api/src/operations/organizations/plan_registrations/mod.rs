//! Registrations that plan staff verify: the original registrant of a practice (domain rule R-171).

mod list;
mod verify_original;

pub use list::*;
pub use verify_original::*;
