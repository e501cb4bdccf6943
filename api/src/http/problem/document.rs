//! The body of a refusal.

use portal_domain::medicaid::agent_access_change::AccessConsequences;
use serde::Serialize;
use utoipa::ToSchema;

use super::code::Code;

/// One violation in a request.
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

/// An application that cannot move, with every reason.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct RefusedItem {
    /// The application.
    pub id: portal_domain::ground::id::ApplicationId,
    /// Why it cannot move.
    pub reasons: Vec<portal_domain::work::reassignment::ItemRefusal>,
}

/// What a change of all agents' access brings about.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AgentAccessConsequences {
    /// Agents who get access, or lose it; 0 when nothing changes.
    pub agents_affected: i64,
    /// Open applications on the Medicaid ID that their agents can work on again, or can no longer read or change; 0 when
    /// nothing changes.
    pub open_applications: i64,
    /// Whether the provider stays linked to a group of the organization.
    pub group_link_remains: bool,
    /// Whether a Maintenance item is still needed to remove the provider from the group.
    pub maintenance_required: bool,
    /// The organization's groups that the provider is linked to, or once was.
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
    /// Every violation found (`validation_failed` and the 400 family).
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
    pub consequences: Option<AgentAccessConsequences>,
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
