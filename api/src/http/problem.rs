//! Problem documents (RFC 9457). The table below is the only place where a refusal becomes a status.

use actix_web::http::{StatusCode, header};
use actix_web::{HttpResponse, ResponseError};
use portal_domain::organizations::policy;
use portal_persistence::{Constraint, StoreError};
use serde::Serialize;
use serde_json::{Map, Value, json};
use utoipa::ToSchema;

use crate::http::request_id;

macro_rules! problem_table {
    ($($code:ident $status:literal $title:literal $remedy:literal;)+) => {
        /// What a problem is, in one word; stable, for programs.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
        #[serde(rename_all = "snake_case")]
        #[expect(non_camel_case_types, reason = "spelled as on the wire, so that one word finds everything")]
        pub enum Code {
            $(#[doc = $title] $code,)+
        }

        impl Code {
            /// Every code, in the order of the table.
            pub const ALL: &'static [Self] = &[$(Self::$code,)+];

            /// The wire spelling.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$code => stringify!($code),)+ }
            }

            /// The status it is answered with.
            #[must_use]
            pub const fn status(self) -> u16 {
                match self { $(Self::$code => $status,)+ }
            }

            /// A short text that is the same each time.
            #[must_use]
            pub const fn title(self) -> &'static str {
                match self { $(Self::$code => $title,)+ }
            }

            /// What the client can do about it.
            #[must_use]
            pub const fn remedy(self) -> &'static str {
                match self { $(Self::$code => $remedy,)+ }
            }
        }
    };
}

