//! Applications as stored: reading, inserting and changing them.

use chrono::NaiveDate;
use diesel::prelude::*;
use portal_domain::Instant;
use portal_domain::applications::application::{HistoryAction, WithdrawalKind};
use portal_domain::applications::change::ApplicationChange;
use portal_domain::applications::inactivity::{IdleFacts, LastWarning};
use portal_domain::applications::visibility::ApplicationOwnership;
use portal_domain::ground::application_status::ApplicationStatus;
use portal_domain::ground::application_type::ApplicationType;
use portal_domain::ground::id::{
    ApplicationId, HistoryEntryId, MembershipId, OrganizationId, ReassignmentId, UserId,
};
use portal_domain::ground::notice::NotificationKind;
use portal_domain::ground::plan_code::PlanCode;
use portal_domain::medicaid::medicaid_id::MedicaidIdCategory;

use super::access::MedicaidIdOnFile;
use crate::column::Sql;
use crate::database::Applications;
use crate::dialect::load_locked;
use crate::error::{StoreError, exactly};
use crate::query::{RunQueryDsl, SelectableHelper};
use crate::schema::{application_history, applications, memberships, notifications, organizations, users};

/// An application as stored, with the names shown to readers.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = applications)]
pub struct Application {
    /// The id.
    pub id: ApplicationId,
    /// The organization it belongs to.
    #[diesel(column_name = organization_id)]
    pub organization: OrganizationId,
    /// The plan of that organization.
    #[diesel(select_expression = organizations::plan)]
    pub plan: PlanCode,
    /// The application type.
    pub application_type: ApplicationType,
    /// The application number. Leading zeros are significant.
    pub application_number: String,
    /// The status.
    pub status: ApplicationStatus,
    /// The Medicaid ID the application concerns; `None` until one is issued.
    pub medicaid_id: Option<String>,
    /// The provider's display name.
    pub provider_name: String,
    /// The provider type's code, such as `64`.
    pub provider_type_code: String,
    /// The provider type's label.
    pub provider_type_label: String,
    /// The NPI as entered.
    pub npi: Option<String>,
    /// Whether the NPI is valid. Imported rows may hold an invalid one.
    pub npi_valid: bool,
    /// The day the application was started, in the plan's time zone.
    pub date_of_initiation: NaiveDate,
    /// The user who started it.
    pub initiated_by: UserId,
    /// The assigned agent.
    pub assigned_to: MembershipId,
    /// The assigned agent's first name.
    #[diesel(select_expression = users::first_name)]
    pub agent_first_name: String,
    /// The assigned agent's last name.
    #[diesel(select_expression = users::last_name)]
    pub agent_last_name: String,
    /// When a person last changed the application.
    pub last_activity_at: Instant,
    /// Incremented on every change of the row.
    pub version: i64,
    /// The provider category.
    pub category: MedicaidIdCategory,
    /// The requested effective date.
    pub requested_effective_date: Option<NaiveDate>,
    /// When it was last submitted.
    pub submitted_at: Option<Instant>,
    /// When it was approved or denied; `None` if it was not.
    pub decided_at: Option<Instant>,
    /// The department's reason for the last return or for the denial.
    pub department_reason: Option<String>,
    /// The reassignment that assigned the current agent; `None` if the application was never
    /// reassigned.
    #[diesel(column_name = reassignment_id)]
    pub reassignment: Option<ReassignmentId>,
    /// The latest warning of the current inactivity.
    #[diesel(embed)]
    pub warning: StoredWarning,
    /// The withdrawal data; empty if it was not withdrawn.
    #[diesel(embed)]
    pub withdrawal: StoredWithdrawal,
    /// The data on file about the Medicaid ID it concerns.
    #[diesel(embed)]
    pub on_file: MedicaidIdOnFile,
}

/// The withdrawal data of an application. All fields are `None` if it was not withdrawn.
#[derive(Clone, Debug, Default, Queryable, Selectable)]
#[diesel(table_name = applications)]
pub struct StoredWithdrawal {
    /// The kind of withdrawal.
    #[diesel(column_name = withdrawal_kind)]
    pub kind: Option<WithdrawalKind>,
    /// When it was withdrawn.
    #[diesel(column_name = withdrawn_at)]
    pub at: Option<Instant>,
    /// The name of the user who withdrew it, at the time.
    #[diesel(column_name = withdrawn_by_name)]
    pub by_name: Option<String>,
    /// The reason, as entered.
    #[diesel(column_name = withdrawal_reason)]
    pub reason: Option<String>,
    /// The status before the withdrawal.
    #[diesel(column_name = status_before_withdrawal)]
    pub status_before: Option<ApplicationStatus>,
}

