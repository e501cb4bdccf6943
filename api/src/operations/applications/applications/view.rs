//! Bodies about applications.

use chrono::{DateTime, NaiveDate, Utc};
use portal_domain::Instant;
use portal_domain::applications::application::{HistoryAction, WithdrawalKind};
use portal_domain::applications::filing::required_documents;
use portal_domain::applications::life_cycle::{ApplicationAction, judge};
use portal_domain::applications::screen::Screen;
use portal_domain::applications::visibility::{Sight, sight_of_application};
use portal_domain::ground::application_status::ApplicationStatus;
use portal_domain::ground::application_type::ApplicationType;
use portal_domain::ground::document_type::DocumentType;
use portal_domain::ground::id::{
    ApplicationId, HistoryEntryId, MedicaidIdId, MembershipId, OrganizationId, ReassignmentId, UserId,
};
use portal_domain::medicaid::medicaid_id::MedicaidIdCategory;
use portal_domain::organizations::actor::Actor;
use portal_domain::organizations::policy::{self, OrganizationAction};
use portal_domain::platform::plan::PlanProfile;
use portal_domain::work::reassignment::ItemRefusal;
use portal_persistence::Tx;
use portal_persistence::applications::application_history::HistoryEntry;
use portal_persistence::applications::applications::{Application, StoredWithdrawal};
use serde::Serialize;
use utoipa::ToSchema;

use super::changes_view::{ChangesView, Compared};
use super::lifecycle::LifecycleView;
use super::links_view::{ReviewedLinkView, reviewed_links};
use super::screens_view::ScreensView;
use crate::http::actions::{ActionView, REASSIGN};
use crate::http::auth::call::Call;
use crate::http::auth::permission::Permission;
use crate::http::page::list_view;
use crate::http::problem::{Code, Problem};
use crate::http::reply::Reply;
use crate::operations::applications::applications::found::{pending_revalidation, subject_of};
use crate::operations::medicaid::provider_type::ProviderTypeView;

/// An application.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "id": "app_01k2zqj5t8e4vbx9m3c7w6r1hd",
    "version": 3,
    "organization_id": "org_01k2zqj5t8e4vbx9m3c7w6r1hd",
    "application_type": "enrollment",
    "application_number": "APP1234",
    "medicaid_id": "1111111",
    "medicaid_id_record": "mid_01k2zqj5t8e4vbx9m3c7w6r1hd",
    "provider_name": "Doe, John",
    "provider_type": {"code": "64", "label": "Physician individual"},
    "npi": "1234567890",
    "npi_valid": false,
    "date_of_initiation": "2023-07-01",
    "application_status": "returned_to_provider",
    "category": "individual",
    "requested_effective_date": "2023-08-01",
    "initiated_by": {"id": "usr_01k2zqj5t8e4vbx9m3c7w6r1hd", "name": "Marcus Webb"},
    "assigned_to": {"id": "mbr_01k2zqj5t8e4vbx9m3c7w6r1hd", "name": "Marcus Webb"},
    "agents_have_access": true,
    "submitted_at": "2026-01-01T15:00:00Z",
    "department_reason": "The license on screen 2.2 has expired.",
    "last_activity_at": "2026-01-02T15:00:00Z",
    "days_inactive": 30,
    "days_until_withdrawal": 90,
    "lifecycle": {"last_activity_at": "2026-01-02T15:00:00Z", "next": [{"action": "withdraw", "on": "2026-05-02"}]},
    "screens": {"1.1": {"first_name": "John", "last_name": "Doe", "tax_id_masked": "***-**-1234"}},
    "required_documents": ["transportation_cabinet_exemption_letter"],
    "required_on_screen": "8.0",
    "actions": [{"action": "save", "allowed": true, "reasons": []}]
}))]
pub struct ApplicationView {
    /// The ID.
    pub id: ApplicationId,
    /// The version; incremented on every change.
    pub version: i64,
    /// The organization.
    pub organization_id: OrganizationId,
    /// The application type.
    pub application_type: ApplicationType,
    /// The application number; leading zeros are significant.
    pub application_number: String,
    /// The number of the Medicaid ID that it concerns; absent until there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub medicaid_id: Option<String>,
    /// The record ID of that Medicaid ID, for `GET /medicaid-ids/{medicaid_id}/revalidation`;
    /// absent until it is on file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub medicaid_id_record: Option<MedicaidIdId>,
    /// The provider's name.
    pub provider_name: String,
    /// The provider type.
    pub provider_type: ProviderTypeView,
    /// The NPI as entered; absent if there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub npi: Option<String>,
    /// Whether the NPI is valid: ten digits, starting with 1 or 2, with a correct check digit.
    pub npi_valid: bool,
    /// The day it was started, in the plan's time zone.
    pub date_of_initiation: NaiveDate,
    /// The status.
    pub application_status: ApplicationStatus,
    /// The provider category.
    pub category: MedicaidIdCategory,
    /// The requested effective date; absent until given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub requested_effective_date: Option<NaiveDate>,
    /// The user who started it.
    pub initiated_by: InitiatorView,
    /// The assigned agent.
    pub assigned_to: AssigneeView,
    /// Whether the organization's agents have access to the Medicaid ID that it concerns.
    pub agents_have_access: bool,
    /// When it was last submitted; absent until then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub submitted_at: Option<DateTime<Utc>>,
    /// When the department approved or denied it; absent until then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decided_at: Option<DateTime<Utc>>,
    /// Why the department denied it or last returned it; absent otherwise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub department_reason: Option<String>,
    /// The withdrawal; absent unless it was withdrawn.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub withdrawal: Option<WithdrawalView>,
    /// The last activity.
    pub last_activity_at: DateTime<Utc>,
    /// Calendar days since the last activity.
    pub days_inactive: i64,
    /// Calendar days until the automatic withdrawal; absent in statuses without one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub days_until_withdrawal: Option<i64>,
    /// The next automatic events.
    pub lifecycle: LifecycleView,
    /// The saved screens.
    pub screens: ScreensView,
    /// What an approval would change on file, compared with what is on file now. Absent once it is
    /// decided or withdrawn, and if it is about no Medicaid ID on file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub changes: Option<ChangesView>,
    /// The links of screen 5.1 with what is on file about them. Only for reviewers while the
    /// application is submitted or under review, and absent if the approval would begin none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reviewed_links: Option<Vec<ReviewedLinkView>>,
    /// The documents that its screens currently require before submission, uploaded or not.
    pub required_documents: Vec<DocumentType>,
    /// The screen on which they are uploaded; absent if none are required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub required_on_screen: Option<Screen>,
    /// Where to go next: `dashboard` after an early revalidation was started; otherwise absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<&'static str>,
    /// Whether you can take each action, and if not, why.
    pub actions: Vec<ActionView>,
}

