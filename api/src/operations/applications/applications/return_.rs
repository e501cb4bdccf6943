//! POST /applications/{application_id}/return

use actix_web::{post, web};
use portal_domain::applications::life_cycle::ApplicationAction;
use serde::Deserialize;
use utoipa::ToSchema;
use validator::Validate;

use super::found::{locked_for, may_be_replayed};
use super::on_file::refill;
use super::store::{audience, matter, store};
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
use crate::operations::ground::text::explanation;

/// Why the department returns or denies an application.
#[derive(Clone, Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"reason": "The license on screen 2.2 has expired."}))]
pub struct ReasonRequest {
    /// The reason, shown to the provider: 1 to 2,000 characters, without a Social Security number.
    #[serde(deserialize_with = "crate::http::extract::values::composed")]
    #[validate(custom(function = explanation))]
    #[schema(min_length = 1, max_length = 2000, pattern = r"\S")]
    pub reason: String,
}

/// Return an application for correction
///
/// For the department's reviewers. The application goes back to its current agent, who is notified
/// of the reason. The return is added to the correspondence. The inactivity period starts again.
///
/// Its screens are filled again with what changed on file in the meantime. Changes that the agent
/// made stay, and `changes` compares them with what is on file now.
#[utoipa::path(
    tag = "applications",
    params(ApplicationPath, IdempotencyHeader),
    request_body = ReasonRequest,
    responses(
        (status = 200, body = ApplicationView, description = "The application.", headers(("ETag" = String, description = "The entity tag of this representation."))),
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
            let audience = audience(tx, &application)?;
            let change = matter(&application).return_to_provider(&reason, &audience)?;
            store(tx, call, &change)?;
            tx.applications().set_returned(application.id, &reason)?;
            refill(tx, call, &application)?;
            let done = tx.commit_effects(change.effects(), &call.author())?;
            Ok(done.with(answer(tx, call, application.id)?))
        })
        .await
}
