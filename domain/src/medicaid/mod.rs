//! Medicaid IDs and providers: agent access, revalidation, licensure, taxonomies, caller
//! verification.

pub mod agent_access;
pub mod agent_access_change;
pub mod calendar_feed;
pub mod caller_verification;
pub mod license_needs;
pub mod licensure;
pub mod licensure_policy;
pub mod medicaid_id;
pub mod medicaid_id_import;
pub mod provider;
pub mod registry_import;
pub mod revalidation;
pub mod taxonomy;
pub mod working_days;
