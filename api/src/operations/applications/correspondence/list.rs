//! GET /correspondence

use actix_web::get;
use portal_domain::applications::visibility::ApplicationReader;
use portal_domain::ground::id::{ApplicationId, CorrespondenceId, MedicaidIdId, OrganizationId};
use portal_domain::platform::read_event::ReadAction;
use portal_persistence::applications::correspondence::CorrespondenceFilter;
use serde::Deserialize;
use utoipa::IntoParams;
use validator::Validate;

use super::view::CorrespondenceList;
use crate::http::auth::caller::May;
use crate::http::auth::permission::ViewApplications;
use crate::http::auth::reads::{Looked, PurposeHeader};
use crate::http::extract::Query;
use crate::http::openapi::{AnyProblems, SignedInProblems, ValueProblems};
use crate::http::page::PageRequest;
use crate::http::reply::Answered;

/// The query of the correspondence list.
#[derive(Clone, Debug, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct CorrespondenceQuery {
    /// Only correspondence of this organization.
    #[serde(default)]
    pub organization_id: Option<OrganizationId>,
    /// Only correspondence about this application.
    #[serde(default)]
    pub application_id: Option<ApplicationId>,
    /// Only correspondence about the Medicaid ID with this record ID.
    #[serde(default)]
    pub medicaid_id: Option<MedicaidIdId>,
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

/// List correspondence
///
/// Messages between providers and the department about the applications you can see, newest first:
/// submissions, returns, approvals, and denials, with the reasons.
#[utoipa::path(
    tag = "dashboard",
    params(CorrespondenceQuery, PurposeHeader),
    responses(
        (status = 200, body = CorrespondenceList, description = "The correspondence.", headers(("Link" = String, description = "The next page, if there is one."))),
        AnyProblems, SignedInProblems, ValueProblems,
    ),
)]
#[get("/correspondence")]
pub async fn list_correspondence(
    caller: May<ViewApplications>,
    query: Query<CorrespondenceQuery>,
) -> Answered {
    let Query(query) = query;
    caller
        .read(move |tx, call| {
            let filter = CorrespondenceFilter {
                organization: query.organization_id,
                application: query.application_id,
                medicaid_id: query.medicaid_id,
            };
            let binding = format!("correspondence {} {filter:?}", call.actor.user);
            let page = PageRequest::new(query.limit, query.cursor, binding);
            let after = page.after::<CorrespondenceId>()?;
            let reader = ApplicationReader::of(&call.actor);
            let found = tx.correspondence().list(&reader, &filter, after, page.limit())?;
            let next_cursor = page.next(&found, |entry| entry.id);
            call.looks_at(found.items.iter().map(|entry| {
                Looked::at(ReadAction::CorrespondenceListed, entry.id, Some(entry.organization))
                    .of(entry.application)
            }))?;
            let items = found.items.into_iter().map(Into::into).collect();
            call.list(&CorrespondenceList { items, next_cursor })
        })
        .await
}
