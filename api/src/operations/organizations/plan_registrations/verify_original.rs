//! POST /plan/registrations/{member_id}/verify-original

use std::collections::BTreeSet;

use actix_web::{post, web};
use portal_domain::ground::id::MembershipId;
use portal_domain::organizations::member_words::MemberAction;
use portal_domain::organizations::membership::MembershipStatus;
use portal_domain::organizations::organization::OrganizationKind;
use portal_persistence::Tx;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use validator::Validate;

use crate::http::auth::call::Call;
use crate::http::auth::caller::May;
use crate::http::auth::permission::VerifyRegistrations;
use crate::http::extract::Json;
use crate::http::openapi::{
    AnyProblems, BodyProblems, ConflictProblems, IdempotencyHeader, NotFoundProblems, RightProblems,
    SignedInProblems,
};
use crate::http::problem::{Code, Problem};
use crate::http::reply::Answered;
use crate::operations::ground::text::business_name;
use crate::operations::organizations::members::{
    self, Found, MemberView, Wanted, apply_change, registration_link,
};

/// The path of a registration.
#[derive(Clone, Copy, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct RegistrationPath {
    /// The membership.
    pub member_id: MembershipId,
}

/// The result of verifying a practice.
#[derive(Clone, Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"organization_name": "Riverbend Pediatrics", "comment": "Called back on the number on file."}))]
pub struct VerifyOriginalRequest {
    /// The practice's new name; unchanged if absent.
    #[serde(default, deserialize_with = "crate::http::extract::values::given_composed")]
    #[validate(custom(function = business_name))]
    #[schema(min_length = 1, max_length = 100)]
    pub organization_name: Option<String>,
    /// A comment of at most `comment_max` Unicode code points (200 by default); stored unchanged
    /// forever.
    #[serde(default, deserialize_with = "crate::http::extract::given")]
    pub comment: Option<String>,
}

/// Refuses to replay a stored response about a practice of a plan that the caller no longer serves
/// (domain rule R-208).
fn may_be_replayed(tx: &mut Tx<'_>, call: &Call<VerifyRegistrations>, body: &[u8]) -> Result<(), Problem> {
    #[derive(Deserialize)]
    struct About {
        id: MembershipId,
    }
    let about: About = serde_json::from_slice(body).map_err(|_about_something_else| Problem::not_found())?;
    let organization = tx.members().organization_of(about.id)?.ok_or_else(Problem::not_found)?;
    call.organization(tx, organization)?;
    members::may_be_replayed(tx, call, body)
}

/// Verify the original registrant of a practice
///
/// For staff of the practice's plan. Sets up the first account manager under a tax ID: the member
/// becomes `unverified` with all permissions of the plan, and gets the registration email. Only for
/// practices without an active account manager.
///
/// Requires a sign-in or `POST /me/step-up` within the last five minutes; otherwise: 403
/// `step_up_required`.
#[utoipa::path(
    tag = "plan staff",
    params(RegistrationPath, IdempotencyHeader),
    request_body = VerifyOriginalRequest,
    responses(
        (status = 200, body = MemberView, description = "The member.", headers(("ETag" = String, description = "The entity tag of this representation."))),
        AnyProblems, SignedInProblems, RightProblems, NotFoundProblems, BodyProblems, ConflictProblems,
    ),
)]
#[post("/plan/registrations/{member_id}/verify-original")]
pub async fn verify_original_registrant(
    caller: May<VerifyRegistrations>,
    path: web::Path<RegistrationPath>,
    body: Json<VerifyOriginalRequest>,
) -> Answered {
    let Json(body) = body;
    caller
        .write_with_replay_check(may_be_replayed, move |tx, call| {
            let organization =
                tx.members().organization_of(path.member_id)?.ok_or_else(Problem::not_found)?;
            let mut found = Found::locked(tx, call, organization, path.member_id)?;
            if found.organization.facts.kind != OrganizationKind::TinPractice {
                return Err(Problem::not_found());
            }
            if !found.administrators.is_empty()
                || found.entry.member.status != MembershipStatus::VerificationPending
            {
                return Err(Problem::new(
                    Code::invalid_transition,
                    "the organization already has an account manager, or the registration is no longer pending",
                )
                .member("from", found.entry.member.shown_status())
                .member("allowed", Vec::<String>::new()));
            }
            if let Some(name) = &body.organization_name {
                tx.organizations().rename(organization, name.trim())?;
                found.organization.facts.name = name.trim().to_owned();
                found.renamed = Some(name.trim().to_owned());
            }
            let plan = call.plan(found.organization.facts.plan)?;
            // The plan's staff send the link, because the practice has no one who could.
            found.first_registrant_link = Some(registration_link(tx, plan, &found.entry)?);
            let permissions: BTreeSet<_> = plan.permissions.iter().map(|entry| entry.code).collect();
            let wanted = Wanted::original(permissions, body.comment.clone());
            apply_change(tx, call, found, MemberAction::VerifyAccount, &wanted)
        })
        .await
}
