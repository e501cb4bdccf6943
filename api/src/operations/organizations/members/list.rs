//! GET /organizations/{organization_id}/members

use actix_web::{get, web};
use chrono::{DateTime, Utc};
use portal_domain::organizations::member::Circumstances;
use portal_domain::organizations::member_words::MemberStatus;
use portal_domain::platform::read_event::ReadAction;
use portal_persistence::organizations::members::MemberEntry;
use portal_persistence::organizations::members::{MemberFilter, MemberPlace};
use serde::Deserialize;
use utoipa::IntoParams;
use validator::Validate;

use super::looked::read;
use super::view::{MemberList, MemberView};
use crate::http::auth::caller::May;
use crate::http::auth::permission::ManageMembers;
use crate::http::auth::reads::PurposeHeader;
use crate::http::extract::Query;
use crate::http::openapi::{
    AnyProblems, NotFoundProblems, OrganizationPath, RightProblems, SignedInProblems, ValueProblems,
};
use crate::http::page::PageRequest;
use crate::http::reply::Answered;
use crate::operations::ground::text::line;

/// The query of the member list.
#[derive(Clone, Debug, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct MemberQuery {
    /// Part of the name, "First Last", ignoring case.
    #[serde(default)]
    #[validate(
        length(min = 1, max = 200, code = "length", message = "must have 1 to 200 characters"),
        custom(function = line)
    )]
    #[param(min_length = 1, max_length = 200)]
    pub name: Option<String>,
    /// Part of the email address, ignoring case. With `name`, both must match.
    #[serde(default)]
    #[validate(
        length(min = 1, max = 254, code = "length", message = "must have 1 to 254 characters"),
        custom(function = line)
    )]
    #[param(min_length = 1, max_length = 254)]
    pub email: Option<String>,
    /// Only these statuses; repeat the parameter for several.
    #[serde(default)]
    #[param(style = Form, explode, min_items = 1)]
    pub status: Option<Vec<MemberStatus>>,
    /// `true` for members awaiting verification only, like `status=verification_pending`.
    #[serde(default)]
    pub verification_pending: Option<bool>,
    /// Only members who have not signed in since then, or never.
    #[serde(default)]
    #[validate(custom(function = crate::http::page::is_storable_instant))]
    pub not_signed_in_since: Option<DateTime<Utc>>,
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

/// List and search members
///
/// Requires `manage_members`. Returns the organization's members who match every filter, by last
/// name.
#[utoipa::path(
    tag = "members",
    params(OrganizationPath, PurposeHeader, MemberQuery),
    responses(
        (status = 200, body = MemberList, description = "The members.", headers(("Link" = String, description = "The next page, if there is one."))),
        AnyProblems, SignedInProblems, RightProblems, NotFoundProblems, ValueProblems,
    ),
)]
#[get("/organizations/{organization_id}/members")]
pub async fn list_members(
    caller: May<ManageMembers>,
    path: web::Path<OrganizationPath>,
    query: Query<MemberQuery>,
) -> Answered {
    let Query(query) = query;
    caller
        .read(move |tx, call| {
            let organization = call.organization(tx, path.organization_id)?;
            let facts = &organization.facts;
            let mut statuses = query.status.unwrap_or_default();
            if query.verification_pending == Some(true) {
                statuses.push(MemberStatus::VerificationPending);
            }
            statuses.sort_unstable();
            statuses.dedup();
            let filter = MemberFilter {
                name: query.name,
                email: query.email,
                statuses,
                not_signed_in_since: query.not_signed_in_since,
            };
            let page =
                PageRequest::new(query.limit, query.cursor, format!("members {} {filter:?}", facts.id));
            let after = page.after::<MemberPlace>()?;
            let found = tx.members().list(facts.id, &filter, after, page.limit())?;
            let administrators = tx.members().administrators(facts.id, facts.kind)?.len();
            let plan = call.plan(facts.plan)?;
            let circumstances = Circumstances {
                actor: &call.actor,
                organization: facts,
                policy: plan.members,
                offered: &plan.permissions,
                administrators: i64::try_from(administrators).unwrap_or(i64::MAX),
            };
            let next_cursor = page.next(&found, |entry| entry.place());
            let looked = |entry: &MemberEntry| read(ReadAction::MemberListed, facts.id, entry);
            call.looks_at(found.items.iter().map(looked))?;
            let view = |entry| MemberView::of(&entry, &organization, &circumstances, (call.now, plan));
            call.list(&MemberList { items: found.items.into_iter().map(view).collect(), next_cursor })
        })
        .await
}
