//! Reads of members.

use portal_domain::ground::id::OrganizationId;
use portal_domain::platform::read_event::ReadAction;
use portal_persistence::organizations::members::MemberEntry;

use crate::http::auth::reads::Looked;

/// A read of a member, which is also found by the user.
pub(super) fn read(action: ReadAction, organization: OrganizationId, entry: &MemberEntry) -> Looked {
    Looked::at(action, entry.member.id, Some(organization)).of(entry.member.user)
}
