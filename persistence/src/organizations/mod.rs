//! Storage of organizations, members, invitations, linked accounts, access requests and provider
//! records.

pub mod access_requests;
pub mod association_confirmations;
pub mod invitations;
pub mod invite_list;
pub mod linked_accounts;
pub mod live_sessions;
pub mod member_inactivity;
pub mod members;
pub mod memberships;
#[expect(clippy::module_inception, reason = "the area is named after its first noun")]
pub mod organizations;
pub mod provider_records;
