//! POST /plan/associations/{association_id}/reject

use actix_web::{post, web};
use portal_domain::organizations::association_confirmation::ConfirmationAction;
use serde::Deserialize;
use utoipa::ToSchema;
use validator::Validate;

use super::found::{Found, may_be_replayed};
use super::view::PlanAssociationView;
use crate::http::auth::caller::May;
use crate::http::auth::permission::ConfirmAssociations;
use crate::http::extract::Json;
use crate::http::openapi::{
    AnyProblems, BodyProblems, ConflictProblems, IdempotencyHeader, NotFoundProblems, RightProblems,
    SignedInProblems,
};
use crate::http::reply::Answered;
use crate::operations::ground::text::explanation;
use crate::operations::organizations::provider_account_associations::AssociationPath;

/// Why plan staff reject an association.
#[derive(Clone, Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"reason": "The office does not know this person."}))]
pub struct RejectAssociationRequest {
    /// The reason, shown to the user: 1 to 2,000 characters, without a Social Security number.
    #[validate(custom(function = explanation))]
    #[schema(min_length = 1, max_length = 2000, pattern = r"\S")]
    pub reason: String,
}

/// Reject an association
///
/// For plan staff. Ends the user's membership, so that the provider account can be associated again.
/// The user gets an email with the reason. A user who has not accepted the provider agreement yet
/// gets none, because it would reveal that the data matched.
#[utoipa::path(
    tag = "plan staff",
    params(AssociationPath, IdempotencyHeader),
    request_body = RejectAssociationRequest,
    responses(
        (status = 200, body = PlanAssociationView, description = "The association.", headers(("ETag" = String, description = "The entity tag of this representation."))),
        AnyProblems, SignedInProblems, RightProblems, NotFoundProblems, BodyProblems, ConflictProblems,
    ),
)]
#[post("/plan/associations/{association_id}/reject")]
pub async fn reject_association(
    caller: May<ConfirmAssociations>,
    path: web::Path<AssociationPath>,
    body: Json<RejectAssociationRequest>,
) -> Answered {
    let Json(body) = body;
    caller
        .write_with_replay_check(may_be_replayed, move |tx, call| {
            let found = Found::locked(tx, call, path.association_id)?;
            let decision = found.decide(call, ConfirmationAction::Reject)?;
            found.store(tx, call, &decision, Some(&body.reason))
        })
        .await
}
