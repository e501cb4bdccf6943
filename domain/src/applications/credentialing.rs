//! The policy of a plan with credentialing applications (domain section 8.3). Other plans have
//! none.

use crate::medicaid::caller_verification::CallerVerificationPolicy;
use crate::medicaid::licensure_policy::LicensurePolicy;
use crate::medicaid::medicaid_id::{MedicaidIdFormat, ProviderTypeEntry};
use crate::medicaid::revalidation::RevalidationPolicy;

/// A plan's policy for applications and Medicaid IDs.
#[derive(Clone, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CredentialingPolicy {
    /// The format of a Medicaid ID.
    pub medicaid_id: MedicaidIdFormat,
    /// The effective dates that can be requested.
    pub requested_effective_date: EffectiveDateWindow,
    /// The maximum number of NPIs of one application.
    pub npis_max: usize,
    /// Whether the assigned agent can withdraw an application, in addition to its initiator
    /// (ambiguity A-06).
    pub assignee_may_withdraw: bool,
    /// Days within which an operator can restore an automatically withdrawn application (decision
    /// D-17).
    pub restorable_days: u32,
    /// How to recover a forgotten Medicaid ID (domain rule R-113).
    pub existing_medicaid_id: ExistingMedicaidIdHelp,
    /// When a revalidation is due, and the messages about it.
    pub revalidation: RevalidationPolicy,
    /// The policy for licenses.
    pub licensure: LicensurePolicy,
    /// The policy for verifying callers on the telephone.
    pub caller_verification: CallerVerificationPolicy,
    /// The provider types.
    #[serde(default)]
    pub provider_types: Vec<ProviderTypeEntry>,
}

/// The effective dates that can be requested, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EffectiveDateWindow {
    /// Calendar years before today.
    pub years_back: u32,
    /// Days after today.
    pub days_ahead: u32,
}

/// How to recover a forgotten Medicaid ID: only by writing to the plan.
#[derive(Clone, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExistingMedicaidIdHelp {
    /// The postal addressee.
    pub addressee: String,
    /// The instructions.
    pub text: String,
}

impl CredentialingPolicy {
    /// The provider type with this code.
    #[must_use]
    pub fn provider_type(&self, code: &str) -> Option<&ProviderTypeEntry> {
        self.provider_types.iter().find(|entry| entry.code == code)
    }
}
