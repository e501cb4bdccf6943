//! Whether an organization's agents may act on a Medicaid ID: one row for all of them. That there is none means that nobody
//! has said anything yet.

use diesel::prelude::*;
use portal_domain::Instant;
use portal_domain::ground::application_status::ApplicationStatus;
use portal_domain::ground::id::{MedicaidIdId, OrganizationId, UserId};
use portal_domain::medicaid::agent_access::AgentAccessState;

use crate::column::Sql;
pub use crate::database::AgentAccess;
use crate::dialect::on;
use crate::error::{StoreError, exactly};
use crate::query::RunQueryDsl;
use crate::schema::{agent_access, applications};

/// What was last said about the agents' access.
#[derive(Clone, Debug, Queryable)]
pub struct StoredAccess {
    /// Whether they have it.
    pub state: AgentAccessState,
    /// Who said so, by name at the time.
    pub changed_by_name: String,
    /// When.
    pub changed_at: Instant,
    /// Incremented on every change of the row.
    pub version: i64,
}

impl AgentAccess<'_, '_> {
    /// What was last said about the access of an organization's agents to a Medicaid ID.
    pub fn find(
        &mut self,
        organization: OrganizationId,
        medicaid_id: MedicaidIdId,
    ) -> Result<Option<StoredAccess>, StoreError> {
        Ok(agent_access::table
            .filter(agent_access::organization_id.eq(Sql(organization)))
            .filter(agent_access::medicaid_id_id.eq(Sql(medicaid_id)))
            .select((
                agent_access::state,
                agent_access::changed_by_name,
                agent_access::changed_at,
                agent_access::version,
            ))
            .first(self.tx.connection)
            .optional()?)
    }

    /// Says something new about it, and gives the new version; `expected` is the version until then, 0 where there was none.
    /// Stale when somebody else was faster. Whoever decides about it has locked the Medicaid ID before.
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

    /// How many open applications an organization has on the Medicaid ID with this number.
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
