//! The effects of invitations and of the invite list.

use crate::Instant;
use crate::ground::audit::{AuditAction, AuditEvent, Detail};
use crate::ground::effects::Effects;
use crate::ground::email::EmailAddress;
use crate::ground::id::{InvitationId, InviteListEntryId, MembershipId, OrganizationId};
use crate::ground::mail::{InvitationMail, MailContent, OutgoingMail};
use crate::organizations::addressee::{self, Addressee, MailedLink, NewAdministrator};
use crate::organizations::invitation::{Acceptance, Offer, role_name};
use crate::organizations::membership::{MembershipStatus, Role};
use crate::organizations::organization::OrganizationFacts;

/// The key of an invitation's mail. The mail is withdrawn if the link stops working.
#[must_use]
pub fn mail_key(invitation: InvitationId) -> String {
    format!("invitation:{invitation}")
}

/// The mail with the link of an invitation (N-01, N-06).
#[must_use]
pub fn mail(
    invitation: InvitationId,
    organization: &OrganizationFacts,
    inviter: &str,
    (recipient, role): (EmailAddress, Role),
    link: MailedLink,
) -> OutgoingMail {
    let mail = InvitationMail {
        plan: organization.plan,
        inviter: inviter.to_owned(),
        organization: organization.name.clone(),
        role_name: role_name(role).to_owned(),
        token: link.token,
        expires_at: link.expires_at,
    };
    let content = match role {
        Role::CaAdminManager => MailContent::CaAdminManagerInvitation(mail),
        _ => MailContent::Invitation(mail),
    };
    OutgoingMail { key: mail_key(invitation), recipient, organization: Some(organization.id), content }
}

/// A person was invited.
#[must_use]
pub fn created(
    organization: OrganizationId,
    invitation: InvitationId,
    offer: &Offer,
    mail: OutgoingMail,
) -> Effects {
    let event = AuditEvent::bare(organization, AuditAction::InvitationCreated, invitation);
    Effects::recorded_as(offering(event, offer)).mailing([mail])
}

/// An invitation was sent again, as a new one that supersedes it.
#[must_use]
pub fn resent(
    organization: OrganizationId,
    invitation: InvitationId,
    offer: &Offer,
    supersedes: InvitationId,
    mail: OutgoingMail,
) -> Effects {
    let event = AuditEvent::bare(organization, AuditAction::InvitationResent, invitation);
    let event = offering(event, offer).with("supersedes", Detail::text(supersedes));
    Effects::recorded_as(event).mailing([mail])
}

/// An invitation was canceled.
#[must_use]
pub fn cancelled(organization: OrganizationId, invitation: InvitationId) -> Effects {
    Effects::recorded_as(AuditEvent::bare(organization, AuditAction::InvitationCancelled, invitation))
}

/// An accepted invitation, and what its mails say.
#[derive(Clone, Copy)]
pub struct Accepted<'a> {
    /// The organization.
    pub organization: &'a OrganizationFacts,
    /// The invitation.
    pub invitation: InvitationId,
    /// Its offer.
    pub offer: &'a Offer,
    /// Who sent it.
    pub inviter: &'a str,
    /// The address that it was sent to.
    pub email: &'a EmailAddress,
    /// The membership.
    pub membership: MembershipId,
    /// The member's name.
    pub name: &'a str,
    /// The link to complete the registration, if the member must do that first.
    pub registration: Option<&'a MailedLink>,
    /// The other administrators.
    pub administrators: &'a [Addressee],
    /// The time of the acceptance.
    pub now: Instant,
}

/// An invitation was accepted. The member gets a link if the registration must still be completed.
/// The other administrators are notified of a new one.
#[must_use]
pub fn accepted(acceptance: &Acceptance, accepted: Accepted<'_>) -> Effects {
    let Accepted { organization, invitation, offer, membership, .. } = accepted;
    let event = AuditEvent::bare(organization.id, AuditAction::InvitationAccepted, invitation);
    let event = offering(event, offer)
        .with("membership", Detail::text(membership))
        .with("status_after", Detail::text(acceptance.status()));
    let registration = accepted.registration.map(|link| {
        let key = format!("registration:{invitation}");
        addressee::registration(key, organization, (accepted.name, accepted.email.clone()), link.clone())
    });
    let is_new_administrator = acceptance.rights().administer(organization.kind)
        && acceptance.status() == MembershipStatus::Active
        && offer.rights().administer(organization.kind);
    let announcement = is_new_administrator.then(|| {
        let new = NewAdministrator { membership, name: accepted.name, by: accepted.inviter };
        addressee::administrator_added(organization, accepted.administrators, new, accepted.now)
    });
    Effects::recorded_as(event).mailing(registration).mailing(announcement.unwrap_or_default())
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
pub fn list_sent(
    organization: OrganizationId,
    invitations: Vec<String>,
    (sent, failed): (i64, i64),
    mails: Vec<OutgoingMail>,
) -> Effects {
    let event = AuditEvent::bare(organization, AuditAction::InviteListSent, organization)
        .with("invitations", Detail::List(invitations))
        .with("sent", Detail::Number(sent))
        .with("failed", Detail::Number(failed));
    Effects::recorded_as(event).mailing(mails)
}

fn offering(event: AuditEvent, offer: &Offer) -> AuditEvent {
    let permissions = offer.permissions.iter().map(ToString::to_string).collect();
    event.with("role", Detail::text(offer.role)).with("permissions", Detail::List(permissions))
}
