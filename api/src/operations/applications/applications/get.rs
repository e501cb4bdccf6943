//! GET /applications/{application_id}

use actix_web::{get, web};

use super::found::visible;
use super::view::{ApplicationView, shown};
use crate::http::auth::caller::May;
use crate::http::auth::permission::UsePortal;
use crate::http::openapi::{AnyProblems, ConditionalHeader, NotFoundProblems, SignedInProblems};
use crate::http::reply::{Answered, Reply};
use crate::operations::applications::applications::ApplicationPath;

/// Look at an application
///
/// Visible to the agent it is assigned to and to the person who started it, as long as the organization's agents have access to
/// the Medicaid ID; to the organization's CA Admin Managers and administrators; to operators; and to the department's reviewers
/// once it was filed. With everything that was saved; Social Security and tax numbers show their last four digits.
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
            let version = application.version;
            Reply::resource(&shown(tx, call, application)?, version)
        })
        .await
}
