//! Import and export of applications: lookups and inserts of many applications at a time.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use diesel::prelude::*;
use portal_domain::Instant;
use portal_domain::applications::application::HistoryAction;
use portal_domain::applications::application_import::{
    ApplicationCorrection, Assignee, ImportedApplication, StoredApplication,
};
use portal_domain::ground::application_status::ApplicationStatus;
use portal_domain::ground::application_type::ApplicationType;
use portal_domain::ground::id::{ApplicationId, HistoryEntryId, MembershipId, OrganizationId, UserId};
use portal_domain::ground::plan_code::PlanCode;
use portal_domain::medicaid::medicaid_id::MedicaidIdCategory;
use portal_domain::organizations::membership::Role;
use portal_domain::organizations::organization::OrganizationKind;

use crate::applications::applications::Step;
use crate::column::Sql;
use crate::database::{Applications, Memberships, Organizations, Users};
use crate::dialect::{ROWS, on};
use crate::error::{StoreError, exactly};
use crate::organizations::memberships::ROLE;
use crate::page::Page;
use crate::query::{RunQueryDsl, SelectableHelper};
use crate::schema::{
    application_history, applications, membership_rights, memberships, organizations, users,
};

#[derive(Queryable, Selectable)]
#[diesel(table_name = applications)]
struct Row {
    id: ApplicationId,
    #[diesel(column_name = organization_id)]
    organization: OrganizationId,
    application_type: ApplicationType,
    application_number: String,
    status: ApplicationStatus,
    medicaid_id: Option<String>,
    provider_name: String,
    provider_type_code: String,
    provider_type_label: String,
    category: MedicaidIdCategory,
    npi: Option<String>,
    date_of_initiation: NaiveDate,
    initiated_by: UserId,
    assigned_to: MembershipId,
    last_activity_at: Instant,
    requested_effective_date: Option<NaiveDate>,
    version: i64,
}

impl From<Row> for StoredApplication {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            organization: row.organization,
            application_type: row.application_type,
            application_number: row.application_number,
            status: row.status,
            medicaid_id: row.medicaid_id,
            provider_name: row.provider_name,
            provider_type: (row.provider_type_code, row.provider_type_label),
            category: row.category,
            npi: row.npi,
            date_of_initiation: row.date_of_initiation,
            initiated_by: row.initiated_by,
            assigned_to: row.assigned_to,
            last_activity_at: row.last_activity_at,
            requested_effective_date: row.requested_effective_date,
            version: row.version,
        }
    }
}

macro_rules! listed {
    () => {
        applications::table.select(Row::as_select())
    };
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = memberships)]
struct MemberRow {
    #[diesel(column_name = organization_id)]
    organization: OrganizationId,
    #[diesel(select_expression = users::email_key)]
    email_key: String,
    id: MembershipId,
    #[diesel(select_expression = membership_rights::name.nullable())]
    agent_role: Option<String>,
}

impl Applications<'_, '_> {
    /// The applications with these numbers. Unknown numbers are omitted.
    pub fn listed_by_number(&mut self, numbers: &[&str]) -> Result<Vec<StoredApplication>, StoreError> {
        let mut found = Vec::with_capacity(numbers.len());
        for some in numbers.chunks(ROWS) {
            let rows: Vec<Row> = listed!()
                .filter(applications::application_number.eq_any(some.iter().copied()))
                .load(self.tx.connection)?;
            found.extend(rows.into_iter().map(StoredApplication::from));
        }
        Ok(found)
    }

    /// Applications ordered by number, starting after `after`. `organization` restricts them to one
    /// organization.
    pub fn list_by_number(
        &mut self,
        organization: Option<OrganizationId>,
        after: Option<String>,
        limit: i64,
    ) -> Result<Page<StoredApplication>, StoreError> {
        let mut query = listed!().into_boxed();
        if let Some(organization) = organization {
            query = query.filter(applications::organization_id.eq(Sql(organization)));
        }
        if let Some(number) = after {
            query = query.filter(applications::application_number.gt(number));
        }
        let rows: Vec<Row> =
            query.order(applications::application_number).limit(limit + 1).load(self.tx.connection)?;
        let Page { items, has_more } = Page::from_rows(rows, limit);
        Ok(Page { items: items.into_iter().map(StoredApplication::from).collect(), has_more })
    }

