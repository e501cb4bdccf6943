//! Inactive applications: warnings and automatic withdrawal. The domain defines the rule; here it
//! is a condition on columns.

use std::collections::BTreeMap;

use diesel::prelude::*;
use portal_domain::Instant;
use portal_domain::applications::application::{HistoryAction, WithdrawalKind};
use portal_domain::applications::correspondence::Matter;
use portal_domain::applications::inactivity::{IdleFacts, LastWarning};
use portal_domain::applications::inactivity_conditions::{DueForWarning, DueForWithdrawal};
use portal_domain::ground::application_status::ApplicationStatus;
use portal_domain::ground::application_type::ApplicationType;
use portal_domain::ground::id::{ApplicationId, HistoryEntryId, OrganizationId, ReassignmentId, UserId};
use portal_domain::ground::notice::Recipient;
use portal_domain::ground::plan_code::PlanCode;
use portal_domain::organizations::membership::{MembershipStatus, Role};

use crate::applications::applications::{MedicaidIdOnFile, StoredWarning, join_access};
use crate::column::Sql;
use crate::database::Applications;
use crate::dialect::{load_locked, on};
use crate::error::{StoreError, exactly};
use crate::identity::users::UserName;
use crate::organizations::memberships::ROLE;
use crate::query::{RunQueryDsl, SelectableHelper};
use crate::schema::{
    application_history, applications, membership_rights, memberships, organizations, users,
};

/// The actor name recorded for automatic withdrawals.
const AUTOMATIC: &str = "automatic withdrawal";

/// An inactive application, with the people to notify of automatic events.
#[derive(Clone, Debug)]
pub struct IdleApplication {
    /// The id.
    pub id: ApplicationId,
    /// The organization it belongs to.
    pub organization: OrganizationId,
    /// The application number.
    pub number: String,
    /// The application type.
    pub application_type: ApplicationType,
    /// The status.
    pub status: ApplicationStatus,
    /// The provider's display name.
    pub provider_name: String,
    /// When a person last changed the application.
    pub last_activity_at: Instant,
    /// The latest warning since then.
    pub last_warning: Option<LastWarning>,
    /// Incremented on every change of the row.
    pub version: i64,
    /// The reassignment that assigned the current agent.
    pub reassignment: Option<ReassignmentId>,
    /// The user who started it.
    pub initiated_by: UserId,
    /// The assigned agent, as a recipient.
    pub assignee: Recipient,
    /// Whether that agent can work on it: they are an active agent, and agents have access to the
    /// Medicaid ID.
    pub assignee_may_act: bool,
}

impl IdleApplication {
    /// The facts that determine the automatic actions on it.
    #[must_use]
    pub fn facts(&self) -> IdleFacts {
        IdleFacts {
            status: self.status,
            last_activity_at: self.last_activity_at,
            last_warning: self.last_warning,
        }
    }

    /// The application as decisions and their texts refer to it.
    #[must_use]
    pub fn matter(&self) -> Matter {
        Matter {
            organization: self.organization,
            application: self.id,
            medicaid_id: None,
            number: self.number.clone(),
            application_type: self.application_type,
            provider_name: self.provider_name.clone(),
            reassignment: self.reassignment,
            status: self.status,
            version: self.version,
        }
    }
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = applications)]
struct Row {
    id: ApplicationId,
    #[diesel(column_name = organization_id)]
    organization: OrganizationId,
    #[diesel(column_name = application_number)]
    number: String,
    application_type: ApplicationType,
    status: ApplicationStatus,
    provider_name: String,
    last_activity_at: Instant,
    #[diesel(embed)]
    warning: StoredWarning,
    version: i64,
    #[diesel(column_name = reassignment_id)]
    reassignment: Option<ReassignmentId>,
    initiated_by: UserId,
    medicaid_id: Option<String>,
    #[diesel(embed)]
    on_file: MedicaidIdOnFile,
    #[diesel(select_expression = users::id)]
    assignee: UserId,
    #[diesel(embed)]
    name: UserName,
    #[diesel(select_expression = memberships::status)]
    membership_status: MembershipStatus,
    #[diesel(select_expression = membership_rights::name.nullable())]
    agent_role: Option<String>,
}

impl From<Row> for IdleApplication {
    fn from(row: Row) -> Self {
        let is_agent = row.membership_status == MembershipStatus::Active && row.agent_role.is_some();
        let has_access =
            row.on_file.lets_agents_work(row.organization, row.application_type, row.medicaid_id.is_some());
        Self {
            id: row.id,
            organization: row.organization,
            number: row.number,
            application_type: row.application_type,
            status: row.status,
            provider_name: row.provider_name,
            last_activity_at: row.last_activity_at,
            last_warning: row.warning.given(),
            version: row.version,
            reassignment: row.reassignment,
            initiated_by: row.initiated_by,
            assignee: Recipient { user: row.assignee, name: row.name.to_string() },
            assignee_may_act: is_agent && has_access,
        }
    }
}

