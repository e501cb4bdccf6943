//! POST /applications/{application_id}/approve and …/deny

use actix_web::{post, web};
use chrono::NaiveDate;
use portal_domain::applications::approval::{self, Approval, Filed, Issue, LinkChange, TaxNumber};
use portal_domain::applications::change::ApprovalOutcome;
use portal_domain::applications::credentialing::CredentialingPolicy;
use portal_domain::applications::life_cycle::ApplicationAction;
use portal_domain::applications::screen::{Screens, Violation};
use portal_domain::ground::calendar::local_date;
use portal_domain::ground::effects::Effects;
use portal_domain::ground::id::MedicaidIdId;
use portal_domain::medicaid::medicaid_id::{MedicaidIdCategory, MedicaidIdFormat, MedicaidIdStatus};
use portal_persistence::Tx;
use portal_persistence::applications::applications::Application;
use portal_persistence::medicaid::medicaid_ids::{MedicaidIdDetails, NewMedicaidId};

use super::found::{locked_for, may_be_replayed};
use super::links::{Hold, consents_used, filed_links, link_violations};
use super::return_::ReasonRequest;
use super::store::{audience, matter, store};
use super::view::{ApplicationView, answer};
use crate::http::auth::caller::May;
use crate::http::auth::permission::ReviewApplications;
use crate::http::extract::Json;
use crate::http::openapi::{
    AnyProblems, BodyProblems, ConflictProblems, IdempotencyHeader, NotFoundProblems, RightProblems,
    SignedInProblems, ValueProblems,
};
use crate::http::problem::Problem;
use crate::http::reply::Answered;
use crate::operations::applications::applications::ApplicationPath;
use crate::operations::applications::applications::violations::field_error;

/// Approve an application
///
/// For the department's reviewers. The approval takes effect at once:
///
/// - An enrollment issues the Medicaid ID.
/// - A revalidation sets the next due date.
/// - A maintenance updates the data on file.
/// - A reinstatement or reapplication activates the Medicaid ID.
/// - A voluntary termination ends the Medicaid ID.
/// - A change of ownership ends the Medicaid ID and issues another one.
///
/// The agent is notified, and the decision is added to the correspondence. Links on screen 5.1 are
/// checked again: without their consent, the error is `link_needs_consent`.
#[utoipa::path(
    tag = "applications",
    params(ApplicationPath, IdempotencyHeader),
    responses(
        (status = 200, body = ApplicationView, description = "The application.", headers(("ETag" = String, description = "The entity tag of this representation."))),
        AnyProblems, SignedInProblems, RightProblems, NotFoundProblems, ConflictProblems, ValueProblems,
    ),
)]
#[post("/applications/{application_id}/approve")]
pub async fn approve_application(
    caller: May<ReviewApplications>,
    path: web::Path<ApplicationPath>,
) -> Answered {
    caller
        .write_with_replay_check(may_be_replayed, move |tx, call| {
            // Lock order: the Medicaid ID before the application. Find the application first to
            // learn which ID.
            let seen = tx.applications().find(path.application_id)?.ok_or_else(Problem::not_found)?;
            if let Some(on_file) = seen.on_file.id {
                tx.medicaid_ids().lock(on_file)?;
            }
            let application = locked_for(tx, call, path.application_id, ApplicationAction::Approve)?;
            let plan = call.plan(application.plan)?;
            let policy = call.credentialing(application.plan)?;
            let today = local_date(call.now, plan.time_zone);
            let screens = tx.applications().screens(application.id)?;
            // Consents can expire or be revoked after the submission (domain rule R-201).
            let links = filed_links(tx, call, &application, &screens, Hold::UntilCommit)?;
            refuse_links(&link_violations(&links))?;
            let approval = approve(tx, &application, &screens, policy, today)?;
            let outcome = bring_about(tx, &application, &approval, &policy.medicaid_id, today)?;
            let summary = outcome.in_words();
            let issued = outcome.issued.as_ref().map(|(id, number)| (*id, number.as_str()));
            let audience = audience(tx, &application)?;
            let outcome = ApprovalOutcome { issued, summary: &summary };
            let change = matter(&application).approve(outcome, &audience)?;
            store(tx, call, &change)?;
            tx.applications().set_decided(application.id, None)?;
            let effects =
                Effects::combined([change.effects().clone()].into_iter().chain(consents_used(tx, &links)?));
            let done = tx.commit_effects(effects.as_ref().unwrap_or(change.effects()), &call.author())?;
            Ok(done.with(answer(tx, call, application.id)?))
        })
        .await
}

/// Deny an application
///
/// For the department's reviewers. The agent is notified of the reason, and the decision is added
/// to the correspondence.
#[utoipa::path(
    tag = "applications",
    params(ApplicationPath, IdempotencyHeader),
    request_body = ReasonRequest,
    responses(
        (status = 200, body = ApplicationView, description = "The application.", headers(("ETag" = String, description = "The entity tag of this representation."))),
        AnyProblems, SignedInProblems, RightProblems, NotFoundProblems, BodyProblems, ConflictProblems,
    ),
)]
#[post("/applications/{application_id}/deny")]
pub async fn deny_application(
    caller: May<ReviewApplications>,
    path: web::Path<ApplicationPath>,
    body: Json<ReasonRequest>,
) -> Answered {
    let Json(ReasonRequest { reason }) = body;
    caller
        .write_with_replay_check(may_be_replayed, move |tx, call| {
            let application = locked_for(tx, call, path.application_id, ApplicationAction::Deny)?;
            let audience = audience(tx, &application)?;
            let change = matter(&application).deny(&reason, &audience)?;
            store(tx, call, &change)?;
            tx.applications().set_decided(application.id, Some(&reason))?;
            let done = tx.commit_effects(change.effects(), &call.author())?;
            Ok(done.with(answer(tx, call, application.id)?))
        })
        .await
}

