//! The rules of provider-portal, pure: facts come in as arguments, decisions or every refusal come out.
//!
//! Nothing here reads a clock, a database, a file or the network; time, ids and randomness are arguments.
//! Start with [`reassignment`] (who may take over which application) and [`policy`] (who may do what);
//! [`mod@ground::vocabulary`] explains how closed lists of words are declared.

pub mod access_request;
pub mod agent_access;
pub mod application;
pub mod approval;
pub mod association;
pub mod calendar_feed;
pub mod caller_verification;
pub mod comment;
pub mod correspondence;
pub mod credentialing;
pub mod delegation;
pub mod document;
pub mod filing;
pub mod forecast;
pub mod ground;
pub mod identity;
pub mod inactivity;
pub mod invitation;
pub mod job;
pub mod licensure;
pub mod life_cycle;
pub mod mail;
pub mod medicaid_id;
pub mod member;
pub mod member_inactivity;
pub mod membership;
pub mod menu;
pub mod notification;
pub mod organization;
pub mod plan;
pub mod policy;
pub mod provider;
pub mod provider_record;
pub mod reassignment;
pub mod revalidation;
pub mod revert;
pub mod screen;
pub mod starting;
pub mod taxonomy;
pub mod working_days;
pub mod workload;

/// An instant in UTC. Truncated to microseconds where the clock is read, because that is what both databases keep.
pub type Instant = chrono::DateTime<chrono::Utc>;
