//! What can go wrong in storage, and which constraint a violation means on either engine.

use diesel::result::{DatabaseErrorKind, Error as DieselError};

/// A failed storage operation. Its text is for logs, never for clients.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// A unique constraint refused the row.
    #[error("unique constraint violated: {0:?}")]
    Taken(Constraint),
    /// A row was no longer what the decision was made on: nothing, or not everything, was updated.
    #[error("stale: {0}")]
    Stale(&'static str),
    /// A lock was not had in time, or the pool had no connection to give.
    #[error("busy: {0}")]
    Busy(String),
    /// The database cannot be reached.
    #[error("unavailable: {0}")]
    Unavailable(String),
    /// A stored value that this version does not understand.
    #[error("inconsistent: {table}.{column} holds {value:?}")]
    Inconsistent {
        /// The table.
        table: &'static str,
        /// The column.
        column: &'static str,
        /// The value found; a name from a closed list, never personal data.
        value: String,
    },
    /// A sealed value that could not be opened.
    #[error("sealed value: {0}")]
    Sealed(&'static str),
    /// The schema is not the one this version needs.
    #[error("schema: {0}")]
    Schema(String),
    /// Anything else the database said.
    #[error("database: {0}")]
    Database(DieselError),
}

macro_rules! constraints {
    ($($(#[$meta:meta])* $variant:ident = $postgres:literal, $sqlite:literal;)+) => {
        /// The unique constraints that a request can run into.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Constraint {
            $($(#[$meta])* $variant,)+
            /// One that no request should run into.
            Other,
        }

        impl Constraint {
            /// PostgreSQL tells a constraint's name, SQLite the columns: both spellings mean the same constraint.
            fn of(name: Option<&str>, message: &str) -> Self {
                let columns = message.strip_prefix("UNIQUE constraint failed: ").unwrap_or(message);
                $(if name == Some($postgres) || columns == $sqlite { return Self::$variant; })+
                Self::Other
            }

            /// Every constraint with both spellings: (PostgreSQL name, SQLite columns).
            #[must_use]
            pub fn spellings() -> &'static [(&'static str, &'static str)] {
                &[$(($postgres, $sqlite),)+]
            }
        }
    };
}

constraints! {
    /// Another user has the address.
    UserEmail = "users_email_key", "users.email_key";
    /// Another organization of the plan has the tax id.
    OrganizationTaxId = "organizations_plan_tax_id_key", "organizations.plan, organizations.tax_id_index";
    /// The user is a member already.
    Membership = "memberships_organization_user_key", "memberships.organization_id, memberships.user_id";
    /// There is a pending invitation of this address to this role already.
    PendingInvitation = "invitations_pending_key", "invitations.organization_id, invitations.email_key, invitations.role";
    /// The address is on the list already.
    InviteListEntry = "invite_list_entries_email_key", "invite_list_entries.organization_id, invite_list_entries.created_by, invite_list_entries.email_key";
    /// The mail was posted already.
    OutboxMail = "outbox_mails_dedupe_key", "outbox_mails.dedupe_key";
    /// Something else happened to the member at the same time.
    MemberHistoryNumber = "member_history_number_key", "member_history.membership_id, member_history.number";
    /// The plan knows the provider id already.
    ProviderRecord = "provider_records_provider_id_key", "provider_records.plan, provider_records.provider_id_key";
    /// There is an open request for access already.
    OpenAccessRequest = "access_requests_open_key", "access_requests.organization_id, access_requests.user_id";
    /// The refresh token exists already.
    RefreshToken = "refresh_tokens_token_hash_key", "refresh_tokens.token_hash";
    /// The Medicaid ID is on file already.
    MedicaidId = "medicaid_ids_medicaid_id_key", "medicaid_ids.medicaid_id";
    /// The application number is taken.
    ApplicationNumber = "applications_application_number_key", "applications.application_number";
    /// A revalidation of the Medicaid ID is open already (domain rule R-075).
    OpenRevalidation = "applications_open_revalidation_key", "applications.medicaid_id";
    /// Something else happened to the application at that version.
    HistoryVersion = "application_history_version_key", "application_history.application_id, application_history.version_after";
    /// The reassignment was reverted already.
    ReassignmentReverted = "reassignments_reverts_key", "reassignments.reverts";
    /// Another event has this place in the chain.
    AuditSequence = "audit_events_chain_sequence_key", "audit_events.chain, audit_events.sequence";
    /// The provider is on file already.
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
            // Neither engine's busy state has a kind of its own.
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

/// Turns "so many rows were updated" into an error when it is not what the decision was made on.
pub(crate) fn exactly(expected: usize, updated: usize, what: &'static str) -> Result<(), StoreError> {
    if updated == expected { Ok(()) } else { Err(StoreError::Stale(what)) }
}

/// Reads a name from a closed list.
pub(crate) fn known<T>(
    parsed: Option<T>,
    table: &'static str,
    column: &'static str,
    value: &str,
) -> Result<T, StoreError> {
    parsed.ok_or_else(|| StoreError::Inconsistent { table, column, value: value.to_owned() })
}
