//! GET /calendars/{token}

use actix_web::{get, web};
use portal_domain::applications::withdrawal_calendar::withdrawal;
use portal_domain::ground::calendar::local_date;
use portal_domain::medicaid::calendar_feed::{Entry, MAX_ENTRIES};
use portal_domain::organizations::policy::{OrganizationAction, judge};
use portal_persistence::Tx;
use serde::Deserialize;
use utoipa::IntoParams;

use super::icalendar::Calendar;
use super::view::{CalendarText, FeedToken};
use crate::http::auth::anonymous::Anonymous;
use crate::http::openapi::{AnyProblems, ConditionalHeader, NotFoundProblems};
use crate::http::problem::Problem;
use crate::http::reply::{Answered, Reply};
use crate::portal::services::Services;

/// The path of a calendar's secret URL.
#[derive(Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct CalendarPath {
    /// The token at the end of the URL, as shown when the calendar was created.
    #[param(example = "ppc_3q2-7wAAAA")]
    pub token: String,
}

/// Get a calendar of due dates
///
/// For calendar programs; needs no session. The calendar has the automatic withdrawals of an
/// organization's applications and the due dates of its revalidations, as iCalendar text (RFC
/// 5545). `Accept` is ignored. The weak ETag changes only with the content, not with the time
/// stamps. An unknown or revoked token returns 404, and so does a calendar whose creator may no longer
/// manage calendars.
#[utoipa::path(
    tag = "dashboard",
    params(CalendarPath, ConditionalHeader),
    responses(
        (status = 200, body = CalendarText, content_type = "text/calendar", description = "The calendar.", headers(("ETag" = String, description = "A weak entity tag of the content."))),
        (status = 304, description = "Your cached calendar is current."),
        AnyProblems, NotFoundProblems,
    ),
    security(()),
)]
#[get("/calendars/{token}")]
pub async fn get_calendar(caller: Anonymous, path: web::Path<CalendarPath>) -> Answered {
    let hash = FeedToken::hash_of(&path.token);
    caller.read(move |tx, services| show(tx, services, &hash)).await
}

fn show(tx: &mut Tx<'_>, services: &Services, token_hash: &[u8]) -> Result<Reply, Problem> {
    let now = tx.now();
    let feed = tx.calendar_feeds().live(token_hash)?.ok_or_else(Problem::not_found)?;
    let organization = tx.organizations().find(feed.organization)?.ok_or_else(Problem::not_found)?.facts;
    // The calendar has no session. It works only as long as its creator could create it again.
    let creator = tx.members().actor(feed.created_by)?.ok_or_else(Problem::not_found)?;
    judge(&creator, OrganizationAction::ManageCalendarFeeds, &organization)
        .map_err(|_refusal| Problem::not_found())?;
    let plan = services.plan(organization.plan)?;
    let (rule, zone) = (&plan.inactivity, plan.time_zone);
    let inactive = tx.calendar_feeds().inactive_applications(organization.id, MAX_ENTRIES)?;
    let due = tx.calendar_feeds().due_revalidations(organization.id, local_date(now, zone), MAX_ENTRIES)?;
    let withdrawals = inactive.iter().map(|application| withdrawal(application, rule, now, zone));
    let entries: Vec<Entry> = withdrawals.chain(due.iter().map(Entry::revalidation)).collect();
    let calendar = Calendar { name: &feed.name, entries: &entries };
    Ok(Reply::bytes("text/calendar; charset=utf-8", calendar.text(now).into_bytes())
        .with("etag", format!("W/\"c-{}\"", calendar.fingerprint()))
        .with("cache-control", "private, no-cache".into())
        .with("content-disposition", "attachment; filename=\"due-dates.ics\"".into()))
}
