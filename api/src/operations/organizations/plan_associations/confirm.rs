//! POST /plan/associations/{association_id}/confirm

use actix_web::{post, web};
use portal_domain::organizations::association_confirmation::ConfirmationAction;

use super::found::{Found, may_be_replayed};
use super::view::PlanAssociationView;
use crate::http::auth::caller::May;
use crate::http::auth::permission::ConfirmAssociations;
use crate::http::auth::step_up::require_step_up;
use crate::http::openapi::{
    AnyProblems, ConflictProblems, IdempotencyHeader, NotFoundProblems, RightProblems, SignedInProblems,
    ValueProblems,
};
use crate::http::reply::Answered;
use crate::operations::organizations::provider_account_associations::AssociationPath;

/// Confirm an association
///
/// For plan staff. Makes the user the administrator of the provider account, with all permissions of
/// the plan. If the user has not accepted the provider agreement yet, the user can now repeat step 1
/// and complete step 2. The user gets an email.
///
/// Requires a sign-in or `POST /me/step-up` within the last five minutes; otherwise: 403
/// `step_up_required`.
#[utoipa::path(
    tag = "plan staff",
    params(AssociationPath, IdempotencyHeader),
    responses(
        (status = 200, body = PlanAssociationView, description = "The association.", headers(("ETag" = String, description = "The entity tag of this representation."))),
        AnyProblems, SignedInProblems, RightProblems, NotFoundProblems, ConflictProblems, ValueProblems,
    ),
)]
#[post("/plan/associations/{association_id}/confirm")]
pub async fn confirm_association(
    caller: May<ConfirmAssociations>,
    path: web::Path<AssociationPath>,
) -> Answered {
    caller
        .write_with_replay_check(may_be_replayed, move |tx, call| {
            let found = Found::locked(tx, call, path.association_id)?;
            let decision = found.decide(call, ConfirmationAction::Confirm)?;
            require_step_up(tx, call)?;
            found.store(tx, call, &decision, None)
        })
        .await
}
