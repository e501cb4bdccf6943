//! POST /applications/{application_id}/restore

use actix_web::{post, web};
use portal_domain::applications::life_cycle::ApplicationAction;
use portal_domain::ground::application_type::ApplicationType;
use portal_persistence::Tx;
use portal_persistence::applications::applications::Application;

use super::found::{locked_for, may_be_replayed};
use super::store::{audience, matter, store};
use super::view::{ApplicationView, answer};
use crate::http::auth::caller::May;
use crate::http::auth::permission::OperateSystem;
use crate::http::openapi::{
    AnyProblems, ConflictProblems, IdempotencyHeader, NotFoundProblems, RightProblems, SignedInProblems,
    ValueProblems,
};
use crate::http::problem::{Code, Problem};
use crate::http::reply::Answered;
use crate::operations::applications::applications::ApplicationPath;

/// Restore an automatically withdrawn application
///
/// For operators, within seven days of the withdrawal. The application returns to its previous
/// status with the same agent, who is notified. The inactivity period starts again.
///
/// You cannot restore a manual withdrawal. Nor can you restore a revalidation if another one of the
/// Medicaid ID was started since.
#[utoipa::path(
    tag = "applications",
    params(ApplicationPath, IdempotencyHeader),
    responses(
        (status = 200, body = ApplicationView, description = "The application.", headers(("ETag" = String, description = "The entity tag of this representation."))),
        AnyProblems, SignedInProblems, RightProblems, NotFoundProblems, ConflictProblems, ValueProblems,
    ),
)]
#[post("/applications/{application_id}/restore")]
pub async fn restore_application(caller: May<OperateSystem>, path: web::Path<ApplicationPath>) -> Answered {
    caller
        .write_with_replay_check(may_be_replayed, move |tx, call| {
            let application = locked_for(tx, call, path.application_id, ApplicationAction::Restore)?;
            let before = application.withdrawal.status_before.ok_or_else(not_on_file)?;
            no_other_is_open(tx, &application)?;
            tx.applications().forget_withdrawal(application.id)?;
            let audience = audience(tx, &application)?;
            let change = matter(&application).restore(before, &audience)?;
            store(tx, call, &change)?;
            let done = tx.commit_effects(change.effects(), &call.author())?;
            Ok(done.with(answer(tx, call, application.id)?))
        })
        .await
}

fn not_on_file() -> Problem {
    Problem::new(Code::internal_error, "it is not on file where the application stood before")
}

/// At most one revalidation of a Medicaid ID may be open (domain rule R-075).
fn no_other_is_open(tx: &mut Tx<'_>, application: &Application) -> Result<(), Problem> {
    let revalidates = application.application_type == ApplicationType::Revalidation;
    let Some(medicaid_id) = application.medicaid_id.as_deref().filter(|_| revalidates) else { return Ok(()) };
    match tx.medicaid_ids().open_revalidation(medicaid_id)? {
        None => Ok(()),
        Some(open) => Err(Problem::new(
            Code::open_item_exists,
            "another revalidation of this Medicaid ID was started meanwhile",
        )
        .member("application_number", open.application_number)),
    }
}
