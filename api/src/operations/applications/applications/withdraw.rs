//! POST /applications/{application_id}/withdraw

use actix_web::{post, web};
use portal_domain::applications::application::{HistoryAction, WithdrawalKind};
use portal_domain::applications::life_cycle::{ApplicationAction, Transition};
use portal_domain::ground::audit::AuditAction;
use portal_persistence::applications::applications::NewWithdrawal;
use serde::Deserialize;
use utoipa::ToSchema;
use validator::Validate;

use super::found::{locked_for, may_be_replayed};
use super::settle::{Move, explanation, record, take};
use super::view::{ApplicationView, answer};
use crate::http::auth::caller::May;
use crate::http::auth::permission::UsePortal;
use crate::http::extract::Json;
use crate::http::openapi::{
    AnyProblems, BodyProblems, ConflictProblems, IdempotencyHeader, NotFoundProblems, SignedInProblems,
};
use crate::http::reply::Answered;
use crate::operations::applications::applications::ApplicationPath;

/// Why an application is withdrawn.
#[derive(Clone, Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"reason": "The provider moves to another state."}))]
pub struct WithdrawRequest {
    /// Why, in 1 to 2,000 characters; leave it out to give no reason.
    #[serde(default, deserialize_with = "crate::http::extract::given")]
    #[validate(custom(function = explanation))]
    #[schema(nullable = false, min_length = 1, max_length = 2000, pattern = r"\S")]
    pub reason: Option<String>,
}

/// Withdraw an application
///
/// Only one that the department has returned, and only by the person who started it, as long as they belong to the
/// organization; whoever it is assigned to now cannot. It stays readable. A revalidation that is withdrawn releases the
/// maintenance that waited for it.
#[utoipa::path(
    tag = "applications",
    operation_id = "withdrawApplication",
    params(ApplicationPath, IdempotencyHeader),
    request_body = WithdrawRequest,
    responses(
        (status = 200, body = ApplicationView, description = "The application.", headers(
            ("ETag" = String, description = "Names this very representation."),
            ("Idempotency-Replayed" = String, description = "`true` when this is the kept answer to an earlier request."),
        )),
        AnyProblems, SignedInProblems, NotFoundProblems, BodyProblems, ConflictProblems,
    ),
)]
#[post("/applications/{application_id}/withdraw")]
pub async fn withdraw_application(
    caller: May<UsePortal>,
    path: web::Path<ApplicationPath>,
    body: Json<WithdrawRequest>,
) -> Answered {
    let Json(body) = body;
    caller
        .write_with_replay_check(may_be_replayed, move |tx, call| {
            let application = locked_for(tx, call, path.application_id, ApplicationAction::Withdraw)?;
            // As a change by a person it closes the warnings that it would be withdrawn for inactivity.
            let step = Move {
                transition: Transition::Withdraw,
                history: HistoryAction::Withdrawn,
                detail: body.reason.as_deref(),
                is_activity: true,
            };
            let status = take(tx, call, &application, &step)?;
            let withdrawal = NewWithdrawal {
                kind: WithdrawalKind::Manual,
                by_name: &call.actor.name,
                reason: body.reason.as_deref(),
                status_before: application.status,
            };
            tx.applications().set_withdrawn(application.id, &withdrawal)?;
            record(tx, call, &application, AuditAction::ApplicationWithdrawn, status, vec![])?;
            answer(tx, call, application.id)
        })
        .await
}
