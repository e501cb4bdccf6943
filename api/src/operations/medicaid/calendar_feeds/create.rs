//! POST /organizations/{organization_id}/calendar-feeds

use actix_web::{post, web};
use chrono::{DateTime, Utc};
use portal_domain::ground::id::CalendarFeedId;
use portal_domain::medicaid::calendar_feed;
use portal_domain::medicaid::calendar_feed::{MAX_FEEDS, MAX_NAME, has_room};
use portal_domain::organizations::policy::{OrganizationAction, judge};
use portal_persistence::medicaid::calendar_feeds::NewCalendarFeed;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::{Validate, ValidationError};

use super::view::FeedToken;
use crate::http::auth::caller::May;
use crate::http::auth::permission::ManageCalendarFeeds;
use crate::http::extract::Json;
use crate::http::openapi::{
    AnyProblems, BodyProblems, NotFoundProblems, OrganizationPath, RightProblems, SignedInProblems,
};
use crate::http::problem::{FieldError, Problem};
use crate::http::reply::{Answered, Reply};
use crate::operations::ground::person::PersonBrief;
use crate::operations::ground::text::{line, refused};

/// The calendar to create.
#[derive(Clone, Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"name": "Due dates of Bluegrass"}))]
pub struct CalendarFeedRequest {
    /// A display name, such as the device that reads the calendar. It helps to find the calendar to
    /// revoke.
    #[serde(deserialize_with = "crate::http::extract::values::composed")]
    #[validate(custom(function = calendar_name))]
    #[schema(
        min_length = 1,
        max_length = 100,
        pattern = r"^[^\u0000-\u001f\u007f-\u009f]*[^\s\u0000-\u001f\u007f-\u009f][^\u0000-\u001f\u007f-\u009f]*$"
    )]
    pub name: String,
}

fn calendar_name(text: &str) -> Result<(), ValidationError> {
    match text.trim() {
        "" => Err(refused("blank", "must not be blank")),
        name if name.chars().count() > MAX_NAME => {
            Err(refused("too_long", "must have at most 100 characters"))
        }
        name => line(name),
    }
}

/// A new calendar with its secret URL, which is shown only once.
// No `Debug`, to keep the URL out of logs.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "id": "cal_01k2zqj5t8e4vbx9m3c7w6r1hd",
    "version": 1,
    "name": "Due dates of Bluegrass",
    "created_by": {"id": "usr_01k2zqj5t8e4vbx9m3c7w6r1hd", "name": "Debi Henderson"},
    "created_at": "2026-02-01T12:00:00Z",
    "url": "https://portal.example.org/api/v1/calendars/ppc_3q2-7wAAAA"
}))]
pub struct NewCalendarFeedView {
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
    /// The URL for calendar programs. Anyone who knows it can read the calendar.
    pub url: String,
}

/// Create a calendar of due dates
///
/// For CA Admin Managers and administrators. Calendar programs read it at a secret URL without
/// signing in. It has the automatic withdrawals of the organization's applications and the due
/// dates of its revalidations, but no provider names.
///
/// The URL is shown only once, so `Idempotency-Key` is not supported. If the response is lost,
/// revoke the calendar and create another one. An organization can have at most 10.
#[utoipa::path(
    tag = "dashboard",
    params(OrganizationPath),
    request_body = CalendarFeedRequest,
    responses(
        (status = 201, body = NewCalendarFeedView, description = "The calendar, with its URL.", headers(
            ("Location" = String, description = "The calendar; supports `DELETE` only."),
            ("ETag" = String, description = "Send it as `If-Match` to revoke the calendar."),
        )),
        AnyProblems, SignedInProblems, RightProblems, NotFoundProblems, BodyProblems,
    ),
)]
#[post("/organizations/{organization_id}/calendar-feeds")]
pub async fn create_calendar_feed(
    caller: May<ManageCalendarFeeds>,
    path: web::Path<OrganizationPath>,
    body: Json<CalendarFeedRequest>,
) -> Answered {
    let Json(body) = body;
    caller
        .write_unkept(move |tx, call| {
            let organization = call.organization(tx, path.organization_id)?.facts;
            tx.members().lock_organization(organization.id)?;
            // A caller who lost the role while waiting for the lock must not get a URL that
            // outlives the role.
            judge(&call.actor_behind_lock(tx)?, OrganizationAction::ManageCalendarFeeds, &organization)?;
            if !has_room(tx.calendar_feeds().count(organization.id)?) {
                let text = format!("an organization has at most {MAX_FEEDS} calendars: revoke one first");
                return Err(Problem::invalid(vec![FieldError::at("", "too_many_items", text)]));
            }
            let id: CalendarFeedId = tx.new_id();
            let token = FeedToken::generate();
            tx.calendar_feeds().insert(&NewCalendarFeed {
                id,
                organization: organization.id,
                name: body.name.trim(),
                token_hash: &token.hash(),
                created_by: (call.actor.user, &call.actor.name),
            })?;
            let feed = tx.calendar_feeds().find(organization.id, id)?.ok_or_else(Problem::not_found)?;
            let done = tx.commit_effects(&calendar_feed::created(organization.id, id), &call.author())?;
            let url = format!("{}/api/v1/calendars/{}", call.services().settings.base(), token.expose());
            let view = NewCalendarFeedView {
                id,
                version: feed.version,
                name: feed.name,
                created_by: PersonBrief { id: feed.created_by, name: feed.created_by_name },
                created_at: feed.created_at,
                url,
            };
            Ok(done.with(Reply::created(&view, view.version, format!("{}/{id}", call.path()))?))
        })
        .await
}
