//! GET /applications/{application_id}

use actix_web::{get, web};
use portal_domain::id::ApplicationId;
use portal_domain::policy;
use portal_persistence::Tx;
use portal_persistence::applications::Application;
use serde::Deserialize;
use utoipa::IntoParams;

use super::view::ApplicationView;
use crate::auth::caller::{Call, May, UsePortal};
use crate::openapi::{AnyProblems, ConditionalHeader, NotFoundProblems, SignedInProblems};
use crate::problem::Problem;
use crate::reply::{Answered, Reply};

/// The path of an application.
#[derive(Clone, Copy, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct ApplicationPath {
    /// The application.
    pub application_id: ApplicationId,
}

/// The application, if it is visible to the caller.
pub(super) fn visible(
    tx: &mut Tx<'_>,
    call: &Call<UsePortal>,
    id: ApplicationId,
) -> Result<Application, Problem> {
    let found = tx.applications().find(id)?;
    found
        .filter(|application| policy::may_view_application(&call.actor, &application.ownership()))
        .ok_or_else(Problem::not_found)
}

/// Look at an application
///
/// Visible to the agent it is assigned to, to the person who started it, to the organization's CA Admin Managers and
/// administrators, to operators, and to the department's reviewers once it was filed.
#[utoipa::path(
    tag = "applications",
    operation_id = "getApplication",
    params(ApplicationPath, ConditionalHeader),
    responses(
        (status = 200, body = ApplicationView, description = "The application.", headers(("ETag" = String, description = "Names this very representation."))),
        (status = 304, description = "You have this very representation."),
        AnyProblems, SignedInProblems, NotFoundProblems,
    ),
)]
#[get("/applications/{application_id}")]
pub async fn get_application(caller: May<UsePortal>, path: web::Path<ApplicationPath>) -> Answered {
    caller
        .read(move |tx, call| {
            let application = visible(tx, call, path.application_id)?;
            let organization = tx.organizations().find(application.organization)?;
            let organization = organization.ok_or_else(Problem::not_found)?.facts;
            let plan = call.plan(application.plan)?;
            let version = application.version;
            let view = ApplicationView::of(application, &organization, plan, &call.actor, call.now);
            Reply::resource(&view, version)
        })
        .await
}