    /// Which of these applications were worked on in the portal, according to
    /// [`HistoryAction::counts_as_work`].
    pub fn worked_on(&mut self, ids: &[ApplicationId]) -> Result<BTreeSet<ApplicationId>, StoreError> {
        let work: Vec<_> =
            HistoryAction::ALL.iter().copied().filter(|action| action.counts_as_work()).collect();
        let mut found = BTreeSet::new();
        for some in ids.chunks(ROWS) {
            let rows: Vec<ApplicationId> = application_history::table
                .filter(application_history::application_id.eq_any(some.iter().copied().map(Sql)))
                .filter(application_history::action.eq_any(work.iter().copied().map(Sql)))
                .select(application_history::application_id)
                .distinct()
                .load(self.tx.connection)?;
            found.extend(rows);
        }
        Ok(found)
    }

    /// Stores imported applications, each with its first history entry. `by_name` is the name of the
    /// importer.
    pub fn insert_all(&mut self, new: &[ImportedApplication], by_name: &str) -> Result<(), StoreError> {
        for some in new.chunks(ROWS) {
            let some: Vec<(ApplicationId, &ImportedApplication)> =
                some.iter().map(|new| (self.tx.new_id(), new)).collect();
            let rows: Vec<_> = some
                .iter()
                .map(|(id, new)| {
                    (
                        applications::id.eq(Sql(*id)),
                        applications::organization_id.eq(Sql(new.organization)),
                        applications::application_type.eq(Sql(new.application_type)),
                        applications::application_number.eq(&new.application_number),
                        applications::status.eq(Sql(new.status)),
                        applications::medicaid_id.eq(new.medicaid_id.as_deref()),
                        applications::provider_name.eq(&new.provider_name),
                        applications::provider_type_code.eq(&new.provider_type.0),
                        applications::provider_type_label.eq(&new.provider_type.1),
                        applications::npi.eq(new.npi.as_deref()),
                        applications::npi_valid.eq(new.npi_valid),
                        applications::date_of_initiation.eq(new.date_of_initiation),
                        applications::initiated_by.eq(Sql(new.initiated_by)),
                        applications::assigned_to.eq(Sql(new.assigned_to)),
                        applications::last_activity_at.eq(Sql(new.last_activity_at)),
                        applications::category.eq(Sql(new.category)),
                        applications::requested_effective_date.eq(new.requested_effective_date),
                        applications::version.eq(1),
                        applications::created_at.eq(Sql(self.tx.now)),
                    )
                })
                .collect();
            on!(&mut *self.tx.connection, c => {
                diesel::insert_into(applications::table).values(&rows).insert_all(c)?
            });
            let mut entries = Vec::with_capacity(some.len());
            for (application, _new) in &some {
                let id: HistoryEntryId = self.tx.new_id();
                entries.push((
                    application_history::id.eq(Sql(id)),
                    application_history::application_id.eq(Sql(*application)),
                    application_history::occurred_at.eq(Sql(self.tx.now)),
                    application_history::actor_name.eq(by_name),
                    application_history::action.eq(Sql(HistoryAction::Imported)),
                    application_history::version_after.eq(1),
                ));
            }
            on!(&mut *self.tx.connection, c => {
                diesel::insert_into(application_history::table).values(&entries).insert_all(c)?
            });
        }
        Ok(())
    }

    /// Corrects a stored application and adds an entry to its history. Stale if the application has
    /// changed. A correction does not count as activity, because no person works on the application
    /// (domain rule R-064).
    pub fn correct(&mut self, correction: &ApplicationCorrection, by_name: &str) -> Result<(), StoreError> {
        let version = self.step(&Step {
            application: correction.application,
            version: correction.version,
            status: None,
            is_activity: false,
            action: HistoryAction::Imported,
            actor: (None, by_name),
            detail: Some(&correction.columns),
        })?;
        let corrected = applications::table
            .filter(applications::id.eq(Sql(correction.application)))
            .filter(applications::version.eq(version));
        let updated = diesel::update(corrected)
            .set((
                applications::medicaid_id.eq(&correction.medicaid_id),
                applications::provider_name.eq(&correction.provider_name),
                applications::provider_type_code.eq(&correction.provider_type.0),
                applications::provider_type_label.eq(&correction.provider_type.1),
                applications::category.eq(Sql(correction.category)),
                applications::npi.eq(&correction.npi),
                applications::npi_valid.eq(correction.npi_valid),
                applications::requested_effective_date.eq(correction.requested_effective_date),
            ))
            .execute(self.tx.connection)?;
        exactly(1, updated, "application")
    }
}