problem_table! {
    malformed_json 400 "The body is not readable JSON" "Send well-formed JSON in UTF-8; `detail` tells where reading stopped.";
    nul_byte 400 "A text contains a NUL character" "Remove the character U+0000.";
    unknown_field 400 "The body has a field that does not belong there" "Remove the field that `errors` points at, or check its spelling.";
    unknown_parameter 400 "The query has a parameter that does not belong there" "Remove the parameter, or check its spelling.";
    malformed_parameter 400 "The query cannot be read" "Percent-encode the query in UTF-8 and give each single-valued parameter once.";
    malformed_id 400 "An id is not of the kind that belongs there" "Use the id exactly as an earlier answer gave it.";
    malformed_header 400 "A header cannot be read" "Correct the header that `errors` names.";
    invalid_cursor 400 "The cursor does not belong to this list" "Use `next_cursor` of the same list with the same filters, or start again without a cursor.";
    unreadable_body 400 "The body could not be read" "Send the body completely, without Content-Encoding.";
    invalid_request 400 "The token request is malformed" "Send `grant_type` and its parameters as a form, each once.";
    invalid_grant 400 "The credentials or the refresh token are not accepted" "Sign in again.";
    unsupported_grant_type 400 "The grant type is not supported" "Use `password`, `mfa_otp` or `refresh_token`.";
    unauthenticated 401 "You are not signed in, or not any more" "Get a new access token: refresh, or sign in again.";
    role_required 403 "You lack the role or permission for this" "Ask an administrator of the organization; `reasons` tells what is missing.";
    organization_not_eligible 403 "The organization may not use the CA Admin Manager role now" "See `reasons`; the role works again once they are gone.";
    only_organization_administrator 403 "Only the organization's administrator may do this" "Ask an administrator of the organization.";
    beyond_authority 403 "This goes beyond what you may grant or take away" "Ask somebody whose rights include those concerned.";
    own_rights 403 "Nobody changes their own rights" "Ask another administrator or account manager.";
    access_not_granted 403 "The organization's agents have no access to this Medicaid ID" "Ask the organization's CA Admin Manager to grant access to all agents.";
    not_assigned 403 "The application is assigned to somebody else" "Ask the agent who has it, or a CA Admin Manager to reassign it.";
    not_initiator 403 "Only who started the application may withdraw it" "Ask the person who started it.";
    invitation_email_mismatch 403 "The invitation is for somebody else" "Sign in as the person the invitation was sent to.";
    mfa_required 403 "The second factor is needed" "Send `grant_type=mfa_otp` with the `mfa_token` of this answer and a code of one of `methods`, or a recovery code.";
    mfa_registration_required 403 "A second factor has to be registered first" "Register one with POST /api/v1/me/mfa-methods and confirm it; until then the session can do nothing else.";
    not_found 404 "There is no such thing, or it is not visible to you" "Check the id; for a path, see /api-docs/openapi.json.";
    method_not_allowed 405 "The path does not support this method" "Use a method from the Allow header.";
    not_acceptable 406 "No representation matches the Accept header" "Accept application/json.";
    invalid_transition 409 "The present state does not allow this" "See `from` and `allowed`.";
    confirmation_required 409 "This needs to be confirmed" "Show `message` and `options`; repeat the request with the confirmation.";
    revalidation_pending 409 "A revalidation of this Medicaid ID is open" "Wait until it is decided or withdrawn: `application_number` tells which.";
    open_item_exists 409 "There is an open one already" "Continue with the one that `application_number` names.";
    not_restorable 409 "The withdrawal cannot be taken back" "See `reasons`; start a new application instead.";
    plan_without_applications 409 "The organization's plan has no applications" "Choose an organization of a plan that has them.";
    already_has_role 409 "The person has this role already" "Nothing needs to be done.";
    already_member 409 "The person is a member already" "Change the member's roles or permissions instead.";
    already_in_list 409 "The address is on the list already" "Remove the entry first, or leave it as it is.";
    already_linked 409 "The account is linked to your login already" "Switch to it with PUT /api/v1/me/active-account.";
    administrator_exists 409 "An Administrator for the Provider ID exists" "Contact them and request access: POST /api/v1/access-requests.";
    last_administrator 409 "This is the last administrator" "Make somebody else an administrator first.";
    last_account_manager 409 "This is the last account manager" "Give somebody else the permission `manage_account` first.";
    plan_staff_required 409 "Only the plan can enable the first registrant of a practice" "Wait for the plan's staff, or call them.";
    use_password_reset 409 "The login is locked" "Send a password reset e-mail instead.";
    registration_incomplete 409 "The registration is not completed" "Send the registration e-mail instead.";
    user_disabled 409 "The user is disabled" "Enable the user first.";
    action_not_offered 409 "Organizations of this kind do not have this" "See `actions` of the member.";
    inviter_lost_authority 409 "Who invited you may no longer do so" "Ask for a new invitation.";
    last_factor_required 409 "The only second factor cannot be removed while one is required" "Register another one first.";
    job_running 409 "The job is running elsewhere" "Wait until it is finished, then look at its run.";
    items_not_reassignable 409 "Some applications cannot move, so none did" "Take the applications in `items` out of the selection, or search again.";
    not_revertible 409 "The reassignment cannot be reverted" "See `reasons`; create a new reassignment instead.";
    changed_meanwhile 409 "Somebody else changed this at the same moment" "Read it again and decide anew.";
    idempotency_in_flight 409 "The first request with this Idempotency-Key is still running" "Wait as long as Retry-After says and repeat the request.";
    refresh_in_progress 409 "Another refresh with this token has just been answered" "Use the tokens of that answer; if it was lost, try again after Retry-After seconds.";
    invitation_used 410 "The invitation was accepted already" "Sign in.";
    invitation_expired 410 "The invitation has expired" "Ask who invited you to send it again.";
    invitation_cancelled 410 "The invitation was cancelled" "Ask who invited you.";
    invitation_superseded 410 "A newer invitation took the place of this one" "Use the link of the latest mail.";
    link_used 410 "The link was used already" "Ask for a new one if you still need it.";
    link_expired 410 "The link has expired" "Ask for a new one.";
    link_superseded 410 "A newer link took the place of this one" "Use the link of the latest mail.";
    precondition_failed 412 "The resource is no longer the one you have read" "Read it again, then repeat the request with its current ETag.";
    payload_too_large 413 "The body is too large" "Send less; `limit` is the number of bytes accepted.";
    unsupported_media_type 415 "The body has the wrong media type" "Send the Content-Type that the operation documents, without Content-Encoding.";
    validation_failed 422 "Some values are wrong" "Correct the values that `errors` points at; all of them are listed.";
    eligibility_not_matched 422 "The data do not match what the plan has on file" "They must match your EOB or Welcome Letter. Check the provider type, too.";
    invite_list_empty 422 "The list is empty" "Add somebody to the list first.";
    idempotency_key_reused 422 "The Idempotency-Key was used for another request" "Use a fresh key for each new request.";
    precondition_required 428 "The request must say which version it is about" "Send If-Match with the ETag of the version you have read.";
    too_many_requests 429 "Too many requests" "Wait as long as Retry-After says.";
    too_many_attempts 429 "Too many attempts" "Wait as long as Retry-After says; the count starts again then.";
    internal_error 500 "Something went wrong on our side" "Try again later; if it persists, report the `request_id`.";
    overloaded 503 "The service is busy" "Try again after Retry-After seconds.";
    unavailable 503 "The service is not available now" "Try again after Retry-After seconds.";
}

