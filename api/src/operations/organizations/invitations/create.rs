//! POST /organizations/{organization_id}/invitations

use std::collections::BTreeSet;

use actix_web::{post, web};
use portal_domain::ground::audit::{AuditAction, AuditEvent, Detail};
use portal_domain::organizations::delegation;
use portal_domain::organizations::invitation::{InvitationRefusal, Offer};
use portal_domain::organizations::membership::{Permission, Role};
use serde::Deserialize;
use utoipa::ToSchema;
use validator::Validate;

use super::invite::{Inviter, NewOffer, invite};
use super::view::InvitationView;
use crate::http::auth::caller::May;
use crate::http::auth::permission::UsePortal;
use crate::http::extract::Json;
use crate::http::openapi::{
    AnyProblems, BodyProblems, ConflictProblems, IdempotencyHeader, NotFoundProblems, OrganizationPath,
    RightProblems, SignedInProblems,
};
use crate::http::problem::{FieldError, Problem};
use crate::http::reply::{Answered, Reply};
use crate::operations::ground::person::{email_address, parsed_email, person_name};

/// Whom to invite to what.
#[derive(Clone, Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"email": "nora.fields@bluegrass.example", "role": "ca_admin_manager"}))]
pub struct InviteRequest {
    /// The address the mail goes to; only who signs in with it can accept.
    #[validate(custom(function = email_address))]
    #[schema(format = Email, max_length = 254)]
    pub email: String,
    /// The role offered.
    pub role: Role,
    /// Permissions offered with it, from the plan's catalogue.
    #[serde(default, deserialize_with = "crate::http::extract::given_set")]
    #[schema(nullable = false)]
    pub permissions: Option<BTreeSet<Permission>>,
    /// First name, as a suggestion for a new person.
    #[serde(default, deserialize_with = "crate::http::extract::given")]
    #[validate(custom(function = person_name))]
    #[schema(nullable = false, min_length = 1, max_length = 100)]
    pub first_name: Option<String>,
    /// Last name, as a suggestion for a new person.
    #[serde(default, deserialize_with = "crate::http::extract::given")]
    #[validate(custom(function = person_name))]
    #[schema(nullable = false, min_length = 1, max_length = 100)]
    pub last_name: Option<String>,
    /// For provider accounts: the remittance or practice ZIP code of the provider.
    #[serde(default, deserialize_with = "crate::http::extract::given")]
    #[schema(nullable = false, pattern = r"^[0-9]{5}(-?[0-9]{4})?$")]
    pub zip: Option<String>,
}

/// An offer as the audit trail tells it.
pub(crate) fn offered(offer: &Offer) -> Vec<(&'static str, Detail)> {
    let permissions = offer.permissions.iter().map(ToString::to_string).collect();
    vec![("role", Detail::Text(offer.role.to_string())), ("permissions", Detail::List(permissions))]
}

/// First and last name of a body: both, or neither.
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

/// Invite somebody to the organization
///
/// Posts a mail with a link that works once. The token is in the mail alone. A pending invitation of the same address to the
/// same role is superseded. Only an organization administrator invites a CA Admin Manager, and only to an organization with
/// an own active group Medicaid ID and at least two active credentialing agents that is not a third-party one; the answer
/// lists every reason against it. The same is asked again when the invitation is accepted.
#[utoipa::path(
    tag = "invitations",
    operation_id = "createInvitation",
    params(OrganizationPath, IdempotencyHeader),
    request_body = InviteRequest,
    responses(
        (status = 201, body = InvitationView, description = "The mail is on its way.", headers(
            ("Location" = String, description = "The invitation."),
            ("ETag" = String, description = "Names this very representation."),
            ("Idempotency-Replayed" = String, description = "`true` when this is the kept answer to an earlier request."),
        )),
        AnyProblems, SignedInProblems, RightProblems, NotFoundProblems, BodyProblems, ConflictProblems,
    ),
)]
#[post("/organizations/{organization_id}/invitations")]
pub async fn create_invitation(
    caller: May<UsePortal>,
    path: web::Path<OrganizationPath>,
    body: Json<InviteRequest>,
) -> Answered {
    let Json(body) = body;
    caller
        .write(move |tx, call| {
            let organization = call.organization(tx, path.organization_id)?.facts;
            // Before anything is locked or looked up: to who may invite nobody, nobody is known here.
            if delegation::grantable(&call.actor, &organization).roles.is_empty() {
                return Err(vec![match body.role {
                    Role::CaAdminManager => InvitationRefusal::OnlyOrganizationAdministrator,
                    _ => InvitationRefusal::BeyondAuthority,
                }]
                .into());
            }
            let inviter = Inviter::locked(tx, call, &organization)?;
            let new = NewOffer {
                email: parsed_email(&body.email)?,
                name: full_name(body.first_name.as_deref(), body.last_name.as_deref())?,
                offer: Offer { role: body.role, permissions: body.permissions.clone().unwrap_or_default() },
                zip: body.zip.clone(),
            };
            let stored = invite(tx, &inviter, &new)??;
            let id = stored.invitation.id;
            let event = AuditEvent {
                organization: Some(organization.id),
                action: AuditAction::InvitationCreated,
                object: id.to_string(),
                details: offered(&stored.invitation.offer),
            };
            tx.audit().record(&event, &call.author())?;
            let location = format!("/api/v1/organizations/{}/invitations/{id}", organization.id);
            let version = stored.version;
            Reply::created(&InvitationView::one(tx, call, &organization, stored)?, version, location)
        })
        .await
}
