//! Registration of new users under a tax ID, and its completion by link.

mod complete;
mod create;
mod redeem_enable_link;

pub use complete::*;
pub use create::*;
pub use redeem_enable_link::*;
