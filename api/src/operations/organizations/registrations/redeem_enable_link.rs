//! POST /registrations/enable

use actix_web::post;
use portal_domain::identity::one_time_token::{DeadLink, TokenPurpose};
use portal_domain::organizations::member_words::MemberAction;
use portal_domain::organizations::membership::MembershipStatus;
use portal_persistence::Tx;

use crate::http::auth::call::Call;
use crate::http::auth::caller::May;
use crate::http::auth::permission::ManageMembers;
use crate::http::extract::Json;
use crate::http::openapi::{
    AnyProblems, BodyProblems, ConflictProblems, IdempotencyHeader, LinkProblems, RightProblems,
    SignedInProblems,
};
use crate::http::problem::Problem;
use crate::http::reply::Answered;
use crate::operations::identity::links::{LinkTokenRequest, dead_link, follow_link, use_up};
use crate::operations::organizations::members::{
    Found, MemberView, Wanted, apply_change, may_be_replayed as member_may_be_replayed,
};
use crate::portal::one_time_token::OneTimeToken;

/// Enable the user of a registration email
///
/// The button *Enable User* in the email about a new registration leads here. The link alone is not
/// enough: an account manager of the practice must be signed in. It works once, and only while the
/// user awaits verification.
#[utoipa::path(
    tag = "registrations",
    params(IdempotencyHeader),
    request_body = LinkTokenRequest,
    responses(
        (status = 200, body = MemberView, description = "The member.", headers(("ETag" = String, description = "The entity tag of this representation."))),
        AnyProblems, SignedInProblems, RightProblems, LinkProblems, BodyProblems, ConflictProblems,
    ),
)]
#[post("/registrations/enable")]
pub async fn enable_registered_user(caller: May<ManageMembers>, body: Json<LinkTokenRequest>) -> Answered {
    let Json(body) = body;
    let token = body.token.clone();
    let may_be_replayed = move |tx: &mut Tx<'_>, call: &Call<ManageMembers>, body: &[u8]| {
        let link = tx.one_time_tokens().find(TokenPurpose::EnableUser, &OneTimeToken::hash_of(&token))?;
        let member = link.and_then(|link| link.membership).ok_or_else(Problem::not_found)?;
        let organization = tx.members().organization_of(member)?.ok_or_else(Problem::not_found)?;
        call.organization(tx, organization)?;
        member_may_be_replayed(tx, call, body)
    };
    caller
        .write_with_replay_check(may_be_replayed, move |tx, call| {
            let purpose = TokenPurpose::EnableUser;
            let stored = follow_link(tx, purpose, &body.token)?;
            let membership = stored.membership.ok_or_else(Problem::not_found)?;
            let organization = tx.members().organization_of(membership)?.ok_or_else(Problem::not_found)?;
            let found = Found::locked(tx, call, organization, membership)?;
            // Follow the link again now that the member is locked: a concurrent request may have
            // used it.
            follow_link(tx, purpose, &body.token)?;
            if found.entry.member.status != MembershipStatus::VerificationPending {
                return Err(dead_link(DeadLink::Used));
            }
            use_up(tx, purpose, &body.token)?;
            apply_change(tx, call, found, MemberAction::EnableUser, &Wanted::default())
        })
        .await
}
