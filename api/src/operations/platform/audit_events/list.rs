//! GET /organizations/{organization_id}/audit-events

use actix_web::{get, web};
use chrono::{DateTime, Utc};
use portal_domain::ground::audit::AuditAction;
use portal_domain::ground::id::{AuditEventId, UserId};
use portal_persistence::platform::audit::StoredEvent;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use validator::Validate;

use crate::http::auth::caller::May;
use crate::http::auth::permission::ViewAuditEvents;
use crate::http::extract::Query;
use crate::http::openapi::{
    AnyProblems, NotFoundProblems, OrganizationPath, RightProblems, SignedInProblems, ValueProblems,
};
use crate::http::page::{PageRequest, list_view};
use crate::http::reply::Answered;

/// An event of the audit trail.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "aud_01k2zqj5t8e4vbx9m3c7w6r1hd",
    "sequence": 1,
    "action": "reassignment.created",
    "object": "rea_01k2zqj5t8e4vbx9m3c7w6r1hd",
    "occurred_at": "2026-02-01T12:00:00Z",
    "actor_id": "usr_01k2zqj5t8e4vbx9m3c7w6r1hd",
    "actor_name": "Debi Henderson",
    "request_id": "4f2c0f7e9d1b4a63",
    "details": {"from_agent": "mbr_01k2zqj5t8e4vbx9m3c7w6r1hd", "to_agent": "mbr_01k2zqj5t8e4vbx9m3c7w6r1he", "items": ["app_01k2zqj5t8e4vbx9m3c7w6r1hd"]}
}))]
pub struct AuditEventView {
    /// The ID.
    pub id: AuditEventId,
    /// The position in the organization's audit trail, from 1, without gaps.
    pub sequence: i64,
    /// The action.
    pub action: AuditAction,
    /// The ID of the object of the action.
    pub object: String,
    /// When it happened.
    pub occurred_at: DateTime<Utc>,
    /// The user who did it; absent for the system.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub actor_id: Option<UserId>,
    /// The actor's name at that time.
    pub actor_name: String,
    /// The request ID, as in the server log.
    pub request_id: String,
    /// Further details, depending on the action.
    #[schema(value_type = Object)]
    pub details: serde_json::Value,
}

list_view! {
    /// The audit trail, newest first.
    AuditEventList of AuditEventView
}

impl From<StoredEvent> for AuditEventView {
    fn from(event: StoredEvent) -> Self {
        Self {
            id: event.id,
            sequence: event.sequence,
            action: event.action,
            object: event.object,
            occurred_at: event.occurred_at,
            actor_id: event.actor_user,
            actor_name: event.actor_name,
            request_id: event.request_id,
            details: event.details,
        }
    }
}

/// The query of the audit trail.
#[derive(Clone, Debug, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AuditEventQuery {
    /// Only events with this action.
    #[serde(default)]
    pub action: Option<AuditAction>,
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

/// List audit events
///
/// For the organization's administrators and account managers, and for operators. Newest first. The
/// audit trail is a hash chain: `provider-portal audit verify` checks that no event was changed or
/// omitted.
#[utoipa::path(
    tag = "audit",
    params(OrganizationPath, AuditEventQuery),
    responses(
        (status = 200, body = AuditEventList, description = "The audit trail.", headers(("Link" = String, description = "The next page, if there is one."))),
        AnyProblems, SignedInProblems, RightProblems, NotFoundProblems, ValueProblems,
    ),
)]
#[get("/organizations/{organization_id}/audit-events")]
pub async fn list_audit_events(
    caller: May<ViewAuditEvents>,
    path: web::Path<OrganizationPath>,
    query: Query<AuditEventQuery>,
) -> Answered {
    let Query(query) = query;
    caller
        .read(move |tx, call| {
            let organization = call.organization(tx, path.organization_id)?.facts.id;
            let binding = format!("audit {organization} {:?}", query.action);
            let page = PageRequest::new(query.limit, query.cursor, binding);
            let found = tx.audit().list(organization, query.action, page.after()?, page.limit())?;
            let next_cursor = page.next(&found, |event| event.sequence);
            let items = found.items.into_iter().map(Into::into).collect();
            call.list(&AuditEventList { items, next_cursor })
        })
        .await
}
