//! Agent access: whether an organization's agents may act on a Medicaid ID, in one row for all of
//! them. No row means that access was never set.

use diesel::prelude::*;
use portal_domain::Instant;
use portal_domain::ground::application_status::ApplicationStatus;
use portal_domain::ground::id::{MedicaidIdId, OrganizationId, UserId};
use portal_domain::medicaid::agent_access::AgentAccessState;

use crate::column::Sql;
pub use crate::database::AgentAccess;
use crate::dialect::on;
use crate::error::{StoreError, exactly};
use crate::query::{RunQueryDsl, SelectableHelper};
use crate::schema::{agent_access, applications};

/// The agents' access as last set.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = agent_access)]
pub struct StoredAccess {
    /// Whether the agents have access.
    pub state: AgentAccessState,
    /// The name of the user who set it, at the time.
    pub changed_by_name: String,
    /// When it was set.
    pub changed_at: Instant,
    /// Incremented on every change of the row.
    pub version: i64,
}

impl AgentAccess<'_, '_> {
    /// The access of an organization's agents to a Medicaid ID, as last set.
    pub fn find(
        &mut self,
        organization: OrganizationId,
        medicaid_id: MedicaidIdId,
    ) -> Result<Option<StoredAccess>, StoreError> {
        Ok(agent_access::table
            .filter(agent_access::organization_id.eq(Sql(organization)))
            .filter(agent_access::medicaid_id_id.eq(Sql(medicaid_id)))
            .select(StoredAccess::as_select())
            .first(self.tx.connection)
            .optional()?)
    }

    /// Sets the agents' access and returns the new version. `expected` is the current version, 0 if
    /// there is no row. Stale if another transaction changed it first. The caller must have locked
    /// the Medicaid ID.
    pub fn set(
        &mut self,
        organization: OrganizationId,
        medicaid_id: MedicaidIdId,
        state: AgentAccessState,
        by: (UserId, &str),
        expected: i64,
    ) -> Result<i64, StoreError> {
        let version = expected + 1;
        let written = if expected == 0 {
            let values = (
                agent_access::organization_id.eq(Sql(organization)),
                agent_access::medicaid_id_id.eq(Sql(medicaid_id)),
                agent_access::state.eq(Sql(state)),
                agent_access::changed_by.eq(Some(Sql(by.0))),
                agent_access::changed_by_name.eq(by.1),
                agent_access::changed_at.eq(Sql(self.tx.now)),
                agent_access::version.eq(version),
            );
            on!(&mut *self.tx.connection, c => {
                diesel::insert_into(agent_access::table).values(values).on_conflict_do_nothing().execute(c)?
            })
        } else {
            let as_seen = agent_access::table
                .filter(agent_access::organization_id.eq(Sql(organization)))
                .filter(agent_access::medicaid_id_id.eq(Sql(medicaid_id)))
                .filter(agent_access::version.eq(expected));
            diesel::update(as_seen)
                .set((
                    agent_access::state.eq(Sql(state)),
                    agent_access::changed_by.eq(Some(Sql(by.0))),
                    agent_access::changed_by_name.eq(by.1),
                    agent_access::changed_at.eq(Sql(self.tx.now)),
                    agent_access::version.eq(version),
                ))
                .execute(self.tx.connection)?
        };
        exactly(1, written, "agents' access")?;
        Ok(version)
    }

    /// The number of an organization's open applications on the Medicaid ID with this number.
    pub fn open_applications(
        &mut self,
        organization: OrganizationId,
        medicaid_id: &str,
    ) -> Result<i64, StoreError> {
        Ok(applications::table
            .filter(applications::organization_id.eq(Sql(organization)))
            .filter(applications::medicaid_id.eq(Some(medicaid_id)))
            .filter(applications::status.eq_any(ApplicationStatus::OPEN.map(Sql)))
            .count()
            .get_result(self.tx.connection)?)
    }
}
