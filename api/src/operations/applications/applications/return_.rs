//! POST /applications/{application_id}/return

use actix_web::{post, web};
use portal_domain::applications::application::HistoryAction;
use portal_domain::applications::correspondence::Decision;
use portal_domain::applications::life_cycle::{ApplicationAction, Transition};
use portal_domain::ground::audit::AuditAction;
use serde::Deserialize;
use utoipa::ToSchema;
use validator::Validate;

use super::found::{locked_for, may_be_replayed};
use super::settle::{Move, explanation, matter, record, take, tell};
use super::view::{ApplicationView, answer};
use crate::http::auth::caller::May;
use crate::http::auth::permission::ReviewApplications;
use crate::http::extract::Json;
use crate::http::openapi::{
    AnyProblems, BodyProblems, ConflictProblems, IdempotencyHeader, NotFoundProblems, RightProblems,
    SignedInProblems,
};
use crate::http::reply::Answered;
use crate::operations::applications::applications::ApplicationPath;

/// Why the department returns or denies an application.
#[derive(Clone, Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"reason": "The license on screen 2.2 has expired."}))]
pub struct ReasonRequest {
    /// Why, in 1 to 2,000 characters; the provider reads it.
    #[validate(custom(function = explanation))]
    #[schema(min_length = 1, max_length = 2000, pattern = r"\S")]
    pub reason: String,
}

/// Return an application for correction
///
/// For the department's reviewers. The application is back with the agent who works on it now, after a reassignment the new
/// one, who gets a notice with the reason; a letter is put on file. The count of days without activity starts again.
#[utoipa::path(
    tag = "applications",
    operation_id = "returnApplication",
    params(ApplicationPath, IdempotencyHeader),
    request_body = ReasonRequest,
    responses(
        (status = 200, body = ApplicationView, description = "The application.", headers(
            ("ETag" = String, description = "Names this very representation."),
            ("Idempotency-Replayed" = String, description = "`true` when this is the kept answer to an earlier request."),
        )),
        AnyProblems, SignedInProblems, RightProblems, NotFoundProblems, BodyProblems, ConflictProblems,
    ),
)]
#[post("/applications/{application_id}/return")]
pub async fn return_application(
    caller: May<ReviewApplications>,
    path: web::Path<ApplicationPath>,
    body: Json<ReasonRequest>,
) -> Answered {
    let Json(ReasonRequest { reason }) = body;
    caller
        .write_with_replay_check(may_be_replayed, move |tx, call| {
            let application = locked_for(tx, call, path.application_id, ApplicationAction::Return)?;
            let step = Move {
                transition: Transition::Return,
                history: HistoryAction::Returned,
                detail: Some(&reason),
                is_activity: true,
            };
            let status = take(tx, call, &application, &step)?;
            tx.applications().set_returned(application.id, &reason)?;
            tell(tx, &application, &matter(&application), Decision::Returned { reason: &reason })?;
            record(tx, call, &application, AuditAction::ApplicationReturned, status, vec![])?;
            answer(tx, call, application.id)
        })
        .await
}