/// Refuses with every link that needs a consent and has none.
fn refuse_links(violations: &[Violation]) -> Result<(), Problem> {
    if violations.is_empty() {
        return Ok(());
    }
    Err(Problem::invalid(violations.iter().map(|violation| field_error(violation, "/screens")).collect()))
}

/// Evaluates the approval of the application as submitted.
fn approve(
    tx: &mut Tx<'_>,
    application: &Application,
    screens: &Screens,
    policy: &CredentialingPolicy,
    today: NaiveDate,
) -> Result<Approval, Problem> {
    let organization = tx.organizations().find(application.organization)?.ok_or_else(Problem::not_found)?;
    let digits = tx.applications().tax_id_digits(application.id)?;
    let tax_number = digits.and_then(|digits| TaxNumber::of(application.category, &digits));
    let filed = Filed {
        application_type: application.application_type,
        category: application.category,
        provider_type: &application.provider_type_code,
        provider_name: &application.provider_name,
        npi: application.npi.as_deref(),
        requested_effective_date: application.requested_effective_date,
        organization: &organization.facts,
        medicaid_id: application.medicaid_id.as_deref(),
        on_file: application.on_file.id,
        screens,
        tax_number: tax_number.as_ref(),
    };
    Ok(approval::approve(&filed, policy, today))
}

/// The effects of an approval.
#[derive(Default)]
struct Outcome {
    /// The issued Medicaid ID: record ID and number.
    issued: Option<(MedicaidIdId, String)>,
    /// Numbers of Medicaid IDs that had no link to end.
    not_linked: Vec<String>,
}

impl Outcome {
    fn in_words(&self) -> String {
        let issued = self.issued.iter().map(|(_, number)| format!("Medicaid ID {number} was issued."));
        let not_linked =
            self.not_linked.iter().map(|number| format!("No link to the Medicaid ID {number} ended."));
        issued.chain(not_linked).collect::<Vec<_>>().join(" ")
    }
}

/// Stores the effects of an approval. Issuing comes after the changed row, because drawing a number
/// locks the sequence.
fn bring_about(
    tx: &mut Tx<'_>,
    application: &Application,
    approval: &Approval,
    format: &MedicaidIdFormat,
    today: NaiveDate,
) -> Result<Outcome, Problem> {
    if let Some((id, change)) = approval.change() {
        tx.medicaid_ids().apply(*id, change)?;
    }
    let issued =
        approval.issue().map(|issue| issue_medicaid_id(tx, application, issue, format)).transpose()?;
    let this = issued.as_ref().map(|(id, _)| *id).or(application.on_file.id);
    let this = this.map(|id| (application.category, id));
    let mut not_linked = Vec::new();
    for link in approval.links() {
        let changed = change_link(tx, this, link, today)?;
        if !changed && link.begins_on.is_none() {
            not_linked.push(link.medicaid_id.clone());
        }
    }
    Ok(Outcome { issued, not_linked })
}

/// Begins or ends a link. Returns `false` if nothing changed.
///
/// The agent never learns whether a number is on file: the history has nothing about links that did
/// not begin, and one sentence about all that did not end.
fn change_link(
    tx: &mut Tx<'_>,
    this: Option<(MedicaidIdCategory, MedicaidIdId)>,
    link: &LinkChange,
    today: NaiveDate,
) -> Result<bool, Problem> {
    let Some(other) = tx.medicaid_ids().find_by_number(&link.medicaid_id)? else { return Ok(false) };
    let ends = this.and_then(|this| approval::link_ends(this, (other.category, other.id)));
    let Some((individual, group)) = ends else { return Ok(false) };
    if let Some(first_day) = link.begins_on {
        tx.medicaid_ids().link(individual, group, first_day)?;
    }
    let Some(last_day) = link.ends_on else { return Ok(true) };
    Ok(tx.medicaid_ids().end_link(individual, group, last_day, today)?)
}

fn issue_medicaid_id(
    tx: &mut Tx<'_>,
    application: &Application,
    issue: &Issue,
    format: &MedicaidIdFormat,
) -> Result<(MedicaidIdId, String), Problem> {
    let (ssn, fein) = match issue.tax_number.clone() {
        Some(TaxNumber::Ssn(ssn)) => (Some(ssn), None),
        Some(TaxNumber::Fein(fein)) => (None, Some(fein)),
        None => (None, None),
    };
    let number = match &issue.number {
        Some(number) => number.clone(),
        None => tx.next_medicaid_id(&format.issued_prefix, format.max_digits)?,
    };
    let new = NewMedicaidId {
        id: tx.new_id(),
        medicaid_id: number.clone(),
        category: issue.category,
        provider_type: issue.provider_type.clone(),
        status: MedicaidIdStatus::Active,
        name: issue.name.clone(),
        ssn,
        owning_organization: issue.owner,
        effective_date: Some(issue.effective_date),
        details: MedicaidIdDetails {
            further_npis: issue.further_npis().map(str::to_owned).collect(),
            fein,
            end_date: None,
            email: issue.email.clone(),
            primary_physical_address: issue.primary_physical_address.clone(),
            revalidation_due_on: Some(issue.revalidation_due_on),
        },
        npi: issue.npi().map(str::to_owned),
    };
    tx.medicaid_ids().insert_with(&new, &issue.practice)?;
    if issue.is_subject {
        tx.applications().set_medicaid_id(application.id, &number)?;
    }
    Ok((new.id, number))
}
