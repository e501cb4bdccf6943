//! GET /organizations/{organization_id}/members/{member_id}

use actix_web::{get, web};
use portal_domain::organizations::member::Circumstances;
use portal_domain::platform::read_event::ReadAction;

use super::looked::read;
use super::request::MemberPath;
use super::view::MemberView;
use crate::http::auth::caller::May;
use crate::http::auth::permission::ManageMembers;
use crate::http::auth::reads::PurposeHeader;
use crate::http::openapi::{
    AnyProblems, ConditionalHeader, NotFoundProblems, RightProblems, SignedInProblems,
};
use crate::http::problem::Problem;
use crate::http::reply::{Answered, Reply};

/// Get a member
///
/// Requires `manage_members`. Returns all that the screen *Update User Status and Permissions*
/// shows, except the comments, which have their own list.
#[utoipa::path(
    tag = "members",
    params(MemberPath, PurposeHeader, ConditionalHeader),
    responses(
        (status = 200, body = MemberView, description = "The member.", headers(("ETag" = String, description = "Send it as `If-Match` to update this member."))),
        (status = 304, description = "Your cached representation is current."),
        AnyProblems, SignedInProblems, RightProblems, NotFoundProblems,
    ),
)]
#[get("/organizations/{organization_id}/members/{member_id}")]
pub async fn get_member(caller: May<ManageMembers>, path: web::Path<MemberPath>) -> Answered {
    caller
        .read(move |tx, call| {
            let organization = call.organization(tx, path.organization_id)?;
            let facts = &organization.facts;
            let entry = tx.members().find(facts.id, path.member_id)?.ok_or_else(Problem::not_found)?;
            call.looks_at([read(ReadAction::MemberViewed, facts.id, &entry)])?;
            let administrators = tx.members().administrators(facts.id, facts.kind)?.len();
            let plan = call.plan(facts.plan)?;
            let circumstances = Circumstances {
                actor: &call.actor,
                organization: facts,
                policy: plan.members,
                offered: &plan.permissions,
                administrators: i64::try_from(administrators).unwrap_or(i64::MAX),
            };
            let view = MemberView::of(&entry, &organization, &circumstances, (call.now, plan));
            Reply::resource(&view, entry.version)
        })
        .await
}
