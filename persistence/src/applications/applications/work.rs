//! Agents' work: lists, workload, and reassignment.

use chrono::NaiveDate;
use diesel::prelude::*;
use portal_domain::Instant;
use portal_domain::applications::application::WorkItem;
use portal_domain::applications::inactivity_conditions::AtRisk;
use portal_domain::ground::application_status::ApplicationStatus;
use portal_domain::ground::application_type::ApplicationType;
use portal_domain::ground::id::{ApplicationId, HistoryEntryId, MembershipId, OrganizationId, UserId};
use portal_domain::work::reassignment::Reassignment;
use portal_domain::work::workload::WorkloadCell;

use super::application::{Application, ended_inactivity, rows};
use crate::column::Sql;
use crate::database::Applications;
use crate::dialect::{load_locked, on};
use crate::error::{StoreError, exactly};
use crate::page::Page;
use crate::query::{RunQueryDsl, SelectableHelper};
use crate::schema::{application_history, applications, memberships, organizations, users};

/// The position of an application in a work list: date of initiation, then number.
pub type WorkPlace = (NaiveDate, String);

#[derive(Queryable, Selectable)]
#[diesel(table_name = applications)]
struct WorkItemRow {
    id: ApplicationId,
    #[diesel(column_name = application_number)]
    number: String,
    provider_name: String,
    application_type: ApplicationType,
    status: ApplicationStatus,
    assigned_to: MembershipId,
    last_activity_at: Instant,
    version: i64,
}

impl From<WorkItemRow> for WorkItem {
    fn from(row: WorkItemRow) -> Self {
        let WorkItemRow {
            id,
            number,
            provider_name,
            application_type,
            status,
            assigned_to,
            last_activity_at,
            version,
        } = row;
        Self { id, number, provider_name, application_type, status, assigned_to, last_activity_at, version }
    }
}

/// The work items with these ids in that organization. They are ordered by id, because rows are
/// locked in this order.
macro_rules! work_items {
    ($organization:expr, $ids:expr) => {
        applications::table
            .filter(applications::organization_id.eq(Sql($organization)))
            .filter(applications::id.eq_any($ids.iter().copied().map(Sql).collect::<Vec<_>>()))
            .order(applications::id)
            .select(WorkItemRow::as_select())
    };
}

impl Applications<'_, '_> {
    /// One agent's open applications of these types (all types if empty), ordered by date of
    /// initiation and number, starting after `after` (domain rule R-023).
    pub fn list_open_of_agent(
        &mut self,
        organization: OrganizationId,
        agent: MembershipId,
        types: &[ApplicationType],
        after: Option<WorkPlace>,
        limit: i64,
    ) -> Result<Page<Application>, StoreError> {
        let mut query = rows!()
            .filter(applications::organization_id.eq(Sql(organization)))
            .filter(applications::assigned_to.eq(Sql(agent)))
            .filter(applications::status.eq_any(ApplicationStatus::REASSIGNABLE.map(Sql)))
            .into_boxed();
        if !types.is_empty() {
            query = query.filter(applications::application_type.eq_any(types.iter().copied().map(Sql)));
        }
        if let Some((date, number)) = after {
            query = query.filter(applications::date_of_initiation.gt(date).or(
                applications::date_of_initiation.eq(date).and(applications::application_number.gt(number)),
            ));
        }
        let rows = query
            .order((applications::date_of_initiation, applications::application_number))
            .limit(limit + 1)
            .load(self.tx.connection)?;
        Ok(Page::from_rows(rows, limit))
    }

    /// The applications of that organization with these ids. Others are omitted.
    pub fn batch(
        &mut self,
        organization: OrganizationId,
        ids: &[ApplicationId],
    ) -> Result<Vec<WorkItem>, StoreError> {
        let rows: Vec<WorkItemRow> = work_items!(organization, ids).load(self.tx.connection)?;
        Ok(rows.into_iter().map(WorkItem::from).collect())
    }

    /// Like [`Self::batch`], but locks the applications against changes until the transaction ends.
    pub fn batch_locked(
        &mut self,
        organization: OrganizationId,
        ids: &[ApplicationId],
    ) -> Result<Vec<WorkItem>, StoreError> {
        let query = work_items!(organization, ids);
        let rows: Vec<WorkItemRow> = load_locked!(&mut *self.tx.connection, query)?;
        Ok(rows.into_iter().map(WorkItem::from).collect())
    }