/// The agent assigned to an application.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AssigneeView {
    /// The ID of the agent's membership, which identifies the agent in requests.
    pub id: MembershipId,
    /// The agent's name.
    pub name: String,
}

/// The user who started an application.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct InitiatorView {
    /// The user.
    pub id: UserId,
    /// The user's name.
    pub name: String,
}

/// How an application was withdrawn.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({"kind": "manual", "at": "2026-02-01T12:00:00Z", "by": "Marcus Webb", "reason": "The provider moves."}))]
pub struct WithdrawalView {
    /// Whether a user withdrew it, or the server for inactivity.
    pub kind: WithdrawalKind,
    /// When it was withdrawn.
    pub at: DateTime<Utc>,
    /// The name at that time of the user who withdrew it; absent for an automatic withdrawal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// The user's reason; absent if there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// An entry in the history of an application.
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
    /// The ID.
    pub id: HistoryEntryId,
    /// What happened.
    pub action: HistoryAction,
    /// When it happened.
    pub occurred_at: DateTime<Utc>,
    /// The actor's name at that time.
    pub actor_name: String,
    /// The previous agent's name at that time; absent unless it was reassigned.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from_agent: Option<String>,
    /// The new agent's name at that time; absent unless it was reassigned.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to_agent: Option<String>,
    /// The reassignment; absent unless it was reassigned.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reassignment_id: Option<ReassignmentId>,
    /// Further information, such as a reason or the saved screens; absent if there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// The application's version after the change.
    pub version: i64,
}

list_view! {
    /// The history of an application, newest first.
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
            detail: entry.detail,
            version: entry.version_after,
        }
    }
}

impl WithdrawalView {
    fn of(withdrawal: StoredWithdrawal) -> Option<Self> {
        let (kind, at) = withdrawal.kind.zip(withdrawal.at)?;
        Some(Self { kind, at, by: withdrawal.by_name, reason: withdrawal.reason })
    }
}

