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
    /// The database could not do it now; trying again may help.
    #[error("busy: {0}")]
    Busy(Busy),
    /// The database accepts no writes.
    #[error("read-only: {0}")]
    ReadOnly(String),
    /// The disk of the database is full.
    #[error("full: {0}")]
    Full(String),
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
    /// A stored file is not what was stored: damaged on disk, or changed by something else.
    #[error("damaged: the content of {table} {row}")]
    Damaged {
        /// The table.
        table: &'static str,
        /// The row.
        row: uuid::Uuid,
    },
    /// The schema or the stored data is not what this version needs.
    #[error("schema: {0}")]
    Schema(String),
    /// Any other database error.
    #[error("database: {0}")]
    Database(DieselError),
}

/// Why the database could not do it now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Busy {
    /// A lock was not acquired in time.
    #[error("a lock was not acquired in time")]
    LockTimeout,
    /// SQLite: another process holds the database.
    #[error("the database is locked")]
    DatabaseLocked,
    /// A statement took too long.
    #[error("a statement took too long")]
    StatementTimeout,
    /// Two transactions waited for each other, and this one was rolled back.
    #[error("deadlock")]
    Deadlock,
    /// A concurrent transaction made this one impossible.
    #[error("serialization failure")]
    Serialization,
    /// The pool had no free connection.
    #[error("no free connection")]
    PoolExhausted,
}

impl Busy {
    /// Whether the transaction was rolled back because it lost against another one, so that
    /// repeating it at once may succeed.
    pub(crate) const fn is_lost_race(self) -> bool {
        matches!(self, Self::Deadlock | Self::Serialization)
    }
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
            DatabaseErrorKind::SerializationFailure => Self::Busy(Busy::Serialization),
            DatabaseErrorKind::ReadOnlyTransaction => Self::ReadOnly(message.to_owned()),
            _ => by_message(message).unwrap_or(Self::Database(error)),
        }
    }
}

/// Classifies what the driver reports by its message only: neither engine hands on its own code.
/// Nothing outside this function depends on the text of a message.
/// [`crate::Database::has_english_messages`] tells at start whether PostgreSQL speaks this language.
fn by_message(message: &str) -> Option<StoreError> {
    let has = |text: &str| message.contains(text);
    Some(if has("could not serialize") {
        StoreError::Busy(Busy::Serialization)
    } else if has("deadlock detected") {
        StoreError::Busy(Busy::Deadlock)
    } else if has("database is locked") {
        StoreError::Busy(Busy::DatabaseLocked)
    } else if has("lock timeout") {
        StoreError::Busy(Busy::LockTimeout)
    } else if has("statement timeout") {
        StoreError::Busy(Busy::StatementTimeout)
    } else if has("terminating connection") || has("shutting down") {
        StoreError::Unavailable(message.to_owned())
    } else if has("readonly database") || has("read-only transaction") {
        StoreError::ReadOnly(message.to_owned())
    } else if has("disk is full") || has("No space left on device") {
        StoreError::Full(message.to_owned())
    } else {
        return None;
    })
}

/// Whether a value of `lc_messages` makes PostgreSQL report errors in English.
pub(crate) fn is_english(lc_messages: &str) -> bool {
    let locale = lc_messages.split('.').next().unwrap_or_default();
    locale.is_empty() || ["C", "POSIX", "en"].contains(&locale) || locale.starts_with("en_")
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_of_both_engines_are_classified() {
        for (message, expected) in [
            ("database is locked", Busy::DatabaseLocked),
            ("canceling statement due to lock timeout", Busy::LockTimeout),
            ("canceling statement due to statement timeout", Busy::StatementTimeout),
            ("deadlock detected", Busy::Deadlock),
            ("could not serialize access due to concurrent update", Busy::Serialization),
        ] {
            let found = by_message(message);
            assert!(matches!(found, Some(StoreError::Busy(busy)) if busy == expected), "{message}");
        }
        assert!(matches!(by_message("attempt to write a readonly database"), Some(StoreError::ReadOnly(_))));
        assert!(matches!(by_message("database or disk is full"), Some(StoreError::Full(_))));
        assert!(by_message("Verklemmung entdeckt").is_none());
        assert!(by_message("syntax error").is_none());
    }

    #[test]
    fn only_english_locales_are_recognized() {
        assert!(["C", "C.UTF-8", "POSIX", "en_US.UTF-8", "en_GB", ""].into_iter().all(is_english));
        assert!(!["de_DE.UTF-8", "es_ES", "fr"].into_iter().any(is_english));
    }
}
