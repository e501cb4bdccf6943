//! Self-registration of members under the tax ID of a practice.

use crate::Instant;
use crate::ground::audit::{AuditAction, AuditEvent};
use crate::ground::effects::Effects;
use crate::ground::id::MembershipId;
use crate::ground::mail::{MailContent, OutgoingMail};
use crate::organizations::addressee::{Addressee, NewAdministrator, administrator_added};
use crate::organizations::organization::OrganizationFacts;

/// A registrant, as the mail to those who verify registrants describes them (N-07).
#[derive(Clone, Copy)]
pub struct Registrant<'a> {
    /// The membership.
    pub membership: MembershipId,
    /// The name.
    pub name: &'a str,
    /// The email address.
    pub email: &'a str,
    /// The practice's tax ID, masked.
    pub tax_id_masked: &'a str,
}

/// A registrant became a member, pending verification. Those who can verify registrants are notified
/// (N-07): the account managers or, if there are none, the plan's staff. `enable_token` is the
/// one-time token of the button to enable the user, for plans that have one (domain rule R-187).
#[must_use]
pub fn received(
    organization: &OrganizationFacts,
    registrant: Registrant<'_>,
    verifiers: &[Addressee],
    enable_token: Option<&str>,
) -> Effects {
    let mail = |verifier: &Addressee| OutgoingMail {
        key: format!("new_registration:{}:{}", registrant.membership, verifier.user),
        recipient: verifier.email.clone(),
        organization: Some(organization.id),
        content: MailContent::NewRegistration {
            plan: organization.plan,
            organization: organization.name.clone(),
            organization_id: organization.id,
            membership_id: registrant.membership,
            name: registrant.name.to_owned(),
            email: registrant.email.to_owned(),
            tax_id_masked: registrant.tax_id_masked.to_owned(),
            enable_token: enable_token.map(str::to_owned),
        },
    };
    let event = AuditEvent::bare(organization.id, AuditAction::RegistrationReceived, registrant.membership);
    Effects::recorded_as(event).mailing(verifiers.iter().map(mail))
}

/// A member completed the registration with its link. If that made the member an administrator, the
/// other administrators are notified.
#[must_use]
pub fn completed(
    organization: &OrganizationFacts,
    (membership, name): (MembershipId, &str),
    is_administrator: bool,
    others: &[Addressee],
    now: Instant,
) -> Effects {
    let event = AuditEvent::bare(organization.id, AuditAction::RegistrationCompleted, membership);
    let others = if is_administrator { others } else { &[] };
    let new = NewAdministrator { membership, name, by: name };
    Effects::recorded_as(event).mailing(administrator_added(organization, others, new, now))
}
