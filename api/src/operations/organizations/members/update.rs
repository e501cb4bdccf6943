//! PATCH /organizations/{organization_id}/members/{member_id}

use actix_web::{patch, web};
use portal_domain::organizations::member_words::MemberAction;

use super::change::{Precondition, change_member};
use super::request::{MemberPath, UpdateMemberRequest};
use super::view::MemberView;
use crate::http::auth::caller::May;
use crate::http::auth::permission::ManageMembers;
use crate::http::extract::Json;
use crate::http::openapi::{
    AnyProblems, BodyProblems, ConflictProblems, NotFoundProblems, RightProblems, SignedInProblems,
    VersionHeader, VersionProblems,
};
use crate::http::reply::Answered;

/// Update a member
///
/// Requires `manage_members`. Sets roles, permissions, and status and stores a comment, all or
/// nothing (*Update User*). Each update adds a history entry.
///
/// You must be able to grant every right that the member holds before and after. Members cannot
/// change their own rights. You can remove the CA Admin Manager role here, but only an invitation
/// can grant it. Granting the right to manage members requires a sign-in or `POST /me/step-up` within
/// the last five minutes; otherwise: 403 `step_up_required`.
#[utoipa::path(
    tag = "members",
    params(MemberPath, VersionHeader),
    request_body = UpdateMemberRequest,
    responses(
        (status = 200, body = MemberView, description = "The member.", headers(("ETag" = String, description = "The entity tag of this representation."))),
        AnyProblems, SignedInProblems, RightProblems, NotFoundProblems, BodyProblems, ConflictProblems, VersionProblems,
    ),
)]
#[patch("/organizations/{organization_id}/members/{member_id}")]
pub async fn update_member(
    caller: May<ManageMembers>,
    path: web::Path<MemberPath>,
    body: Json<UpdateMemberRequest>,
) -> Answered {
    let action = body.0.status_action.map_or(MemberAction::UpdatePermissions, Into::into);
    let wanted = body.0.into();
    caller
        .write(move |tx, call| change_member(tx, call, *path, action, &wanted, Precondition::Required))
        .await
}