impl Organizations<'_, '_> {
    /// The plans and kinds of these organizations. Unknown organizations are omitted.
    pub fn kinds_of(
        &mut self,
        ids: &[OrganizationId],
    ) -> Result<BTreeMap<OrganizationId, (PlanCode, OrganizationKind)>, StoreError> {
        let mut found = BTreeMap::new();
        for some in ids.chunks(ROWS) {
            let rows: Vec<(OrganizationId, PlanCode, OrganizationKind)> = organizations::table
                .filter(organizations::id.eq_any(some.iter().copied().map(Sql)))
                .select((organizations::id, organizations::plan, organizations::kind))
                .load(self.tx.connection)?;
            found.extend(rows.into_iter().map(|(id, plan, kind)| (id, (plan, kind))));
        }
        Ok(found)
    }
}

impl Users<'_, '_> {
    /// The users with these email addresses, by the key of the address.
    pub fn by_address(&mut self, keys: &[&str]) -> Result<BTreeMap<String, UserId>, StoreError> {
        let mut found = BTreeMap::new();
        for some in keys.chunks(ROWS) {
            let rows: Vec<(String, UserId)> = users::table
                .filter(users::email_key.eq_any(some.iter().copied()))
                .select((users::email_key, users::id))
                .load(self.tx.connection)?;
            found.extend(rows);
        }
        Ok(found)
    }

    /// The email addresses of these users.
    pub fn addresses_of(&mut self, ids: &[UserId]) -> Result<BTreeMap<UserId, String>, StoreError> {
        let mut found = BTreeMap::new();
        for some in ids.chunks(ROWS) {
            let rows: Vec<(UserId, String)> = users::table
                .filter(users::id.eq_any(some.iter().copied().map(Sql)))
                .select((users::id, users::email))
                .load(self.tx.connection)?;
            found.extend(rows);
        }
        Ok(found)
    }
}

impl Memberships<'_, '_> {
    /// The members with these email addresses, whatever their status, by organization and the key
    /// of the address.
    pub fn by_address(
        &mut self,
        keys: &[&str],
    ) -> Result<BTreeMap<(OrganizationId, String), Assignee>, StoreError> {
        let mut found = BTreeMap::new();
        for some in keys.chunks(ROWS) {
            let rows: Vec<MemberRow> = memberships::table
                .inner_join(users::table)
                .left_join(
                    membership_rights::table.on(membership_rights::membership_id
                        .eq(memberships::id)
                        .and(membership_rights::kind.eq(ROLE))
                        .and(membership_rights::name.eq(Role::CredentialingAgent.as_str()))),
                )
                .filter(users::email_key.eq_any(some.iter().copied()))
                .select(MemberRow::as_select())
                .load(self.tx.connection)?;
            found.extend(rows.into_iter().map(|row| {
                let member = Assignee { id: row.id, is_agent: row.agent_role.is_some() };
                ((row.organization, row.email_key), member)
            }));
        }
        Ok(found)
    }

    /// The email addresses of these members.
    pub fn addresses_of(
        &mut self,
        ids: &[MembershipId],
    ) -> Result<BTreeMap<MembershipId, String>, StoreError> {
        let mut found = BTreeMap::new();
        for some in ids.chunks(ROWS) {
            let rows: Vec<(MembershipId, String)> = memberships::table
                .inner_join(users::table)
                .filter(memberships::id.eq_any(some.iter().copied().map(Sql)))
                .select((memberships::id, users::email))
                .load(self.tx.connection)?;
            found.extend(rows);
        }
        Ok(found)
    }
}
