//! GET /organizations/{organization_id}/invite-list

use actix_web::{get, web};

use super::view::InviteListView;
use crate::http::auth::caller::May;
use crate::http::auth::permission::ManageMembers;
use crate::http::openapi::{
    AnyProblems, NotFoundProblems, OrganizationPath, RightProblems, SignedInProblems,
};
use crate::http::reply::{Answered, Reply};

/// Get your invite list
///
/// Requires `manage_members`. Returns the users you have collected for this organization and not
/// yet invited. Each member has a list of their own.
#[utoipa::path(
    tag = "invitations",
    params(OrganizationPath),
    responses(
        (status = 200, body = InviteListView, description = "The list."),
        AnyProblems, SignedInProblems, RightProblems, NotFoundProblems,
    ),
)]
#[get("/organizations/{organization_id}/invite-list")]
pub async fn get_invite_list(caller: May<ManageMembers>, path: web::Path<OrganizationPath>) -> Answered {
    caller
        .read(move |tx, call| {
            let organization = call.organization(tx, path.organization_id)?.facts.id;
            let found = tx.invitations().invite_list(organization, call.actor.user)?;
            Reply::ok(&InviteListView { items: found.into_iter().map(Into::into).collect() })
        })
        .await
}
