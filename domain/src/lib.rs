//! The rules of provider-portal, pure: facts come in as arguments, decisions or every refusal come out.
//!
//! Nothing here reads a clock, a database, a file, or the network; time, IDs, and randomness are
//! arguments. A decision carries its effects ([`ground::effects`]): audit events, notices,
//! correspondence, and mails.
//!
//! Six areas build on one another, lowest first: [`identity`], [`organizations`], [`medicaid`],
//! [`applications`], [`work`], [`platform`]; below all of them is [`ground`]. An area may use the
//! areas before it. Start with [`work::reassignment`] (who may take over which application) and
//! [`organizations::policy`] (who may do what).

pub mod applications;
pub mod ground;
pub mod identity;
pub mod medicaid;
pub mod organizations;
pub mod platform;
pub mod work;

/// An instant in UTC. Truncated to microseconds where the clock is read, because that is what both databases keep.
pub type Instant = chrono::DateTime<chrono::Utc>;
