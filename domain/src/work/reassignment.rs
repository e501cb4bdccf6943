//! Moving open applications from one credentialing agent to another (domain rules ).
//!
//! [`crate::work::revert`] moves them back.
//!
//! [`examine`] judges each requested item. [`propose`] turns that into a decision or every refusal.
//! Only the rules create a [`Reassignment`], so every stored one was decided here.

use crate::ground::effects::Effects;
use std::collections::BTreeMap;

use chrono::Duration;

use crate::applications::application::{HistoryAction, WorkItem};
use crate::ground::audit::{AuditAction, AuditEvent, Detail};
use crate::ground::id::{ApplicationId, MembershipId, OrganizationId, ReassignmentId};
use crate::ground::notice::{Notice, NotificationKind};
use crate::organizations::membership::Agent;
use crate::{Instant, vocabulary};

/// The maximum number of applications in one reassignment.
pub const MAX_ITEMS: usize = 500;

/// An application as the manager saw it when selecting it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChosenItem {
    /// The application.
    pub id: ApplicationId,
    /// Its version at that time.
    pub version: i64,
}

vocabulary! {
    /// Why an application cannot be reassigned.
    pub enum ItemRefusal {
        /// The organization has no such application.
        NotFound = "not_found",
        /// It is approved, denied or withdrawn (domain rule R-020).
        ItemNotReassignable = "item_not_reassignable",
        /// It changed since the manager saw it, or it is no longer assigned to the agent (domain
        /// rule R-031).
        ItemChanged = "item_changed",
    }
}

vocabulary! {
    /// Why an agent cannot receive the work (domain rule R-025).
    pub enum TargetRefusal {
        /// The agent already has the work.
        TargetSameAsSource = "target_same_as_source",
        /// The user is not an active credentialing agent.
        TargetNotActiveCredentialingAgent = "target_not_active_credentialing_agent",
    }
}

/// Every reason why `to` cannot receive the work; empty if they can.
#[must_use]
pub fn examine_target(from: &Agent, to: &Agent) -> Vec<TargetRefusal> {
    let mut refusals = Vec::new();
    if from.id == to.id {
        refusals.push(TargetRefusal::TargetSameAsSource);
    }
    if !to.may_receive_work() {
        refusals.push(TargetRefusal::TargetNotActiveCredentialingAgent);
    }
    refusals
}

/// The result of examining one chosen item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// The application.
    pub id: ApplicationId,
    /// Why it cannot be reassigned; empty if it can.
    pub reasons: Vec<ItemRefusal>,
}

/// Examines the chosen items against the current state, in the order chosen.
///
/// Duplicates are merged (domain rule R-024). An item chosen with two different versions counts as
/// changed.
#[must_use]
pub fn examine(from: MembershipId, chosen: &[ChosenItem], found: &[WorkItem]) -> Vec<Verdict> {
    let found: BTreeMap<_, _> = found.iter().map(|item| (item.id, item)).collect();
    let mut verdicts: Vec<Verdict> = Vec::with_capacity(chosen.len());
    let mut places: BTreeMap<ApplicationId, usize> = BTreeMap::new();
    for choice in chosen {
        let reasons = item_refusals(from, *choice, found.get(&choice.id).copied());
        match places.get(&choice.id).and_then(|place| verdicts.get_mut(*place)) {
            Some(earlier) => {
                reasons.into_iter().for_each(|reason| {
                    if !earlier.reasons.contains(&reason) {
                        earlier.reasons.push(reason);
                    }
                });
            }
            None => {
                places.insert(choice.id, verdicts.len());
                verdicts.push(Verdict { id: choice.id, reasons });
            }
        }
    }
    verdicts
}

