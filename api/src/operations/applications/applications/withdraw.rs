//! POST /applications/{application_id}/withdraw

use actix_web::{post, web};
use portal_domain::applications::application::WithdrawalKind;
use portal_domain::applications::life_cycle::ApplicationAction;
use portal_persistence::applications::applications::NewWithdrawal;
use serde::Deserialize;
use utoipa::ToSchema;
use validator::Validate;

use super::found::{locked_for, may_be_replayed};
use super::store::{matter, store};
use super::view::{ApplicationView, answer};
use crate::http::auth::caller::May;
use crate::http::auth::permission::PrepareApplications;
use crate::http::extract::Json;
use crate::http::openapi::{
    AnyProblems, BodyProblems, ConflictProblems, IdempotencyHeader, NotFoundProblems, SignedInProblems,
};
use crate::http::reply::Answered;
use crate::operations::applications::applications::ApplicationPath;
use crate::operations::ground::text::explanation;

/// Why an application is withdrawn.
#[derive(Clone, Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"reason": "The provider moves to another state."}))]
pub struct WithdrawRequest {
    /// The reason, 1 to 2,000 characters, without a Social Security number; optional.
    #[serde(default, deserialize_with = "crate::http::extract::given")]
    #[validate(custom(function = explanation))]
    #[schema(min_length = 1, max_length = 2000, pattern = r"\S")]
    pub reason: Option<String>,
}

/// Withdraw an application
///
/// For the user who started it, as a member of the organization, while the application is returned.
/// The assigned agent cannot withdraw it unless the plan allows that. The application stays
/// readable. Withdrawing a revalidation unblocks a maintenance that waits for it.
#[utoipa::path(
    tag = "applications",
    params(ApplicationPath, IdempotencyHeader),
    request_body = WithdrawRequest,
    responses(
        (status = 200, body = ApplicationView, description = "The application.", headers(("ETag" = String, description = "The entity tag of this representation."))),
        AnyProblems, SignedInProblems, NotFoundProblems, BodyProblems, ConflictProblems,
    ),
)]
#[post("/applications/{application_id}/withdraw")]
pub async fn withdraw_application(
    caller: May<PrepareApplications>,
    path: web::Path<ApplicationPath>,
    body: Json<WithdrawRequest>,
) -> Answered {
    let Json(body) = body;
    caller
        .write_with_replay_check(may_be_replayed, move |tx, call| {
            let application = locked_for(tx, call, path.application_id, ApplicationAction::Withdraw)?;
            let change = matter(&application).withdraw(body.reason.as_deref())?;
            store(tx, call, &change)?;
            let withdrawal = NewWithdrawal {
                kind: WithdrawalKind::Manual,
                by_name: &call.actor.name,
                reason: body.reason.as_deref(),
                status_before: application.status,
            };
            tx.applications().set_withdrawn(application.id, &withdrawal)?;
            let done = tx.commit_effects(change.effects(), &call.author())?;
            Ok(done.with(answer(tx, call, application.id)?))
        })
        .await
}
