//! PUT /me/active-account

use actix_web::put;
use portal_domain::ground::id::MembershipId;
use portal_domain::organizations::linked_account;
use serde::Deserialize;
use utoipa::ToSchema;
use validator::Validate;

use super::view::LinkedAccountView;
use crate::http::auth::caller::May;
use crate::http::auth::permission::LinkAccounts;
use crate::http::extract::Json;
use crate::http::openapi::{
    AnyProblems, BodyProblems, NotFoundProblems, SignedInProblems, VersionHeader, VersionProblems,
};
use crate::http::problem::Problem;
use crate::http::reply::{Answered, Reply, require_match, require_stated};

/// The account to switch to.
#[derive(Clone, Copy, Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"membership_id": "mbr_01k2zqj5t8e4vbx9m3c7w6r1hd"}))]
pub struct ActiveAccountRequest {
    /// Your membership in it, from the list of linked accounts.
    #[serde(default)]
    #[validate(required(code = "required", message = "is required"))]
    #[schema(required)]
    pub membership_id: Option<MembershipId>,
}

/// The active account belongs to the caller's session alone, so there is no other version to
/// conflict with.
const VERSION: i64 = 1;

/// Switch to another linked account
///
/// Sets `active_account` of `GET /me` in this session, so that a portal displays that account.
/// Other sessions stay the same. Rights do not change: they depend on the organization of each
/// request. Send `If-Match: *`. An account not linked to your login returns 404.
#[utoipa::path(
    tag = "provider accounts",
    params(VersionHeader),
    request_body = ActiveAccountRequest,
    responses(
        (status = 200, body = LinkedAccountView, description = "The active account.", headers(("ETag" = String, description = "The entity tag of this representation."))),
        AnyProblems, SignedInProblems, NotFoundProblems, BodyProblems, VersionProblems,
    ),
)]
#[put("/me/active-account")]
pub async fn set_my_active_account(caller: May<LinkAccounts>, body: Json<ActiveAccountRequest>) -> Answered {
    let Json(body) = body;
    caller
        .write(move |tx, call| {
            require_stated(call.if_match())?;
            let id = body.membership_id.ok_or_else(Problem::not_found)?;
            let found = tx.provider_records().linked_account(call.actor.user, Some(id), id)?;
            let account = found.ok_or_else(Problem::not_found)?;
            let covered = tx.provider_records().covered(std::slice::from_ref(&account))?;
            let covered = covered.into_iter().next().unwrap_or_default();
            let view = LinkedAccountView::of(account, covered, &call.actor);
            require_match(call.if_match(), VERSION, &view)?;
            tx.sessions().set_active_membership(call.actor.session, Some(id))?;
            let done =
                tx.commit_effects(&linked_account::switched(view.organization.id, id), &call.author())?;
            Ok(done.with(Reply::resource(&view, VERSION)?))
        })
        .await
}
