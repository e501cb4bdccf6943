//! Associating an account with a Provider ID in two steps. Linking an account uses the same steps.

mod complete;
mod create;
mod refusal;
mod request;
mod view;

pub use complete::*;
pub use create::*;
pub use request::*;
pub use view::*;
