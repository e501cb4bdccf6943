//! POST /invitations/inspect

use actix_web::post;
use chrono::{DateTime, Utc};
use portal_domain::ground::id::OrganizationId;
use portal_domain::ground::plan_code::PlanCode;
use portal_domain::organizations::invitation::role_name;
use portal_domain::organizations::membership::{Permission, Role};
use portal_domain::organizations::organization::OrganizationKind;
use serde::Serialize;
use utoipa::ToSchema;

use super::link::follow;
use super::view::APPLICATION_NAME;
use crate::http::auth::anonymous::Anonymous;
use crate::http::extract::Json;
use crate::http::openapi::{AnyProblems, BodyProblems, LinkProblems};
use crate::http::problem::Problem;
use crate::http::reply::{Answered, Reply};
use crate::operations::identity::links::LinkTokenRequest;

/// What an invitation offers, shown to the holder of its link.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "organization_id": "org_01k2zqj5t8e4vbx9m3c7w6r1hd",
    "organization_name": "Bluegrass Family Health Group",
    "organization_kind": "provider_group",
    "plan": "ky",
    "application_name": "Partner Portal",
    "role": "ca_admin_manager",
    "role_name": "AdminManager",
    "permissions": [],
    "invited_by": "Katherine Tully",
    "email_masked": "n***@bluegrass.example",
    "sign_in_required": false,
    "expires_at": "2026-02-04T12:00:00Z"
}))]
pub struct InvitationOfferView {
    /// The organization.
    pub organization_id: OrganizationId,
    /// The organization's name.
    pub organization_name: String,
    /// The organization's kind.
    pub organization_kind: OrganizationKind,
    /// The plan.
    pub plan: PlanCode,
    /// The application's name in the email.
    pub application_name: &'static str,
    /// The role offered.
    pub role: Role,
    /// The role's name in the email.
    pub role_name: &'static str,
    /// The permissions offered with it.
    pub permissions: Vec<Permission>,
    /// The inviter's name.
    pub invited_by: String,
    /// The recipient's address, masked except for its first character and domain.
    pub email_masked: String,
    /// Whether the address has an account with a password. If so, sign in to accept; otherwise send
    /// a name and a new password.
    pub sign_in_required: bool,
    /// The first name that the inviter entered; absent if there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_name: Option<String>,
    /// The last name that the inviter entered; absent if there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_name: Option<String>,
    /// When the link expires; exclusive.
    pub expires_at: DateTime<Utc>,
}

/// Masks an address except for its first character and domain: `n***@bluegrass.example`.
pub(crate) fn masked(email: &str) -> String {
    let (local, domain) = email.split_once('@').unwrap_or((email, ""));
    format!("{}***@{domain}", local.chars().next().unwrap_or('*'))
}

/// Inspect an invitation by its link
///
/// Returns what the invitation offers, or why its link no longer works. It does not use up the
/// link, so mail scanners do no harm. Needs no session.
#[utoipa::path(
    tag = "invitations",
    request_body = LinkTokenRequest,
    responses(
        (status = 200, body = InvitationOfferView, description = "The offer."),
        AnyProblems, LinkProblems, BodyProblems,
    ),
    security(()),
)]
#[post("/invitations/inspect")]
pub async fn inspect_invitation(caller: Anonymous, body: Json<LinkTokenRequest>) -> Answered {
    let Json(body) = body;
    caller
        .read(move |tx, _services| {
            let now = tx.now();
            let stored = follow(tx, &body.token, now)?;
            let invitation = stored.invitation;
            let organization = tx.organizations().find(invitation.organization)?;
            let facts = organization.ok_or_else(Problem::not_found)?.facts;
            let account = tx.users().credentials(invitation.email.as_str())?;
            let (first_name, last_name) = stored.name.unzip();
            Reply::ok(&InvitationOfferView {
                organization_id: facts.id,
                organization_name: facts.name,
                organization_kind: facts.kind,
                plan: facts.plan,
                application_name: APPLICATION_NAME,
                role: invitation.offer.role,
                role_name: role_name(invitation.offer.role),
                permissions: invitation.offer.permissions.into_iter().collect(),
                invited_by: stored.created_by_name,
                email_masked: masked(invitation.email.as_str()),
                sign_in_required: account.is_some_and(|account| account.password_hash.is_some()),
                first_name,
                last_name,
                expires_at: invitation.expires_at,
            })
        })
        .await
}
