//! Problem documents for refused reassignments.

use portal_domain::Instant;
use portal_domain::work::reassignment::{self, TargetRefusal, Verdict};
use portal_domain::work::revert::{RevertRefusal, RevertRefusals};

use crate::http::problem::{Code, Problem, Refusal, RefusedItem, violations};

impl Refusal for TargetRefusal {
    const CODES: &'static [(Self, Code)] = &[];

    fn reason(self) -> &'static str {
        self.as_str()
    }

    fn detail(self) -> &'static str {
        "the agent cannot receive the work"
    }

    fn pointer(self) -> Option<(&'static str, &'static str)> {
        Some(match self {
            Self::TargetSameAsSource => ("/to_agent_id", "is already the assigned agent"),
            Self::TargetNotActiveCredentialingAgent => {
                ("/to_agent_id", "is not an active credentialing agent")
            }
        })
    }
}

impl Refusal for RevertRefusal {
    const CODES: &'static [(Self, Code)] = &[
        (Self::AlreadyReverted, Code::not_revertible),
        (Self::IsARevert, Code::not_revertible),
        (Self::RevertWindowClosed, Code::not_revertible),
        (Self::TargetNotActiveCredentialingAgent, Code::not_revertible),
    ];

    fn reason(self) -> &'static str {
        self.as_str()
    }

    fn detail(self) -> &'static str {
        "the reassignment cannot be reverted"
    }
}

impl From<reassignment::Refusal> for Problem {
    fn from(refusal: reassignment::Refusal) -> Self {
        match refusal {
            reassignment::Refusal::Target(refusals) => target(&refusals),
            reassignment::Refusal::Items(verdicts) => items(verdicts),
        }
    }
}

pub(super) fn target(refusals: &[TargetRefusal]) -> Problem {
    Problem::invalid(violations(refusals))
}

fn items(verdicts: Vec<Verdict>) -> Problem {
    let detail = format!("{} of the applications cannot move; nothing was moved", verdicts.len());
    let refused: Vec<_> = verdicts
        .into_iter()
        .map(|verdict| RefusedItem { id: verdict.id, reasons: verdict.reasons })
        .collect();
    Problem::new(Code::items_not_reassignable, detail).member("items", refused)
}

pub(super) fn revert(refusals: RevertRefusals, revertible_until: Instant) -> Problem {
    match refusals {
        RevertRefusals::Items(verdicts) => items(verdicts),
        RevertRefusals::Whole(refusals) => {
            Problem::refused(&refusals).member("revertible_until", revertible_until)
        }
    }
}
