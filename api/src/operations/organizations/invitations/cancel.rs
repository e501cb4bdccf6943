//! POST /organizations/{organization_id}/invitations/{invitation_id}/cancel

use actix_web::{post, web};
use portal_domain::Instant;
use portal_domain::organizations::invitation::InvitationStatus;
use portal_domain::organizations::invitation_effects;
use portal_persistence::organizations::invitations::StoredInvitation;

use super::get::{InvitationPath, find};
use super::invite::Inviter;
use super::view::{InvitationView, may_take_back};
use crate::http::auth::caller::May;
use crate::http::auth::permission::ManageMembers;
use crate::http::openapi::{
    AnyProblems, ConflictProblems, IdempotencyHeader, NotFoundProblems, RightProblems, SignedInProblems,
};
use crate::http::problem::{Code, Problem};
use crate::http::reply::{Answered, Reply};

/// Requires that an invitation can be canceled or resent: it is not accepted, canceled, or
/// superseded.
pub(super) fn require_open(stored: &StoredInvitation, now: Instant) -> Result<(), Problem> {
    if stored.invitation.status == InvitationStatus::Pending {
        return Ok(());
    }
    Err(Problem::new(Code::invalid_transition, "the invitation is no longer pending")
        .member("from", stored.invitation.shown_status(now))
        .member("allowed", Vec::<String>::new()))
}

/// Cancel an invitation
///
/// Requires `manage_members`. The link stops working immediately.
#[utoipa::path(
    tag = "invitations",
    params(InvitationPath, IdempotencyHeader),
    responses(
        (status = 200, body = InvitationView, description = "The invitation.", headers(("ETag" = String, description = "The entity tag of this representation."))),
        AnyProblems, SignedInProblems, RightProblems, NotFoundProblems, ConflictProblems,
    ),
)]
#[post("/organizations/{organization_id}/invitations/{invitation_id}/cancel")]
pub async fn cancel_invitation(caller: May<ManageMembers>, path: web::Path<InvitationPath>) -> Answered {
    caller
        .write(move |tx, call| {
            let organization = call.organization(tx, path.organization_id)?.facts;
            let inviter = Inviter::locked(tx, call, &organization)?;
            let stored = find(tx, organization.id, path.invitation_id)?;
            if !may_take_back(&inviter.circumstances(), &stored.invitation.offer) {
                let text = "the invitation offers more than you may grant";
                return Err(
                    Problem::new(Code::beyond_authority, text).member("reasons", ["beyond_authority"])
                );
            }
            require_open(&stored, call.now)?;
            let id = stored.invitation.id;
            if !tx.invitations().resolve(id, InvitationStatus::Cancelled, None)? {
                return Err(Problem::new(
                    Code::changed_meanwhile,
                    "another request resolved the invitation at the same time",
                ));
            }
            tx.outbox().withdraw(&invitation_effects::mail_key(id))?;
            let done =
                tx.commit_effects(&invitation_effects::cancelled(organization.id, id), &call.author())?;
            let stored = find(tx, organization.id, id)?;
            let version = stored.version;
            Ok(done.with(Reply::resource(&InvitationView::one(tx, call, &organization, stored)?, version)?))
        })
        .await
}
