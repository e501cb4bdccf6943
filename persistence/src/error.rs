//! Storage errors, and the constraints that a violation means on either engine.

use diesel::result::{DatabaseErrorKind, Error as DieselError};

/// A failed storage operation. Its message is for logs, never for clients.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// A unique constraint rejected the row.
    #[error("unique constraint violated: {0:?}")]
    Taken(Constraint),
    /// A row has changed since the decision was made: not all of the expected rows were updated.
    #[error("stale: {0}")]
    Stale(&'static str),
    /// A lock was not acquired in time, or the pool had no free connection.
    #[error("busy: {0}")]
    Busy(String),
    /// The database cannot be reached.
    #[error("unavailable: {0}")]
    Unavailable(String),
    /// A stored value is not understood by this version.
    #[error("inconsistent: {table}.{column} holds {value:?}")]
    Inconsistent {
        /// The table.
        table: &'static str,
        /// The column.
        column: &'static str,
        /// The value found, or a description of it; never personal data.
        value: String,
    },
    /// A value could not be sealed or opened.
    #[error("sealed value: {0}")]
    Sealed(&'static str),
    /// The schema or the stored data is not what this version needs.
    #[error("schema: {0}")]
    Schema(String),
    /// Any other database error.
    #[error("database: {0}")]
    Database(DieselError),
}

macro_rules! constraints {
    ($($(#[$meta:meta])* $variant:ident = $postgres:literal, $sqlite:literal;)+) => {
        /// The unique constraints that a request can violate.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Constraint {
            $($(#[$meta])* $variant,)+
            /// A constraint that no request should violate.
            Other,
        }

        impl Constraint {
            /// PostgreSQL reports the constraint's name, SQLite its columns. Both mean the same
            /// constraint.
            fn of(name: Option<&str>, message: &str) -> Self {
                let columns = message.strip_prefix("UNIQUE constraint failed: ").unwrap_or(message);
                $(if name == Some($postgres) || columns == $sqlite { return Self::$variant; })+
                Self::Other
            }

            /// Both spellings of every constraint: (PostgreSQL name, SQLite columns).
            #[must_use]
            pub fn spellings() -> &'static [(&'static str, &'static str)] {
                &[$(($postgres, $sqlite),)+]
            }
        }
    };
}

constraints! {
    /// Another user has the email address.
    UserEmail = "users_email_key", "users.email_key";
    /// Another organization of the plan has the tax ID.
    OrganizationTaxId = "organizations_plan_tax_id_key", "organizations.plan, organizations.tax_id_index";
    /// The user is already a member.
    Membership = "memberships_organization_user_key", "memberships.organization_id, memberships.user_id";
    /// An invitation of this address to this role is already pending.
    PendingInvitation = "invitations_pending_key", "invitations.organization_id, invitations.email_key, invitations.role";
    /// The address is already on the list.
    InviteListEntry = "invite_list_entries_email_key", "invite_list_entries.organization_id, invite_list_entries.created_by, invite_list_entries.email_key";
    /// The mail was already queued.
    OutboxMail = "outbox_mails_dedupe_key", "outbox_mails.dedupe_key";
    /// Another change to the member was recorded concurrently.
    MemberHistoryNumber = "member_history_number_key", "member_history.membership_id, member_history.number";
    /// The plan already has a record with this Provider ID.
    ProviderRecord = "provider_records_provider_id_key", "provider_records.plan, provider_records.provider_id_key";
    /// An access request is already open.
    OpenAccessRequest = "access_requests_open_key", "access_requests.organization_id, access_requests.user_id";
    /// The refresh token already exists.
    RefreshToken = "refresh_tokens_token_hash_key", "refresh_tokens.token_hash";
    /// The Medicaid ID is already on file.
    MedicaidId = "medicaid_ids_medicaid_id_key", "medicaid_ids.medicaid_id";
    /// The application number is already taken.
    ApplicationNumber = "applications_application_number_key", "applications.application_number";
    /// A revalidation of the Medicaid ID is already open (domain rule R-075).
    OpenRevalidation = "applications_open_revalidation_key", "applications.medicaid_id";
    /// Another change to the application was recorded with the same version.
    HistoryVersion = "application_history_version_key", "application_history.application_id, application_history.version_after";
    /// The reassignment was already reverted.
    ReassignmentReverted = "reassignments_reverts_key", "reassignments.reverts";
    /// Another event has the same sequence number in the chain.
    AuditSequence = "audit_events_chain_sequence_key", "audit_events.chain, audit_events.sequence";
    /// The provider is already on file.
    ProviderNpi = "providers_npi_key", "providers.npi";
}

impl From<DieselError> for StoreError {
    fn from(error: DieselError) -> Self {
        let DieselError::DatabaseError(kind, information) = &error else { return Self::Database(error) };
        let message = information.message();
        match kind {
            DatabaseErrorKind::UniqueViolation => {
                Self::Taken(Constraint::of(information.constraint_name(), message))
            }
            DatabaseErrorKind::ClosedConnection | DatabaseErrorKind::UnableToSendCommand => {
                Self::Unavailable(message.to_owned())
            }
            DatabaseErrorKind::SerializationFailure => Self::Busy(message.to_owned()),
            // Neither engine reports its busy state as a separate kind.
            _ if message.contains("database is locked")
                || message.contains("lock timeout")
                || message.contains("statement timeout")
                || message.contains("deadlock detected") =>
            {
                Self::Busy(message.to_owned())
            }
            _ if message.contains("terminating connection") || message.contains("shutting down") => {
                Self::Unavailable(message.to_owned())
            }
            _ => Self::Database(error),
        }
    }
}

/// Returns [`StoreError::Stale`] unless exactly the expected number of rows was updated.
pub(crate) fn exactly(expected: usize, updated: usize, what: &'static str) -> Result<(), StoreError> {
    if updated == expected { Ok(()) } else { Err(StoreError::Stale(what)) }
}

/// Reads a value of a closed vocabulary.
pub(crate) fn known<T>(
    parsed: Option<T>,
    table: &'static str,
    column: &'static str,
    value: &str,
) -> Result<T, StoreError> {
    parsed.ok_or_else(|| StoreError::Inconsistent { table, column, value: value.to_owned() })
}
