//! Bodies about reassignments.

use chrono::{DateTime, Utc};
use portal_domain::Instant;
use portal_domain::ground::application_status::ApplicationStatus;
use portal_domain::ground::application_type::ApplicationType;
use portal_domain::ground::id::{ApplicationId, MembershipId, OrganizationId, ReassignmentId};
use portal_domain::organizations::membership::Agent;
use portal_domain::work::revert;
use portal_persistence::Tx;
use portal_persistence::work::reassignments::{MovedItem, StoredReassignment};
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::actions::{ActionView, REVERT};
use crate::http::page::list_view;
use crate::http::problem::Problem;
use crate::operations::ground::person::PersonBrief;

/// A reassignment with the applications it moved.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "id": "rea_01k2zqj5t8e4vbx9m3c7w6r1hd",
    "moved": 1,
    "from_agent": {"id": "mbr_01k2zqj5t8e4vbx9m3c7w6r1hd", "name": "Marcus Webb"},
    "to_agent": {"id": "mbr_01k2zqj5t8e4vbx9m3c7w6r1he", "name": "Priya Nair"},
    "created_by": {"id": "usr_01k2zqj5t8e4vbx9m3c7w6r1hd", "name": "Debi Henderson"},
    "items": [{
        "id": "app_01k2zqj5t8e4vbx9m3c7w6r1hd",
        "application_number": "APP1234",
        "application_type": "enrollment",
        "provider_name": "Doe, John",
        "application_status": "in_progress",
        "version": 2
    }],
    "created_at": "2026-02-01T12:00:00Z",
    "revertible_until": "2026-02-02T12:00:00Z",
    "actions": [{"action": "revert", "allowed": true, "reasons": []}]
}))]
pub struct ReassignmentView {
    /// The ID.
    pub id: ReassignmentId,
    /// The number of applications moved.
    pub moved: i64,
    /// The agent who had the work.
    pub from_agent: AgentBrief,
    /// The agent who took it over.
    pub to_agent: AgentBrief,
    /// The user who created it.
    pub created_by: PersonBrief,
    /// The applications, by number.
    pub items: Vec<MovedItemView>,
    /// When it was created.
    pub created_at: DateTime<Utc>,
    /// The end of the period in which it can be reverted; exclusive.
    pub revertible_until: DateTime<Utc>,
    /// The reassignment that it reverts; absent unless it is a revert.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reverts: Option<ReassignmentId>,
    /// The reassignment that reverted it; absent unless it was reverted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reverted_by: Option<ReassignmentId>,
    /// Whether you can take each action, and if not, why.
    pub actions: Vec<ActionView>,
}

/// A reassignment in a list.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ReassignmentSummary {
    /// The ID.
    pub id: ReassignmentId,
    /// The number of applications moved.
    pub moved: i64,
    /// The agent who had the work.
    pub from_agent: AgentBrief,
    /// The agent who took it over.
    pub to_agent: AgentBrief,
    /// The user who created it.
    pub created_by: PersonBrief,
    /// When it was created.
    pub created_at: DateTime<Utc>,
    /// The end of the period in which it can be reverted; exclusive.
    pub revertible_until: DateTime<Utc>,
    /// The reassignment that it reverts; absent unless it is a revert.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reverts: Option<ReassignmentId>,
    /// The reassignment that reverted it; absent unless it was reverted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reverted_by: Option<ReassignmentId>,
    /// Whether you can take each action, and if not, why.
    pub actions: Vec<ActionView>,
}

list_view! {
    /// Reassignments, newest first.
    ReassignmentList of ReassignmentSummary
}

/// An agent, in brief.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AgentBrief {
    /// The ID of the agent's membership, which identifies the agent in requests.
    pub id: MembershipId,
    /// The agent's name.
    pub name: String,
}

/// A reassigned application.
#[derive(Serialize, ToSchema)]
pub struct MovedItemView {
    /// The application.
    pub id: ApplicationId,
    /// The application number.
    pub application_number: String,
    /// The application type.
    pub application_type: ApplicationType,
    /// The provider's name.
    pub provider_name: String,
    /// The current status.
    pub application_status: ApplicationStatus,
    /// The version after the reassignment.
    pub version: i64,
}

/// The version of a reassignment as a resource: it changes once, when it is reverted.
pub(super) const fn version(stored: &StoredReassignment) -> i64 {
    if stored.reverted_by.is_some() { 2 } else { 1 }
}

/// The agents that these reassignments name.
pub(super) fn agents_of(
    tx: &mut Tx<'_>,
    organization: OrganizationId,
    stored: &[StoredReassignment],
) -> Result<Vec<Agent>, Problem> {
    let mut ids: Vec<MembershipId> = stored.iter().flat_map(|one| [one.from, one.to]).collect();
    ids.sort_unstable();
    ids.dedup();
    Ok(tx.memberships().agents_by_id(organization, &ids)?)
}

/// The agent with this membership. Memberships are never deleted, so a reassignment's agents are
/// always found.
pub(super) fn agent_among(agents: &[Agent], id: MembershipId) -> Result<&Agent, Problem> {
    agents.iter().find(|agent| agent.id == id).ok_or_else(Problem::not_found)
}

fn brief(agent: &Agent) -> AgentBrief {
    AgentBrief { id: agent.id, name: agent.name.clone() }
}

impl ReassignmentSummary {
    pub(super) fn of(stored: &StoredReassignment, agents: &[Agent], now: Instant) -> Result<Self, Problem> {
        let (from, to) = (agent_among(agents, stored.from)?, agent_among(agents, stored.to)?);
        let against = revert::examine_revert(&stored.past(), from, now);
        Ok(Self {
            id: stored.id,
            moved: stored.moved,
            from_agent: brief(from),
            to_agent: brief(to),
            created_by: PersonBrief {
                id: stored.created_by,
                name: format!("{} {}", stored.creator_first_name, stored.creator_last_name),
            },
            created_at: stored.created_at,
            revertible_until: stored.revertible_until,
            reverts: stored.reverts,
            reverted_by: stored.reverted_by,
            actions: vec![ActionView::new(REVERT, against.iter().map(|reason| reason.as_str()).collect())],
        })
    }
}

impl ReassignmentView {
    pub(super) fn of(
        stored: &StoredReassignment,
        items: Vec<MovedItem>,
        agents: &[Agent],
        now: Instant,
    ) -> Result<Self, Problem> {
        let summary = ReassignmentSummary::of(stored, agents, now)?;
        let items = items.into_iter().map(|item| MovedItemView {
            id: item.id,
            application_number: item.application_number,
            application_type: item.application_type,
            provider_name: item.provider_name,
            application_status: item.status,
            version: item.version_after,
        });
        Ok(Self {
            id: summary.id,
            moved: summary.moved,
            from_agent: summary.from_agent,
            to_agent: summary.to_agent,
            created_by: summary.created_by,
            items: items.collect(),
            created_at: summary.created_at,
            revertible_until: summary.revertible_until,
            reverts: summary.reverts,
            reverted_by: summary.reverted_by,
            actions: summary.actions,
        })
    }

    /// Loads a reassignment and its version.
    pub(super) fn load(
        tx: &mut Tx<'_>,
        organization: OrganizationId,
        id: ReassignmentId,
    ) -> Result<(Self, i64), Problem> {
        let now = tx.now();
        let stored = tx.reassignments().find(organization, id)?.ok_or_else(Problem::not_found)?;
        let agents = agents_of(tx, organization, std::slice::from_ref(&stored))?;
        let items = tx.reassignments().items(id)?;
        Ok((Self::of(&stored, items, &agents, now)?, version(&stored)))
    }
}
