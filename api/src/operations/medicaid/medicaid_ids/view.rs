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
use crate::http::openapi::ActionView;
use crate::http::problem::AgentAccessConsequences;

/// The answers to a question that is put to somebody.
pub(crate) const YES_OR_NO: [&str; 2] = ["Yes", "No"];

/// An individual Medicaid ID: the eleven columns of the grid in their order, and what the screen needs besides.
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
    /// The KY Medicaid ID; a leading zero matters.
    pub medicaid_id: String,
    /// "Last, First".
    pub name: String,
    /// The last four digits of the Social Security number; absent when there is none on file.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub ssn_masked: Option<String>,
    /// The provider type's code.
    pub provider_type: String,
    /// What kind of provider it was issued to.
    pub category: MedicaidIdCategory,
    /// Its status, as stored: it may be active although it has ended.
    pub status: MedicaidIdStatus,
    /// The NPI; absent when the provider has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub npi: Option<String>,
    /// From when it is in effect.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub effective_date: Option<NaiveDate>,
    /// Until when it is in effect.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub end_date: Option<NaiveDate>,
    /// The provider's primary physical address; absent when there is none on file.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub primary_physical_address: Option<PostalAddress>,
    /// The provider's e-mail address; absent when there is none on file.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub email: Option<String>,
    /// The record; change the access by it.
    pub id: MedicaidIdId,
    /// Counts the changes of the access; 0 when there were none.
    pub version: i64,
    /// Whether the organization's agents have access.
    pub agent_access: AgentAccessView,
    /// How many active credentialing agents the organization has.
    pub organization_agent_count: i64,
    /// The organization's groups that the provider is linked to, or once was.
    pub group_medicaid_ids: Vec<String>,
    /// What granting access to all agents would bring about.
    pub if_granted: AgentAccessConsequences,
    /// What removing access from all agents would bring about.
    pub if_removed: AgentAccessConsequences,
    /// What you may do, and why not.
    pub actions: Vec<ActionView>,
}

/// Whether all of an organization's agents have access to a Medicaid ID.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AgentAccessView {
    /// Whether they have it.
    pub state: AgentAccessStanding,
    /// Who changed it last, by name at the time; absent when nobody did.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub changed_by: Option<String>,
    /// When; absent when nobody did.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
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

/// What was done about all agents' access.
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
    /// Whether the choice was confirmed.
    pub applied: bool,
    /// Whether anything changed.
    pub changed: bool,
    /// Whether the agents have access now.
    pub state: AgentAccessStanding,
    /// Agents who got access, or lost it.
    pub agents_affected: i64,
    /// Open applications on the Medicaid ID that their agents can work on again, or can no longer read or change.
    pub open_applications: i64,
    /// Whether a Maintenance item is still needed to remove the provider from the group.
    pub maintenance_required: bool,
    /// What is still to be done; absent when nothing is.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub reminder: Option<String>,
    /// The organization's groups that the provider is linked to, or once was.
    pub group_medicaid_ids: Vec<String>,
}

impl AgentAccessChangeView {
    /// A choice that was confirmed.
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

    /// A choice that was taken back.
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

/// When a Medicaid ID's revalidation is due.
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
    /// The record of the Medicaid ID.
    pub id: MedicaidIdId,
    /// When it is due; absent when that is not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub due_date: Option<NaiveDate>,
    /// Calendar days until then, negative when that day is over; absent when no due date is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub days_until_due: Option<i64>,
    /// Whether the day is over. A revalidation can and should be started all the same.
    pub past_due: bool,
    /// Whether starting one today would be early, so that it has to be confirmed.
    pub early: bool,
    /// What is asked then; absent when it is not early.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub early_warning: Option<EarlyWarningView>,
    /// The revalidation that is not decided yet; absent when there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub open_item: Option<OpenRevalidationView>,
}

/// What is asked when a revalidation is started early.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct EarlyWarningView {
    /// The question.
    pub message: String,
    /// What a Yes brings about.
    pub consequence: String,
    /// What can be answered.
    pub options: Vec<&'static str>,
}

impl From<Prompt> for EarlyWarningView {
    fn from(prompt: Prompt) -> Self {
        Self { message: prompt.message, consequence: prompt.consequence, options: YES_OR_NO.to_vec() }
    }
}

/// A revalidation that is not decided yet.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct OpenRevalidationView {
    /// Its application number.
    pub application_number: String,
    /// The application; absent when you may not look at it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub id: Option<ApplicationId>,
}
