//! Reverting a whole reassignment, as long as none of its applications has changed since.

use crate::applications::application::WorkItem;
use crate::ground::id::ReassignmentId;
use crate::organizations::membership::Agent;
use crate::work::reassignment::{ChosenItem, Circumstances, Reassignment, Verdict, decide, examine};
use crate::{Instant, vocabulary};

/// The facts about an earlier reassignment that reverting it needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Past {
    /// Its id.
    pub id: ReassignmentId,
    /// When the time for reverting it ends, exclusive.
    pub revertible_until: Instant,
    /// The reassignment that reverted it, if one did.
    pub reverted_by: Option<ReassignmentId>,
    /// The reassignment it reverts, if it is itself a revert.
    pub reverts: Option<ReassignmentId>,
}

vocabulary! {
    /// Why a reassignment as a whole cannot be reverted.
    pub enum RevertRefusal {
        /// It has already been reverted.
        AlreadyReverted = "already_reverted",
        /// It is itself a revert.
        IsARevert = "is_a_revert",
        /// The time for reverting it has ended.
        RevertWindowClosed = "revert_window_closed",
        /// The original agent is no longer an active credentialing agent.
        TargetNotActiveCredentialingAgent = "target_not_active_credentialing_agent",
    }
}

/// Every reason, apart from its items, why a reassignment cannot be reverted; empty if it can.
#[must_use]
pub fn examine_revert(past: &Past, original_agent: &Agent, now: Instant) -> Vec<RevertRefusal> {
    let mut refusals = Vec::new();
    if past.reverted_by.is_some() {
        refusals.push(RevertRefusal::AlreadyReverted);
    }
    if past.reverts.is_some() {
        refusals.push(RevertRefusal::IsARevert);
    }
    if now >= past.revertible_until {
        refusals.push(RevertRefusal::RevertWindowClosed);
    }
    if !original_agent.may_receive_work() {
        refusals.push(RevertRefusal::TargetNotActiveCredentialingAgent);
    }
    refusals
}

/// Why a revert is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RevertRefusals {
    /// The reassignment as a whole cannot be reverted.
    Whole(Vec<RevertRefusal>),
    /// Some items have changed since, so none is moved back.
    Items(Vec<Verdict>),
}

/// Decides whether a whole reassignment can be reverted.
///
/// `current_agent` has the work now, and `original_agent` had it before. `moved` lists the items
/// with their versions after the reassignment. `found` is their current state.
pub fn propose_revert(
    circumstances: Circumstances,
    past: &Past,
    original_agent: &Agent,
    current_agent: &Agent,
    moved: &[ChosenItem],
    found: Vec<WorkItem>,
) -> Result<Reassignment, RevertRefusals> {
    let whole = examine_revert(past, original_agent, circumstances.now);
    if !whole.is_empty() {
        return Err(RevertRefusals::Whole(whole));
    }
    let refused: Vec<_> = examine(current_agent.id, moved, &found)
        .into_iter()
        .filter(|verdict| !verdict.reasons.is_empty())
        .collect();
    if !refused.is_empty() {
        return Err(RevertRefusals::Items(refused));
    }
    Ok(decide(circumstances, current_agent, original_agent, found, Some(past.id)))
}

#[cfg(test)]
mod tests {
    use chrono::Duration;
    use uuid::Uuid;

    use super::*;
    use crate::ground::application_status::ApplicationStatus;
    use crate::organizations::membership::MembershipStatus;
    use crate::work::reassignment::ItemRefusal;
    use crate::work::reassignment::given::*;

    #[test]
    fn a_reassignment_can_be_reverted_until_the_revert_window_closes() {
        let (original, current) = (agent(1, MembershipStatus::Active), agent(2, MembershipStatus::Active));
        let items = vec![item(10, ApplicationStatus::Submitted, &current)];
        let until: Instant = "2026-02-01T12:00:00Z".parse().unwrap();
        let past = Past {
            id: ReassignmentId::from_uuid(Uuid::from_u128(5)),
            revertible_until: until,
            reverted_by: None,
            reverts: None,
        };
        let at = |now| {
            let circumstances = Circumstances { now, ..circumstances() };
            propose_revert(circumstances, &past, &original, &current, &chosen(&items), items.clone())
        };
        let decision = at(until - Duration::microseconds(1)).unwrap();
        assert_eq!((decision.to(), decision.reverts()), (&original, Some(past.id)));
        assert_eq!(at(until), Err(RevertRefusals::Whole(vec![RevertRefusal::RevertWindowClosed])));
    }

    #[test]
    fn a_refused_revert_reports_all_reasons() {
        let original = agent(1, MembershipStatus::Disabled);
        let past = Past {
            id: ReassignmentId::from_uuid(Uuid::from_u128(5)),
            revertible_until: Instant::UNIX_EPOCH,
            reverted_by: Some(ReassignmentId::from_uuid(Uuid::from_u128(6))),
            reverts: Some(ReassignmentId::from_uuid(Uuid::from_u128(4))),
        };
        assert_eq!(examine_revert(&past, &original, Instant::UNIX_EPOCH), RevertRefusal::ALL);
    }

    #[test]
    fn a_revert_refuses_items_that_changed_since_the_reassignment() {
        let (original, current) = (agent(1, MembershipStatus::Active), agent(2, MembershipStatus::Active));
        let submitted_since = item(10, ApplicationStatus::Submitted, &current);
        let moved = [ChosenItem { id: submitted_since.id, version: 2 }];
        let past = Past {
            id: ReassignmentId::from_uuid(Uuid::from_u128(5)),
            revertible_until: circumstances().now + Duration::hours(1),
            reverted_by: None,
            reverts: None,
        };
        assert_eq!(
            propose_revert(
                circumstances(),
                &past,
                &original,
                &current,
                &moved,
                vec![submitted_since.clone()]
            ),
            Err(RevertRefusals::Items(vec![Verdict {
                id: submitted_since.id,
                reasons: vec![ItemRefusal::ItemChanged]
            }]))
        );
    }
}
