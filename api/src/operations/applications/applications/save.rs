//! PATCH /applications/{application_id}

use actix_web::{patch, web};
use portal_domain::applications::application::HistoryAction;
use portal_domain::applications::life_cycle::ApplicationAction;
use portal_domain::applications::screen::{Screens, examine, tax_id_digits};
use portal_domain::ground::audit::{AuditAction, AuditEvent, Detail};
use portal_domain::ground::calendar::local_date;
use portal_persistence::Tx;
use portal_persistence::applications::applications::{Application, Step};
use zeroize::Zeroizing;

use super::found::locked_for;
use super::save_request::*;
use super::view::{ApplicationView, answer, shown};
use crate::http::auth::call::Call;
use crate::http::auth::caller::May;
use crate::http::auth::permission::UsePortal;
use crate::http::extract::Json;
use crate::http::openapi::{
    AnyProblems, BodyProblems, ConflictProblems, NotFoundProblems, RightProblems, SignedInProblems,
    VersionHeader, VersionProblems,
};
use crate::http::problem::Problem;
use crate::http::reply::{Answered, if_match_hits, require_match, require_stated};
use crate::operations::applications::applications::ApplicationPath;
use crate::operations::applications::applications::found::subject_of;
use crate::operations::applications::applications::violations::field_error;

/// Save screens of an application
///
/// Each screen that is given takes the place of what was saved of it; the others stay. All of it is saved, or nothing: every
/// violation is listed, with its screen, and with `earliest` and `latest` where a date is out of bounds. What is missing is told
/// when the application is submitted. Saving is activity: the count of days until it is withdrawn starts again.
///
/// Open to the agent it is assigned to, while it is in progress or returned.
#[utoipa::path(
    tag = "applications",
    operation_id = "saveApplication",
    params(ApplicationPath, VersionHeader),
    request_body = SaveApplicationRequest,
    responses(
        (status = 200, body = ApplicationView, description = "The application, as it is now.", headers(
            ("ETag" = String, description = "Names this very representation."),
        )),
        AnyProblems, SignedInProblems, RightProblems, NotFoundProblems, BodyProblems, ConflictProblems, VersionProblems,
    ),
)]
#[patch("/applications/{application_id}")]
pub async fn save_application(
    caller: May<UsePortal>,
    path: web::Path<ApplicationPath>,
    body: Json<SaveApplicationRequest>,
) -> Answered {
    let (given, tax_id) = body.0.screens.taken();
    caller
        .write(move |tx, call| {
            let stated = require_stated(call.if_match())?;
            let application = locked_for(tx, call, path.application_id, ApplicationAction::Save)?;
            require_current(tx, call, stated, &application)?;
            let screens = tx.applications().screens(application.id)?.replaced_by(&given);
            let digits = examined(call, &application, &screens, &given, tax_id.as_deref())?;
            store(tx, call, &application, &given, digits.as_deref().map(String::as_str))?;
            let saved = given.present().iter().map(ToString::to_string).collect();
            let event = AuditEvent {
                organization: Some(application.organization),
                action: AuditAction::ApplicationSaved,
                object: application.id.to_string(),
                details: vec![
                    ("application_number", Detail::Text(application.application_number)),
                    ("screens", Detail::List(saved)),
                ],
            };
            tx.audit().record(&event, &call.author())?;
            answer(tx, call, application.id)
        })
        .await
}

/// Refuses a request about another version than the present one; only then that one has to be put together.
fn require_current(
    tx: &mut Tx<'_>,
    call: &Call<UsePortal>,
    stated: &str,
    application: &Application,
) -> Result<(), Problem> {
    if if_match_hits(stated, application.version) {
        return Ok(());
    }
    let present = shown(tx, call, application.clone())?;
    require_match(Some(stated), application.version, &present)
}

/// Refuses whatever is wrong on the screens that are given, in the light of all of them; gives the digits of the tax id.
fn examined(
    call: &Call<UsePortal>,
    application: &Application,
    screens: &Screens,
    given: &Screens,
    tax_id: Option<&str>,
) -> Result<Option<Zeroizing<String>>, Problem> {
    let policy = call.credentialing(application.plan)?;
    let today = local_date(call.now, call.plan(application.plan)?.time_zone);
    let subject = subject_of(application);
    let present = given.present();
    let mut violations = examine(screens, &subject, policy, today);
    violations.retain(|violation| present.contains(&violation.screen));
    let digits = tax_id.map(|text| tax_id_digits(text, application.category)).transpose();
    let digits = digits.unwrap_or_else(|more| {
        violations.extend(more);
        None
    });
    if violations.is_empty() {
        return Ok(digits);
    }
    violations.sort_by_key(|violation| violation.screen);
    Err(Problem::invalid(violations.iter().map(|violation| field_error(violation, "/screens")).collect()))
}

/// Stores the screens, what lists show of them, and the step in the application's history.
fn store(
    tx: &mut Tx<'_>,
    call: &Call<UsePortal>,
    application: &Application,
    given: &Screens,
    tax_id_digits: Option<&str>,
) -> Result<(), Problem> {
    tx.applications().save_screens(application.id, given, &call.actor.name)?;
    if tax_id_digits.is_some() {
        tx.applications().set_tax_id(application.id, tax_id_digits)?;
    }
    tx.applications().set_described(application.id, given)?;
    let numbers: Vec<_> = given.present().iter().map(|screen| screen.as_str()).collect();
    tx.applications().step(&Step {
        application: application.id,
        version: application.version,
        status: None,
        is_activity: true,
        action: HistoryAction::Saved,
        actor: (Some(call.actor.user), &call.actor.name),
        detail: Some(&numbers.join(", ")),
    })?;
    Ok(())
}
