//! The rules of provider-portal, pure: facts come in as arguments, decisions or every refusal come out.
//!
//! Nothing here reads a clock, a database, a file or the network; time, ids and randomness are arguments.
//! Start with [`reassignment`] (who may take over which application) and [`policy`] (who may do what);
//! [`mod@ground::vocabulary`] explains how closed lists of words are declared.

pub mod applications;
pub mod ground;
pub mod identity;
pub mod medicaid;
pub mod organizations;
pub mod platform;
pub mod work;

/// An instant in UTC. Truncated to microseconds where the clock is read, because that is what both databases keep.
pub type Instant = chrono::DateTime<chrono::Utc>;
