//! POST /applications/{application_id}/submit

use std::collections::BTreeSet;

use actix_web::{post, web};
use portal_domain::applications::application::HistoryAction;
use portal_domain::applications::filing::shortcomings;
use portal_domain::applications::life_cycle::{ApplicationAction, Transition};
use portal_domain::applications::screen::{Screen, Violation};
use portal_domain::applications::starting::OpenRevalidation;
use portal_domain::ground::application_status::ApplicationStatus;
use portal_domain::ground::audit::AuditAction;
use portal_domain::ground::calendar::local_date;
use portal_domain::ground::id::ApplicationId;
use portal_persistence::Tx;
use portal_persistence::applications::applications::Application;

use super::found::{could_wait, locked_for, may_be_replayed};
use super::settle::{Move, matter, record, take};
use super::view::{ApplicationView, answer};
use crate::http::auth::call::Call;
use crate::http::auth::caller::May;
use crate::http::auth::permission::UsePortal;
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
/// Files it, for the first time or again after it was returned; only the agent it is assigned to can. Whatever is wrong or
/// missing is told at once, each with its screen. A maintenance waits as long as a revalidation of the same Medicaid ID is
/// open, whoever filed that one: until it is approved, denied or withdrawn.
#[utoipa::path(
    tag = "applications",
    operation_id = "submitApplication",
    params(ApplicationPath, IdempotencyHeader),
    responses(
        (status = 200, body = ApplicationView, description = "The application.", headers(
            ("ETag" = String, description = "Names this very representation."),
            ("Idempotency-Replayed" = String, description = "`true` when this is the kept answer to an earlier request."),
        )),
        AnyProblems, SignedInProblems, NotFoundProblems, ConflictProblems, ValueProblems,
    ),
)]
#[post("/applications/{application_id}/submit")]
pub async fn submit_application(caller: May<UsePortal>, path: web::Path<ApplicationPath>) -> Answered {
    caller
        .write_with_replay_check(may_be_replayed, move |tx, call| {
            let application = locked_for(tx, call, path.application_id, ApplicationAction::Submit)?;
            let violations = violations(tx, call, &application)?;
            let pending = pending_revalidation(tx, &application)?;
            refuse(&violations, pending.as_ref())?;
            let again = application.status == ApplicationStatus::ReturnedToProvider;
            let step = Move {
                transition: Transition::Submit,
                history: if again { HistoryAction::Resubmitted } else { HistoryAction::Submitted },
                detail: None,
                is_activity: true,
            };
            let status = take(tx, call, &application, &step)?;
            tx.applications().set_submitted(application.id)?;
            tx.correspondence().post(&matter(&application).filed(&call.actor.name, again))?;
            record(tx, call, &application, AuditAction::ApplicationSubmitted, status, vec![])?;
            answer(tx, call, application.id)
        })
        .await
}

/// Those of the applications that a revalidation keeps from being filed, found with one query.
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
    call: &Call<UsePortal>,
    application: &Application,
) -> Result<Vec<Violation>, Problem> {
    let policy = call.credentialing(application.plan)?;
    let today = local_date(call.now, call.plan(application.plan)?.time_zone);
    let screens = tx.applications().screens(application.id)?;
    let has_tax_id = tx.applications().tax_id_digits(application.id)?.is_some();
    let documents = tx.documents().types_of(application.id)?;
    Ok(shortcomings(&subject_of(application), &screens, has_tax_id, &documents, policy, today))
}

/// Refuses what is wrong, all of it at once. The open revalidation alone is a conflict; beside other violations it is one of them.
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
