//! Bodies about Medicaid IDs.

use chrono::{DateTime, NaiveDate, Utc};
use portal_domain::ground::id::{ApplicationId, MedicaidIdId};
use portal_domain::medicaid::agent_access::AgentAccessStanding;
use portal_domain::medicaid::agent_access_change::{AccessChange, AgentAccessAction, obstacle};
use portal_domain::medicaid::medicaid_id::{MedicaidIdCategory, MedicaidIdStatus, PostalAddress};
use portal_domain::medicaid::revalidation::Prompt;
use serde::Serialize;
use utoipa::ToSchema;

use super::found::Found;
use crate::http::actions::ActionView;
use crate::http::problem::AgentAccessConsequences;

/// The answers to a prompt.
pub(crate) const YES_OR_NO: [&str; 2] = ["Yes", "No"];

/// An individual Medicaid ID: the eleven columns of the grid, in order, and further fields.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "medicaid_id": "7100126126",
    "name": "Blake, Lee",
    "ssn_masked": "***-**-0005",
    "provider_type": "64",
    "category": "individual",
    "status": "active",
    "npi": "1700126125",
    "effective_date": "1999-10-04",
    "end_date": "2020-02-28",
    "id": "mid_01k2zqj5t8e4vbx9m3c7w6r1hd",
    "version": 0,
    "agent_access": {"state": "none"},
    "organization_agent_count": 2,
    "group_medicaid_ids": ["7100000001"],
    "if_granted": {
        "agents_affected": 2, "open_applications": 0, "group_link_remains": true, "maintenance_required": false,
        "group_medicaid_ids": ["7100000001"]
    },
    "if_removed": {
        "agents_affected": 0, "open_applications": 0, "group_link_remains": true, "maintenance_required": true,
        "group_medicaid_ids": ["7100000001"]
    },
    "actions": [
        {"action": "grant_all", "allowed": true, "reasons": []},
        {"action": "remove_all", "allowed": false, "reasons": ["not_granted"]}
    ]
}))]
pub struct IndividualMedicaidIdView {
    /// The KY Medicaid ID number; leading zeros are significant.
    pub medicaid_id: String,
    /// The provider's name, "Last, First".
    pub name: String,
    /// The Social Security number, masked except for the last four digits; absent if none is on
    /// file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ssn_masked: Option<String>,
    /// The code of the provider type.
    pub provider_type: String,
    /// The provider category.
    pub category: MedicaidIdCategory,
    /// The stored status. It may be active although the end date has passed.
    pub status: MedicaidIdStatus,
    /// The NPI; absent if the provider has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub npi: Option<String>,
    /// The first day on which it is in effect.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub effective_date: Option<NaiveDate>,
    /// The last day on which it is in effect.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end_date: Option<NaiveDate>,
    /// The provider's primary physical address; absent if none is on file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub primary_physical_address: Option<PostalAddress>,
    /// The provider's email address; absent if none is on file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// The record ID, to change the access.
    pub id: MedicaidIdId,
    /// The version of the access; 0 if it was never set.
    pub version: i64,
    /// The access of the organization's agents.
    pub agent_access: AgentAccessView,
    /// The number of active credentialing agents in the organization.
    pub organization_agent_count: i64,
    /// The numbers of the organization's groups that the provider is or was linked to.
    pub group_medicaid_ids: Vec<String>,
    /// The consequences of granting access to all agents.
    pub if_granted: AgentAccessConsequences,
    /// The consequences of removing access from all agents.
    pub if_removed: AgentAccessConsequences,
    /// Whether you can take each action, and if not, why.
    pub actions: Vec<ActionView>,
}

/// The access of all of an organization's agents to a Medicaid ID.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AgentAccessView {
    /// Whether they have access.
    pub state: AgentAccessStanding,
    /// The name at that time of the user who last changed it; absent if it never changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub changed_by: Option<String>,
    /// When it last changed; absent if it never did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub changed_at: Option<DateTime<Utc>>,
}

