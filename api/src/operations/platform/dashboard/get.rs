//! GET /dashboard

use actix_web::get;
use portal_domain::applications::life_cycle::ActionRefusal;
use portal_domain::ground::calendar::local_date;
use portal_domain::ground::id::MembershipId;
use portal_domain::medicaid::agent_access::{MedicaidIdSight, may_list_past_due, sight_of_medicaid_ids};
use portal_domain::organizations::membership::{Membership, MembershipStatus, Role};
use portal_persistence::Tx;
use portal_persistence::applications::applications::Application;

use super::view::{DashboardView, StatusCountView, StrandedItemView};
use crate::http::auth::call::Call;
use crate::http::auth::caller::May;
use crate::http::auth::permission::UsePortal;
use crate::http::openapi::{AnyProblems, SignedInProblems};
use crate::http::problem::Problem;
use crate::http::reply::{Answered, Reply};
use crate::operations::applications::applications::{ApplicationSummary, waiting};
use crate::operations::applications::notifications::seen::note_seen;
use crate::operations::applications::notifications::{reader, shown};

/// Most applications of each list.
const ITEMS: i64 = 50;
/// Most notices.
const NOTICES: i64 = 20;

/// What waits for me
///
/// Your open applications, those first that have rested longest, with what will happen to them by itself and when; your notices;
/// and how many revalidations are past due. Applications that were reassigned to you are here at once, returned ones too.
/// Whoever is no credentialing agent has no applications here. A notice that is shown here was seen.
#[utoipa::path(
    tag = "dashboard",
    operation_id = "getDashboard",
    responses(
        (status = 200, body = DashboardView, description = "What waits for you."),
        AnyProblems, SignedInProblems,
    ),
)]
#[get("/dashboard")]
pub async fn get_dashboard(caller: May<UsePortal>) -> Answered {
    caller
        .read(|tx, call| {
            let agents = agents_of(call);
            let (items, more) = workable(tx, call, &agents)?;
            let counts =
                if agents.is_empty() { vec![] } else { tx.applications().count_workable(&agents)? };
            let (stranded, stranded_count) = stranded(tx, &agents)?;
            let reader = reader(&call.actor);
            let mut notices = tx.notifications().standing(&reader, NOTICES)?;
            let unread_notices = tx.notifications().count_unread(&reader)?;
            note_seen(tx, &mut notices)?;
            let mut counts: Vec<_> = counts
                .into_iter()
                .map(|(application_status, count)| StatusCountView { application_status, count })
                .collect();
            counts.sort_unstable_by_key(|count| count.application_status);
            Reply::ok(&DashboardView {
                items,
                more,
                counts,
                stranded,
                stranded_count,
                notices: shown(tx, call, notices)?,
                unread_notices,
                past_due_revalidations: past_due(tx, call)?,
            })
        })
        .await
}

/// The caller's active memberships in organizations of plans with applications.
fn memberships(call: &Call<UsePortal>) -> impl Iterator<Item = &Membership> {
    call.actor.memberships.iter().filter(move |membership| {
        membership.status == MembershipStatus::Active
            && call.plan(membership.plan).is_ok_and(|plan| plan.credentialing.is_some())
    })
}

/// The memberships as which the caller works on applications.
fn agents_of(call: &Call<UsePortal>) -> Vec<MembershipId> {
    let agents = memberships(call).filter(|membership| membership.has_role(Role::CredentialingAgent));
    agents.map(|membership| membership.id).collect()
}

/// The applications to work on, and whether there are more.
fn workable(
    tx: &mut Tx<'_>,
    call: &Call<UsePortal>,
    agents: &[MembershipId],
) -> Result<(Vec<ApplicationSummary>, bool), Problem> {
    if agents.is_empty() {
        return Ok((vec![], false));
    }
    let found = tx.applications().list_workable(agents, ITEMS)?;
    let waiting = waiting(tx, &found.items)?;
    let view = |application: Application| {
        let waits = waiting.contains(&application.id);
        let plan = call.plan(application.plan)?;
        Ok(ApplicationSummary::of(application, plan, &call.actor, call.now, waits))
    };
    let items = found.items.into_iter().map(view).collect::<Result<_, Problem>>()?;
    Ok((items, found.has_more))
}

/// The applications that lost their way: assigned, and without access to the Medicaid ID (domain rule R-046).
fn stranded(tx: &mut Tx<'_>, agents: &[MembershipId]) -> Result<(Vec<StrandedItemView>, i64), Problem> {
    if agents.is_empty() {
        return Ok((vec![], 0));
    }
    let count = tx.applications().count_stranded(agents)?;
    let found = if count == 0 { vec![] } else { tx.applications().list_stranded(agents, ITEMS)?.items };
    let reason = ActionRefusal::AccessNotGranted.as_str();
    Ok((found.into_iter().map(|application| StrandedItemView::of(application, reason)).collect(), count))
}

/// How many revalidations are past due that the caller could list.
fn past_due(tx: &mut Tx<'_>, call: &Call<UsePortal>) -> Result<i64, Problem> {
    let mut count = 0;
    for membership in memberships(call) {
        let organization = membership.organization;
        if !may_list_past_due(&call.actor, organization) {
            continue;
        }
        let only_with_access = match sight_of_medicaid_ids(&call.actor, organization) {
            MedicaidIdSight::Everything => false,
            MedicaidIdSight::WithAccess => true,
            MedicaidIdSight::Nothing => continue,
        };
        let today = local_date(call.now, call.plan(membership.plan)?.time_zone);
        count += tx.medicaid_ids().count_past_due(organization, only_with_access, today)?;
    }
    Ok(count)
}