/// The statuses in which inactivity withdraws an application (domain rules ).
pub(super) fn withdrawable_statuses() -> Vec<Sql<ApplicationStatus>> {
    let all = ApplicationStatus::ALL.iter().copied();
    all.filter(|status| status.is_auto_withdrawable()).map(Sql).collect()
}

/// A plan's applications that are subject to automatic withdrawal.
macro_rules! withdrawable {
    ($plan:expr) => {
        applications::table
            .inner_join(organizations::table)
            .filter(organizations::plan.eq(Sql($plan)))
            .filter(applications::status.eq_any(withdrawable_statuses()))
    };
}

/// Of these, the applications that are due for withdrawal: their last activity and their last
/// warning are old enough.
macro_rules! overdue {
    ($plan:expr, $due:expr) => {
        withdrawable!($plan)
            .filter(applications::last_activity_at.lt(Sql($due.active_before)))
            .filter(applications::warned_of_days.ge(i64::from($due.warned_of_days)))
            .filter(applications::warned_at.lt(Sql($due.warned_before)))
    };
}

/// Of these, the applications that are due for a warning, and got none of its threshold or a higher
/// one. Activity removes the warnings of an earlier period of inactivity.
macro_rules! unwarned {
    ($plan:expr, $due:expr) => {
        withdrawable!($plan)
            .filter(applications::last_activity_at.lt(Sql($due.active_before)))
            .filter(applications::last_activity_at.ge(Sql($due.active_from)))
            .filter(
                applications::warned_of_days
                    .is_null()
                    .or(applications::warned_of_days.lt(i64::from($due.threshold_days))),
            )
    };
}

impl Applications<'_, '_> {
    /// A plan's applications that are due for withdrawal, ordered by id, starting after `after`.
    pub fn overdue(
        &mut self,
        plan: PlanCode,
        due: DueForWithdrawal,
        after: Option<ApplicationId>,
        limit: i64,
    ) -> Result<Vec<ApplicationId>, StoreError> {
        let mut query = overdue!(plan, due).select(applications::id).into_boxed();
        if let Some(after) = after {
            query = query.filter(applications::id.gt(Sql(after)));
        }
        Ok(query.order(applications::id).limit(limit).load(self.tx.connection)?)
    }

    /// The number of applications that [`Self::overdue`] lists in all.
    pub fn count_overdue(&mut self, plan: PlanCode, due: DueForWithdrawal) -> Result<i64, StoreError> {
        Ok(overdue!(plan, due).count().get_result(self.tx.connection)?)
    }

    /// The number of a plan's applications that are subject to automatic withdrawal, however recent
    /// their activity.
    pub fn count_withdrawable(&mut self, plan: PlanCode) -> Result<i64, StoreError> {
        Ok(withdrawable!(plan).count().get_result(self.tx.connection)?)
    }

    /// A plan's applications that are due for this warning. They are ordered by id, starting after
    /// `after`.
    pub fn unwarned(
        &mut self,
        plan: PlanCode,
        due: DueForWarning,
        after: Option<ApplicationId>,
        limit: i64,
    ) -> Result<Vec<ApplicationId>, StoreError> {
        let mut query = unwarned!(plan, due).select(applications::id).into_boxed();
        if let Some(after) = after {
            query = query.filter(applications::id.gt(Sql(after)));
        }
        Ok(query.order(applications::id).limit(limit).load(self.tx.connection)?)
    }

    /// The number of applications that [`Self::unwarned`] lists in all.
    pub fn count_unwarned(&mut self, plan: PlanCode, due: DueForWarning) -> Result<i64, StoreError> {
        Ok(unwarned!(plan, due).count().get_result(self.tx.connection)?)
    }

    /// Records that these applications were warned of now. Stale if one of them is not due for this
    /// warning. They must be locked, and the warnings must be posted in the same transaction.
    pub fn record_warnings(&mut self, ids: &[ApplicationId], due: DueForWarning) -> Result<(), StoreError> {
        if ids.is_empty() {
            return Ok(());
        }
        let threshold_days = i64::from(due.threshold_days);
        let warned = applications::table
            .filter(applications::id.eq_any(ids.iter().copied().map(Sql)))
            .filter(applications::status.eq_any(withdrawable_statuses()))
            .filter(applications::last_activity_at.lt(Sql(due.active_before)))
            .filter(applications::last_activity_at.ge(Sql(due.active_from)))
            .filter(
                applications::warned_of_days.is_null().or(applications::warned_of_days.lt(threshold_days)),
            );
        let updated = diesel::update(warned)
            .set((
                applications::warned_of_days.eq(Some(threshold_days)),
                applications::warned_at.eq(Some(Sql(self.tx.now))),
            ))
            .execute(self.tx.connection)?;
        exactly(ids.len(), updated, "applications")
    }

