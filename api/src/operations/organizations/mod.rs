//! Operations on organizations, members, invitations, linked accounts, and access requests.

pub mod access_requests;
pub mod invitations;
pub mod invite_list;
pub mod linked_accounts;
pub mod members;
#[expect(clippy::module_inception, reason = "the area is named after its first noun")]
pub mod organizations;
pub mod plan_associations;
pub mod plan_registrations;
pub mod provider_account_associations;
pub mod registrations;
