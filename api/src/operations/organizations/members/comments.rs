//! GET /organizations/{organization_id}/members/{member_id}/comments

use actix_web::{get, web};
use portal_domain::platform::read_event::ReadAction;

use super::looked::read;
use super::request::MemberPath;
use super::view::MemberCommentList;
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

/// List a member's history and comments
///
/// Requires `manage_members`. Newest first: what was done to the member, by whom, and with which
/// comment. Comments are stored unchanged forever. Display them as text, never as HTML.
#[utoipa::path(
    tag = "members",
    params(MemberPath, PurposeHeader, PageQuery),
    responses(
        (status = 200, body = MemberCommentList, description = "The history.", headers(("Link" = String, description = "The next page, if there is one."))),
        AnyProblems, SignedInProblems, RightProblems, NotFoundProblems, ValueProblems,
    ),
)]
#[get("/organizations/{organization_id}/members/{member_id}/comments")]
pub async fn list_member_comments(
    caller: May<ManageMembers>,
    path: web::Path<MemberPath>,
    query: Query<PageQuery>,
) -> Answered {
    let Query(query) = query;
    caller
        .read(move |tx, call| {
            let organization = call.organization(tx, path.organization_id)?.facts.id;
            let member = tx.members().find(organization, path.member_id)?.ok_or_else(Problem::not_found)?;
            call.looks_at([read(ReadAction::MemberHistoryViewed, organization, &member)])?;
            let id = member.member.id;
            let page = PageRequest::new(query.limit, query.cursor, format!("member comments {id}"));
            let found = tx.members().history(id, page.after()?, page.limit())?;
            let next_cursor = page.next(&found, |entry| entry.number);
            let items = found.items.into_iter().map(Into::into).collect();
            call.list(&MemberCommentList { items, next_cursor })
        })
        .await
}
