//! The individual Medicaid ID of a search or a change of access, and its current situation.

use portal_domain::ground::calendar::local_date;
use portal_domain::ground::id::MedicaidIdId;
use portal_domain::medicaid::agent_access::{MedicaidIdTie, NotManaged, Reach, reach};
use portal_domain::medicaid::agent_access_change;
use portal_domain::medicaid::agent_access_change::{AccessChange, AccessSituation, AgentAccessAction};
use portal_domain::organizations::organization::OrganizationFacts;
use portal_persistence::Tx;
use portal_persistence::medicaid::agent_access::StoredAccess;
use portal_persistence::medicaid::medicaid_ids::MedicaidIdRecord;

use crate::http::auth::call::Call;
use crate::http::auth::permission::ManageAgentAccess;
use crate::http::problem::{FieldError, Problem};

/// An individual Medicaid ID, and an organization that manages its agents' access.
pub(super) struct Found<'o> {
    pub(super) organization: &'o OrganizationFacts,
    pub(super) record: MedicaidIdRecord,
    pub(super) tie: MedicaidIdTie,
    pub(super) access: Option<StoredAccess>,
    pub(super) agents: i64,
    pub(super) open_applications: i64,
}

impl<'o> Found<'o> {
    /// Finds it by number, as in a body.
    pub(super) fn by_number(
        tx: &mut Tx<'_>,
        call: &Call<ManageAgentAccess>,
        organization: &'o OrganizationFacts,
        number: &str,
    ) -> Result<Self, Problem> {
        let record = tx.medicaid_ids().find_by_number(number)?;
        Self::reached(tx, call, organization, record, |code, message| {
            FieldError::at("/medicaid_id", code, message)
        })
    }

    /// Finds it by record ID, as in a path. It is locked until the transaction ends, so that
    /// changes are serialized.
    pub(super) fn locked(
        tx: &mut Tx<'_>,
        call: &Call<ManageAgentAccess>,
        organization: &'o OrganizationFacts,
        id: MedicaidIdId,
    ) -> Result<Self, Problem> {
        tx.medicaid_ids().lock(id)?;
        let record = tx.medicaid_ids().find(id)?;
        Self::reached(tx, call, organization, record, |code, message| {
            FieldError::of("medicaid_id", code, message)
        })
    }

    /// A Medicaid ID outside the organization's scope gets the same response as an unknown one
    /// (domain rule R-040).
    fn reached(
        tx: &mut Tx<'_>,
        call: &Call<ManageAgentAccess>,
        organization: &'o OrganizationFacts,
        record: Option<MedicaidIdRecord>,
        violation: fn(&str, &str) -> FieldError,
    ) -> Result<Self, Problem> {
        let record = record.ok_or_else(Problem::not_found)?;
        let today = local_date(call.now, call.plan(organization.plan)?.time_zone);
        let tie = tx.medicaid_ids().tie(organization.id, record.id, today)?;
        match reach(record.category, &tie) {
            Reach::Managed => {}
            Reach::Hidden => return Err(Problem::not_found()),
            Reach::Refused(reason) => {
                let message = match reason {
                    NotManaged::IndividualMedicaidIdRequired => "is not the Medicaid ID of an individual",
                    NotManaged::NotApplicable => "is the organization's own: its agents need no access",
                };
                return Err(Problem::invalid(vec![violation(reason.as_str(), message)]));
            }
        }
        let access = tx.agent_access().find(organization.id, record.id)?;
        let agents = tx.members().active_credentialing_agents(organization.id)?;
        let open_applications = tx.agent_access().open_applications(organization.id, &record.medicaid_id)?;
        Ok(Self { organization, record, tie, access, agents, open_applications })
    }

    /// The version of the access; 0 if it was never set.
    pub(super) fn version(&self) -> i64 {
        self.access.as_ref().map_or(0, |access| access.version)
    }

    /// What an action would change.
    pub(super) fn change(&self, action: AgentAccessAction) -> AccessChange {
        let situation = AccessSituation {
            organization: self.organization.id,
            medicaid_id: self.record.id,
            provider_name: &self.record.name,
            tie: &self.tie,
            agents: self.agents,
            open_applications: self.open_applications,
        };
        agent_access_change::decide(action, &situation)
    }
}