fn item_refusals(from: MembershipId, choice: ChosenItem, found: Option<&WorkItem>) -> Vec<ItemRefusal> {
    let Some(item) = found else { return vec![ItemRefusal::NotFound] };
    let mut reasons = Vec::new();
    if !item.status.is_reassignable() {
        reasons.push(ItemRefusal::ItemNotReassignable);
    }
    if item.version != choice.version || item.assigned_to != from {
        reasons.push(ItemRefusal::ItemChanged);
    }
    reasons
}

/// Why a proposal is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The agent cannot receive the work.
    Target(Vec<TargetRefusal>),
    /// Some items cannot be reassigned, so none is (domain rule R-026).
    Items(Vec<Verdict>),
}

/// A reassignment that satisfies every rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reassignment {
    id: ReassignmentId,
    organization: OrganizationId,
    from: Agent,
    to: Agent,
    items: Vec<WorkItem>,
    decided_at: Instant,
    revertible_until: Instant,
    reverts: Option<ReassignmentId>,
    counts_as_activity: bool,
}

/// The context of a proposal.
#[derive(Clone, Copy, Debug)]
pub struct Circumstances {
    /// The id of the new reassignment.
    pub id: ReassignmentId,
    /// The organization.
    pub organization: OrganizationId,
    /// The time of the decision.
    pub now: Instant,
    /// The plan's policy.
    pub policy: ReassignmentPolicy,
}

/// Decides whether to move `chosen` from one agent to another. `found` is their current state,
/// locked.
pub fn propose(
    circumstances: Circumstances,
    from: &Agent,
    to: &Agent,
    chosen: &[ChosenItem],
    found: Vec<WorkItem>,
) -> Result<Reassignment, Refusal> {
    let target = examine_target(from, to);
    if !target.is_empty() {
        return Err(Refusal::Target(target));
    }
    let refused: Vec<_> =
        examine(from.id, chosen, &found).into_iter().filter(|verdict| !verdict.reasons.is_empty()).collect();
    if !refused.is_empty() {
        return Err(Refusal::Items(refused));
    }
    Ok(decide(circumstances, from, to, found, None))
}

pub(crate) fn decide(
    circumstances: Circumstances,
    from: &Agent,
    to: &Agent,
    items: Vec<WorkItem>,
    reverts: Option<ReassignmentId>,
) -> Reassignment {
    let Circumstances { id, organization, now, policy } = circumstances;
    Reassignment {
        id,
        organization,
        from: from.clone(),
        to: to.clone(),
        items,
        decided_at: now,
        revertible_until: now + Duration::hours(i64::from(policy.revert_within_hours)),
        reverts,
        counts_as_activity: policy.counts_as_activity,
    }
}

impl Reassignment {
    /// The id.
    #[must_use]
    pub const fn id(&self) -> ReassignmentId {
        self.id
    }

    /// The organization.
    #[must_use]
    pub const fn organization(&self) -> OrganizationId {
        self.organization
    }

    /// The agent who had the work.
    #[must_use]
    pub const fn from(&self) -> &Agent {
        &self.from
    }

    /// The agent who receives the work.
    #[must_use]
    pub const fn to(&self) -> &Agent {
        &self.to
    }

    /// The applications as they were before the reassignment.
    #[must_use]
    pub fn items(&self) -> &[WorkItem] {
        &self.items
    }

    /// The time of the decision.
    #[must_use]
    pub const fn decided_at(&self) -> Instant {
        self.decided_at
    }

    /// When the time for reverting it ends, exclusive.
    #[must_use]
    pub const fn revertible_until(&self) -> Instant {
        self.revertible_until
    }

    /// The reassignment this one reverts, if any.
    #[must_use]
    pub const fn reverts(&self) -> Option<ReassignmentId> {
        self.reverts
    }

    /// Whether the reassignment restarts the inactivity count (ambiguity A-05).
    #[must_use]
    pub const fn counts_as_activity(&self) -> bool {
        self.counts_as_activity
    }

    /// The action recorded in each application's history.
    #[must_use]
    pub const fn history_action(&self) -> HistoryAction {
        match self.reverts {
            None => HistoryAction::Reassigned,
            Some(_) => HistoryAction::ReassignmentReverted,
        }
    }

