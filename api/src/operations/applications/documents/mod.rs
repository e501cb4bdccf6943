//! Documents of applications: screen 8.0.

mod add;
mod content;
mod list;
mod refusal;
mod remove;
mod view;

pub use add::*;
pub use content::*;
pub use list::*;
pub use remove::*;
pub use view::*;
