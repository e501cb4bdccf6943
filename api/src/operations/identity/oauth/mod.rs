//! The token endpoint (RFC 6749: grants `password`, `mfa_otp`, and `refresh_token`), revocation
//! (RFC 7009), keys, and metadata (RFC 8414).

mod admission;
mod form;
mod issue;
mod jwks;
mod metadata;
mod mfa_grant;
mod password_grant;
mod refresh_grant;
mod revoke;
mod view;

pub use issue::*;
pub use jwks::*;
pub use metadata::*;
pub use revoke::*;
pub use view::*;

pub(crate) use password_grant::{Device, start_session};
