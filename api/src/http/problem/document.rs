//! The body of a problem response.

use portal_domain::medicaid::agent_access_change::AccessConsequences;
use serde::Serialize;
use utoipa::ToSchema;

use super::code::Code;

/// One violation in a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(example = json!({"pointer": "/to_agent_id", "code": "required", "message": "is required"}))]
pub struct FieldError {
    /// JSON Pointer (RFC 6901) to the value in the body. Absent if the value is not in the body.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pointer: Option<String>,
    /// The query parameter, path parameter, or header. Absent if the value is in the body.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parameter: Option<String>,
    /// The machine-readable code of the violation; stable.
    pub code: String,
    /// A description of the violation for people.
    pub message: String,
    /// The maximum that is accepted, if there is a limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max: Option<i64>,
    /// The number found instead.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub actual: Option<i64>,
    /// The numbered screen of the application that has the value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub screen: Option<String>,
    /// The earliest date that is accepted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub earliest: Option<chrono::NaiveDate>,
    /// The latest date that is accepted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub latest: Option<chrono::NaiveDate>,
}

impl FieldError {
    /// A violation in the body.
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

    /// Adds the limit that was exceeded, and the number found.
    #[must_use]
    pub fn limit(self, max: usize, actual: usize) -> Self {
        let number = |count: usize| Some(i64::try_from(count).unwrap_or(i64::MAX));
        Self { max: number(max), actual: number(actual), ..self }
    }

    /// Adds the screen of the application.
    #[must_use]
    pub fn on_screen(self, screen: &str) -> Self {
        Self { screen: Some(screen.to_owned()), ..self }
    }

    /// Adds the earliest and the latest date that are accepted, both inclusive.
    #[must_use]
    pub fn between(self, earliest: Option<chrono::NaiveDate>, latest: Option<chrono::NaiveDate>) -> Self {
        Self { earliest, latest, ..self }
    }

    /// A violation in a parameter or header.
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

/// An application that cannot be reassigned, with every reason.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct RefusedItem {
    /// The id of the application.
    pub id: portal_domain::ground::id::ApplicationId,
    /// Why it cannot be reassigned.
    pub reasons: Vec<portal_domain::work::reassignment::ItemRefusal>,
}

/// The consequences of a change of all agents' access.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AgentAccessConsequences {
    /// The number of agents who gain or lose access; 0 if nothing changes.
    pub agents_affected: i64,
    /// The number of open applications on the Medicaid ID that their agents can work on again, or
    /// can no longer read or change; 0 if nothing changes.
    pub open_applications: i64,
    /// Whether the provider stays linked to a group of the organization.
    pub group_link_remains: bool,
    /// Whether a Maintenance item is still needed to remove the provider from the group.
    pub maintenance_required: bool,
    /// The organization's group Medicaid IDs that the provider is or was linked to.
    pub group_medicaid_ids: Vec<String>,
}

impl From<&AccessConsequences> for AgentAccessConsequences {
    fn from(consequences: &AccessConsequences) -> Self {
        Self {
            agents_affected: consequences.agents_affected,
            open_applications: consequences.open_applications,
            group_link_remains: consequences.group_link_remains,
            maintenance_required: consequences.maintenance_required,
            group_medicaid_ids: consequences.group_medicaid_ids.clone(),
        }
    }
}

/// Why a request was refused (RFC 9457). Members after `request_id` appear only with the codes that
/// their descriptions name.
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
    /// The path on this server that explains the problem.
    #[schema(format = "uri-reference")]
    pub r#type: String,
    /// A short summary, the same for every problem with this code.
    pub title: String,
    /// The HTTP status.
    #[schema(minimum = 400, maximum = 599)]
    pub status: i32,
    /// A description of this occurrence.
    pub detail: String,
    /// The machine-readable code of the problem; stable.
    pub code: Code,
    /// The id of the request, as recorded in the logs.
    pub request_id: String,
    /// Every violation found (`validation_failed` and the 400 family).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub errors: Option<Vec<FieldError>>,
    /// All reasons for the refusal, as machine-readable codes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reasons: Option<Vec<String>>,
    /// The applications that cannot be reassigned (`items_not_reassignable`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub items: Option<Vec<RefusedItem>>,
    /// The methods that the path supports (`method_not_allowed`), or what the current state allows
    /// (`invalid_transition`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub allowed: Option<Vec<String>>,
    /// The current state (`invalid_transition`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// The requested state (`invalid_transition`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    /// The question to ask the user (`confirmation_required`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// The consequence of answering Yes (`confirmation_required`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub consequence: Option<String>,
    /// The possible answers (`confirmation_required`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub options: Option<Vec<String>>,
    /// The value to send as `acknowledge` for a Yes (`confirmation_required` of a revalidation that
    /// is started early).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub acknowledge: Option<String>,
    /// The due date of the revalidation (`confirmation_required` of a revalidation that is started
    /// early).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due_date: Option<chrono::NaiveDate>,
    /// The number of days until the due date.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub days_until_due: Option<i64>,
    /// The consequences of the change (`confirmation_required` of agent access).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub consequences: Option<AgentAccessConsequences>,
    /// The application that prevents the request (`revalidation_pending`, `open_item_exists`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub application_number: Option<String>,
    /// The token for the second step of signing in, which proves that the password was correct
    /// (`mfa_required`). It expires after five minutes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mfa_token: Option<String>,
    /// The second factors that are accepted (`mfa_required`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub methods: Option<Vec<portal_domain::identity::mfa::MfaMethodKind>>,
    /// What you can send to `POST /me/step-up` (`step_up_required`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accepted: Option<Vec<portal_domain::identity::step_up::StepUpMethod>>,
    /// The path at which to request access (`administrator_exists`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_access: Option<String>,
    /// The current ETag (`precondition_failed`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub current_etag: Option<String>,
    /// The maximum number of bytes accepted (`payload_too_large`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<i64>,
    /// The time until which the reassignment could be reverted (`not_revertible`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revertible_until: Option<chrono::DateTime<chrono::Utc>>,
    /// The RFC 6749 error code (token endpoint).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// The RFC 6749 error text (token endpoint).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error_description: Option<String>,
}
