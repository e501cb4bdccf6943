//! POST /me/linked-accounts/{association_id}/complete

use actix_web::{post, web};

use crate::http::auth::caller::May;
use crate::http::auth::permission::AssociateProviderAccounts;
use crate::http::extract::Json;
use crate::http::openapi::{
    AnyProblems, BodyProblems, ConflictProblems, IdempotencyHeader, LinkProblems, SignedInProblems,
};
use crate::http::reply::Answered;
use crate::operations::organizations::provider_account_associations::{
    AssociationCompletedView, AssociationPath, CompletionRequest, finish,
};

/// Link another Provider ID to your login: step 2 of 2
///
/// Makes you the Administrator of the other provider account, too, at once or when the plan's staff
/// have confirmed you: see `status`. Your active account stays the same; switch with `PUT
/// /me/active-account`.
#[utoipa::path(
    tag = "provider accounts",
    params(AssociationPath, IdempotencyHeader),
    request_body = CompletionRequest,
    responses(
        (status = 201, body = AssociationCompletedView, description = "The account is linked, or waits for the plan's staff.", headers(
            ("Location" = String, description = "The account's organization, or your linked accounts while you wait."),
            ("ETag" = String, description = "The entity tag of this representation."),
        )),
        AnyProblems, SignedInProblems, LinkProblems, BodyProblems, ConflictProblems,
    ),
)]
#[post("/me/linked-accounts/{association_id}/complete")]
pub async fn complete_my_linked_account(
    caller: May<AssociateProviderAccounts>,
    path: web::Path<AssociationPath>,
    body: Json<CompletionRequest>,
) -> Answered {
    let Json(body) = body;
    caller.write(move |tx, call| finish(tx, call, path.association_id, &body)?.record(tx, call)).await
}
