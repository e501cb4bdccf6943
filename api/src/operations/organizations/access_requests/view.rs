//! Bodies about access requests.

use chrono::{DateTime, Utc};
use portal_domain::ground::id::{AccessRequestId, UserId};
use portal_persistence::organizations::access_requests::OpenAccessRequest;
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::page::list_view;

/// A user's request for access to the account. An invitation answers it.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "acr_01k2zqj5t8e4vbx9m3c7w6r1hd",
    "user_id": "usr_01k2zqj5t8e4vbx9m3c7w6r1hd",
    "name": "Noor Haddad",
    "email": "noor.haddad@harborlight.example",
    "message": "I work at the front desk.",
    "created_at": "2026-02-01T12:00:00Z"
}))]
pub struct AccessRequestView {
    /// The ID.
    pub id: AccessRequestId,
    /// The user who requests access.
    pub user_id: UserId,
    /// The user's name.
    pub name: String,
    /// The user's email address.
    pub email: String,
    /// The user's message; absent if there is none. Display it as text, never as HTML.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// When the user requested access.
    pub created_at: DateTime<Utc>,
}

list_view! {
    /// Open access requests, newest first.
    AccessRequestList of AccessRequestView
}

impl From<OpenAccessRequest> for AccessRequestView {
    fn from(request: OpenAccessRequest) -> Self {
        Self {
            id: request.id,
            user_id: request.user,
            name: request.name,
            email: request.email,
            message: request.message,
            created_at: request.created_at,
        }
    }
}
