//! POST /me/linked-accounts

use actix_web::post;

use crate::http::auth::caller::May;
use crate::http::auth::permission::AssociateProviderAccounts;
use crate::http::extract::Json;
use crate::http::openapi::{
    AnyProblems, BodyProblems, ConflictProblems, IdempotencyHeader, NotFoundProblems, SignedInProblems,
};
use crate::http::reply::Answered;
use crate::operations::identity::self_service::ReceivedView;
use crate::operations::organizations::provider_account_associations::{
    AssociationRequest, AssociationView, begin,
};

/// Link another Provider ID to your login: step 1 of 2
///
/// Takes the same data and returns the same responses as associating an account. The failures of
/// both count together.
#[utoipa::path(
    tag = "provider accounts",
    params(IdempotencyHeader),
    request_body = AssociationRequest,
    responses(
        (status = 201, body = AssociationView, description = "The data match. Show the agreement, then complete the link.", headers(
            ("Location" = String, description = "The path of step 2."),
            ("ETag" = String, description = "The entity tag of this representation."),
        )),
        (status = 202, body = ReceivedView, description = "There were too many failures at the Provider ID. The plan's staff examine the claim; its outcome is not revealed."),
        AnyProblems, SignedInProblems, NotFoundProblems, BodyProblems, ConflictProblems,
    ),
)]
#[post("/me/linked-accounts")]
pub async fn create_my_linked_account(
    caller: May<AssociateProviderAccounts>,
    body: Json<AssociationRequest>,
) -> Answered {
    let Json(body) = body;
    caller.write(move |tx, call| begin(tx, call, &body)).await
}