impl IndividualMedicaidIdView {
    pub(super) fn of(found: &Found<'_>) -> Self {
        let consequences = |action| AgentAccessConsequences::from(found.change(action).consequences());
        let state = found.access.as_ref().map(|access| access.state);
        let action = |action: AgentAccessAction| {
            let against = obstacle(action, state).map(|obstacle| obstacle.as_str());
            ActionView::new(action.as_str(), against.into_iter().collect())
        };
        let record = &found.record;
        Self {
            medicaid_id: record.medicaid_id.clone(),
            name: record.name.clone(),
            ssn_masked: record.ssn_masked.clone(),
            provider_type: record.provider_type.clone(),
            category: record.category,
            status: record.status,
            npi: record.npi.clone(),
            effective_date: record.effective_date,
            end_date: record.end_date,
            primary_physical_address: record.primary_physical_address.clone(),
            email: record.email.clone(),
            id: record.id,
            version: found.version(),
            agent_access: AgentAccessView {
                state: state.into(),
                changed_by: found.access.as_ref().map(|access| access.changed_by_name.clone()),
                changed_at: found.access.as_ref().map(|access| access.changed_at),
            },
            organization_agent_count: found.agents,
            group_medicaid_ids: found.tie.group_medicaid_ids.clone(),
            if_granted: consequences(AgentAccessAction::GrantAll),
            if_removed: consequences(AgentAccessAction::RemoveAll),
            actions: AgentAccessAction::ALL.iter().copied().map(action).collect(),
        }
    }
}

/// The result of a change of all agents' access.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "applied": true,
    "changed": true,
    "state": "removed",
    "agents_affected": 2,
    "open_applications": 1,
    "maintenance_required": true,
    "reminder": "A Maintenance item must still be completed to remove the Provider from the Group Medicaid ID.",
    "group_medicaid_ids": ["7100000001"]
}))]
pub struct AgentAccessChangeView {
    /// Whether the change was confirmed.
    pub applied: bool,
    /// Whether anything changed.
    pub changed: bool,
    /// The access now.
    pub state: AgentAccessStanding,
    /// The number of agents who gained or lost access.
    pub agents_affected: i64,
    /// The number of open applications on the Medicaid ID that agents can work on again, or can no
    /// longer read or change.
    pub open_applications: i64,
    /// Whether a Maintenance is still required to remove the provider from the group.
    pub maintenance_required: bool,
    /// What remains to be done; absent if nothing does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reminder: Option<String>,
    /// The numbers of the organization's groups that the provider is or was linked to.
    pub group_medicaid_ids: Vec<String>,
}

impl AgentAccessChangeView {
    /// A confirmed change.
    pub(super) fn applied(change: &AccessChange) -> Self {
        let consequences = change.consequences();
        Self {
            applied: true,
            changed: change.changes(),
            state: change.after().into(),
            agents_affected: consequences.agents_affected,
            open_applications: consequences.open_applications,
            maintenance_required: consequences.maintenance_required,
            reminder: change.reminder().map(str::to_owned),
            group_medicaid_ids: consequences.group_medicaid_ids.clone(),
        }
    }

    /// A declined change.
    pub(super) fn declined(change: &AccessChange) -> Self {
        Self {
            applied: false,
            changed: false,
            state: change.before().into(),
            agents_affected: 0,
            open_applications: 0,
            maintenance_required: false,
            reminder: None,
            group_medicaid_ids: change.consequences().group_medicaid_ids.clone(),
        }
    }
}

/// The revalidation of a Medicaid ID.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "mid_01k2zqj5t8e4vbx9m3c7w6r1hd",
    "due_date": "2026-12-31",
    "days_until_due": 39,
    "past_due": false,
    "early": false,
    "open_item": {"application_number": "APP0007", "id": "app_01k2zqj5t8e4vbx9m3c7w6r1hd"}
}))]
pub struct MedicaidIdRevalidationView {
    /// The record ID of the Medicaid ID.
    pub id: MedicaidIdId,
    /// The due date; absent if unknown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due_date: Option<NaiveDate>,
    /// Calendar days until the due date, negative once it has passed; absent if it is unknown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub days_until_due: Option<i64>,
    /// Whether the due date has passed. You can and should start a revalidation nevertheless.
    pub past_due: bool,
    /// Whether starting one today would be early and need a confirmation.
    pub early: bool,
    /// The prompt for an early start; absent if it would not be early.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub early_warning: Option<EarlyWarningView>,
    /// The open revalidation; absent if there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub open_item: Option<OpenRevalidationView>,
}

/// The prompt for an early start of a revalidation.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct EarlyWarningView {
    /// The question.
    pub message: String,
    /// What happens if the answer is Yes.
    pub consequence: String,
    /// The possible answers.
    pub options: Vec<&'static str>,
}

impl From<Prompt> for EarlyWarningView {
    fn from(prompt: Prompt) -> Self {
        Self { message: prompt.message, consequence: prompt.consequence, options: YES_OR_NO.to_vec() }
    }
}

/// An open revalidation.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct OpenRevalidationView {
    /// The application number.
    pub application_number: String,
    /// The application; absent if you cannot see it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<ApplicationId>,
}