    /// Of the given applications, those that are still inactive since before `before`, locked
    /// against changes until the transaction ends.
    pub fn still_idle(
        &mut self,
        ids: &[ApplicationId],
        before: Instant,
    ) -> Result<Vec<IdleApplication>, StoreError> {
        let query = applications::table
            .filter(applications::id.eq_any(ids.iter().copied().map(Sql).collect::<Vec<_>>()))
            .filter(applications::status.eq_any(withdrawable_statuses()))
            .filter(applications::last_activity_at.lt(Sql(before)))
            .order(applications::id)
            .select(applications::id);
        let locked: Vec<ApplicationId> = load_locked!(&mut *self.tx.connection, query)?;
        self.with_recipients(&locked)
    }

    /// The applications with these ids, ordered by id, with the people to notify.
    pub fn with_recipients(&mut self, ids: &[ApplicationId]) -> Result<Vec<IdleApplication>, StoreError> {
        let with_assignee = applications::table
            .inner_join(memberships::table.on(memberships::id.eq(applications::assigned_to)))
            .inner_join(users::table.on(users::id.eq(memberships::user_id)))
            .left_join(
                membership_rights::table.on(membership_rights::membership_id
                    .eq(memberships::id)
                    .and(membership_rights::kind.eq(ROLE))
                    .and(membership_rights::name.eq(Role::CredentialingAgent.as_str()))),
            );
        let rows: Vec<Row> = join_access!(with_assignee)
            .filter(applications::id.eq_any(ids.iter().copied().map(Sql)))
            .order(applications::id)
            .select(Row::as_select())
            .load(self.tx.connection)?;
        Ok(rows.into_iter().map(IdleApplication::from).collect())
    }

    /// The names of these applications' initiators.
    pub fn initiators(
        &mut self,
        applications: &[IdleApplication],
    ) -> Result<BTreeMap<UserId, String>, StoreError> {
        let people: Vec<(UserId, UserName)> = users::table
            .filter(users::id.eq_any(applications.iter().map(|application| Sql(application.initiated_by))))
            .select((users::id, UserName::as_select()))
            .load(self.tx.connection)?;
        Ok(people.into_iter().map(|(id, name)| (id, name.to_string())).collect())
    }

    /// Withdraws applications for inactivity, each with a history entry that contains the given
    /// detail. Although the rows are locked, the condition repeats the facts of the decision.
    pub fn withdraw_idle(
        &mut self,
        idle: &[(IdleApplication, String)],
        due: DueForWithdrawal,
    ) -> Result<(), StoreError> {
        if idle.is_empty() {
            return Ok(());
        }
        let still_idle = applications::table
            .filter(applications::id.eq_any(idle.iter().map(|(application, _)| Sql(application.id))))
            .filter(applications::status.eq_any(withdrawable_statuses()))
            .filter(applications::last_activity_at.lt(Sql(due.active_before)))
            .filter(applications::warned_of_days.ge(i64::from(due.warned_of_days)))
            .filter(applications::warned_at.lt(Sql(due.warned_before)));
        let updated = diesel::update(still_idle)
            .set((
                applications::status_before_withdrawal.eq(applications::status.nullable()),
                applications::status.eq(Sql(ApplicationStatus::Withdrawn)),
                applications::withdrawal_kind.eq(Some(Sql(WithdrawalKind::Automatic))),
                applications::withdrawn_at.eq(Some(Sql(self.tx.now))),
                applications::withdrawn_by_name.eq(Some(AUTOMATIC)),
                applications::version.eq(applications::version + 1),
            ))
            .execute(self.tx.connection)?;
        exactly(idle.len(), updated, "applications")?;
        let mut entries = Vec::with_capacity(idle.len());
        for (application, detail) in idle {
            let id: HistoryEntryId = self.tx.new_id();
            entries.push((
                application_history::id.eq(Sql(id)),
                application_history::application_id.eq(Sql(application.id)),
                application_history::occurred_at.eq(Sql(self.tx.now)),
                application_history::actor_name.eq(AUTOMATIC),
                application_history::action.eq(Sql(HistoryAction::WithdrawnAutomatically)),
                application_history::detail.eq(Some(detail.as_str())),
                application_history::version_after.eq(application.version + 1),
            ));
        }
        on!(&mut *self.tx.connection, c => {
            diesel::insert_into(application_history::table).values(&entries).insert_all(c)?
        });
        Ok(())
    }

    /// Clears the withdrawal data of an application before the transition that restores it. The
    /// history keeps them.
    pub fn forget_withdrawal(&mut self, id: ApplicationId) -> Result<(), StoreError> {
        let withdrawn = applications::table
            .find(Sql(id))
            .filter(applications::status.eq(Sql(ApplicationStatus::Withdrawn)));
        let updated = diesel::update(withdrawn)
            .set((
                applications::withdrawal_kind.eq(None::<Sql<WithdrawalKind>>),
                applications::withdrawn_at.eq(None::<Sql<Instant>>),
                applications::withdrawn_by_name.eq(None::<&str>),
                applications::withdrawal_reason.eq(None::<&str>),
                applications::status_before_withdrawal.eq(None::<Sql<ApplicationStatus>>),
            ))
            .execute(self.tx.connection)?;
        exactly(1, updated, "application")
    }
}
