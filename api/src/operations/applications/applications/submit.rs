//! POST /applications/{application_id}/submit

use std::collections::BTreeSet;

use actix_web::{post, web};
use portal_domain::applications::filing::shortcomings;
use portal_domain::applications::life_cycle::ApplicationAction;
use portal_domain::applications::link_filing;
use portal_domain::applications::screen::{Screen, Violation};
use portal_domain::applications::starting::OpenRevalidation;
use portal_domain::ground::calendar::local_date;
use portal_domain::ground::id::ApplicationId;
use portal_persistence::Tx;
use portal_persistence::applications::applications::Application;

use super::found::{could_wait, locked_for, may_be_replayed};
use super::links::{Hold, filed_links};
use super::store::{matter, store};
use super::view::{ApplicationView, answer};
use crate::http::auth::call::Call;
use crate::http::auth::caller::May;
use crate::http::auth::permission::PrepareApplications;
use crate::http::openapi::{
    AnyProblems, ConflictProblems, IdempotencyHeader, NotFoundProblems, SignedInProblems, ValueProblems,
};
use crate::http::problem::{Code, FieldError, Problem};
use crate::http::reply::Answered;
use crate::operations::applications::applications::ApplicationPath;
use crate::operations::applications::applications::found::{pending_revalidation, subject_of};
use crate::operations::applications::applications::violations::field_error;

/// Submit an application
///
/// Submits the application, or resubmits it after a return. Errors list everything that is missing
/// or invalid, each with its screen.
///
/// A maintenance is blocked while a revalidation of the same Medicaid ID is open, regardless of who
/// submitted it. A revalidation is open until it is approved, denied, or withdrawn.
///
/// A link that the approval would begin needs an individual in the organization's scope, or a valid
/// consent that names the group. Otherwise, the error is `link_needs_consent`, whether the number is
/// on file or not.
///
/// For the assigned agent.
#[utoipa::path(
    tag = "applications",
    params(ApplicationPath, IdempotencyHeader),
    responses(
        (status = 200, body = ApplicationView, description = "The application.", headers(("ETag" = String, description = "The entity tag of this representation."))),
        AnyProblems, SignedInProblems, NotFoundProblems, ConflictProblems, ValueProblems,
    ),
)]
#[post("/applications/{application_id}/submit")]
pub async fn submit_application(
    caller: May<PrepareApplications>,
    path: web::Path<ApplicationPath>,
) -> Answered {
    caller
        .write_with_replay_check(may_be_replayed, move |tx, call| {
            let application = locked_for(tx, call, path.application_id, ApplicationAction::Submit)?;
            let violations = violations(tx, call, &application)?;
            let pending = pending_revalidation(tx, &application)?;
            refuse(&violations, pending.as_ref())?;
            let change = matter(&application).submit(&call.actor.name)?;
            store(tx, call, &change)?;
            tx.applications().set_submitted(application.id)?;
            let done = tx.commit_effects(change.effects(), &call.author())?;
            Ok(done.with(answer(tx, call, application.id)?))
        })
        .await
}

/// Those of the applications that an open revalidation blocks from submission, found with one
/// query.
pub(crate) fn waiting(
    tx: &mut Tx<'_>,
    applications: &[Application],
) -> Result<BTreeSet<ApplicationId>, Problem> {
    let candidates: Vec<(&str, ApplicationId)> = applications
        .iter()
        .filter(|application| could_wait(application))
        .filter_map(|application| Some((application.medicaid_id.as_deref()?, application.id)))
        .collect();
    if candidates.is_empty() {
        return Ok(BTreeSet::new());
    }
    let numbers: Vec<&str> = candidates.iter().map(|(number, _)| *number).collect();
    let open = tx.medicaid_ids().open_revalidations(&numbers)?;
    let is_open = |number: &str| open.iter().any(|open| open.medicaid_id == number);
    Ok(candidates.into_iter().filter(|(number, _)| is_open(number)).map(|(_, id)| id).collect())
}

fn violations(
    tx: &mut Tx<'_>,
    call: &Call<PrepareApplications>,
    application: &Application,
) -> Result<Vec<Violation>, Problem> {
    let policy = call.credentialing(application.plan)?;
    let today = local_date(call.now, call.plan(application.plan)?.time_zone);
    let screens = tx.applications().screens(application.id)?;
    let filled = tx.applications().filled_with(application.id)?.unwrap_or_default();
    let has_tax_id = tx.applications().tax_id_digits(application.id)?.is_some();
    let documents = tx.documents().types_of(application.id)?;
    let links = filed_links(tx, call, application, (&screens, &filled), Hold::UntilCommit)?;
    let subject = subject_of(application);
    let mut violations = shortcomings(&subject, &screens, &filled, has_tax_id, &documents, policy, today);
    violations.extend(link_filing::violations(&links));
    violations.sort_by_key(|violation| violation.screen);
    Ok(violations)
}

/// Refuses with every violation at once. An open revalidation alone is a conflict (409); with other
/// violations it is one of them (422).
fn refuse(violations: &[Violation], pending: Option<&OpenRevalidation>) -> Result<(), Problem> {
    const WAITS: &str = "cannot be submitted until the open revalidation of this Medicaid ID is decided";
    if violations.is_empty() && pending.is_none() {
        return Ok(());
    }
    let mut errors: Vec<_> = violations.iter().map(|violation| field_error(violation, "/screens")).collect();
    if pending.is_some() {
        let pointer = format!("/screens/{}", Screen::Submit);
        let violation = FieldError::at(pointer, Code::revalidation_pending.as_str(), WAITS);
        errors.push(violation.on_screen(Screen::Submit.as_str()));
    }
    let problem = match violations {
        [] => Problem::new(Code::revalidation_pending, format!("the application {WAITS}")),
        _ => Problem::invalid(errors),
    };
    Err(match pending {
        Some(open) => problem.member("application_number", &open.application_number),
        None => problem,
    })
}
