//! Medicaid IDs, agent access, revalidation, licenses, taxonomies, and calendars.

mod agent_access;
mod agent_access_effects;
mod agent_access_races;
mod calendar_feeds;
mod caller_verifications;
mod license_verification_checks;
mod link_consents;
mod medicaid_id_details;
mod medicaid_id_list;
mod medicaid_id_search;
mod revalidations;
mod taxonomy_requirements;
