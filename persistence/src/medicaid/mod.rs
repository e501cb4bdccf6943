//! Storage of Medicaid IDs, providers, agent access, consents to links, calendar feeds and caller
//! verifications.

pub mod agent_access;
pub mod calendar_feeds;
pub mod caller_verifications;
pub mod link_consents;
pub mod medicaid_id_import;
pub mod medicaid_ids;
pub mod providers;
