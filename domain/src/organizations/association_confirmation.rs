//! Confirming first administrators of provider accounts: the plan's staff decide about people who
//! matched a provider's data (domain rule R-203).

use crate::Instant;
use crate::ground::audit::{AuditAction, AuditEvent, Detail};
use crate::ground::effects::Effects;
use crate::ground::email::EmailAddress;
use crate::ground::id::{AssociationId, MembershipId, OrganizationId, UserId};
use crate::ground::mail::{MailContent, OutgoingMail};
use crate::ground::plan_code::PlanCode;
use crate::organizations::addressee::Addressee;
use crate::organizations::membership::MembershipStatus;
use crate::vocabulary;

vocabulary! {
    /// Who confirms the first administrator of a provider account.
    pub enum Confirmation {
        /// The plan's staff. Until then, the person can do nothing in the account.
        Staff = "staff",
        /// No confirmation: a user who knows the provider's data becomes administrator at once.
        None = "none",
    }
}

/// A plan's policy for associations.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AssociationPolicy {
    /// Who confirms the first administrator of a provider account.
    pub confirmation: Confirmation,
}

impl Default for AssociationPolicy {
    fn default() -> Self {
        Self { confirmation: Confirmation::Staff }
    }
}

vocabulary! {
    /// Why the plan's staff must confirm an association.
    pub enum ConfirmationCause {
        /// The person would be the first administrator of the account.
        FirstAdministrator = "first_administrator",
        /// The data matched after too many failures at the Provider ID. The person does not know
        /// that, and has not accepted the provider agreement.
        TooManyFailures = "too_many_failures",
    }
}

vocabulary! {
    /// The status of a confirmation.
    pub enum ConfirmationStatus {
        /// Waits for the plan's staff.
        Waiting = "waiting",
        /// Confirmed by the plan's staff.
        Confirmed = "confirmed",
        /// Rejected by the plan's staff.
        Rejected = "rejected",
    }
}

vocabulary! {
    /// A decision about an association.
    pub enum ConfirmationAction {
        /// The person becomes administrator of the account.
        Confirm = "confirm",
        /// The claim ends.
        Reject = "reject",
    }
}

vocabulary! {
    /// Why a decision about an association is refused.
    pub enum ConfirmationRefusal {
        /// Users cannot decide about their own association.
        OwnRights = "own_rights",
        /// It is already decided, or its membership no longer waits.
        InvalidTransition = "invalid_transition",
        /// Another person administers the account (domain rule R-136).
        AdministratorExists = "administrator_exists",
    }
}

/// An association that the plan's staff decide about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AssociationToConfirm {
    /// The association.
    pub id: AssociationId,
    /// The person.
    pub user: UserId,
    /// Why it must be confirmed.
    pub cause: ConfirmationCause,
    /// The status.
    pub status: ConfirmationStatus,
    /// The person's membership in the account, and its status.
    pub membership: Option<(MembershipId, MembershipStatus)>,
    /// Whether another person is an active administrator of the account.
    pub administrator_exists: bool,
}

impl AssociationToConfirm {
    /// The decisions that its status and that of its membership allow.
    ///
    /// An association whose membership ended otherwise can still be rejected, to resolve it.
    #[must_use]
    pub fn allowed(&self) -> Vec<ConfirmationAction> {
        let still_waits = self.membership.is_none_or(|(_, status)| waits(status));
        let allows = |action: &ConfirmationAction| {
            self.status == ConfirmationStatus::Waiting
                && (*action == ConfirmationAction::Reject || still_waits)
        };
        ConfirmationAction::ALL.iter().copied().filter(allows).collect()
    }
}

/// A decision about an association; only [`decide`] creates one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ConfirmationDecision {
    association: AssociationToConfirm,
    status: ConfirmationStatus,
}

impl ConfirmationDecision {
    /// The association, before the decision.
    #[must_use]
    pub const fn association(&self) -> &AssociationToConfirm {
        &self.association
    }

    /// The new status.
    #[must_use]
    pub const fn status(&self) -> ConfirmationStatus {
        self.status
    }

    /// The membership whose waiting ends. It becomes `active` if the association is confirmed, and
    /// `revoked` if it is rejected.
    #[must_use]
    pub fn membership(&self) -> Option<MembershipId> {
        self.association.membership.filter(|(_, status)| waits(*status)).map(|(id, _)| id)
    }
}

const fn waits(status: MembershipStatus) -> bool {
    matches!(status, MembershipStatus::VerificationPending)
}

