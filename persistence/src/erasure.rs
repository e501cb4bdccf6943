//! Deletes everything in a sandbox.

use crate::database::Tx;
use crate::error::StoreError;

impl Tx<'_> {
    /// Deletes every row of every table. Used to reset the sandbox.
    pub fn erase_everything(&mut self) -> Result<(), StoreError> {
        use crate::query::RunQueryDsl;
        use crate::schema::*;
        macro_rules! erase {
            ($($table:ident)+) => { $(diesel::delete($table::table).execute(self.connection)?;)+ };
        }
        // Referencing tables come before the tables they reference.
        erase!(job_runs job_leases access_requests agreement_acceptances association_confirmations provider_associations
            provider_record_addresses provider_records trusted_devices attempt_counters mfa_challenges recovery_codes
            mfa_methods outbox_mails self_service_requests invite_list_entries one_time_tokens invitations member_history
            provider_identifiers provider_addresses provider_taxonomies providers idempotency_keys audit_events
            read_events audit_heads caller_verifications calendar_feeds correspondence document_contents documents
            application_screens agent_access group_links link_consents medicaid_id_npis number_sequences notifications
            application_history reassignment_items applications
            reassignments medicaid_ids refresh_tokens sessions membership_rights memberships user_platform_roles users
            organizations);
        Ok(())
    }
}