/// The latest warning of an application's current inactivity. Both fields are `None` before the
/// first one.
#[derive(Clone, Copy, Debug, Default, Queryable, Selectable)]
#[diesel(table_name = applications)]
pub struct StoredWarning {
    /// Its threshold in days of inactivity.
    #[diesel(column_name = warned_of_days)]
    threshold_days: Option<i64>,
    /// When it was recorded.
    #[diesel(column_name = warned_at)]
    at: Option<Instant>,
}

impl StoredWarning {
    /// The warning, if there is one.
    #[must_use]
    pub fn given(self) -> Option<LastWarning> {
        LastWarning::of(self.threshold_days, self.at)
    }
}

impl Application {
    /// The facts that determine the automatic actions on it.
    #[must_use]
    pub fn idle_facts(&self) -> IdleFacts {
        IdleFacts {
            status: self.status,
            last_activity_at: self.last_activity_at,
            last_warning: self.warning.given(),
        }
    }

    /// The ownership facts that decide who may see and change the application.
    #[must_use]
    pub fn ownership(&self) -> ApplicationOwnership {
        ApplicationOwnership {
            organization: self.organization,
            plan: self.plan,
            assigned_to: self.assigned_to,
            initiated_by: self.initiated_by,
            status: self.status,
            was_filed: match self.status {
                ApplicationStatus::InProgress => false,
                ApplicationStatus::Withdrawn => {
                    self.withdrawal.status_before != Some(ApplicationStatus::InProgress)
                }
                _ => true,
            },
            agents_have_access: self.on_file.lets_agents_work(
                self.organization,
                self.application_type,
                self.medicaid_id.is_some(),
            ),
            withdrawal: self.withdrawal.kind.zip(self.withdrawal.at),
        }
    }

    /// The name of the assigned agent.
    #[must_use]
    pub fn agent_name(&self) -> String {
        format!("{} {}", self.agent_first_name, self.agent_last_name)
    }
}

/// A transition of an application, which adds an entry to its history. The caller must have locked
/// the application and checked its version.
#[derive(Clone, Copy, Debug)]
pub struct Step<'a> {
    /// The application.
    pub application: ApplicationId,
    /// The version before the transition.
    pub version: i64,
    /// The new status; `None` to keep the status.
    pub status: Option<ApplicationStatus>,
    /// Whether it counts as activity and restarts the count of inactive days (domain rule R-064).
    pub is_activity: bool,
    /// The action for the history.
    pub action: HistoryAction,
    /// The actor's id (`None` for jobs and the command line) and name.
    pub actor: (Option<UserId>, &'a str),
    /// Details for the history, such as a reason or the screens saved.
    pub detail: Option<&'a str>,
}

/// An application to store.
#[derive(Clone, Debug)]
pub struct NewApplication {
    /// The id.
    pub id: ApplicationId,
    /// The organization it belongs to.
    pub organization: OrganizationId,
    /// The application type.
    pub application_type: ApplicationType,
    /// The application number.
    pub application_number: String,
    /// The status.
    pub status: ApplicationStatus,
    /// The Medicaid ID the application concerns.
    pub medicaid_id: Option<String>,
    /// The provider's display name.
    pub provider_name: String,
    /// The provider type: code and label.
    pub provider_type: (String, String),
    /// The NPI as entered.
    pub npi: Option<String>,
    /// Whether the NPI is valid.
    pub npi_valid: bool,
    /// The day the application was started, in the plan's time zone.
    pub date_of_initiation: NaiveDate,
    /// The id and name of the user who started it.
    pub initiated_by: (UserId, String),
    /// The assigned agent.
    pub assigned_to: MembershipId,
    /// When a person last changed the application.
    pub last_activity_at: Instant,
    /// The provider category.
    pub category: MedicaidIdCategory,
    /// The requested effective date.
    pub requested_effective_date: Option<NaiveDate>,
    /// The first action of its history.
    pub origin: HistoryAction,
}

macro_rules! rows {
    () => {
        $crate::applications::applications::join_access!(
            applications::table
                .inner_join(organizations::table)
                .inner_join(memberships::table.on(memberships::id.eq(applications::assigned_to)))
                .inner_join(users::table.on(users::id.eq(memberships::user_id)))
        )
        .select(Application::as_select())
    };
}
pub(crate) use rows;

/// The columns after an activity at this time: the inactivity starts anew, without a warning.
macro_rules! ended_inactivity {
    ($at:expr) => {
        (
            applications::last_activity_at.eq(Sql($at)),
            applications::warned_of_days.eq(None::<i64>),
            applications::warned_at.eq(None::<Sql<Instant>>),
        )
    };
}
pub(crate) use ended_inactivity;

impl Applications<'_, '_> {
    /// The application with this id.
    pub fn find(&mut self, id: ApplicationId) -> Result<Option<Application>, StoreError> {
        Ok(rows!().filter(applications::id.eq(Sql(id))).first(self.tx.connection).optional()?)
    }