    /// The number of open applications of each of these agents, by type and status. Those subject
    /// to automatic withdrawal that meet the condition count as at risk.
    pub fn workload(
        &mut self,
        organization: OrganizationId,
        agents: &[MembershipId],
        at_risk: AtRisk,
    ) -> Result<Vec<(MembershipId, WorkloadCell)>, StoreError> {
        type Cell = (MembershipId, ApplicationType, ApplicationStatus, i64, i64, Option<Instant>);
        let warned_of_days = i64::from(at_risk.warned_of_days);
        let is_warned = applications::warned_of_days
            .ge(warned_of_days)
            .and(applications::warned_at.lt(Sql(at_risk.warned_before)));
        let has_no_warning =
            applications::warned_of_days.is_null().or(applications::warned_of_days.lt(warned_of_days));
        let is_unwarned =
            has_no_warning.and(applications::last_activity_at.lt(Sql(at_risk.unwarned_active_before)));
        let at_risk = applications::last_activity_at
            .lt(Sql(at_risk.active_before))
            .and(is_warned.or(is_unwarned))
            .and(applications::status.eq_any(
                ApplicationStatus::REASSIGNABLE.into_iter().filter(|s| s.is_auto_withdrawable()).map(Sql),
            ));
        let cells: Vec<Cell> = applications::table
            .filter(applications::organization_id.eq(Sql(organization)))
            .filter(applications::assigned_to.eq_any(agents.iter().copied().map(Sql)))
            .filter(applications::status.eq_any(ApplicationStatus::REASSIGNABLE.map(Sql)))
            .group_by((applications::assigned_to, applications::application_type, applications::status))
            .select((
                applications::assigned_to,
                applications::application_type,
                applications::status,
                diesel::dsl::count_star(),
                diesel::dsl::count(diesel::dsl::case_when(at_risk, applications::version)),
                diesel::dsl::min(applications::last_activity_at),
            ))
            .load(self.tx.connection)?;
        Ok(cells
            .into_iter()
            .filter_map(|(agent, application_type, status, count, at_risk, oldest_activity_at)| {
                let oldest_activity_at = oldest_activity_at?;
                Some((agent, WorkloadCell { application_type, status, count, at_risk, oldest_activity_at }))
            })
            .collect())
    }

    /// Reassigns the applications of a decision and writes their history. The condition repeats the
    /// facts of the decision, so that a concurrent change makes this stale instead of being
    /// overwritten.
    pub fn reassign(&mut self, decision: &Reassignment, actor: (UserId, &str)) -> Result<(), StoreError> {
        let ids: Vec<_> = decision.items().iter().map(|item| Sql(item.id)).collect();
        let expected = ids.len();
        let movable = applications::table
            .filter(applications::organization_id.eq(Sql(decision.organization())))
            .filter(applications::id.eq_any(ids))
            .filter(applications::assigned_to.eq(Sql(decision.from().id)))
            .filter(applications::status.eq_any(ApplicationStatus::REASSIGNABLE.map(Sql)));
        let to = (
            applications::assigned_to.eq(Sql(decision.to().id)),
            applications::reassignment_id.eq(Some(Sql(decision.id()))),
        );
        let next_version = applications::version.eq(applications::version + 1);
        let updated = if decision.counts_as_activity() {
            let activity = ended_inactivity!(decision.decided_at());
            let updated =
                diesel::update(movable).set((to, next_version, activity)).execute(self.tx.connection)?;
            let ids: Vec<_> = decision.items().iter().map(|item| item.id).collect();
            self.tx.notifications().resolve_warnings(&ids)?;
            updated
        } else {
            diesel::update(movable).set((to, next_version)).execute(self.tx.connection)?
        };
        exactly(expected, updated, "applications")?;

        let mut entries = Vec::with_capacity(expected);
        for item in decision.items() {
            let id: HistoryEntryId = self.tx.new_id();
            entries.push((
                application_history::id.eq(Sql(id)),
                application_history::application_id.eq(Sql(item.id)),
                application_history::occurred_at.eq(Sql(decision.decided_at())),
                application_history::actor_user_id.eq(Some(Sql(actor.0))),
                application_history::actor_name.eq(actor.1),
                application_history::action.eq(Sql(decision.history_action())),
                application_history::from_agent.eq(Some(&decision.from().name)),
                application_history::to_agent.eq(Some(&decision.to().name)),
                application_history::reassignment_id.eq(Some(Sql(decision.id()))),
                application_history::version_after.eq(item.version + 1),
            ));
        }
        on!(&mut *self.tx.connection, c => {
            diesel::insert_into(application_history::table).values(&entries).insert_all(c)?
        });
        Ok(())
    }
}
