//! Applications and their history.

mod access;
mod application;
mod deciding;
mod reading;
mod work;

pub use crate::database::Applications;
pub use access::MedicaidIdOnFile;
pub(crate) use access::{join_access, with_access, without_access};
pub(crate) use application::rows;
pub use application::*;
pub use deciding::NewWithdrawal;
pub use reading::ApplicationFilter;
pub(crate) use reading::visible_to;
pub use work::WorkPlace;
