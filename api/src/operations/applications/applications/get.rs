//! GET /applications/{application_id}

use actix_web::{get, web};
use portal_domain::platform::read_event::ReadAction;

use super::found::{looked, visible};
use super::view::{ApplicationView, shown};
use crate::http::auth::caller::May;
use crate::http::auth::permission::ViewApplications;
use crate::http::auth::reads::PurposeHeader;
use crate::http::openapi::{AnyProblems, ConditionalHeader, NotFoundProblems, SignedInProblems};
use crate::http::reply::{Answered, Reply};
use crate::operations::applications::applications::ApplicationPath;

/// Get an application
///
/// Returns all saved screens. Social Security numbers and tax IDs show only the last four digits.
/// Visible to:
///
/// - the assigned agent and the user who started it, if agents have access to the Medicaid ID
/// - the organization's CA Admin Managers and administrators
/// - operators
/// - the department's reviewers, once it was submitted
#[utoipa::path(
    tag = "applications",
    params(ApplicationPath, PurposeHeader, ConditionalHeader),
    responses(
        (status = 200, body = ApplicationView, description = "The application.", headers(("ETag" = String, description = "The entity tag of this representation."))),
        (status = 304, description = "Your cached representation is current."),
        AnyProblems, SignedInProblems, NotFoundProblems,
    ),
)]
#[get("/applications/{application_id}")]
pub async fn get_application(caller: May<ViewApplications>, path: web::Path<ApplicationPath>) -> Answered {
    caller
        .read(move |tx, call| {
            let application = visible(tx, call, path.application_id)?;
            call.looks_at([looked(ReadAction::ApplicationViewed, &application)])?;
            let version = application.version;
            Reply::resource(&shown(tx, call, application)?, version)
        })
        .await
}
