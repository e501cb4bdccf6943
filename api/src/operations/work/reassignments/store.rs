//! What reassigning and reverting share: the circumstances, and storing a decision with its
//! effects.

use portal_domain::organizations::organization::OrganizationFacts;
use portal_domain::work::reassignment::{Circumstances, Reassignment};
use portal_persistence::{Done, Tx};

use super::view::ReassignmentView;
use crate::http::auth::call::Call;
use crate::http::auth::permission::ManageWorkAssignments;
use crate::http::problem::Problem;
use crate::http::reply::Reply;

/// The circumstances of a decision in this organization, now.
pub(super) fn circumstances(
    tx: &mut Tx<'_>,
    call: &Call<ManageWorkAssignments>,
    organization: &OrganizationFacts,
) -> Result<Circumstances, Problem> {
    let policy = call.plan(organization.plan)?.reassignment;
    Ok(Circumstances { id: tx.new_id(), organization: organization.id, now: call.now, policy })
}

/// Stores a decision with its history, notifications, and audit event. Responds with the new
/// reassignment.
pub(super) fn store(
    tx: &mut Tx<'_>,
    call: &Call<ManageWorkAssignments>,
    decision: &Reassignment,
) -> Result<(Reply, Done), Problem> {
    tx.reassignments().insert(decision, call.actor.user)?;
    tx.applications().reassign(decision, (call.actor.user, &call.actor.name))?;
    let done = tx.commit_effects(&decision.effects(), &call.author())?;
    let (view, version) = ReassignmentView::load(tx, decision.organization(), decision.id())?;
    // Both operations have a path that starts with that of the list.
    let list_path = call.path().split_inclusive("/reassignments").next().unwrap_or_default();
    Ok(done.with(Reply::created(&view, version, format!("{list_path}/{}", decision.id()))?))
}
