//! POST /access-requests

use actix_web::post;
use portal_domain::identity::attempts::MATCHING;
use portal_domain::identity::self_service::SelfServiceRequest;
use portal_domain::organizations::access_request;
use portal_domain::organizations::provider_record::ProviderIdentifier;
use serde::Deserialize;
use utoipa::ToSchema;
use validator::{Validate, ValidationError};

use crate::http::auth::caller::May;
use crate::http::auth::permission::AssociateProviderAccounts;
use crate::http::extract::Json;
use crate::http::openapi::{
    AnyProblems, BodyProblems, IdempotencyHeader, NotFoundProblems, SignedInProblems,
};
use crate::http::problem::{FieldError, Problem};
use crate::http::reply::{Answered, Reply};
use crate::operations::ground::text::passage;
use crate::operations::identity::self_service::{RECEIVED, ReceivedView};
use crate::operations::organizations::provider_account_associations::{self_matching, too_many_attempts};

/// The account to request access to.
#[derive(Clone, Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"provider_id": "CCA100234", "message": "I work at the front desk."}))]
pub struct AccessRequestRequest {
    /// The Provider ID: 1 to 20 letters, digits, and hyphens.
    #[serde(default)]
    #[validate(
        required(code = "required", message = "is required"),
        custom(function = is_provider_id)
    )]
    #[schema(required, pattern = "^[A-Za-z0-9-]{1,20}$")]
    pub provider_id: Option<String>,
    /// A message to the administrators, up to 500 characters.
    #[serde(default, deserialize_with = "crate::http::extract::values::given_composed")]
    #[validate(
        length(min = 1, max = 500, code = "length", message = "must be 1 to 500 characters"),
        custom(function = passage)
    )]
    #[schema(min_length = 1, max_length = 500)]
    pub message: Option<String>,
}

fn is_provider_id(text: &str) -> Result<(), ValidationError> {
    let message = Some("must be 1 to 20 letters, digits or hyphens".into());
    let violation = |_error| ValidationError { message, ..ValidationError::new("format") };
    ProviderIdentifier::parse(text).map(drop).map_err(violation)
}

/// Request access to a provider account
///
/// The account's administrators see your name, email address, and message, by email and in the
/// portal. The response is the same whether or not the account exists. Repeating the request while
/// it is open changes nothing.
#[utoipa::path(
    tag = "provider accounts",
    params(IdempotencyHeader),
    request_body = AccessRequestRequest,
    responses(
        (status = 202, body = ReceivedView, description = "If the account exists, its administrators are notified."),
        AnyProblems, SignedInProblems, NotFoundProblems, BodyProblems,
        (status = 409, body = crate::http::problem::ProblemDocument, content_type = "application/problem+json", description = "The first request with this Idempotency-Key is still running."),
    ),
)]
#[post("/access-requests")]
pub async fn create_access_request(
    caller: May<AssociateProviderAccounts>,
    body: Json<AccessRequestRequest>,
) -> Answered {
    let Json(body) = body;
    caller
        .write(move |tx, call| {
            let user = call.actor.user;
            let plan = self_matching(call)?.code;
            let given = body.provider_id.as_deref().unwrap_or_default();
            let provider_id = ProviderIdentifier::parse(given).map_err(|_error| {
                Problem::invalid(vec![FieldError::at("/provider_id", "format", "is wrong")])
            })?;
            let subject = format!("access_request:{user}");
            if !tx.sign_in_attempts().hit_window(&subject, MATCHING.attempts, MATCHING.within)? {
                return Err(too_many_attempts());
            }
            // A worker processes it, so that neither the response nor its timing reveals whether
            // the account exists.
            tx.self_service().insert(&SelfServiceRequest::AccessRequest {
                user,
                plan,
                provider_id: provider_id.as_str().to_owned(),
                message: body.message.clone(),
            })?;
            let done = tx.commit_effects(&access_request::requested(user), &call.author())?;
            Ok(done.with(Reply::accepted(&RECEIVED)?))
        })
        .await
}
