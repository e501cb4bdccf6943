//! POST /applications/{application_id}/approve and …/deny

use actix_web::{post, web};
use chrono::NaiveDate;
use portal_domain::applications::approval::{self, Approval, Filed, Issue, TaxNumber};
use portal_domain::applications::change::ApprovalOutcome;
use portal_domain::applications::credentialing::CredentialingPolicy;
use portal_domain::applications::difference::Difference;
use portal_domain::applications::life_cycle::ApplicationAction;
use portal_domain::applications::link_filing::{self, FiledLink};
use portal_domain::applications::screen::{Screens, Violation};
use portal_domain::ground::calendar::local_date;
use portal_domain::ground::id::MedicaidIdId;
use portal_domain::medicaid::medicaid_id::{MedicaidIdFormat, MedicaidIdStatus};
use portal_persistence::Tx;
use portal_persistence::applications::applications::Application;
use portal_persistence::medicaid::medicaid_ids::{MedicaidIdDetails, NewMedicaidId};

use super::found::{locked_for, may_be_replayed};
use super::links::{ChangedLinks, Hold, change_links, consents_used, filed_links};
use super::on_file::difference;
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
/// The approval applies the `changes` of the application and nothing else. If a value was changed
/// differently on file in the meantime, the error is `changed_on_file`. Return the application: its
/// screens are then filled again.
///
/// The agent is notified, and the decision is added to the correspondence. The links that would begin
/// are checked again. If the individual is out of scope and no valid consent names the group, the
/// error is `link_needs_consent`.
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
            let filled = tx.applications().filled_with(application.id)?;
            let unfilled = Screens::default();
            let both = (&screens, filled.as_ref().unwrap_or(&unfilled));
            let links = filed_links(tx, call, &application, both, Hold::UntilCommit)?;
            let difference = difference(tx, &application, &screens, filled.as_ref())?;
            let mut violations = link_filing::violations(&links);
            violations.extend(difference.conflicts.iter().cloned());
            refuse(&violations)?;
            let approval = approve(tx, &application, (&screens, &difference), policy, today)?;
            let outcome = bring_about(tx, &application, &approval, &links, &policy.medicaid_id, today)?;
            let summary = outcome.in_words();
            let issued = outcome.issued.as_ref().map(|(id, number)| (*id, number.as_str()));
            let audience = audience(tx, &application)?;
            let approved = ApprovalOutcome { issued, summary: &summary };
            let change = matter(&application).approve(approved, &audience)?;
            store(tx, call, &change)?;
            tx.applications().set_decided(application.id, None)?;
            let used = consents_used(tx, &links, &outcome.links.began)?;
            let done = tx.commit_effects(&change.effects().clone().with(used), &call.author())?;
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

/// Refuses with every link that needs a consent and has none, and with everything that was changed
/// differently on file (domain rules ).
fn refuse(violations: &[Violation]) -> Result<(), Problem> {
    if violations.is_empty() {
        return Ok(());
    }
    Err(Problem::invalid(violations.iter().map(|violation| field_error(violation, "/screens")).collect()))
}

/// Evaluates the approval of the application as submitted.
fn approve(
    tx: &mut Tx<'_>,
    application: &Application,
    (screens, difference): (&Screens, &Difference),
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
        difference,
        tax_number: tax_number.as_ref(),
    };
    Ok(approval::approve(&filed, policy, today))
}

/// The effects of an approval.
#[derive(Default)]
struct Outcome {
    /// The issued Medicaid ID: record ID and number.
    issued: Option<(MedicaidIdId, String)>,
    /// The changed links.
    links: ChangedLinks,
}

impl Outcome {
    fn in_words(&self) -> String {
        let issued = self.issued.iter().map(|(_, number)| format!("Medicaid ID {number} was issued."));
        let not_linked =
            self.links.not_linked.iter().map(|number| format!("No link to the Medicaid ID {number} ended."));
        issued.chain(not_linked).collect::<Vec<_>>().join(" ")
    }
}

/// Stores the effects of an approval. Issuing comes after the changed row, because drawing a number
/// locks the sequence.
fn bring_about(
    tx: &mut Tx<'_>,
    application: &Application,
    approval: &Approval,
    links: &[FiledLink],
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
    let links = change_links(tx, this, approval.links(), links, today)?;
    Ok(Outcome { issued, links })
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
