//! Organizations, and their eligibility for a CA Admin Manager (domain rules ).

use crate::ground::audit::{AuditAction, AuditEvent};
use crate::ground::effects::Effects;
use crate::ground::id::OrganizationId;
use crate::ground::plan_code::PlanCode;
use crate::vocabulary;

vocabulary! {
    /// The kind of organization.
    pub enum OrganizationKind {
        /// A group of providers of one type.
        ProviderGroup = "provider_group",
        /// A hospital, supplier, or similar entity.
        Entity = "entity",
        /// A provider who acts on their own behalf.
        IndividualProvider = "individual_provider",
        /// Credentials on behalf of others; never has a CA Admin Manager (domain rule R-004).
        ThirdPartyCredentialing = "third_party_credentialing",
        /// One Provider ID of a plan.
        ProviderAccount = "provider_account",
        /// All accounts under one tax identification number.
        TinPractice = "tin_practice",
    }
}

vocabulary! {
    /// Why an organization is not eligible for a CA Admin Manager.
    pub enum IneligibilityReason {
        /// It owns no active group Medicaid ID.
        NoGroupMedicaidId = "no_group_medicaid_id",
        /// It has fewer than two active credentialing agents.
        FewerThanTwoCredentialingAgents = "fewer_than_two_credentialing_agents",
        /// It credentials on behalf of others.
        ThirdPartyOrganization = "third_party_organization",
    }
}

/// The facts about an organization that the rules need.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrganizationFacts {
    /// Its id.
    pub id: OrganizationId,
    /// Its name.
    pub name: String,
    /// Its kind.
    pub kind: OrganizationKind,
    /// The plan it belongs to.
    pub plan: PlanCode,
    /// The number of active Medicaid IDs of category Group that it owns.
    pub active_group_medicaid_ids: i64,
}

impl OrganizationFacts {
    /// Why the CA Admin Manager role cannot be *used* now; empty if it can.
    ///
    /// Losing the second agent after the grant does not affect the role. Losing the last own group
    /// Medicaid ID suspends it. A third-party organization never has it (domain rules R-003,
    ///
    #[must_use]
    pub fn ca_admin_manager_suspensions(&self) -> Vec<IneligibilityReason> {
        let mut reasons = Vec::new();
        if self.active_group_medicaid_ids < 1 {
            reasons.push(IneligibilityReason::NoGroupMedicaidId);
        }
        if self.kind == OrganizationKind::ThirdPartyCredentialing {
            reasons.push(IneligibilityReason::ThirdPartyOrganization);
        }
        reasons
    }

    /// Every reason why the CA Admin Manager role cannot be *granted* now; empty if it can.
    ///
    /// Checked when a user is invited and again when they accept (domain rules ). Only
    /// active agents count.
    #[must_use]
    pub fn ca_admin_manager_ineligibility(
        &self,
        active_credentialing_agents: i64,
    ) -> Vec<IneligibilityReason> {
        let mut reasons = self.ca_admin_manager_suspensions();
        if active_credentialing_agents < 2 {
            reasons.push(IneligibilityReason::FewerThanTwoCredentialingAgents);
        }
        reasons.sort_unstable();
        reasons
    }
}

/// The command line created an organization.
#[must_use]
pub fn created(organization: OrganizationId) -> Effects {
    Effects::recorded_as(AuditEvent::bare(organization, AuditAction::OrganizationCreated, organization))
}

/// The sandbox created an organization with its demonstration data.
#[must_use]
pub fn seeded(organization: OrganizationId) -> Effects {
    Effects::recorded_as(AuditEvent::bare(organization, AuditAction::SandboxFilled, organization))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn organization(kind: OrganizationKind, active_group_medicaid_ids: i64) -> OrganizationFacts {
        OrganizationFacts {
            id: OrganizationId::from_uuid(uuid::Uuid::from_u128(1)),
            name: "Bluegrass".into(),
            kind,
            plan: PlanCode::Ky,
            active_group_medicaid_ids,
        }
    }

    #[test]
    fn r_003_one_own_group_medicaid_id_prevents_a_suspension_of_the_role() {
        assert_eq!(organization(OrganizationKind::ProviderGroup, 1).ca_admin_manager_suspensions(), []);
        assert_eq!(
            organization(OrganizationKind::ProviderGroup, 0).ca_admin_manager_suspensions(),
            [IneligibilityReason::NoGroupMedicaidId]
        );
    }

    #[test]
    fn r_003_two_active_agents_and_an_own_group_medicaid_id_are_required() {
        let group = |ids, agents| {
            organization(OrganizationKind::ProviderGroup, ids).ca_admin_manager_ineligibility(agents)
        };
        assert_eq!(group(1, 2), []);
        assert_eq!(group(1, 1), [IneligibilityReason::FewerThanTwoCredentialingAgents]);
        assert_eq!(group(0, 5), [IneligibilityReason::NoGroupMedicaidId]);
        let third_party = organization(OrganizationKind::ThirdPartyCredentialing, 0);
        assert_eq!(third_party.ca_admin_manager_ineligibility(0), IneligibilityReason::ALL, "all reasons");
    }

    #[test]
    fn r_004_a_third_party_organization_is_refused_along_with_all_other_reasons() {
        let kind = OrganizationKind::ThirdPartyCredentialing;
        assert_eq!(
            organization(kind, 3).ca_admin_manager_suspensions(),
            [IneligibilityReason::ThirdPartyOrganization]
        );
        assert_eq!(
            organization(kind, 0).ca_admin_manager_suspensions(),
            [IneligibilityReason::NoGroupMedicaidId, IneligibilityReason::ThirdPartyOrganization]
        );
    }
}
