//! POST /provider-account-associations

use actix_web::post;
use portal_domain::ground::plan_code::PlanCode;
use portal_domain::identity::attempts::{MATCHING, MATCHING_ONE_PROVIDER};
use portal_domain::identity::self_service::SelfServiceRequest;
use portal_domain::organizations::association::{self, Admission, Agreement, Claim, admit};
use portal_domain::organizations::association_confirmation::review_requested;
use portal_domain::organizations::provider_record::ProviderName;
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
use crate::operations::identity::self_service::{RECEIVED, ReceivedView};

/// Associate your account with a Provider ID: step 1 of 2, provider eligibility
///
/// Compares your data with the plan's records. All of it must match your EOB or Welcome Letter. Any
/// mismatch returns the same `eligibility_not_matched`. If the data match but the account has an
/// Administrator, the response is `administrator_exists`: contact them and request access.
///
/// You may fail five times in 15 minutes. After ten failures of any users at one Provider ID in a
/// day, every claim to it gets 202. The plan's staff then examine a claim that matches, and send an
/// email when they confirm it. Repeat step 1 after that.
#[utoipa::path(
    tag = "provider accounts",
    params(IdempotencyHeader),
    request_body = AssociationRequest,
    responses(
        (status = 201, body = AssociationView, description = "The data match. Show the agreement, then complete the association.", headers(
            ("Location" = String, description = "The path of step 2."),
            ("ETag" = String, description = "The entity tag of this representation."),
        )),
        (status = 202, body = ReceivedView, description = "There were too many failures at the Provider ID. The plan's staff examine the claim; its outcome is not revealed."),
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
    let person = format!("association:{user}");
    let provider = tx.sign_in_attempts().provider_subject(plan.code, claim.provider_id.key())?;
    // Concurrent attempts wait here for one another, so that each sees the failures before it.
    let after_person = tx.sign_in_attempts().next_in_window(&person, MATCHING)?;
    let after_provider = tx.sign_in_attempts().next_in_window(&provider, MATCHING_ONE_PROVIDER)?;
    let confirmed = tx.association_confirmations().to_complete(user, plan.code, &claim.provider_id)?;
    let (tries, provider_tries) = match admit(after_person, after_provider, confirmed.is_some()) {
        Admission::Compare { person, provider } => (person, provider),
        Admission::Review(tries) => {
            tracing::warn!(%user, "a provider's data was not compared: too many failures at its Provider ID");
            tx.sign_in_attempts().store_tries(&person, tries)?;
            return review(tx, call, plan.code, &claim);
        }
        Admission::TooManyFailures => {
            tracing::warn!(%user, "a provider's data was not compared: too many attempts");
            return Err(too_many_attempts());
        }
    };
    let found = tx.provider_records().find_by_provider_id(plan.code, &claim.provider_id)?;
    let Some(record) = found.filter(|record| association::matches(&claim, record)) else {
        tracing::warn!(%user, "a provider's data did not match");
        tx.sign_in_attempts().store_tries(&person, tries)?;
        if let Some(tries) = provider_tries {
            tx.sign_in_attempts().store_tries(&provider, tries)?;
        }
        let detail = "the data must match your EOB or Welcome Letter";
        // A reply, because an error would roll back the counted attempt.
        let refused = Reply::refused(&Problem::new(Code::eligibility_not_matched, detail));
        return Ok(Done::counted_refusal().with(refused));
    };
    let relationship = tx.provider_records().relationship(record.organization, user)?;
    let expires_at =
        association::begin(relationship, call.now).map_err(|refusals| refusal::problem(&refusals))?;
    let (id, expires_at) = match confirmed {
        Some(confirmed) => confirmed,
        None => {
            let id = tx.new_id();
            let new = NewAssociation { id, user, record: record.id, expires_at };
            tx.provider_records().begin_association(&new)?;
            (id, expires_at)
        }
    };
    let done = tx.commit_effects(&association::started(id), &call.author())?;
    let view = AssociationView {
        association_id: id,
        step: 1,
        of: 2,
        agreement: AgreementView::from(agreement),
        expires_at,
    };
    Ok(done.with(Reply::created(&view, 1, format!("{}/{id}/complete", call.path()))?))
}

/// Passes a claim on to a worker. Neither the response nor its timing reveals whether it matches.
fn review(
    tx: &mut Tx<'_>,
    call: &Call<AssociateProviderAccounts>,
    plan: PlanCode,
    claim: &Claim,
) -> Result<(Reply, Done), Problem> {
    let user = call.actor.user;
    let (practitioner, group_name) = match claim.name.clone() {
        ProviderName::Practitioner { first_name, last_name } => (Some((first_name, last_name)), None),
        ProviderName::Group { group_name } => (None, Some(group_name)),
    };
    tx.self_service().insert(&SelfServiceRequest::AssociationReview {
        user,
        plan,
        practitioner,
        group_name,
        tax_id: claim.tax_id.expose_digits().to_owned(),
        provider_id: claim.provider_id.as_str().to_owned(),
        zip: claim.zip.as_str().to_owned(),
    })?;
    let done = tx.commit_effects(&review_requested(user), &call.author())?;
    Ok(done.with(Reply::accepted(&RECEIVED)?))
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