/// The actions on an application and the caller's reasons against each. `waits` means that an open
/// revalidation blocks submission. Empty if the plan has no applications.
pub(crate) fn actions_on(
    application: &Application,
    plan: &PlanProfile,
    actor: &Actor,
    now: Instant,
    waits: bool,
) -> Vec<ActionView> {
    let Some(policy) = &plan.credentialing else { return vec![] };
    let ownership = application.ownership();
    ApplicationAction::ON_APPLICATION
        .into_iter()
        .map(|action| {
            let refusals = judge(actor, &ownership, action, policy, now);
            let mut reasons: Vec<_> = refusals.into_iter().map(|refusal| refusal.as_str()).collect();
            if waits && action == ApplicationAction::Submit {
                reasons.push(Code::revalidation_pending.as_str());
            }
            ActionView::new(action.as_str(), reasons)
        })
        .collect()
}

/// The application as the caller sees it. Check its visibility before.
pub(super) fn shown<P: Permission>(
    tx: &mut Tx<'_>,
    call: &Call<P>,
    application: Application,
) -> Result<ApplicationView, Problem> {
    let organization = tx.organizations().find(application.organization)?;
    let organization = organization.ok_or_else(Problem::not_found)?.facts;
    let initiator = tx.users().find(application.initiated_by)?.ok_or_else(Problem::not_found)?;
    let screens = tx.applications().screens(application.id)?;
    let compared = Compared::of(tx, &application, &screens)?;
    let reviewed_links = reviewed_links(tx, call, &application, (&screens, &compared.filled()))?;
    let masked = tx.applications().masked_tax_id(application.id, application.category)?;
    let changes = compared.changes(&application, masked.as_deref());
    let masked = masked.or_else(|| compared.tax_id_kept());
    let waits = pending_revalidation(tx, &application)?.is_some();
    let plan = call.plan(application.plan)?;
    let status = application.status;
    let inactivity = plan.inactivity.inactivity(&application.idle_facts(), call.now, plan.time_zone);
    let policy = plan.credentialing.as_ref();
    let required = policy.map(|policy| required_documents(&subject_of(&application), &screens, policy));
    let required = required.unwrap_or_default();
    let mut actions = actions_on(&application, plan, &call.actor, call.now, waits);
    let mut reassign = reassign_action(status);
    let role = policy::judge(&call.actor, OrganizationAction::ManageWorkAssignments, &organization);
    reassign.reasons.extend(role.err().map(|refusal| refusal.reasons()).unwrap_or_default());
    actions.push(ActionView::new(reassign.action, reassign.reasons));
    Ok(ApplicationView {
        id: application.id,
        version: application.version,
        organization_id: application.organization,
        application_type: application.application_type,
        lifecycle: LifecycleView::of(&application, plan, call.now),
        agents_have_access: application.ownership().agents_have_access,
        initiated_by: InitiatorView { id: application.initiated_by, name: initiator.name() },
        assigned_to: AssigneeView { id: application.assigned_to, name: application.agent_name() },
        application_number: application.application_number,
        medicaid_id: application.medicaid_id,
        medicaid_id_record: application.on_file.id,
        provider_name: application.provider_name,
        provider_type: ProviderTypeView {
            code: application.provider_type_code,
            label: application.provider_type_label,
        },
        npi: application.npi,
        npi_valid: application.npi_valid,
        date_of_initiation: application.date_of_initiation,
        application_status: status,
        category: application.category,
        requested_effective_date: application.requested_effective_date,
        submitted_at: application.submitted_at,
        decided_at: application.decided_at,
        department_reason: application.department_reason,
        withdrawal: WithdrawalView::of(application.withdrawal),
        last_activity_at: application.last_activity_at,
        days_inactive: inactivity.days_inactive,
        days_until_withdrawal: inactivity.days_until_withdrawal,
        screens: ScreensView::of(screens, masked),
        changes,
        reviewed_links,
        required_on_screen: (!required.is_empty()).then_some(Screen::Documents),
        required_documents: required,
        next: None,
        actions,
    })
}

/// The application after a change, as a response. Its screens are withheld from a user who may
/// withdraw it without access to the Medicaid ID (domain rules ).
pub(super) fn answer<P: Permission>(
    tx: &mut Tx<'_>,
    call: &Call<P>,
    id: ApplicationId,
) -> Result<Reply, Problem> {
    let application = tx.applications().find(id)?.ok_or_else(Problem::not_found)?;
    let version = application.version;
    let sight = sight_of_application(&call.actor, &application.ownership());
    let mut view = shown(tx, call, application)?;
    if sight != Sight::Visible {
        view.screens = ScreensView::default();
        view.changes = None;
    }
    Reply::resource(&view, version)
}

/// The `reassign` action, as far as the status decides.
pub(crate) fn reassign_action(status: ApplicationStatus) -> ActionView {
    let against = match status.is_reassignable() {
        true => vec![],
        false => vec![ItemRefusal::ItemNotReassignable.as_str()],
    };
    ActionView::new(REASSIGN, against)
}
