//! POST /organizations/{organization_id}/invitations

use std::collections::BTreeSet;

use actix_web::{post, web};
use portal_domain::organizations::invitation::{Offer, may_invite_no_one};
use portal_domain::organizations::invitation_effects;
use portal_domain::organizations::membership::{Permission, Role};
use portal_persistence::Tx;
use serde::Deserialize;
use utoipa::ToSchema;
use validator::Validate;

use super::invite::{Invited, Inviter, NewOffer, invite};
use super::view::InvitationView;
use crate::http::auth::call::Call;
use crate::http::auth::caller::May;
use crate::http::auth::permission::InviteMembers;
use crate::http::auth::step_up::require_step_up;
use crate::http::extract::Json;
use crate::http::openapi::{
    AnyProblems, BodyProblems, ConflictProblems, IdempotencyHeader, NotFoundProblems, OrganizationPath,
    RightProblems, SignedInProblems,
};
use crate::http::problem::{FieldError, Problem};
use crate::http::reply::{Answered, Reply};
use crate::operations::ground::person::{email_address, parsed_email, zip_code};
use crate::operations::ground::text::person_name;

/// The invitation to create.
#[derive(Clone, Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"email": "nora.fields@bluegrass.example", "role": "ca_admin_manager"}))]
pub struct InviteRequest {
    /// The recipient's email address; only the user who signs in with it can accept.
    #[validate(custom(function = email_address))]
    #[schema(format = Email, max_length = 254)]
    pub email: String,
    /// The role offered.
    pub role: Role,
    /// Permissions to offer with the role, from the plan's list.
    #[serde(default, deserialize_with = "crate::http::extract::given_set")]
    pub permissions: Option<BTreeSet<Permission>>,
    /// First name, suggested to a new user.
    #[serde(default, deserialize_with = "crate::http::extract::values::given_composed")]
    #[validate(custom(function = person_name))]
    #[schema(min_length = 1, max_length = 100)]
    pub first_name: Option<String>,
    /// Last name, suggested to a new user.
    #[serde(default, deserialize_with = "crate::http::extract::values::given_composed")]
    #[validate(custom(function = person_name))]
    #[schema(min_length = 1, max_length = 100)]
    pub last_name: Option<String>,
    /// The provider's remittance or practice ZIP code; required in provider accounts.
    #[serde(default, deserialize_with = "crate::http::extract::given")]
    #[validate(custom(function = zip_code))]
    #[schema(pattern = r"^[0-9]{5}(-?[0-9]{4})?$")]
    pub zip: Option<String>,
}

/// First and last name of a body: both or neither.
pub(crate) fn full_name(
    first: Option<&str>,
    last: Option<&str>,
) -> Result<Option<(String, String)>, Problem> {
    let lacking = |pointer: &str| {
        Err(Problem::invalid(vec![FieldError::at(pointer, "required", "give both names, or neither")]))
    };
    match (first, last) {
        (Some(first), Some(last)) => Ok(Some((first.trim().to_owned(), last.trim().to_owned()))),
        (None, None) => Ok(None),
        (Some(_), None) => lacking("/last_name"),
        (None, Some(_)) => lacking("/first_name"),
    }
}

/// Invite a user to the organization
///
/// Sends an email with a link that works once; the token is only in the email. A pending invitation
/// of the same address to the same role is superseded.
///
/// Only organization administrators can invite a CA Admin Manager. The organization must own an
/// active group Medicaid ID, have at least two active credentialing agents, and not be a
/// third-party one. The error lists every unmet condition. Accepting the invitation checks them
/// again.
///
/// To offer the role CA Admin Manager or the right to manage members, sign in or use `POST
/// /me/step-up` within the five minutes before; otherwise: 403 `step_up_required`.
#[utoipa::path(
    tag = "invitations",
    params(OrganizationPath, IdempotencyHeader),
    request_body = InviteRequest,
    responses(
        (status = 201, body = InvitationView, description = "The invitation, with its email queued.", headers(
            ("Location" = String, description = "The invitation."),
            ("ETag" = String, description = "The entity tag of this representation."),
        )),
        AnyProblems, SignedInProblems, RightProblems, NotFoundProblems, BodyProblems, ConflictProblems,
    ),
)]
#[post("/organizations/{organization_id}/invitations")]
pub async fn create_invitation(
    caller: May<InviteMembers>,
    path: web::Path<OrganizationPath>,
    body: Json<InviteRequest>,
) -> Answered {
    let Json(body) = body;
    let (id, role) = (path.organization_id, body.role);
    let may_be_replayed = move |tx: &mut Tx<'_>, call: &Call<InviteMembers>, _body: &[u8]| {
        let organization = call.organization(tx, id)?.facts;
        let refusal = may_invite_no_one(&call.actor, &organization, role);
        refusal.map_or(Ok(()), |refusal| Err(vec![refusal].into()))
    };
    caller
        .write_with_replay_check(may_be_replayed, move |tx, call| {
            let organization = call.organization(tx, path.organization_id)?.facts;
            if let Some(refusal) = may_invite_no_one(&call.actor, &organization, body.role) {
                return Err(vec![refusal].into());
            }
            let inviter = Inviter::locked(tx, call, &organization)?;
            let new = NewOffer {
                email: parsed_email(&body.email)?,
                name: full_name(body.first_name.as_deref(), body.last_name.as_deref())?,
                offer: Offer { role: body.role, permissions: body.permissions.clone().unwrap_or_default() },
                zip: body.zip.clone(),
            };
            let Invited { stored, mail } = invite(tx, &inviter, &new)??;
            if new.offer.needs_step_up(organization.kind) {
                require_step_up(tx, call)?;
            }
            let id = stored.invitation.id;
            let done = tx.commit_effects(
                &invitation_effects::created(organization.id, id, &stored.invitation.offer, mail),
                &call.author(),
            )?;
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
