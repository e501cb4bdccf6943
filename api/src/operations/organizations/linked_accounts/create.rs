//! POST /me/linked-accounts

use actix_web::post;

use crate::http::auth::caller::May;
use crate::http::auth::permission::UsePortal;
use crate::http::extract::Json;
use crate::http::openapi::{
    AnyProblems, BodyProblems, ConflictProblems, IdempotencyHeader, NotFoundProblems, SignedInProblems,
};
use crate::http::reply::Answered;
use crate::operations::organizations::provider_account_associations::{
    AssociationRequest, AssociationView, begin,
};

/// Link another Provider ID to my login: step 1 of 2
///
/// The same data, the same comparison and the same refusals as for associating an account; the tries of both count together.
#[utoipa::path(
    tag = "provider accounts",
    operation_id = "createMyLinkedAccount",
    params(IdempotencyHeader),
    request_body = AssociationRequest,
    responses(
        (status = 201, body = AssociationView, description = "The data match; read the agreement and complete the link.", headers(
            ("Location" = String, description = "Where to complete it."),
            ("ETag" = String, description = "Names this very representation."),
            ("Idempotency-Replayed" = String, description = "`true` when this is the kept answer to an earlier request."),
        )),
        AnyProblems, SignedInProblems, NotFoundProblems, BodyProblems, ConflictProblems,
    ),
)]
#[post("/me/linked-accounts")]
pub async fn create_my_linked_account(caller: May<UsePortal>, body: Json<AssociationRequest>) -> Answered {
    let Json(body) = body;
    caller.write(move |tx, call| begin(tx, call, &body)).await
}
