//! Bodies about invite lists.

use chrono::{DateTime, Utc};
use portal_domain::ground::id::InviteListEntryId;
use portal_domain::organizations::membership::{Permission, Role};
use portal_persistence::organizations::invite_list::InviteListEntry;
use serde::Serialize;
use utoipa::ToSchema;

/// An entry of an invite list.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "ile_01k2zqj5t8e4vbx9m3c7w6r1hd",
    "version": 1,
    "email": "sam.reed@commonwealth.example",
    "first_name": "Sam",
    "last_name": "Reed",
    "zip": "02108",
    "role": "account_user",
    "permissions": ["claims"],
    "created_at": "2026-02-01T12:00:00Z"
}))]
pub struct InviteListEntryView {
    /// The ID.
    pub id: InviteListEntryId,
    /// The version; incremented on every change.
    pub version: i64,
    /// The email address to invite.
    pub email: String,
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// The ZIP code to match.
    pub zip: String,
    /// The role to offer.
    pub role: Role,
    /// The permissions to offer.
    pub permissions: Vec<Permission>,
    /// The machine-readable reason of the last failure; absent if there was none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failure: Option<String>,
    /// When it was added.
    pub created_at: DateTime<Utc>,
}

/// Your invite list for this organization, in the order of adding; at most 50 entries.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct InviteListView {
    /// The entries.
    pub items: Vec<InviteListEntryView>,
}

impl From<InviteListEntry> for InviteListEntryView {
    fn from(entry: InviteListEntry) -> Self {
        Self {
            id: entry.id,
            version: entry.version,
            email: entry.email.as_str().to_owned(),
            first_name: entry.first_name,
            last_name: entry.last_name,
            zip: entry.zip,
            role: entry.offer.role,
            permissions: entry.offer.permissions.into_iter().collect(),
            failure: entry.failure,
            created_at: entry.created_at,
        }
    }
}
