//! Applications and their history.

mod application;
mod deciding;
mod reading;
mod work;

pub use crate::database::Applications;
pub(crate) use application::rows;
pub use application::*;
pub use deciding::NewWithdrawal;
pub use reading::{ApplicationFilter, ApplicationReader};
pub(crate) use reading::{visible_to, with_access};
pub use work::WorkPlace;
