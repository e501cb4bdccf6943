//! Organizations, members, invitations, linked accounts, and access requests.

mod access_requests;
mod association_attempts;
mod association_claims;
mod association_confirmations;
mod invitation_links;
mod invitations;
mod invite_list;
mod linked_accounts;
mod login_locks;
mod masked_members;
mod member_inactivity;
mod member_inactivity_instances;
mod member_inactivity_runs;
mod member_updates;
mod members;
#[expect(clippy::module_inception, reason = "the area is named after its first noun")]
mod organizations;
mod provider_account_associations;
mod provider_record_import;
mod registration_limits;
mod registrations;
