//! Bodies about requests for access.

use chrono::{DateTime, Utc};
use portal_domain::ground::id::{AccessRequestId, UserId};
use portal_persistence::organizations::access_requests::OpenAccessRequest;
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::page::list_view;

/// Somebody asks to be let into the account; invite them, and the request is answered.
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
    /// Its id.
    pub id: AccessRequestId,
    /// Who asks.
    pub user_id: UserId,
    /// Their name.
    pub name: String,
    /// Their address.
    pub email: String,
    /// What they wrote; show it as text, never as HTML. Absent when they wrote nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub message: Option<String>,
    /// When they asked.
    pub created_at: DateTime<Utc>,
}

list_view! {
    /// Open requests for access, newest first.
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
