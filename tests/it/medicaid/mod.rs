//! Medicaid IDs, agent access, revalidation, licenses, taxonomies and calendars.

mod agent_access;
mod calendar_feeds;
mod caller_verifications;
mod license_verification_checks;
mod revalidations;
mod taxonomy_requirements;