/// The base of a problem's `type`; resolves on this server.
pub const TYPE_BASE: &str = "/problems/";

/// The media type of a problem document.
pub const MEDIA_TYPE: &str = "application/problem+json";

/// One fault in a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(example = json!({"pointer": "/to_agent_id", "code": "required", "message": "is required"}))]
pub struct FieldError {
    /// JSON Pointer (RFC 6901) to the value in the body; absent when it was not in the body.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub pointer: Option<String>,
    /// The query parameter, path parameter or header; absent when it was in the body.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub parameter: Option<String>,
    /// What is wrong, in one word; stable, for programs.
    pub code: String,
    /// What is wrong, for people.
    pub message: String,
    /// The most that is accepted, where there is a limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub max: Option<i64>,
    /// What was found instead.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub actual: Option<i64>,
    /// The numbered screen of an application on which the value stands.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub screen: Option<String>,
    /// The earliest date that is accepted.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub earliest: Option<chrono::NaiveDate>,
    /// The latest date that is accepted.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub latest: Option<chrono::NaiveDate>,
}

impl FieldError {
    /// A fault in the body.
    pub fn at(pointer: impl Into<String>, code: &str, message: impl Into<String>) -> Self {
        Self {
            pointer: Some(pointer.into()),
            parameter: None,
            code: code.into(),
            message: message.into(),
            max: None,
            actual: None,
            screen: None,
            earliest: None,
            latest: None,
        }
    }

    /// With the limit that was exceeded and by what.
    #[must_use]
    pub fn limit(self, max: usize, actual: usize) -> Self {
        let number = |count: usize| Some(i64::try_from(count).unwrap_or(i64::MAX));
        Self { max: number(max), actual: number(actual), ..self }
    }

    /// On that screen of an application.
    #[must_use]
    pub fn on_screen(self, screen: &str) -> Self {
        Self { screen: Some(screen.to_owned()), ..self }
    }

    /// With the dates between which it must lie, both included.
    #[must_use]
    pub fn between(self, earliest: Option<chrono::NaiveDate>, latest: Option<chrono::NaiveDate>) -> Self {
        Self { earliest, latest, ..self }
    }

    /// A fault in a parameter or header.
    pub fn of(parameter: impl Into<String>, code: &str, message: impl Into<String>) -> Self {
        Self {
            pointer: None,
            parameter: Some(parameter.into()),
            code: code.into(),
            message: message.into(),
            max: None,
            actual: None,
            screen: None,
            earliest: None,
            latest: None,
        }
    }
}

/// An application that cannot move, with every reason.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct RefusedItem {
    /// The application.
    pub id: portal_domain::ground::id::ApplicationId,
    /// Why it cannot move.
    pub reasons: Vec<portal_domain::work::reassignment::ItemRefusal>,
}

