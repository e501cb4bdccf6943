//! POST /provider-account-associations

use actix_web::post;
use portal_domain::ground::plan_code::PlanCode;
use portal_domain::identity::attempts::MATCHING;
use portal_domain::organizations::association;
use portal_domain::organizations::association::Agreement;
use portal_domain::platform::plan::{Bootstrap, PlanProfile};
use portal_persistence::organizations::provider_records::NewAssociation;
use portal_persistence::{Done, Tx};

use super::refusal;
use super::request::AssociationRequest;
use super::view::{AgreementView, AssociationView};
use crate::http::auth::call::Call;
use crate::http::auth::caller::May;
use crate::http::auth::permission::AssociateProviderAccounts;
use crate::http::extract::Json;
use crate::http::openapi::{
    AnyProblems, BodyProblems, ConflictProblems, IdempotencyHeader, NotFoundProblems, SignedInProblems,
};
use crate::http::problem::{Code, Problem};
use crate::http::reply::{Answered, Reply};

/// Associate your account with a Provider ID: step 1 of 2, provider eligibility
///
/// Compares your data with the plan's records. All of it must match your EOB or Welcome Letter. Any
/// mismatch returns the same `eligibility_not_matched`. If the data match but the account has an
/// Administrator, the response is `administrator_exists`: contact them and request access. You have
/// five attempts in 15 minutes.
#[utoipa::path(
    tag = "provider accounts",
    params(IdempotencyHeader),
    request_body = AssociationRequest,
    responses(
        (status = 201, body = AssociationView, description = "The data match. Show the agreement, then complete the association.", headers(
            ("Location" = String, description = "The path of step 2."),
            ("ETag" = String, description = "The entity tag of this representation."),
        )),
        AnyProblems, SignedInProblems, NotFoundProblems, BodyProblems, ConflictProblems,
    ),
)]
#[post("/provider-account-associations")]
pub async fn create_provider_account_association(
    caller: May<AssociateProviderAccounts>,
    body: Json<AssociationRequest>,
) -> Answered {
    let Json(body) = body;
    caller.write(move |tx, call| begin(tx, call, &body)).await
}

/// Step 1 of both associating and linking.
pub(crate) fn begin(
    tx: &mut Tx<'_>,
    call: &Call<AssociateProviderAccounts>,
    body: &AssociationRequest,
) -> Result<(Reply, Done), Problem> {
    let claim = body.claim()?;
    let plan = self_matching(call)?;
    let agreement = agreement_of(plan)?;
    let user = call.actor.user;
    let within = tx.sign_in_attempts().hit_window(
        &format!("association:{user}"),
        MATCHING.attempts,
        MATCHING.within,
    )?;
    if !within {
        tracing::warn!(%user, "a provider's data was not compared: too many attempts");
        return Err(too_many_attempts());
    }
    let found = tx.provider_records().find_by_provider_id(plan.code, &claim.provider_id)?;
    // From here on, return refusals as replies. An error would roll back the counted attempt.
    let Some(record) = found.filter(|record| association::matches(&claim, record)) else {
        tracing::warn!(%user, "a provider's data did not match");
        let detail = "the data must match your EOB or Welcome Letter";
        let refused = Reply::refused(&Problem::new(Code::eligibility_not_matched, detail));
        return Ok(Done::counted_refusal().with(refused));
    };
    let relationship = tx.provider_records().relationship(record.organization, user)?;
    let expires_at = match association::begin(relationship, call.now) {
        Ok(expires_at) => expires_at,
        Err(refusals) => {
            return Ok(Done::counted_refusal().with(Reply::refused(&refusal::problem(&refusals))));
        }
    };
    let new = NewAssociation { id: tx.new_id(), user, record: record.id, expires_at };
    tx.provider_records().begin_association(&new)?;
    let done = tx.commit_effects(&association::started(new.id), &call.author())?;
    let view = AssociationView {
        association_id: new.id,
        step: 1,
        of: 2,
        agreement: AgreementView::from(agreement),
        expires_at,
    };
    Ok(done.with(Reply::created(&view, 1, format!("{}/{}/complete", call.path(), new.id))?))
}

/// Too many attempts; this one was not counted.
pub(crate) fn too_many_attempts() -> Problem {
    let seconds = u64::try_from(MATCHING.within.num_seconds()).unwrap_or_default();
    let detail = format!("at most {} tries in {} minutes", MATCHING.attempts, MATCHING.within.num_minutes());
    Problem::new(Code::too_many_attempts, detail).retry_after(seconds)
}

/// The plan whose provider accounts go to the first caller who matches. Without such a plan: 404.
pub(crate) fn self_matching(call: &Call<AssociateProviderAccounts>) -> Result<&PlanProfile, Problem> {
    let mut plans = PlanCode::ALL.iter().filter_map(|code| call.plan(*code).ok());
    plans.find(|plan| plan.bootstrap == Bootstrap::SelfMatch).ok_or_else(Problem::not_found)
}

/// The plan's provider agreement.
pub(super) fn agreement_of(plan: &PlanProfile) -> Result<&Agreement, Problem> {
    plan.agreement.as_ref().ok_or_else(|| {
        tracing::error!(plan = %plan.code, "the plan has no provider agreement");
        Problem::new(Code::internal_error, "the request could not be carried out")
    })
}