    /// The audit event (domain rule R-032) and the notices.
    #[must_use]
    pub fn effects(&self) -> Effects {
        Effects::recorded_as(self.audit_event()).notifying(self.notices())
    }

    /// The notices: one for each application, to the new agent only (domain rule R-027).
    fn notices(&self) -> Vec<Notice> {
        let because = match self.reverts {
            None => format!("from {}", self.from.name),
            Some(_) => format!("back from {}", self.from.name),
        };
        self.items
            .iter()
            .map(|item| Notice {
                recipient: self.to.user,
                recipient_name: self.to.name.clone(),
                organization: self.organization,
                application: Some(item.id),
                reassignment: Some(self.id),
                kind: NotificationKind::ApplicationReassignedToYou,
                threshold_days: None,
                dedupe_key: None,
                text: format!(
                    "Application {} for {} was reassigned to you {because}.",
                    item.number, item.provider_name
                ),
            })
            .collect()
    }

    /// The event for the audit trail (domain rule R-032).
    fn audit_event(&self) -> AuditEvent {
        let mut details = vec![
            ("from_agent", Detail::Text(self.from.id.to_string())),
            ("to_agent", Detail::Text(self.to.id.to_string())),
            ("items", Detail::List(self.items.iter().map(|item| item.id.to_string()).collect())),
        ];
        if let Some(reverted) = self.reverts {
            details.push(("reverts", Detail::Text(reverted.to_string())));
        }
        let action = match self.reverts {
            None => AuditAction::ReassignmentCreated,
            Some(_) => AuditAction::ReassignmentReverted,
        };
        AuditEvent { organization: Some(self.organization), action, object: self.id.to_string(), details }
    }
}

#[cfg(test)]
pub(crate) mod given {
    use uuid::Uuid;

    use super::*;
    use crate::ground::application_status::ApplicationStatus;
    use crate::ground::application_type::ApplicationType;
    use crate::ground::id::UserId;
    use crate::organizations::membership::MembershipStatus;

    pub(crate) fn agent(number: u128, status: MembershipStatus) -> Agent {
        Agent {
            id: MembershipId::from_uuid(Uuid::from_u128(number)),
            user: UserId::from_uuid(Uuid::from_u128(number + 100)),
            name: format!("Agent {number}"),
            status,
            is_credentialing_agent: true,
        }
    }

    pub(crate) fn item(number: u128, status: ApplicationStatus, holder: &Agent) -> WorkItem {
        WorkItem {
            id: ApplicationId::from_uuid(Uuid::from_u128(number)),
            number: format!("APP{number:04}"),
            provider_name: "Doe, John".into(),
            application_type: ApplicationType::Enrollment,
            status,
            assigned_to: holder.id,
            last_activity_at: Instant::UNIX_EPOCH,
            version: 3,
        }
    }

    pub(crate) fn chosen(items: &[WorkItem]) -> Vec<ChosenItem> {
        items.iter().map(|item| ChosenItem { id: item.id, version: item.version }).collect()
    }

    pub(crate) fn circumstances() -> Circumstances {
        Circumstances {
            id: ReassignmentId::from_uuid(Uuid::from_u128(77)),
            organization: OrganizationId::from_uuid(Uuid::from_u128(88)),
            now: "2026-02-01T12:00:00Z".parse().unwrap(),
            policy: ReassignmentPolicy { counts_as_activity: false, revert_within_hours: 24 },
        }
    }
}

/// A plan's policy for reassignments.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReassignmentPolicy {
    /// Whether a reassignment restarts the inactivity count. The seeds do not say; the default is
    /// no (ambiguity A-05).
    pub counts_as_activity: bool,
    /// Hours within which a reassignment can be reverted.
    pub revert_within_hours: u32,
}

#[cfg(test)]
#[path = "reassignment_tests.rs"]
mod tests;
