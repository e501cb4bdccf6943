//! GET /medicaid-ids/{medicaid_id}/revalidation

use actix_web::{get, web};
use chrono::NaiveDate;
use portal_domain::applications::credentialing::CredentialingPolicy;
use portal_domain::applications::visibility::{Sight, sight_of_application};
use portal_domain::ground::calendar::local_date;
use portal_domain::ground::id::{MedicaidIdId, OrganizationId};
use portal_domain::ground::plan_code::PlanCode;
use portal_domain::medicaid::agent_access::{sees_every_medicaid_id, sight_of_medicaid_ids};
use portal_domain::medicaid::revalidation::{days_until_due, early_warning, is_past_due};
use portal_domain::platform::plan::PlanProfile;
use portal_domain::platform::read_event::ReadAction;
use portal_persistence::Tx;
use portal_persistence::medicaid::medicaid_ids::MedicaidIdRecord;
use serde::Deserialize;
use utoipa::IntoParams;

use super::view::{EarlyWarningView, MedicaidIdRevalidationView, OpenRevalidationView};
use crate::http::auth::call::Call;
use crate::http::auth::caller::May;
use crate::http::auth::permission::{Permission, ViewMedicaidIds};
use crate::http::auth::reads::{Looked, PurposeHeader};
use crate::http::openapi::{AnyProblems, ConditionalHeader, NotFoundProblems, SignedInProblems};
use crate::http::problem::Problem;
use crate::http::reply::{Answered, Reply};

/// The path of a Medicaid ID.
#[derive(Clone, Copy, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct MedicaidIdPath {
    /// The record ID of the Medicaid ID; not the number.
    pub medicaid_id: MedicaidIdId,
}

/// Get the revalidation of a Medicaid ID
///
/// Returns the due date, whether it has passed, whether starting today would be early, and the open
/// revalidation. Visible to:
///
/// - an organization's CA Admin Managers and administrators, for its own Medicaid IDs and those
///   linked to its groups
/// - its other members, for its own and for those that its agents have access to
/// - users with a platform role for the plan that issues Medicaid IDs
#[utoipa::path(
    tag = "medicaid ids",
    params(MedicaidIdPath, PurposeHeader, ConditionalHeader),
    responses(
        (status = 200, body = MedicaidIdRevalidationView, description = "The revalidation.", headers(("ETag" = String, description = "The entity tag of this representation."))),
        (status = 304, description = "Your cached representation is current."),
        AnyProblems, SignedInProblems, NotFoundProblems,
    ),
)]
#[get("/medicaid-ids/{medicaid_id}/revalidation")]
pub async fn get_revalidation(caller: May<ViewMedicaidIds>, path: web::Path<MedicaidIdPath>) -> Answered {
    caller
        .read(move |tx, call| {
            let (plan, policy) = issuing_plan(call)?;
            let today = local_date(call.now, plan.time_zone);
            let record = tx.medicaid_ids().find(path.medicaid_id)?.ok_or_else(Problem::not_found)?;
            let through = visible_through(tx, call, &record, (plan.code, today))?;
            call.looks_at([Looked::at(ReadAction::MedicaidIdViewed, record.id, through)])?;
            let due = record.revalidation_due_on;
            let warning = early_warning(due, today, &policy.revalidation);
            let view = MedicaidIdRevalidationView {
                id: record.id,
                due_date: due,
                days_until_due: due.map(|due| days_until_due(due, today)),
                past_due: due.is_some_and(|due| is_past_due(due, today)),
                early: warning.is_some(),
                early_warning: warning.map(EarlyWarningView::from),
                open_item: open_item(tx, call, &record.medicaid_id)?,
            };
            Reply::resource(&view, record.version)
        })
        .await
}

/// The plan that issues Medicaid IDs, and its policy. Without such a plan there are none: 404.
fn issuing_plan<P: Permission>(call: &Call<P>) -> Result<(&PlanProfile, &CredentialingPolicy), Problem> {
    let mut plans = PlanCode::ALL.iter().filter_map(|code| call.plan(*code).ok());
    plans
        .find_map(|plan| plan.credentialing.as_ref().map(|policy| (plan, policy)))
        .ok_or_else(Problem::not_found)
}

/// The organization through which the caller can see a Medicaid ID of that plan. For the plan's
/// staff, it is the owner, if there is one.
fn visible_through<P: Permission>(
    tx: &mut Tx<'_>,
    call: &Call<P>,
    record: &MedicaidIdRecord,
    (plan, today): (PlanCode, NaiveDate),
) -> Result<Option<OrganizationId>, Problem> {
    if sees_every_medicaid_id(&call.actor, plan) {
        return Ok(record.owning_organization);
    }
    let ties = tx.medicaid_ids().ties(&call.actor.active_organizations(), &[record.id], today)?;
    let covering = ties
        .iter()
        .find(|of| sight_of_medicaid_ids(&call.actor, of.organization, plan).covers(&of.tie))
        .ok_or_else(Problem::not_found)?;
    Ok(Some(covering.organization))
}

/// The open revalidation of the Medicaid ID with this number. Its application number is not
/// confidential, because it explains why a maintenance is blocked (domain rule R-073).
fn open_item<P: Permission>(
    tx: &mut Tx<'_>,
    call: &Call<P>,
    number: &str,
) -> Result<Option<OpenRevalidationView>, Problem> {
    let Some(open) = tx.medicaid_ids().open_revalidation(number)? else {
        return Ok(None);
    };
    let application = tx.applications().find(open.application)?;
    let visible = application.is_some_and(|application| {
        sight_of_application(&call.actor, &application.ownership()) == Sight::Visible
    });
    Ok(Some(OpenRevalidationView {
        application_number: open.application_number,
        id: visible.then_some(open.application),
    }))
}
