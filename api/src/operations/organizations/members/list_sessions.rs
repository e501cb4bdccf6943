//! GET /organizations/{organization_id}/members/{member_id}/sessions

use actix_web::{get, web};
use portal_domain::Instant;
use portal_domain::ground::id::SessionId;
use portal_domain::platform::read_event::ReadAction;

use super::looked::read;
use super::request::MemberPath;
use super::view::MemberSessionList;
use crate::http::auth::caller::May;
use crate::http::auth::permission::ManageMembers;
use crate::http::auth::reads::PurposeHeader;
use crate::http::extract::Query;
use crate::http::openapi::{
    AnyProblems, NotFoundProblems, PageQuery, RightProblems, SignedInProblems, ValueProblems,
};
use crate::http::page::PageRequest;
use crate::http::problem::Problem;
use crate::http::reply::Answered;

/// List a member's sessions
///
/// Requires `manage_members`. Returns the user's current sessions, newest first. Only for members
/// who have used the portal in this organization.
#[utoipa::path(
    tag = "members",
    params(MemberPath, PurposeHeader, PageQuery),
    responses(
        (status = 200, body = MemberSessionList, description = "The sessions.", headers(("Link" = String, description = "The next page, if there is one."))),
        AnyProblems, SignedInProblems, RightProblems, NotFoundProblems, ValueProblems,
    ),
)]
#[get("/organizations/{organization_id}/members/{member_id}/sessions")]
pub async fn list_member_sessions(
    caller: May<ManageMembers>,
    path: web::Path<MemberPath>,
    query: Query<PageQuery>,
) -> Answered {
    let Query(query) = query;
    caller
        .read(move |tx, call| {
            let organization = call.organization(tx, path.organization_id)?.facts.id;
            let found = tx.members().find(organization, path.member_id)?;
            let member =
                found.filter(|found| found.member.used_the_portal()).ok_or_else(Problem::not_found)?;
            call.looks_at([read(ReadAction::MemberSessionsViewed, organization, &member)])?;
            let user = member.member.user;
            let page = PageRequest::new(query.limit, query.cursor, format!("member sessions {user}"));
            let lifetimes = call.services().tokens.lifetimes();
            let over = (call.session_now - lifetimes.absolute, call.session_now - lifetimes.idle);
            let after = page.after::<(Instant, SessionId)>()?;
            let found = tx.sessions().list(user, over, after, page.limit())?;
            let next_cursor = page.next(&found, |entry| (entry.started_at, entry.id));
            let items = found.items.into_iter().map(Into::into).collect();
            call.list(&MemberSessionList { items, next_cursor })
        })
        .await
}
