//! The effects of invitations and of the invite list.

use crate::ground::audit::{AuditAction, AuditEvent, Detail};
use crate::ground::effects::Effects;
use crate::ground::id::{InvitationId, InviteListEntryId, MembershipId, OrganizationId};
use crate::organizations::invitation::Offer;
use crate::organizations::membership::MembershipStatus;

/// A person was invited.
#[must_use]
pub fn created(organization: OrganizationId, invitation: InvitationId, offer: &Offer) -> Effects {
    Effects::recorded_as(offering(
        AuditEvent::bare(organization, AuditAction::InvitationCreated, invitation),
        offer,
    ))
}

/// An invitation was sent again, as a new one that supersedes it.
#[must_use]
pub fn resent(
    organization: OrganizationId,
    invitation: InvitationId,
    offer: &Offer,
    supersedes: InvitationId,
) -> Effects {
    let event = AuditEvent::bare(organization, AuditAction::InvitationResent, invitation);
    Effects::recorded_as(offering(event, offer).with("supersedes", Detail::text(supersedes)))
}

/// An invitation was canceled.
#[must_use]
pub fn cancelled(organization: OrganizationId, invitation: InvitationId) -> Effects {
    Effects::recorded_as(AuditEvent::bare(organization, AuditAction::InvitationCancelled, invitation))
}

/// An invitation was accepted; `status` is that of the membership afterwards.
#[must_use]
pub fn accepted(
    organization: OrganizationId,
    invitation: InvitationId,
    offer: &Offer,
    membership: MembershipId,
    status: MembershipStatus,
) -> Effects {
    let event = AuditEvent::bare(organization, AuditAction::InvitationAccepted, invitation);
    let event = offering(event, offer)
        .with("membership", Detail::text(membership))
        .with("status_after", Detail::text(status));
    Effects::recorded_as(event)
}

/// A person was put on the invite list.
#[must_use]
pub fn entry_added(organization: OrganizationId, entry: InviteListEntryId, offer: &Offer) -> Effects {
    Effects::recorded_as(offering(
        AuditEvent::bare(organization, AuditAction::InviteListEntryAdded, entry),
        offer,
    ))
}

/// A person was taken off the invite list.
#[must_use]
pub fn entry_removed(organization: OrganizationId, entry: InviteListEntryId) -> Effects {
    Effects::recorded_as(AuditEvent::bare(organization, AuditAction::InviteListEntryRemoved, entry))
}

/// The people on the invite list were invited. `invitations` are the IDs of those sent.
#[must_use]
pub fn list_sent(organization: OrganizationId, invitations: Vec<String>, sent: i64, failed: i64) -> Effects {
    let event = AuditEvent::bare(organization, AuditAction::InviteListSent, organization)
        .with("invitations", Detail::List(invitations))
        .with("sent", Detail::Number(sent))
        .with("failed", Detail::Number(failed));
    Effects::recorded_as(event)
}

fn offering(event: AuditEvent, offer: &Offer) -> AuditEvent {
    let permissions = offer.permissions.iter().map(ToString::to_string).collect();
    event.with("role", Detail::text(offer.role)).with("permissions", Detail::List(permissions))
}
