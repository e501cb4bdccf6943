//! POST /organizations/{organization_id}/invitations/{invitation_id}/resend

use actix_web::{post, web};
use portal_domain::organizations::invitation_effects;

use super::cancel::require_open;
use super::get::{InvitationPath, find};
use super::invite::{Invited, Inviter, NewOffer, invite_again};
use super::view::InvitationView;
use crate::http::auth::caller::May;
use crate::http::auth::permission::ManageMembers;
use crate::http::openapi::{
    AnyProblems, ConflictProblems, IdempotencyHeader, NotFoundProblems, RightProblems, SignedInProblems,
};
use crate::http::reply::{Answered, Reply};

/// Resend an invitation
///
/// Requires `manage_members`. For pending and expired invitations. Creates a new invitation in your
/// name, with a new link and expiry. The old one is superseded, and its link stops working.
#[utoipa::path(
    tag = "invitations",
    params(InvitationPath, IdempotencyHeader),
    responses(
        (status = 201, body = InvitationView, description = "The new invitation.", headers(
            ("Location" = String, description = "The new invitation."),
            ("ETag" = String, description = "The entity tag of this representation."),
        )),
        AnyProblems, SignedInProblems, RightProblems, NotFoundProblems, ConflictProblems,
        (status = 422, body = crate::http::problem::ProblemDocument, content_type = "application/problem+json", description = "The Idempotency-Key was used for another request, or the offer is no longer possible."),
    ),
)]
#[post("/organizations/{organization_id}/invitations/{invitation_id}/resend")]
pub async fn resend_invitation(caller: May<ManageMembers>, path: web::Path<InvitationPath>) -> Answered {
    caller
        .write(move |tx, call| {
            let organization = call.organization(tx, path.organization_id)?.facts;
            let inviter = Inviter::locked(tx, call, &organization)?;
            let earlier = find(tx, organization.id, path.invitation_id)?;
            require_open(&earlier, call.now)?;
            let new = NewOffer {
                email: earlier.invitation.email,
                name: earlier.name,
                offer: earlier.invitation.offer,
                zip: None,
            };
            // The ZIP code was matched with the first invitation.
            let Invited { stored, mail } = invite_again(tx, &inviter, &new)??;
            let id = stored.invitation.id;
            let offer = &stored.invitation.offer;
            let effects = invitation_effects::resent(organization.id, id, offer, path.invitation_id, mail);
            let done = tx.commit_effects(&effects, &call.author())?;
            let location = format!("/api/v1/organizations/{}/invitations/{id}", organization.id);
            let version = stored.version;
            Ok(done.with(Reply::created(
                &InvitationView::one(tx, call, &organization, stored)?,
                version,
                location,
            )?))
        })
        .await
}