/// Decides whether a user may confirm or reject an association, or returns every refusal.
pub fn decide(
    association: AssociationToConfirm,
    action: ConfirmationAction,
    by: UserId,
) -> Result<ConfirmationDecision, Vec<ConfirmationRefusal>> {
    let confirm = action == ConfirmationAction::Confirm;
    let refusals: Vec<_> = [
        (by == association.user, ConfirmationRefusal::OwnRights),
        (!association.allowed().contains(&action), ConfirmationRefusal::InvalidTransition),
        (confirm && association.administrator_exists, ConfirmationRefusal::AdministratorExists),
    ]
    .into_iter()
    .filter_map(|(applies, refusal)| applies.then_some(refusal))
    .collect();
    let status = match action {
        ConfirmationAction::Confirm => ConfirmationStatus::Confirmed,
        ConfirmationAction::Reject => ConfirmationStatus::Rejected,
    };
    if refusals.is_empty() { Ok(ConfirmationDecision { association, status }) } else { Err(refusals) }
}

/// A person whose association the plan's staff must confirm.
#[derive(Clone, Copy, Debug)]
pub struct Claimant<'a> {
    /// The association.
    pub association: AssociationId,
    /// The plan.
    pub plan: PlanCode,
    /// The provider's name on file.
    pub provider: &'a str,
    /// The Provider ID.
    pub username: &'a str,
    /// The person's name.
    pub name: &'a str,
    /// The person's email address.
    pub email: &'a str,
    /// Why it must be confirmed.
    pub cause: ConfirmationCause,
}

/// The mails that tell the plan's staff about a waiting association.
pub(super) fn announced(claimant: &Claimant<'_>, staff: &[Addressee]) -> Vec<OutgoingMail> {
    let mail = |addressee: &Addressee| OutgoingMail {
        key: format!("association_waiting:{}:{}", claimant.association, addressee.user),
        recipient: addressee.email.clone(),
        organization: None,
        content: MailContent::AssociationWaiting {
            plan: claimant.plan,
            provider: claimant.provider.to_owned(),
            username: claimant.username.to_owned(),
            name: claimant.name.to_owned(),
            email: claimant.email.to_owned(),
            after_failures: claimant.cause == ConfirmationCause::TooManyFailures,
        },
    };
    staff.iter().map(mail).collect()
}

/// A user claimed a provider after too many failures at its Provider ID. This is recorded whether
/// the claim matches or not.
#[must_use]
pub fn review_requested(user: UserId) -> Effects {
    Effects::recorded_as(AuditEvent::bare(None, AuditAction::AssociationReviewRequested, user))
}

/// The claim matched, so the plan's staff decide. Each of them gets an email; the user does not.
#[must_use]
pub fn review_received(claimant: &Claimant<'_>, staff: &[Addressee]) -> Effects {
    let event = AuditEvent::bare(None, AuditAction::AssociationReviewReceived, claimant.association);
    Effects::recorded_as(event).mailing(announced(claimant, staff))
}

/// The facts that the effects of a decision need in addition to the decision.
#[derive(Clone, Copy)]
pub struct Recorded<'a> {
    /// The provider account, if it exists.
    pub organization: Option<OrganizationId>,
    /// The plan.
    pub plan: PlanCode,
    /// The provider's name on file.
    pub provider: &'a str,
    /// The person's name.
    pub name: &'a str,
    /// The person's email address on file.
    pub email: &'a EmailAddress,
    /// Why the association is rejected.
    pub reason: Option<&'a str>,
    /// Until when the person can accept the agreement, if that is still to be done.
    pub accept_until: Option<Instant>,
}

impl ConfirmationDecision {
    /// The effects: the audit event, and the mail to the person.
    ///
    /// A person whose claim was never answered gets no mail about its rejection, because it would
    /// reveal that the data matched.
    #[must_use]
    pub fn effects(&self, recorded: Recorded<'_>) -> Effects {
        let action = match self.status {
            ConfirmationStatus::Confirmed => AuditAction::AssociationConfirmed,
            _ => AuditAction::AssociationRejected,
        };
        let mut event = AuditEvent::bare(recorded.organization, action, self.association.id)
            .with("user", Detail::text(self.association.user))
            .with("cause", Detail::text(self.association.cause));
        if let Some(membership) = self.membership() {
            event = event.with("membership", Detail::text(membership));
        }
        if let Some(reason) = recorded.reason {
            event = event.with("reason", Detail::text(reason));
        }
        Effects::recorded_as(event).mailing(self.mail(&recorded))
    }

    fn mail(&self, recorded: &Recorded<'_>) -> Option<OutgoingMail> {
        let (plan, provider, name) = (recorded.plan, recorded.provider.to_owned(), recorded.name.to_owned());
        let content = match (self.status, self.association.cause, recorded.reason) {
            (ConfirmationStatus::Confirmed, ..) => MailContent::AssociationConfirmed {
                plan,
                provider,
                name,
                accept_until: recorded.accept_until,
            },
            (_, ConfirmationCause::FirstAdministrator, Some(reason)) => {
                MailContent::AssociationRejected { plan, provider, name, reason: reason.to_owned() }
            }
            _ => return None,
        };
        Some(OutgoingMail {
            key: format!("{}:{}", content.template(), self.association.id),
            recipient: recorded.email.clone(),
            organization: recorded.organization,
            content,
        })
    }
}

#[cfg(test)]
#[path = "association_confirmation_tests.rs"]
mod tests;
