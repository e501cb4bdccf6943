//! PUT /organizations/{organization_id}/medicaid-ids/{medicaid_id}/agent-access

use actix_web::{put, web};
use portal_domain::ground::id::{MedicaidIdId, OrganizationId};
use portal_domain::medicaid::agent_access_change::{
    AccessChange, AgentAccessAction, AgentAccessConfirmation,
};
use portal_persistence::{Done, Tx};
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
    /// The record ID of the Medicaid ID, as returned by the search; not the number.
    pub medicaid_id: MedicaidIdId,
}

/// A change of all agents' access. You cannot name single agents: `agent_ids`, `agent_id`, and
/// `agents` are refused with `per_agent_access_not_supported`.
#[derive(Clone, Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"action": "grant_all", "confirmation": "yes"}))]
pub struct AgentAccessRequest {
    /// Grant access to all credentialing agents of the organization, or remove it from all.
    #[serde(default)]
    #[validate(required(code = "required", message = "is required"))]
    #[schema(required)]
    pub action: Option<AgentAccessAction>,
    /// The answer to the confirmation prompt. Without it, nothing changes, and the response is 409
    /// `confirmation_required` with the prompt.
    #[serde(default, deserialize_with = "crate::http::extract::given")]
    pub confirmation: Option<AgentAccessConfirmation>,
    // Declared only to be refused with a code of their own, not as unknown fields.
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

/// Grant or remove all agents' access to an individual Medicaid ID
///
/// For CA Admin Managers. The access is the organization's: new credentialing agents have it at
/// once, and former ones lose it. If access already is as requested, the response has `changed:
/// false`.
///
/// A removal applies from the next request, also in existing sessions. Open applications on the
/// Medicaid ID stay assigned, but no agent can read or change them until access is granted again. A
/// removal does not remove the provider from the group: see `reminder`.
#[utoipa::path(
    tag = "medicaid ids",
    params(AgentAccessPath, VersionHeader),
    request_body = AgentAccessRequest,
    responses(
        (status = 200, body = AgentAccessChangeView, description = "The result.", headers(("ETag" = String, description = "Send it as `If-Match` to change the access again."))),
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
                    let view = AgentAccessChangeView::declined(&change);
                    Ok(Done::unchanged().with(Reply::resource(&view, found.version())?))
                }
                Some(AgentAccessConfirmation::Yes) => store(tx, call, &found, &change),
            }
        })
        .await
}

/// Asks for confirmation before anything changes (domain rule R-043).
fn confirmation_required(change: &AccessChange) -> Problem {
    Problem::new(Code::confirmation_required, "nothing was changed; send `confirmation`")
        .member("message", change.prompt())
        .member("options", YES_OR_NO)
        .member("consequences", AgentAccessConsequences::from(change.consequences()))
}

/// Stores a change with its audit event. Records nothing if nothing changes.
fn store(
    tx: &mut Tx<'_>,
    call: &Call<ManageAgentAccess>,
    found: &Found<'_>,
    change: &AccessChange,
) -> Result<(Reply, Done), Problem> {
    let (mut version, mut done) = (found.version(), Done::unchanged());
    if let Some(state) = change.stored_state() {
        let by = (call.actor.user, call.actor.name.as_str());
        version = tx.agent_access().set(found.organization.id, found.record.id, state, by, version)?;
        done = tx.commit_effects(&change.effects(), &call.author())?;
    }
    Ok(done.with(Reply::resource(&AgentAccessChangeView::applied(change), version)?))
}
