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
use crate::http::auth::permission::ViewDashboard;
use crate::http::openapi::{AnyProblems, SignedInProblems};
use crate::http::problem::Problem;
use crate::http::reply::{Answered, Reply};
use crate::operations::applications::applications::{ApplicationSummary, waiting};
use crate::operations::applications::notifications::seen::note_seen;
use crate::operations::applications::notifications::{reader, shown};

/// The maximum number of applications in each list.
const ITEMS: i64 = 50;
/// The maximum number of notifications.
const NOTICES: i64 = 20;

/// Get your dashboard
///
/// Shows your open applications with their next automatic events, those inactive longest first.
/// Also shows your notifications and the number of past-due revalidations. Applications that were
/// reassigned or returned to you appear at once. Only credentialing agents have applications here.
/// Showing a notification for the first time records `first_seen_at`.
#[utoipa::path(
    tag = "dashboard",
    responses(
        (status = 200, body = DashboardView, description = "Your dashboard."),
        AnyProblems, SignedInProblems,
    ),
)]
#[get("/dashboard")]
pub async fn get_dashboard(caller: May<ViewDashboard>) -> Answered {
    caller
        .read(|tx, call| {
            let agents = agents_of(call);
            let (items, more) = workable(tx, call, &agents)?;
            let counts =
                if agents.is_empty() { vec![] } else { tx.applications().count_workable(&agents)? };
            let (stranded, stranded_count) = stranded(tx, &agents)?;
            let reader = reader(&call.actor);
            let mut notices = tx.notifications().current(&reader, NOTICES)?;
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

/// The caller's active memberships in organizations whose plan has applications.
fn memberships(call: &Call<ViewDashboard>) -> impl Iterator<Item = &Membership> {
    call.actor.memberships.iter().filter(move |membership| {
        membership.status == MembershipStatus::Active
            && call.plan(membership.plan).is_ok_and(|plan| plan.credentialing.is_some())
    })
}

/// The memberships in which the caller is a credentialing agent.
fn agents_of(call: &Call<ViewDashboard>) -> Vec<MembershipId> {
    let agents = memberships(call).filter(|membership| membership.has_role(Role::CredentialingAgent));
    agents.map(|membership| membership.id).collect()
}

/// The applications that the caller can work on, and whether there are more.
fn workable(
    tx: &mut Tx<'_>,
    call: &Call<ViewDashboard>,
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

/// The assigned applications without access to the Medicaid ID (domain rule R-046), and their
/// number.
fn stranded(tx: &mut Tx<'_>, agents: &[MembershipId]) -> Result<(Vec<StrandedItemView>, i64), Problem> {
    if agents.is_empty() {
        return Ok((vec![], 0));
    }
    let count = tx.applications().count_stranded(agents)?;
    let found = if count == 0 { vec![] } else { tx.applications().list_stranded(agents, ITEMS)?.items };
    let reason = ActionRefusal::AccessNotGranted.as_str();
    Ok((found.into_iter().map(|application| StrandedItemView::of(application, reason)).collect(), count))
}

/// The number of past-due revalidations that the caller can list.
fn past_due(tx: &mut Tx<'_>, call: &Call<ViewDashboard>) -> Result<i64, Problem> {
    let mut count = 0;
    for membership in memberships(call) {
        let organization = membership.organization;
        if !may_list_past_due(&call.actor, organization, membership.plan) {
            continue;
        }
        let only_with_access = match sight_of_medicaid_ids(&call.actor, organization, membership.plan) {
            MedicaidIdSight::Everything => false,
            MedicaidIdSight::WithAccess => true,
            MedicaidIdSight::Nothing => continue,
        };
        let today = local_date(call.now, call.plan(membership.plan)?.time_zone);
        count += tx.medicaid_ids().count_past_due(organization, only_with_access, today)?;
    }
    Ok(count)
}
