//! POST /registrations

use actix_web::post;
use portal_domain::ground::plan_code::PlanCode;
use portal_domain::ground::tax_identifier::{TaxId, TaxIdentifierError};
use portal_domain::identity::self_service::SelfServiceRequest;
use portal_domain::platform::plan::Bootstrap;
use serde::Deserialize;
use utoipa::ToSchema;
use validator::{Validate, ValidationError};

use crate::http::auth::anonymous::Anonymous;
use crate::http::extract::Json;
use crate::http::openapi::{AnyProblems, BodyProblems};
use crate::http::problem::{FieldError, Problem};
use crate::http::reply::Answered;
use crate::operations::ground::person::email_address;
use crate::operations::ground::text::{person_name, refused};
use crate::operations::identity::self_service::{ReceivedView, receive};

/// A user's request to register under a tax ID.
#[derive(Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "plan": "lhcc",
    "tin": "72-7654321",
    "email": "jeremy.huang@riverbend.example",
    "first_name": "Jeremy",
    "last_name": "Huang",
    "telephone": "1231231234"
}))]
pub struct RegistrationRequest {
    /// The plan; its practices must register under their tax ID.
    pub plan: PlanCode,
    /// The practice's tax ID: nine digits, with or without the hyphen after the second.
    #[validate(custom(function = tax_id))]
    #[schema(pattern = r"^([0-9]{9}|[0-9]{2}-[0-9]{7})$")]
    pub tin: String,
    /// Your email address.
    #[validate(custom(function = email_address))]
    #[schema(format = Email, max_length = 254)]
    pub email: String,
    /// First name.
    #[serde(deserialize_with = "crate::http::extract::values::composed")]
    #[validate(custom(function = person_name))]
    #[schema(min_length = 1, max_length = 100)]
    pub first_name: String,
    /// Last name.
    #[serde(deserialize_with = "crate::http::extract::values::composed")]
    #[validate(custom(function = person_name))]
    #[schema(min_length = 1, max_length = 100)]
    pub last_name: String,
    /// Telephone, ten digits.
    #[serde(default, deserialize_with = "crate::http::extract::given")]
    #[validate(custom(function = ten_digits))]
    #[schema(pattern = r"^[0-9]{10}$")]
    pub telephone: Option<String>,
}

fn tax_id(text: &str) -> Result<(), ValidationError> {
    TaxId::parse(text).map(drop).map_err(|error| match error {
        TaxIdentifierError::Format => refused("format", "must be nine digits"),
        TaxIdentifierError::Impossible => refused("tax_id_impossible", "is a number that is never issued"),
    })
}

fn ten_digits(text: &str) -> Result<(), ValidationError> {
    match text.len() == 10 && text.bytes().all(|byte| byte.is_ascii_digit()) {
        true => Ok(()),
        false => Err(refused("format", "must be ten digits")),
    }
}

/// Register under a tax ID
///
/// Requests an account at a practice. The response is the same whether or not the tax ID or address
/// is known. The practice's account managers get an email and verify the account; without any, plan
/// staff do. You then get an email with a link to complete the registration.
#[utoipa::path(
    tag = "registrations",
    request_body = RegistrationRequest,
    responses(
        (status = 202, body = ReceivedView, description = "The request was received; its outcome is not revealed."),
        AnyProblems, BodyProblems,
    ),
    security(()),
)]
#[post("/registrations")]
pub async fn create_registration(caller: Anonymous, body: Json<RegistrationRequest>) -> Answered {
    let Json(body) = body;
    caller.services().limits.check_self_service(caller.address())?;
    if caller.services().plan(body.plan)?.bootstrap != Bootstrap::PlanStaff {
        let text = "people of this plan do not register under a tax id";
        return Err(Problem::invalid(vec![FieldError::at("/plan", "unknown_value", text)]));
    }
    let tax_id = TaxId::parse(&body.tin)
        .map_err(|_error| Problem::invalid(vec![FieldError::at("/tin", "format", "must be nine digits")]))?;
    let request = SelfServiceRequest::Registration {
        plan: body.plan,
        tax_id: tax_id.expose_digits().to_owned(),
        email: body.email.trim().to_owned(),
        first_name: body.first_name.trim().to_owned(),
        last_name: body.last_name.trim().to_owned(),
        telephone: body.telephone,
    };
    receive(caller, request).await
}
