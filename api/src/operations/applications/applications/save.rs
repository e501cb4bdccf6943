//! PATCH /applications/{application_id}

use actix_web::{patch, web};
use portal_domain::applications::life_cycle::ApplicationAction;
use portal_domain::applications::screen::{Screens, examine_changes, tax_id_digits};
use portal_domain::ground::calendar::local_date;
use portal_persistence::Tx;
use portal_persistence::applications::applications::Application;
use zeroize::Zeroizing;

use super::found::locked_for;
use super::save_request::*;
use super::store::{matter, store};
use super::view::{ApplicationView, answer, shown};
use crate::http::auth::call::Call;
use crate::http::auth::caller::May;
use crate::http::auth::permission::PrepareApplications;
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
/// Each screen in the request replaces the saved one; other screens stay. The request saves
/// everything or nothing. Each error names its screen; for a date out of range, it also has
/// `earliest` and `latest`. Missing values are reported when you submit the application. Saving
/// counts as activity and restarts the inactivity period.
///
/// For the assigned agent, while the application is in progress or returned.
#[utoipa::path(
    tag = "applications",
    params(ApplicationPath, VersionHeader),
    request_body = SaveApplicationRequest,
    responses(
        (status = 200, body = ApplicationView, description = "The updated application.", headers(("ETag" = String, description = "The entity tag of this representation."))),
        AnyProblems, SignedInProblems, RightProblems, NotFoundProblems, BodyProblems, ConflictProblems, VersionProblems,
    ),
)]
#[patch("/applications/{application_id}")]
pub async fn save_application(
    caller: May<PrepareApplications>,
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
            let filled = tx.applications().filled_with(application.id)?.unwrap_or_default();
            let digits = examined(call, &application, (&screens, &filled), &given, tax_id.as_deref())?;
            let change = matter(&application).save(&given.present());
            store_screens(tx, call, &application, &given, digits.as_deref().map(String::as_str))?;
            store(tx, call, &change)?;
            let done = tx.commit_effects(change.effects(), &call.author())?;
            Ok(done.with(answer(tx, call, application.id)?))
        })
        .await
}

/// Refuses the request if `If-Match` does not match. The current representation is loaded only then,
/// because the response carries its ETag.
fn require_current(
    tx: &mut Tx<'_>,
    call: &Call<PrepareApplications>,
    stated: &str,
    application: &Application,
) -> Result<(), Problem> {
    if if_match_hits(stated, application.version) {
        return Ok(());
    }
    let current = shown(tx, call, application.clone())?;
    require_match(Some(stated), application.version, &current)
}

/// Refuses every violation on the given screens, examined together with the saved ones. What they
/// were filled with is not refused. Returns the digits of the tax ID.
fn examined(
    call: &Call<PrepareApplications>,
    application: &Application,
    (screens, filled): (&Screens, &Screens),
    given: &Screens,
    tax_id: Option<&str>,
) -> Result<Option<Zeroizing<String>>, Problem> {
    let policy = call.credentialing(application.plan)?;
    let today = local_date(call.now, call.plan(application.plan)?.time_zone);
    let subject = subject_of(application);
    let given_screens = given.present();
    let mut violations = examine_changes(screens, filled, &subject, policy, today);
    violations.retain(|violation| given_screens.contains(&violation.screen));
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

/// Stores the screens, the tax ID, and the columns that lists show.
fn store_screens(
    tx: &mut Tx<'_>,
    call: &Call<PrepareApplications>,
    application: &Application,
    given: &Screens,
    tax_id_digits: Option<&str>,
) -> Result<(), Problem> {
    tx.applications().save_screens(application.id, given, &call.actor.name)?;
    if tax_id_digits.is_some() {
        tx.applications().set_tax_id(application.id, tax_id_digits)?;
    }
    Ok(tx.applications().set_described(application.id, given)?)
}
