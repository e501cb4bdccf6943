//! Calendars of due dates, which calendar programs read at a secret URL until it is revoked.

mod calendar;
mod create;
mod icalendar;
mod list;
mod revoke;
mod view;

pub use calendar::*;
pub use create::*;
pub use list::*;
pub use revoke::*;
pub use view::*;