/// Why a request was refused (RFC 9457). Members beyond `request_id` appear where the code's description says so.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "type": "/problems/validation_failed",
    "title": "Some values are wrong",
    "status": 422,
    "detail": "1 value is wrong",
    "code": "validation_failed",
    "request_id": "01k2zqj5t8e4vbx9m3c7w6r1hd",
    "errors": [{"pointer": "/to_agent_id", "code": "required", "message": "is required"}]
}))]
pub struct ProblemDocument {
    /// Where the problem is explained: a path on this server.
    #[schema(format = "uri-reference")]
    pub r#type: String,
    /// A short text, the same for each problem of this code.
    pub title: String,
    /// The HTTP status.
    #[schema(minimum = 400, maximum = 599)]
    pub status: i32,
    /// What happened this time.
    pub detail: String,
    /// What the problem is, in one word; stable, for programs.
    pub code: Code,
    /// The request, as it stands in the logs.
    pub request_id: String,
    /// Every fault found (`validation_failed` and the 400 family).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub errors: Option<Vec<FieldError>>,
    /// Why, in words for programs; all of them where there are several.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub reasons: Option<Vec<String>>,
    /// The applications that cannot move (`items_not_reassignable`).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub items: Option<Vec<RefusedItem>>,
    /// The methods the path supports (`method_not_allowed`), or what the present state allows (`invalid_transition`).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub allowed: Option<Vec<String>>,
    /// The present state (`invalid_transition`).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub from: Option<String>,
    /// The state it was to have (`invalid_transition`).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub to: Option<String>,
    /// What to ask the person (`confirmation_required`).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub message: Option<String>,
    /// What a Yes has as its consequence (`confirmation_required`).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub consequence: Option<String>,
    /// What can be answered (`confirmation_required`).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub options: Option<Vec<String>>,
    /// What to put into `acknowledge` for a Yes (`confirmation_required` of a revalidation that is started early).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub acknowledge: Option<String>,
    /// When the revalidation is due (`confirmation_required` of a revalidation that is started early).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub due_date: Option<chrono::NaiveDate>,
    /// Days until then.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub days_until_due: Option<i64>,
    /// What the change would bring about (`confirmation_required` of agent access).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub consequences: Option<crate::operations::medicaid::medicaid_ids::AgentAccessConsequences>,
    /// The application that stands in the way (`revalidation_pending`, `open_item_exists`).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub application_number: Option<String>,
    /// Carries the proof of the password to the second step (`mfa_required`); good for five minutes.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub mfa_token: Option<String>,
    /// The second factors that will do (`mfa_required`).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub methods: Option<Vec<portal_domain::identity::mfa::MfaMethodKind>>,
    /// Where access can be requested (`administrator_exists`).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub request_access: Option<String>,
    /// The current ETag (`precondition_failed`).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub current_etag: Option<String>,
    /// Bytes accepted (`payload_too_large`).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub limit: Option<i64>,
    /// Until when the reassignment could be reverted (`not_revertible`).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub revertible_until: Option<chrono::DateTime<chrono::Utc>>,
    /// The RFC 6749 error code (token endpoint).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub error: Option<String>,
    /// The RFC 6749 error text (token endpoint).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub error_description: Option<String>,
}

/// A refusal on its way to the client.
#[derive(Clone, Debug)]
pub struct Problem {
    code: Code,
    status: u16,
    detail: String,
    members: Map<String, Value>,
    headers: Vec<(header::HeaderName, String)>,
    request_id: String,
    /// A storage error that may be worth another try; kept for the write loop, never shown.
    retryable: Option<std::sync::Arc<StoreError>>,
}

impl Problem {
    /// A problem of this code; `detail` says what happened this time.
    pub fn new(code: Code, detail: impl Into<String>) -> Self {
        let mut problem = Self {
            code,
            status: code.status(),
            detail: detail.into(),
            members: Map::new(),
            headers: vec![],
            request_id: request_id::current(),
            retryable: None,
        };
        if matches!(code, Code::overloaded | Code::unavailable | Code::idempotency_in_flight) {
            problem = problem.retry_after(1);
        }
        if code == Code::unauthenticated {
            problem = problem.header(header::WWW_AUTHENTICATE, "Bearer realm=\"provider-portal\"");
        }
        problem
    }

    /// Nothing there, or nothing visible: the answer is the same.
    #[must_use]
    pub fn not_found() -> Self {
        Self::new(Code::not_found, "nothing is visible to you at this address")
    }

    /// Values are wrong; all of them.
    #[must_use]
    pub fn invalid(errors: Vec<FieldError>) -> Self {
        let detail = match errors.len() {
            1 => "1 value is wrong".to_owned(),
            n => format!("{n} values are wrong"),
        };
        Self::new(Code::validation_failed, detail).errors(errors)
    }

    /// With the faults found.
    #[must_use]
    pub fn errors(self, errors: Vec<FieldError>) -> Self {
        self.member("errors", errors)
    }

    /// With a typed member.
    #[must_use]
    pub fn member(mut self, name: &str, value: impl Serialize) -> Self {
        if let Ok(value) = serde_json::to_value(value) {
            self.members.insert(name.to_owned(), value);
        }
        self
    }