    /// Stores an application with its first history entry.
    pub fn insert(&mut self, new: &NewApplication) -> Result<(), StoreError> {
        diesel::insert_into(applications::table)
            .values((
                applications::id.eq(Sql(new.id)),
                applications::organization_id.eq(Sql(new.organization)),
                applications::application_type.eq(Sql(new.application_type)),
                applications::application_number.eq(&new.application_number),
                applications::status.eq(Sql(new.status)),
                applications::medicaid_id.eq(&new.medicaid_id),
                applications::provider_name.eq(&new.provider_name),
                applications::provider_type_code.eq(&new.provider_type.0),
                applications::provider_type_label.eq(&new.provider_type.1),
                applications::npi.eq(&new.npi),
                applications::npi_valid.eq(new.npi_valid),
                applications::date_of_initiation.eq(new.date_of_initiation),
                applications::initiated_by.eq(Sql(new.initiated_by.0)),
                applications::assigned_to.eq(Sql(new.assigned_to)),
                applications::last_activity_at.eq(Sql(new.last_activity_at)),
                applications::category.eq(Sql(new.category)),
                applications::requested_effective_date.eq(new.requested_effective_date),
                applications::version.eq(1),
                applications::created_at.eq(Sql(self.tx.now)),
            ))
            .execute(self.tx.connection)?;
        let entry: HistoryEntryId = self.tx.new_id();
        diesel::insert_into(application_history::table)
            .values((
                application_history::id.eq(Sql(entry)),
                application_history::application_id.eq(Sql(new.id)),
                application_history::occurred_at.eq(Sql(self.tx.now)),
                application_history::actor_user_id.eq(Some(Sql(new.initiated_by.0))),
                application_history::actor_name.eq(&new.initiated_by.1),
                application_history::action.eq(Sql(new.origin)),
                application_history::version_after.eq(1),
            ))
            .execute(self.tx.connection)?;
        Ok(())
    }

    /// The application with this id, locked against changes until the transaction ends.
    pub fn find_locked(&mut self, id: ApplicationId) -> Result<Option<Application>, StoreError> {
        let query = applications::table.filter(applications::id.eq(Sql(id))).select(applications::id);
        let _locked: Vec<ApplicationId> = load_locked!(&mut *self.tx.connection, query)?;
        self.find(id)
    }

    /// Stores a decided change: the status, the last activity if the change counts as one, and the
    /// history entry. Returns the new version.
    ///
    /// The caller must have locked the application and must commit the change's effects afterwards.
    pub fn change(
        &mut self,
        change: &ApplicationChange,
        (user, name): (UserId, &str),
    ) -> Result<i64, StoreError> {
        self.step(&Step {
            application: change.application(),
            version: change.version(),
            status: change.status(),
            is_activity: change.is_activity(),
            action: change.history(),
            actor: (Some(user), name),
            detail: change.detail(),
        })
    }

    /// Applies a transition: increments the version and adds the history entry. A transition that
    /// counts as activity also ends the inactivity and its warnings (domain rules ).
    /// Returns the new version.
    /// Stale if the application has changed.
    pub fn step(&mut self, step: &Step<'_>) -> Result<i64, StoreError> {
        let version = step.version + 1;
        let as_seen = applications::table
            .filter(applications::id.eq(Sql(step.application)))
            .filter(applications::version.eq(step.version));
        let updated = diesel::update(as_seen)
            .set((
                applications::version.eq(version),
                step.status.map(|status| applications::status.eq(Sql(status))),
                step.is_activity.then(|| ended_inactivity!(self.tx.now)),
            ))
            .execute(self.tx.connection)?;
        exactly(1, updated, "application")?;
        let entry: HistoryEntryId = self.tx.new_id();
        diesel::insert_into(application_history::table)
            .values((
                application_history::id.eq(Sql(entry)),
                application_history::application_id.eq(Sql(step.application)),
                application_history::occurred_at.eq(Sql(self.tx.now)),
                application_history::actor_user_id.eq(step.actor.0.map(Sql)),
                application_history::actor_name.eq(step.actor.1),
                application_history::action.eq(Sql(step.action)),
                application_history::detail.eq(step.detail),
                application_history::version_after.eq(version),
            ))
            .execute(self.tx.connection)?;
        if step.is_activity {
            let open = notifications::table
                .filter(notifications::application_id.eq(Some(Sql(step.application))))
                .filter(notifications::kind.eq(Sql(NotificationKind::AutoWithdrawalWarning)))
                .filter(notifications::resolved_at.is_null());
            diesel::update(open)
                .set(notifications::resolved_at.eq(Some(Sql(self.tx.now))))
                .execute(self.tx.connection)?;
        }
        Ok(version)
    }
}
