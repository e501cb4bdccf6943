//! PUT /organizations/{organization_id}/medicaid-ids/{medicaid_id}/agent-access

use actix_web::{put, web};
use portal_domain::ground::id::{MedicaidIdId, OrganizationId};
use portal_domain::medicaid::agent_access_change::{
    AccessChange, AgentAccessAction, AgentAccessConfirmation,
};
use portal_persistence::Tx;
use serde::Deserialize;
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};
use validator::{Validate, ValidationError};

use super::found::Found;
use super::view::{AgentAccessChangeView, IndividualMedicaidIdView, YES_OR_NO};
use crate::http::auth::call::Call;
use crate::http::auth::caller::May;
use crate::http::auth::permission::ManageAgentAccess;
use crate::http::extract::Json;
use crate::http::openapi::{
    AnyProblems, BodyProblems, ConflictProblems, NotFoundProblems, RightProblems, SignedInProblems,
    VersionHeader, VersionProblems,
};
use crate::http::problem::{AgentAccessConsequences, Code, FieldError, Problem};
use crate::http::reply::{Answered, Reply, require_match, require_stated};

/// The path of all agents' access to a Medicaid ID.
#[derive(Clone, Copy, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct AgentAccessPath {
    /// The organization.
    pub organization_id: OrganizationId,
    /// The record of the Medicaid ID, as the search gave it; not the number.
    pub medicaid_id: MedicaidIdId,
}

/// What to do about all agents' access. Single agents cannot be named: `agent_ids`, `agent_id` and `agents` are refused with
/// `per_agent_access_not_supported`.
#[derive(Clone, Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"action": "grant_all", "confirmation": "yes"}))]
pub struct AgentAccessRequest {
    /// Grant access to all credentialing agents within the organization, or remove access from all of them.
    #[serde(default)]
    #[validate(required(code = "required", message = "is required"))]
    #[schema(required, nullable = false)]
    pub action: Option<AgentAccessAction>,
    /// The answer to the confirmation message. Without it nothing happens, and a 409 `confirmation_required` tells the message.
    #[serde(default, deserialize_with = "crate::http::extract::given")]
    #[schema(nullable = false)]
    pub confirmation: Option<AgentAccessConfirmation>,
    // Known only to be refused for what they mean, not as fields that do not belong here.
    #[serde(default, deserialize_with = "crate::http::extract::given")]
    #[validate(custom(function = not_supported))]
    #[schema(ignore)]
    agent_ids: Option<Value>,
    #[serde(default, deserialize_with = "crate::http::extract::given")]
    #[validate(custom(function = not_supported))]
    #[schema(ignore)]
    agent_id: Option<Value>,
    #[serde(default, deserialize_with = "crate::http::extract::given")]
    #[validate(custom(function = not_supported))]
    #[schema(ignore)]
    agents: Option<Value>,
}

fn not_supported(_named: &Value) -> Result<(), ValidationError> {
    Err(ValidationError {
        message: Some("access is granted to all agents or to none".into()),
        ..ValidationError::new("per_agent_access_not_supported")
    })
}

/// Grant all agents access to an individual Medicaid ID, or remove it from all
///
/// The access is the organization's: who becomes a credentialing agent later has it at once, who leaves loses it. A removal
/// takes effect with the next request, also in sessions under way; open applications on that Medicaid ID stay assigned, but no
/// agent can read or change them until access is granted again. It does not remove the provider from the group: `reminder`
/// says what is still to be done. What is granted or removed already is answered with `changed: false`.
#[utoipa::path(
    tag = "medicaid ids",
    operation_id = "setAgentAccess",
    params(AgentAccessPath, VersionHeader),
    request_body = AgentAccessRequest,
    responses(
        (status = 200, body = AgentAccessChangeView, description = "What was done.", headers(("ETag" = String, description = "Give it as If-Match when changing the access again."))),
        AnyProblems, SignedInProblems, RightProblems, NotFoundProblems, BodyProblems, ConflictProblems, VersionProblems,
    ),
)]
#[put("/organizations/{organization_id}/medicaid-ids/{medicaid_id}/agent-access")]
pub async fn set_agent_access(
    caller: May<ManageAgentAccess>,
    path: web::Path<AgentAccessPath>,
    body: Json<AgentAccessRequest>,
) -> Answered {
    let Json(body) = body;
    caller
        .write(move |tx, call| {
            require_stated(call.if_match())?;
            let organization = call.organization(tx, path.organization_id)?.facts;
            call.credentialing(organization.plan)?;
            let found = Found::locked(tx, call, &organization, path.medicaid_id)?;
            require_match(call.if_match(), found.version(), &IndividualMedicaidIdView::of(&found))?;
            let missing = || Problem::invalid(vec![FieldError::at("/action", "required", "is required")]);
            let change = found.change(body.action.ok_or_else(missing)?);
            match body.confirmation {
                None => Err(confirmation_required(&change)),
                Some(AgentAccessConfirmation::No) => {
                    Reply::resource(&AgentAccessChangeView::declined(&change), found.version())
                }
                Some(AgentAccessConfirmation::Yes) => settle(tx, call, &found, &change),
            }
        })
        .await
}

/// Asks before anything is done (domain rule R-043).
fn confirmation_required(change: &AccessChange) -> Problem {
    Problem::new(Code::confirmation_required, "nothing was changed; send `confirmation`")
        .member("message", change.prompt())
        .member("options", YES_OR_NO)
        .member("consequences", AgentAccessConsequences::from(change.consequences()))
}

/// Stores a change with its audit event; what changes nothing leaves no trace.
fn settle(
    tx: &mut Tx<'_>,
    call: &Call<ManageAgentAccess>,
    found: &Found<'_>,
    change: &AccessChange,
) -> Result<Reply, Problem> {
    let mut version = found.version();
    if let Some(state) = change.stored_state() {
        let by = (call.actor.user, call.actor.name.as_str());
        version = tx.agent_access().set(found.organization.id, found.record.id, state, by, version)?;
        tx.audit().record(&change.audit_event(), &call.author())?;
    }
    Reply::resource(&AgentAccessChangeView::applied(change), version)
}
