//! Bodies about credentialing agents.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use portal_domain::ground::application_status::ApplicationStatus;
use portal_domain::ground::application_type::ApplicationType;
use portal_domain::ground::id::MembershipId;
use portal_domain::organizations::membership::{Agent, MembershipStatus};
use portal_domain::work::reassignment::TargetRefusal;
use portal_domain::work::workload::Workload;
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::actions::{ActionView, RECEIVE_WORK};
use crate::http::page::list_view;

/// A credentialing agent with their open work.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "mbr_01k2zqj5t8e4vbx9m3c7w6r1hd",
    "name": "Marcus Webb",
    "status": "active",
    "open": {
        "total": 4,
        "by_type": {"enrollment": 4},
        "by_status": {"in_progress": 2, "submitted": 1, "dms_review_in_progress": 1}
    },
    "at_risk": 1,
    "oldest_activity_at": "2026-01-02T15:00:00Z",
    "actions": [{"action": "receive_work", "allowed": true, "reasons": []}]
}))]
pub struct CredentialingAgentView {
    /// The ID of the agent's membership, which identifies the agent in requests.
    pub id: MembershipId,
    /// The agent's name.
    pub name: String,
    /// The status of the membership. Disabled and former members may still have work.
    pub status: MembershipStatus,
    /// The open applications.
    pub open: OpenWorkView,
    /// The number of them that will be withdrawn within 30 days if there is no activity.
    pub at_risk: i64,
    /// The earliest last activity among them; absent without open applications.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub oldest_activity_at: Option<DateTime<Utc>>,
    /// Whether work can be reassigned to this agent, and if not, why.
    pub actions: Vec<ActionView>,
}

/// An agent's open applications, counted.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct OpenWorkView {
    /// The total.
    pub total: i64,
    /// By type; types without applications are omitted.
    pub by_type: BTreeMap<ApplicationType, i64>,
    /// By status; statuses without applications are omitted.
    pub by_status: BTreeMap<ApplicationStatus, i64>,
}

list_view! {
    /// An organization's credentialing agents, by last name.
    CredentialingAgentList of CredentialingAgentView
}

impl CredentialingAgentView {
    pub(super) fn of(agent: Agent, workload: Workload) -> Self {
        let against = match agent.may_receive_work() {
            true => vec![],
            false => vec![TargetRefusal::TargetNotActiveCredentialingAgent.as_str()],
        };
        Self {
            id: agent.id,
            name: agent.name,
            status: agent.status,
            open: OpenWorkView {
                total: workload.total,
                by_type: workload.by_type,
                by_status: workload.by_status,
            },
            at_risk: workload.at_risk,
            oldest_activity_at: workload.oldest_activity_at,
            actions: vec![ActionView::new(RECEIVE_WORK, against)],
        }
    }
}
