//! Consents of an individual's side to a link with a group of another organization (domain rules
//!
//!
//! A consent names the group by its number. Whether such a group is on file makes no difference to
//! the caller, so consents reveal nothing about other organizations.

use chrono::{Duration, NaiveDate};
use chrono_tz::Tz;

use crate::Instant;
use crate::ground::audit::{AuditAction, AuditEvent, Detail};
use crate::ground::calendar::local_date;
use crate::ground::effects::Effects;
use crate::ground::id::{LinkConsentId, MedicaidIdId, OrganizationId};
use crate::ground::notice::{Notice, NotificationKind, Recipient};
use crate::medicaid::agent_access::{MedicaidIdTie, OrganizationTie};
use crate::medicaid::medicaid_id::MedicaidIdCategory;
use crate::organizations::actor::Actor;
use crate::organizations::organization::OrganizationFacts;
use crate::organizations::policy::{self, manages_the_account, may_use_the_manager_role};

/// The number of days for which a consent is valid.
pub const VALID_DAYS: i64 = 90;

/// The instant at which a consent given at that time is no longer valid.
#[must_use]
pub fn expires_at(given_at: Instant) -> Instant {
    given_at + Duration::days(VALID_DAYS)
}

/// Consents given later than this are still valid now.
#[must_use]
pub fn valid_if_given_after(now: Instant) -> Instant {
    now - Duration::days(VALID_DAYS)
}

/// The last calendar day that falls entirely within the consent's validity. The department can
/// approve the link on that day at any time.
#[must_use]
pub fn last_full_day(given_at: Instant, zone: Tz) -> NaiveDate {
    let end = local_date(expires_at(given_at), zone);
    end.pred_opt().unwrap_or(end)
}

/// The valid consents that count: those of organizations that still have the individual in scope.
///
/// An organization that lost the individual no longer speaks for it, so its consent stops counting.
/// The individual's own organization always has it in scope. `ties` has the ties of the givers to
/// the individuals now.
#[must_use]
pub fn counting(mut consents: Vec<Consent>, ties: &[OrganizationTie]) -> Vec<Consent> {
    consents.retain(|consent| {
        ties.iter().any(|tie| {
            tie.organization == consent.organization
                && tie.medicaid_id == consent.individual
                && tie.tie.is_in_scope()
        })
    });
    consents
}

/// Why a caller may not manage the consents for a Medicaid ID.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The response is that for a nonexistent Medicaid ID: it is not an individual's, or not in the
    /// organization's scope.
    Hidden,
    /// The caller lacks the role.
    NotAllowed(policy::Refusal),
}

/// Decides whether `actor` may give, list, and revoke consents for a Medicaid ID in the name of an
/// organization with this tie to it (domain rule R-202).
///
/// CA Admin Managers may for individuals in the organization's scope. Administrators and account
/// managers may for the organization's own individuals.
pub fn may_manage(
    actor: &Actor,
    organization: &OrganizationFacts,
    category: MedicaidIdCategory,
    tie: &MedicaidIdTie,
) -> Result<(), Refusal> {
    if category != MedicaidIdCategory::Individual || !tie.is_in_scope() {
        return Err(Refusal::Hidden);
    }
    if tie.is_own && manages_the_account(actor, organization.id) {
        return Ok(());
    }
    may_use_the_manager_role(actor, organization).map_err(Refusal::NotAllowed)
}

/// A consent, as its effects describe it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Consent {
    /// The id.
    pub id: LinkConsentId,
    /// The organization that gave it.
    pub organization: OrganizationId,
    /// The record of the individual's Medicaid ID.
    pub individual: MedicaidIdId,
    /// The number of the individual's Medicaid ID.
    pub individual_number: String,
    /// The number of the group's Medicaid ID.
    pub group_number: String,
    /// When it was given.
    pub given_at: Instant,
}

/// The owner of the named group, if the group is on file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupSide {
    /// The organization that owns the group.
    pub organization: OrganizationId,
    /// Its managers.
    pub managers: Vec<Recipient>,
}

impl Consent {
    /// The effects of giving the consent: the managers of the group are notified, each at most once
    /// a day for the same individual and group. Days are those of the plan's time zone.
    #[must_use]
    pub fn given(&self, giver: &str, group: Option<&GroupSide>, zone: Tz) -> Effects {
        let Self { individual_number, group_number, given_at, .. } = self;
        let day = local_date(*given_at, zone);
        let last_day = last_full_day(*given_at, zone);
        let text = format!(
            "{giver} consents to a link of the individual Medicaid ID {individual_number} to your group \
             {group_number}. Submit the link on screen 5.1. The department must approve it by {last_day}."
        );
        let others = group.filter(|group| group.organization != self.organization);
        let notices = others.into_iter().flat_map(|group| {
            group.managers.iter().map(|recipient| Notice {
                dedupe_key: Some(format!(
                    "link consent {} {} {group_number} {day} {}",
                    self.organization, self.individual, recipient.user
                )),
                ..notice(group.organization, recipient, NotificationKind::LinkConsentGiven, text.clone())
            })
        });
        Effects::recorded_as(self.event(AuditAction::LinkConsentGiven)).notifying(notices)
    }

    /// The effects of revoking the consent.
    #[must_use]
    pub fn revoked(&self) -> Effects {
        Effects::recorded_as(self.event(AuditAction::LinkConsentRevoked))
    }

    /// The effects of an approval that relies on the consent: the organization that gave it gets an
    /// audit event, and its managers are notified.
    #[must_use]
    pub fn used(&self, managers: &[Recipient]) -> Effects {
        let text = format!(
            "The department approved a link of the individual Medicaid ID {} to the group {}, as your \
             organization had consented.",
            self.individual_number, self.group_number
        );
        let kind = NotificationKind::LinkConsentUsed;
        let notices = managers.iter().map(|manager| notice(self.organization, manager, kind, text.clone()));
        Effects::recorded_as(self.event(AuditAction::LinkConsentUsed)).notifying(notices)
    }

    fn event(&self, action: AuditAction) -> AuditEvent {
        AuditEvent::bare(self.organization, action, self.id)
            .with("medicaid_id", Detail::text(self.individual))
            .with("group_medicaid_id", Detail::text(&self.group_number))
    }
}

/// A notice about no application: the recipients cannot see that of the other side.
fn notice(
    organization: OrganizationId,
    recipient: &Recipient,
    kind: NotificationKind,
    text: String,
) -> Notice {
    Notice {
        recipient: recipient.user,
        recipient_name: recipient.name.clone(),
        organization,
        application: None,
        reassignment: None,
        kind,
        threshold_days: None,
        text,
        dedupe_key: None,
    }
}

#[cfg(test)]
#[path = "link_consent_tests.rs"]
mod tests;
