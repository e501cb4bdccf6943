//! Whether an organization's agents may work on an application: the join that loads the facts, and
//! the rule as a condition on its rows.

use diesel::prelude::*;
use portal_domain::ground::application_type::ApplicationType;
use portal_domain::ground::id::{MedicaidIdId, OrganizationId};
use portal_domain::medicaid::agent_access::{AgentAccessState, agents_may_work};

use crate::schema::{agent_access, medicaid_ids};

/// The data on file about an application's Medicaid ID. All fields are `None` if it has no Medicaid
/// ID, or one that is not on file.
#[derive(Clone, Copy, Debug, Default, Queryable, Selectable)]
#[diesel(table_name = medicaid_ids)]
pub struct MedicaidIdOnFile {
    /// The id of the record.
    #[diesel(select_expression = medicaid_ids::id.nullable())]
    pub id: Option<MedicaidIdId>,
    /// The organization that owns it.
    #[diesel(select_expression = medicaid_ids::owning_organization_id.nullable())]
    pub owner: Option<OrganizationId>,
    /// The access of the organization's agents to it; `None` if never set.
    #[diesel(select_expression = agent_access::state.nullable())]
    pub agent_access: Option<AgentAccessState>,
}

impl MedicaidIdOnFile {
    /// Whether the organization's agents may work on its application of that type, which names a
    /// Medicaid ID or does not.
    #[must_use]
    pub fn lets_agents_work(
        &self,
        organization: OrganizationId,
        application_type: ApplicationType,
        has_medicaid_id: bool,
    ) -> bool {
        let is_own = self.owner == Some(organization);
        agents_may_work(application_type, has_medicaid_id, is_own, self.agent_access)
    }
}

/// Joins rows of `applications` with [`MedicaidIdOnFile`].
macro_rules! join_access {
    ($applications:expr) => {{
        use $crate::schema::{agent_access, applications, medicaid_ids};
        $applications
            .left_join(
                medicaid_ids::table.on(medicaid_ids::medicaid_id.nullable().eq(applications::medicaid_id)),
            )
            .left_join(
                agent_access::table.on(agent_access::organization_id
                    .eq(applications::organization_id)
                    .and(agent_access::medicaid_id_id.nullable().eq(medicaid_ids::id.nullable()))),
            )
    }};
}
pub(crate) use join_access;

/// The condition that an organization's agents may work on an application, for rows of
/// [`join_access`]. It implements [`portal_domain::medicaid::agent_access::agents_may_work`].
macro_rules! with_access {
    () => {{
        use portal_domain::ground::application_type::ApplicationType;
        use portal_domain::medicaid::agent_access::AgentAccessState;
        use $crate::column::Sql;
        use $crate::schema::{agent_access, applications, medicaid_ids};
        applications::medicaid_id
            .is_null()
            .or(medicaid_ids::owning_organization_id.eq(applications::organization_id.nullable()))
            .or(agent_access::state.eq(Sql(AgentAccessState::Granted)))
            .or(agent_access::state
                .is_null()
                .and(applications::application_type.eq(Sql(ApplicationType::Enrollment))))
    }};
}
pub(crate) use with_access;

/// The complement of [`with_access`]. It is not the negation: if a column is null, neither a
/// condition nor its negation holds.
macro_rules! without_access {
    () => {
        diesel::dsl::case_when::<_, _, diesel::sql_types::Bool>(
            $crate::applications::applications::with_access!(),
            false,
        )
        .otherwise(true)
    };
}
pub(crate) use without_access;
