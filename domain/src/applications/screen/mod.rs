//! The numbered screens of an application (domain sections 2.1, 2.3).
//!
//! Only valid content is stored: [`examine`] runs before every save. Missing content is a violation
//! only at submission; see [`crate::applications::filing`]. Social Security and tax numbers are
//! stored elsewhere.

pub(crate) mod content;
mod examination;
mod findings;
mod kept;
mod license_examination;

pub use content::*;
pub use examination::{MAX_ITEMS, examine, tax_id_digits};
pub(crate) use findings::Findings;
pub use findings::{MAX_TEXT, Violation};
pub use kept::{continues_link, examine_changes};
pub use license_examination::earliest_exemption;
