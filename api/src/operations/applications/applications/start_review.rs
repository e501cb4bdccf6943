//! POST /applications/{application_id}/start-review

use actix_web::{post, web};
use portal_domain::applications::application::HistoryAction;
use portal_domain::applications::life_cycle::{ApplicationAction, Transition};
use portal_domain::ground::audit::AuditAction;

use super::found::{locked_for, may_be_replayed};
use super::settle::{Move, record, take};
use super::view::{ApplicationView, answer};
use crate::http::auth::caller::May;
use crate::http::auth::permission::ReviewApplications;
use crate::http::openapi::{
    AnyProblems, ConflictProblems, IdempotencyHeader, NotFoundProblems, RightProblems, SignedInProblems,
    ValueProblems,
};
use crate::http::reply::Answered;
use crate::operations::applications::applications::ApplicationPath;

/// Take an application into review
///
/// For the department's reviewers, once it was submitted.
#[utoipa::path(
    tag = "applications",
    operation_id = "startApplicationReview",
    params(ApplicationPath, IdempotencyHeader),
    responses(
        (status = 200, body = ApplicationView, description = "The application.", headers(
            ("ETag" = String, description = "Names this very representation."),
            ("Idempotency-Replayed" = String, description = "`true` when this is the kept answer to an earlier request."),
        )),
        AnyProblems, SignedInProblems, RightProblems, NotFoundProblems, ConflictProblems, ValueProblems,
    ),
)]
#[post("/applications/{application_id}/start-review")]
pub async fn start_application_review(
    caller: May<ReviewApplications>,
    path: web::Path<ApplicationPath>,
) -> Answered {
    caller
        .write_with_replay_check(may_be_replayed, move |tx, call| {
            let application = locked_for(tx, call, path.application_id, ApplicationAction::StartReview)?;
            let step = Move {
                transition: Transition::StartReview,
                history: HistoryAction::ReviewStarted,
                detail: None,
                is_activity: false,
            };
            let status = take(tx, call, &application, &step)?;
            record(tx, call, &application, AuditAction::ApplicationReviewStarted, status, vec![])?;
            answer(tx, call, application.id)
        })
        .await
}
