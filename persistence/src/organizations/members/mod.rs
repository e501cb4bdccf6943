//! Members as shown to their managers, and their history.

mod administrators;
mod changes;
mod entry;
mod reading;

pub use crate::database::Members;
pub use entry::{MemberEntry, MemberFilter, MemberHistoryEntry, MemberPlace};
