//! POST /organizations/{organization_id}/appoint-administrator

use actix_web::{post, web};
use portal_domain::ground::id::MembershipId;
use portal_domain::organizations::appointment::AppointmentRefusal;
use serde::Deserialize;
use utoipa::ToSchema;
use validator::Validate;

use super::view::OrganizationView;
use crate::http::auth::caller::May;
use crate::http::auth::permission::ManageUsers;
use crate::http::auth::step_up::require_step_up;
use crate::http::extract::Json;
use crate::http::openapi::{
    AnyProblems, BodyProblems, ConflictProblems, IdempotencyHeader, NotFoundProblems, OrganizationPath,
    RightProblems, SignedInProblems,
};
use crate::http::problem::{Code, Problem, Refusal};
use crate::http::reply::{Answered, Reply};
use crate::operations::ground::text::explanation;
use crate::portal::appointment::appoint_administrator as appoint;

/// The member to appoint, and why.
#[derive(Clone, Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "member_id": "mbr_01k2zqj5t8e4vbx9m3c7w6r1hd",
    "reason": "The only administrator left the group."
}))]
pub struct AppointAdministratorRequest {
    /// An active member of the organization.
    pub member_id: MembershipId,
    /// The reason, for the audit trail: 1 to 2,000 characters, without a Social Security number.
    #[validate(custom(function = explanation))]
    #[schema(min_length = 1, max_length = 2000, pattern = r"\S")]
    pub reason: String,
}

impl Refusal for AppointmentRefusal {
    const CODES: &'static [(Self, Code)] = &[(Self::AdministratorExists, Code::administrator_exists)];

    fn reason(self) -> &'static str {
        self.as_str()
    }

    fn detail(self) -> &'static str {
        "the organization has an administrator, who can make other members administrators"
    }

    fn pointer(self) -> Option<(&'static str, &'static str)> {
        (self == Self::MemberNotActive).then_some(("/member_id", "is not an active member"))
    }
}

/// Appoint an administrator
///
/// For operators. Makes a member the administrator of an organization that has none, for example
/// because its only administrator left. The member is notified by email. Requires a sign-in or
/// `POST /me/step-up` within the last five minutes; otherwise: 403 `step_up_required`.
#[utoipa::path(
    tag = "organizations",
    params(OrganizationPath, IdempotencyHeader),
    request_body = AppointAdministratorRequest,
    responses(
        (status = 200, body = OrganizationView, description = "The organization.", headers(("ETag" = String, description = "The entity tag of this representation."))),
        AnyProblems, SignedInProblems, RightProblems, NotFoundProblems, BodyProblems, ConflictProblems,
    ),
)]
#[post("/organizations/{organization_id}/appoint-administrator")]
pub async fn appoint_administrator(
    caller: May<ManageUsers>,
    path: web::Path<OrganizationPath>,
    body: Json<AppointAdministratorRequest>,
) -> Answered {
    let Json(body) = body;
    caller
        .write(move |tx, call| {
            let organization = call.organization(tx, path.organization_id)?;
            tx.members().lock_organization(organization.facts.id)?;
            let _still_operator = call.actor_behind_lock(tx)?;
            let entry = tx.members().find(organization.facts.id, body.member_id)?;
            let not_a_member = || Problem::refused(&[AppointmentRefusal::MemberNotActive]);
            let entry = entry.ok_or_else(not_a_member)?;
            let done = appoint(tx, &organization.facts, &entry, &body.reason, (&call.author(), &call.email))?
                .map_err(|refusals| Problem::refused(&refusals))?;
            require_step_up(tx, call)?;
            let version = organization.version;
            Ok(done.with(Reply::resource(&OrganizationView::of(organization, &call.actor), version)?))
        })
        .await
}
