//! The view of recorded reads, and their filters.

use chrono::{DateTime, Utc};
use portal_domain::ground::id::{OrganizationId, ReadEventId, SessionId, UserId};
use portal_domain::platform::read_event::{Purpose, ReadAction};
use portal_persistence::platform::read_events::{ReadEventFilter, StoredReadEvent};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use validator::{Validate, ValidationError};

use crate::http::page::list_view;

/// A recorded read of personal data.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "red_01k2zqj5t8e4vbx9m3c7w6r1hd",
    "action": "application.viewed",
    "object": "app_01k2zqj5t8e4vbx9m3c7w6r1hd",
    "subject": "app_01k2zqj5t8e4vbx9m3c7w6r1hd",
    "organization_id": "org_01k2zqj5t8e4vbx9m3c7w6r1hd",
    "occurred_at": "2026-02-01T12:00:00Z",
    "user_id": "usr_01k2zqj5t8e4vbx9m3c7w6r1hd",
    "user_name": "Grace Oyelaran",
    "session_id": "ses_01k2zqj5t8e4vbx9m3c7w6r1hd",
    "client_address": "203.0.113.7",
    "request_id": "4f2c0f7e9d1b4a63",
    "purpose": "audit"
}))]
pub struct ReadEventView {
    /// The ID.
    pub id: ReadEventId,
    /// What was read.
    pub action: ReadAction,
    /// The ID of what was read.
    pub object: String,
    /// The ID of the application, Medicaid ID, or user that the object belongs to.
    pub subject: String,
    /// The organization whose data it is; absent for data of the whole installation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub organization_id: Option<OrganizationId>,
    /// When it was read.
    pub occurred_at: DateTime<Utc>,
    /// The user who read it; absent for the command line.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_id: Option<UserId>,
    /// The user's name at that time.
    pub user_name: String,
    /// The user's session; absent for the command line.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session_id: Option<SessionId>,
    /// The address of the client; empty for the command line.
    pub client_address: String,
    /// The request ID, as in the server log.
    pub request_id: String,
    /// Why a member of the staff read it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub purpose: Option<Purpose>,
}

list_view! {
    /// Recorded reads, newest first.
    ReadEventList of ReadEventView
}

impl From<StoredReadEvent> for ReadEventView {
    fn from(event: StoredReadEvent) -> Self {
        Self {
            id: event.id,
            action: event.action,
            object: event.object,
            subject: event.subject,
            organization_id: event.organization,
            occurred_at: event.occurred_at,
            user_id: event.user,
            user_name: event.user_name,
            session_id: event.session,
            client_address: event.client_address,
            request_id: event.request_id,
            purpose: event.purpose,
        }
    }
}

/// The query of recorded reads.
#[derive(Clone, Debug, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ReadEventQuery {
    /// Only reads of this object, or of what belongs to it: an application, a Medicaid ID, a
    /// document, a member, or a user.
    #[serde(default)]
    #[validate(custom(function = any_id))]
    #[param(min_length = 30, max_length = 30, pattern = "^[a-z]{3}_[0-9a-z]{26}$")]
    pub object: Option<String>,
    /// Only reads with this action.
    #[serde(default)]
    pub action: Option<ReadAction>,
    /// The number of items per page, 1 to 100; 50 by default.
    #[serde(default)]
    #[validate(range(min = 1, max = 100, code = "range", message = "must be 1 to 100"))]
    #[param(minimum = 1, maximum = 100, default = 50)]
    pub limit: Option<i64>,
    /// `next_cursor` of the previous page.
    #[serde(default)]
    #[param(min_length = 1, max_length = 2048, pattern = "^[A-Za-z0-9_-]+$")]
    pub cursor: Option<String>,
}

/// Accepts the ID of an object of any kind.
fn any_id(text: &str) -> Result<(), ValidationError> {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    match text.split_once('_') {
        Some((kind, rest))
            if kind.len() == 3 && rest.len() == 26 && (kind.bytes().chain(rest.bytes())).all(plain) =>
        {
            Ok(())
        }
        _ => Err(ValidationError { message: Some("must be an ID".into()), ..ValidationError::new("format") }),
    }
}

impl ReadEventQuery {
    pub(super) fn filter(&self, organization: Option<OrganizationId>) -> ReadEventFilter {
        ReadEventFilter { organization, subject: self.object.clone(), action: self.action }
    }
}
