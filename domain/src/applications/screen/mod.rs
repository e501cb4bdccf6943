//! The numbered screens of an application (domain sections 2.1, 2.3).
//!
//! Whatever is saved is right: [`examine`] is asked before anything is stored. What is missing is no violation until the
//! application is filed; see [`crate::applications::filing`]. Social Security and tax numbers are not kept here.

pub(crate) mod content;
mod examination;
mod findings;
mod license_examination;

pub use content::*;
pub use examination::{MAX_ITEMS, examine, tax_id_digits};
pub(crate) use findings::Findings;
pub use findings::{MAX_TEXT, Violation};
pub use license_examination::earliest_exemption;
