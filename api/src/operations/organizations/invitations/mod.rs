//! Invitations: a user is offered a role by email, and accepts with a link that works once.

mod accept;
mod cancel;
mod create;
mod get;
mod grantable_roles;
mod inspect;
mod invite;
mod link;
mod list;
mod refusal;
mod resend;
mod view;

pub use accept::*;
pub use cancel::*;
pub use create::*;
pub use get::*;
pub use grantable_roles::*;
pub use inspect::*;
pub use list::*;
pub use resend::*;
pub use view::*;

pub(crate) use invite::{Invited, Inviter, NewOffer, invite};
