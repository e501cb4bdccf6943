//! Bodies about calendars.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use portal_domain::ground::id::{CalendarFeedId, OrganizationId};
use portal_persistence::medicaid::calendar_feeds::CalendarFeed;
use serde::{Deserialize, Serialize};
use serde_json::json;
use sha2::{Digest, Sha256};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema, SchemaType, Type};
use utoipa::{IntoParams, PartialSchema, ToSchema};
use zeroize::Zeroizing;

use crate::http::page::list_view;
use crate::operations::ground::person::PersonBrief;
use crate::portal::entropy;

/// The path of an organization's calendar.
#[derive(Clone, Copy, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct CalendarFeedPath {
    /// The organization.
    pub organization_id: OrganizationId,
    /// The calendar.
    pub calendar_feed_id: CalendarFeedId,
}

/// A calendar of an organization's due dates, without its URL.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "cal_01k2zqj5t8e4vbx9m3c7w6r1hd",
    "version": 1,
    "name": "Due dates of Bluegrass",
    "created_by": {"id": "usr_01k2zqj5t8e4vbx9m3c7w6r1hd", "name": "Debi Henderson"},
    "created_at": "2026-02-01T12:00:00Z"
}))]
pub struct CalendarFeedView {
    /// The ID.
    pub id: CalendarFeedId,
    /// The version; incremented on every change.
    pub version: i64,
    /// The display name.
    pub name: String,
    /// The user who created it.
    pub created_by: PersonBrief,
    /// When it was created.
    pub created_at: DateTime<Utc>,
}

list_view! {
    /// Calendars that are not revoked, newest first.
    CalendarFeedList of CalendarFeedView
}

impl From<CalendarFeed> for CalendarFeedView {
    fn from(feed: CalendarFeed) -> Self {
        Self {
            id: feed.id,
            version: feed.version,
            name: feed.name,
            created_by: PersonBrief { id: feed.created_by, name: feed.created_by_name },
            created_at: feed.created_at,
        }
    }
}

/// The token at the end of a calendar's URL: 256 random bits after a prefix that secret scanners
/// recognize. Stored as a hash.
pub(super) struct FeedToken(Zeroizing<String>);

impl FeedToken {
    /// Generates a token.
    pub(super) fn generate() -> Self {
        Self(Zeroizing::new(format!("ppc_{}", URL_SAFE_NO_PAD.encode(entropy::bytes::<32>()))))
    }

    /// The text of the token.
    pub(super) fn expose(&self) -> &str {
        &self.0
    }

    /// The hash to store.
    pub(super) fn hash(&self) -> Vec<u8> {
        Self::hash_of(&self.0)
    }

    /// The hash of a token with this text.
    pub(super) fn hash_of(text: &str) -> Vec<u8> {
        Sha256::digest(text.as_bytes()).to_vec()
    }
}

/// The schema of a calendar's text in the OpenAPI document; never constructed.
pub enum CalendarText {}

impl PartialSchema for CalendarText {
    fn schema() -> RefOr<Schema> {
        let lines = [
            "BEGIN:VCALENDAR",
            "VERSION:2.0",
            "PRODID:-//provider-portal//due dates//EN",
            "CALSCALE:GREGORIAN",
            "NAME:Due dates of Bluegrass",
            "BEGIN:VEVENT",
            "UID:withdrawal-app_01k2zqj5t8e4vbx9m3c7w6r1hd",
            "DTSTAMP:20260201T170000Z",
            "DTSTART;VALUE=DATE:20260601",
            "SUMMARY:APP0543 (Enrollment) is withdrawn automatically",
            "END:VEVENT",
            "END:VCALENDAR",
            "",
        ];
        ObjectBuilder::new()
            .schema_type(SchemaType::new(Type::String))
            .pattern(Some(r"^BEGIN:VCALENDAR\r\n"))
            .description(Some("A calendar of days (iCalendar, RFC 5545)."))
            .examples([json!(lines.join("\r\n"))])
            .into()
    }
}

impl ToSchema for CalendarText {}