    /// With a header.
    #[must_use]
    pub fn header(mut self, name: header::HeaderName, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// With the number of seconds after which trying again makes sense.
    #[must_use]
    pub fn retry_after(self, seconds: u64) -> Self {
        self.header(header::RETRY_AFTER, seconds.to_string())
    }

    /// Where granting is refused for the reason that elsewhere refuses use: 409 instead of the table's 403 (domain 5.12).
    #[must_use]
    pub const fn as_conflict(mut self) -> Self {
        self.status = 409;
        self
    }

    /// Whether the request itself was refused, rather than the server unable to carry it out.
    #[must_use]
    pub const fn is_refusal(&self) -> bool {
        self.status < 500
    }

    /// The code, or that of the first fault, and a sentence for people: for lists in which each entry has its own outcome.
    #[must_use]
    pub fn in_short(&self) -> (String, String) {
        let fault = self.members.get("errors").and_then(|errors| errors.get(0));
        let text = |name: &str| fault.and_then(|fault| fault.get(name)).and_then(Value::as_str);
        match text("code").zip(text("message")) {
            Some((code, message)) => (code.to_owned(), message.to_owned()),
            None => (self.code.as_str().to_owned(), self.code.title().to_owned()),
        }
    }

    /// What the problem is.
    #[must_use]
    pub const fn code(&self) -> Code {
        self.code
    }
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.code.as_str(), self.detail)
    }
}

impl std::error::Error for Problem {}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    fn error_response(&self) -> HttpResponse {
        let mut document = json!({
            "type": format!("{TYPE_BASE}{}", self.code.as_str()),
            "title": self.code.title(),
            "status": self.status,
            "detail": self.detail,
            "code": self.code.as_str(),
            "request_id": self.request_id,
        });
        if let Value::Object(members) = &mut document {
            members.extend(self.members.clone());
        }
        let mut response = HttpResponse::build(self.status_code());
        response.insert_header((header::CONTENT_TYPE, MEDIA_TYPE));
        response.insert_header((header::CACHE_CONTROL, "no-store"));
        response.insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"));
        response.insert_header((request_id::HEADER, self.request_id.as_str()));
        for (name, value) in &self.headers {
            response.insert_header((name.clone(), value.as_str()));
        }
        response.body(document.to_string())
    }
}

impl portal_persistence::AsStoreError for Problem {
    fn as_store_error(&self) -> Option<&StoreError> {
        self.retryable.as_deref()
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Stale(what) => {
                Self::new(Code::changed_meanwhile, format!("the {what} changed while this was decided"))
            }
            // Two who came from different sides at once: each found the place free, and the constraint decided.
            StoreError::Taken(
                Constraint::UserEmail
                | Constraint::Membership
                | Constraint::PendingInvitation
                | Constraint::MemberHistoryNumber
                | Constraint::OrganizationTaxId
                | Constraint::OpenAccessRequest,
            ) => Self::new(Code::changed_meanwhile, "somebody else did the same at this moment"),
            // Numbers are drawn anew when the work is done again.
            StoreError::Taken(Constraint::ApplicationNumber | Constraint::MedicaidId) => Self {
                retryable: Some(std::sync::Arc::new(error)),
                ..Self::new(Code::changed_meanwhile, "somebody else took the number at this moment")
            },
            StoreError::Taken(Constraint::OpenRevalidation) => {
                Self::new(Code::open_item_exists, "a revalidation of this Medicaid ID is open")
            }
            StoreError::Taken(Constraint::ReassignmentReverted) => {
                Self::new(Code::changed_meanwhile, "the reassignment was reverted at the same moment")
            }
            StoreError::Busy(_) => {
                tracing::warn!(%error, "storage is busy");
                Self {
                    retryable: Some(std::sync::Arc::new(error)),
                    ..Self::new(Code::overloaded, "the database did not answer in time")
                }
            }
            StoreError::Unavailable(_) => {
                tracing::error!(%error, "storage is unavailable");
                Self::new(Code::unavailable, "the database cannot be reached")
            }
            _ => {
                tracing::error!(%error, "storage failed");
                Self::new(Code::internal_error, "the request could not be carried out")
            }
        }
    }
}

impl From<policy::Refusal> for Problem {
    fn from(refusal: policy::Refusal) -> Self {
        let code = match &refusal {
            policy::Refusal::RoleRequired => Code::role_required,
            policy::Refusal::OrganizationNotEligible(_) => Code::organization_not_eligible,
        };
        Self::new(code, "you may not do this in this organization").member("reasons", refusal.reasons())
    }
}

impl From<actix_web::error::BlockingError> for Problem {
    fn from(_: actix_web::error::BlockingError) -> Self {
        tracing::error!("work on the blocking pool was cancelled or panicked");
        Self::new(Code::internal_error, "the request could not be carried out")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_a_known_status_a_title_and_a_remedy() {
        for code in Code::ALL {
            assert!(StatusCode::from_u16(code.status()).is_ok(), "{}", code.as_str());
            assert!(!code.title().is_empty() && code.remedy().ends_with('.'), "{}", code.as_str());
        }
    }
}
