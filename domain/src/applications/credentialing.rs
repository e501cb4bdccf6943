//! What a plan with credentialing applications decides about them, as data (domain section 8.3). Other plans have none.

use crate::medicaid::caller_verification::CallerVerificationPolicy;
use crate::medicaid::licensure_policy::LicensurePolicy;
use crate::medicaid::medicaid_id::{MedicaidIdFormat, ProviderTypeEntry};
use crate::medicaid::revalidation::RevalidationPolicy;

/// A plan's choices about applications and Medicaid IDs.
#[derive(Clone, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CredentialingPolicy {
    /// How a Medicaid ID is written.
    pub medicaid_id: MedicaidIdFormat,
    /// Which effective dates may be asked for.
    pub requested_effective_date: EffectiveDateWindow,
    /// Most NPIs of one application.
    pub npis_max: usize,
    /// Whether the agent who has an application may withdraw it, besides the person who started it (ambiguity A-06).
    pub assignee_may_withdraw: bool,
    /// Days within which an operator may take an automatic withdrawal back (decision D-17).
    pub restorable_days: u32,
    /// How to get a forgotten Medicaid ID (domain rule R-113).
    pub existing_medicaid_id: ExistingMedicaidIdHelp,
    /// When a revalidation is due, and what is said about it.
    pub revalidation: RevalidationPolicy,
    /// Licenses.
    pub licensure: LicensurePolicy,
    /// How callers are verified.
    pub caller_verification: CallerVerificationPolicy,
    /// The provider types.
    #[serde(default)]
    pub provider_types: Vec<ProviderTypeEntry>,
}

/// Which effective dates may be asked for, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EffectiveDateWindow {
    /// Calendar years before today.
    pub years_back: u32,
    /// Days after today.
    pub days_ahead: u32,
}

/// How to get a forgotten Medicaid ID: by letter only.
#[derive(Clone, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExistingMedicaidIdHelp {
    /// To whom to write.
    pub addressee: String,
    /// What to do.
    pub text: String,
}

impl CredentialingPolicy {
    /// The provider type with this code.
    #[must_use]
    pub fn provider_type(&self, code: &str) -> Option<&ProviderTypeEntry> {
        self.provider_types.iter().find(|entry| entry.code == code)
    }
}
