//! POST /applications/{application_id}/start-review

use actix_web::{post, web};
use portal_domain::applications::life_cycle::ApplicationAction;

use super::found::{locked_for, may_be_replayed};
use super::store::{matter, store};
use super::view::{ApplicationView, answer};
use crate::http::auth::caller::May;
use crate::http::auth::permission::ReviewApplications;
use crate::http::openapi::{
    AnyProblems, ConflictProblems, IdempotencyHeader, NotFoundProblems, RightProblems, SignedInProblems,
    ValueProblems,
};
use crate::http::reply::Answered;
use crate::operations::applications::applications::ApplicationPath;

/// Start the review of an application
///
/// For the department's reviewers, once the application was submitted.
#[utoipa::path(
    tag = "applications",
    params(ApplicationPath, IdempotencyHeader),
    responses(
        (status = 200, body = ApplicationView, description = "The application.", headers(("ETag" = String, description = "The entity tag of this representation."))),
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
            let change = matter(&application).start_review()?;
            store(tx, call, &change)?;
            let done = tx.commit_effects(change.effects(), &call.author())?;
            Ok(done.with(answer(tx, call, application.id)?))
        })
        .await
}
