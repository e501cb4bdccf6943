//! Bodies about applications.

use chrono::{DateTime, NaiveDate, Utc};
use portal_domain::Instant;
use portal_domain::application::{ApplicationStatus, ApplicationType, HistoryAction};
use portal_domain::id::{ApplicationId, HistoryEntryId, MembershipId, OrganizationId, ReassignmentId};
use portal_domain::organization::OrganizationFacts;
use portal_domain::plan::PlanProfile;
use portal_domain::policy::{self, Actor, OrganizationAction};
use portal_persistence::application_history::HistoryEntry;
use portal_persistence::applications::Application;
use serde::Serialize;
use utoipa::ToSchema;

use crate::openapi::ActionView;
use crate::page::list_view;
use crate::work_assignments::{ProviderTypeView, reassign_action};

/// An application.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "id": "app_01k2zqj5t8e4vbx9m3c7w6r1hd",
    "version": 1,
    "organization_id": "org_01k2zqj5t8e4vbx9m3c7w6r1hd",
    "application_type": "enrollment",
    "application_number": "APP1234",
    "medicaid_id": "1111111",
    "provider_name": "Doe, John",
    "provider_type": {"code": "64", "label": "Physician individual"},
    "npi": "1234567890",
    "npi_valid": false,
    "date_of_initiation": "2023-07-01",
    "application_status": "in_progress",
    "assigned_to": {"id": "mbr_01k2zqj5t8e4vbx9m3c7w6r1hd", "name": "Marcus Webb"},
    "last_activity_at": "2026-01-02T15:00:00Z",
    "days_inactive": 30,
    "days_until_withdrawal": 90,
    "actions": [{"action": "reassign", "allowed": false, "reasons": ["role_required"]}]
}))]
pub struct ApplicationView {
    /// Its id.
    pub id: ApplicationId,
    /// Counts every change.
    pub version: i64,
    /// The organization it belongs to.
    pub organization_id: OrganizationId,
    /// What it asks for.
    pub application_type: ApplicationType,
    /// Its number; a leading zero matters.
    pub application_number: String,
    /// The Medicaid ID it is about; absent until there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub medicaid_id: Option<String>,
    /// The provider it is for.
    pub provider_name: String,
    /// The provider's type.
    pub provider_type: ProviderTypeView,
    /// The NPI as it was given; absent when the provider type has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub npi: Option<String>,
    /// Whether that NPI is one: ten digits, right check digit.
    pub npi_valid: bool,
    /// The day it was started, in the plan's zone.
    pub date_of_initiation: NaiveDate,
    /// Where it stands.
    pub application_status: ApplicationStatus,
    /// The agent who works on it.
    pub assigned_to: AssigneeView,
    /// When anybody last worked on it.
    pub last_activity_at: DateTime<Utc>,
    /// Calendar days since.
    pub days_inactive: i64,
    /// Calendar days until it is withdrawn for inactivity; absent for statuses that are never withdrawn so.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub days_until_withdrawal: Option<i64>,
    /// What you may do with it, and why not.
    pub actions: Vec<ActionView>,
}

/// The agent who works on an application.
#[derive(Serialize, ToSchema)]
pub struct AssigneeView {
    /// The membership; agents are addressed by it.
    pub id: MembershipId,
    /// The agent's name.
    pub name: String,
}

/// Something that happened to an application.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "hst_01k2zqj5t8e4vbx9m3c7w6r1hd",
    "action": "reassigned",
    "occurred_at": "2026-02-01T12:00:00Z",
    "actor_name": "Debi Henderson",
    "from_agent": "Marcus Webb",
    "to_agent": "Priya Nair",
    "reassignment_id": "rea_01k2zqj5t8e4vbx9m3c7w6r1hd",
    "version": 2
}))]
pub struct HistoryEntryView {
    /// Its id.
    pub id: HistoryEntryId,
    /// What happened.
    pub action: HistoryAction,
    /// When.
    pub occurred_at: DateTime<Utc>,
    /// Who did it, by name at the time.
    pub actor_name: String,
    /// The agent who had it before, by name at the time; absent when it did not move.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub from_agent: Option<String>,
    /// The agent who had it afterwards, by name at the time; absent when it did not move.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub to_agent: Option<String>,
    /// The reassignment that did it; absent when none did.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub reassignment_id: Option<ReassignmentId>,
    /// The version it left the application at.
    pub version: i64,
}

list_view! {
    /// What happened to an application, newest first.
    HistoryEntryList of HistoryEntryView
}

impl From<HistoryEntry> for HistoryEntryView {
    fn from(entry: HistoryEntry) -> Self {
        Self {
            id: entry.id,
            action: entry.action,
            occurred_at: entry.occurred_at,
            actor_name: entry.actor_name,
            from_agent: entry.from_agent,
            to_agent: entry.to_agent,
            reassignment_id: entry.reassignment,
            version: entry.version_after,
        }
    }
}

impl ApplicationView {
    pub(super) fn of(
        application: Application,
        organization: &OrganizationFacts,
        plan: &PlanProfile,
        actor: &Actor,
        now: Instant,
    ) -> Self {
        let status = application.status;
        let rest = plan.inactivity.rest(status, application.last_activity_at, now, plan.time_zone);
        let mut reassign = reassign_action(status);
        let role = policy::judge(actor, OrganizationAction::ManageWorkAssignments, organization);
        reassign.reasons.extend(role.err().map(|refusal| refusal.reasons()).unwrap_or_default());
        Self {
            id: application.id,
            version: application.version,
            organization_id: application.organization,
            application_type: application.application_type,
            application_number: application.application_number,
            medicaid_id: application.medicaid_id,
            provider_name: application.provider_name,
            provider_type: ProviderTypeView {
                code: application.provider_type_code,
                label: application.provider_type_label,
            },
            npi: application.npi,
            npi_valid: application.npi_valid,
            date_of_initiation: application.date_of_initiation,
            application_status: status,
            assigned_to: AssigneeView {
                id: application.assigned_to,
                name: format!("{} {}", application.agent_first_name, application.agent_last_name),
            },
            last_activity_at: application.last_activity_at,
            days_inactive: rest.days_inactive,
            days_until_withdrawal: rest.days_until_withdrawal,
            actions: vec![ActionView::new(reassign.action, reassign.reasons)],
        }
    }
}
