//! Associating an account with a Provider ID in two steps; linked accounts are made by the same two.

mod complete;
mod create;
mod request;
mod view;

pub use complete::*;
pub use create::*;
pub use request::*;
pub use view::*;
