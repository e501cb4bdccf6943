//! The sandbox: demonstration data, personas to sign in as, and a clock that can be advanced. It
//! exists only with `--demo`, which refuses PostgreSQL and production.

mod cca;
mod clock;
mod list;
mod mailbox;
mod personas;
mod practices;
mod reset;
mod story;
mod token;

use actix_web::web;

use crate::portal::state::Portal;

/// The portal whose data the sandbox resets and whose clock it advances.
pub struct SandboxPortal {
    /// The portal.
    pub portal: web::Data<Portal>,
}

pub use clock::*;
pub use list::*;
pub use mailbox::*;
pub use personas::*;
pub use reset::*;
pub use story::*;
pub use token::*;
