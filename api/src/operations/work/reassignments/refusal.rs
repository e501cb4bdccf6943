//! Problem documents for refused reassignments.

use portal_domain::Instant;
use portal_domain::work::reassignment::{Refusal, TargetRefusal, Verdict};
use portal_domain::work::revert::RevertRefusals;

use crate::http::problem::{Code, FieldError, Problem, RefusedItem};

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Target(refusals) => target(&refusals),
            Refusal::Items(verdicts) => items(verdicts),
        }
    }
}

pub(super) fn target(refusals: &[TargetRefusal]) -> Problem {
    let message = |refusal: &TargetRefusal| match refusal {
        TargetRefusal::TargetSameAsSource => "is the agent who has the work already",
        TargetRefusal::TargetNotActiveCredentialingAgent => "is not an active credentialing agent",
    };
    let violation =
        |refusal: &TargetRefusal| FieldError::at("/to_agent_id", refusal.as_str(), message(refusal));
    Problem::invalid(refusals.iter().map(violation).collect())
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
            let reasons: Vec<_> = refusals.iter().map(|refusal| refusal.as_str()).collect();
            Problem::new(Code::not_revertible, "the reassignment cannot be reverted")
                .member("reasons", reasons)
                .member("revertible_until", revertible_until)
        }
    }
}
