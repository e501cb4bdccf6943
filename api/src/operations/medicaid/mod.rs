//! Operations on Medicaid IDs, agents' access, consents to links, revalidations, licenses,
//! taxonomies, and calendars.

pub mod calendar_feeds;
pub mod caller_verifications;
pub mod license_verification_checks;
pub mod link_consents;
pub mod medicaid_ids;
pub mod practice;
pub mod provider_type;
pub mod reports;
pub mod taxonomy_requirements;
