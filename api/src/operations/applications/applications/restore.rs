//! POST /applications/{application_id}/restore

use actix_web::{post, web};
use portal_domain::applications::application::HistoryAction;
use portal_domain::applications::inactivity::{Named, restoration, restoration_key};
use portal_domain::applications::life_cycle::{ApplicationAction, Transition};
use portal_domain::applications::notification::{Notice, NotificationKind};
use portal_domain::ground::application_status::ApplicationStatus;
use portal_domain::ground::application_type::ApplicationType;
use portal_domain::ground::audit::AuditAction;
use portal_persistence::Tx;
use portal_persistence::applications::applications::Application;

use super::found::{locked_for, may_be_replayed};
use super::settle::{Move, audience, record, take};
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

/// Take an automatic withdrawal back
///
/// For operators, within seven days of it. The application stands where it stood before, with the agent who had it, who gets
/// a notice; the count of days without activity starts again. What its initiator withdrew is not restored. Neither is a
/// revalidation when another one of the Medicaid ID was started meanwhile.
#[utoipa::path(
    tag = "applications",
    operation_id = "restoreApplication",
    params(ApplicationPath, IdempotencyHeader),
    responses(
        (status = 200, body = ApplicationView, description = "The application.", headers(
            ("ETag" = String, description = "Names this very representation."),
            ("Idempotency-Replayed" = String, description = "`true` when this is the kept answer to an earlier request."),
        )),
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
            let step = Move {
                transition: Transition::Restore(before),
                history: HistoryAction::Restored,
                detail: None,
                is_activity: true,
            };
            let status = take(tx, call, &application, &step)?;
            let notices = notices(tx, &application, status)?;
            tx.notifications().post(&notices)?;
            record(tx, call, &application, AuditAction::ApplicationRestored, status, vec![])?;
            answer(tx, call, application.id)
        })
        .await
}

fn not_on_file() -> Problem {
    Problem::new(Code::internal_error, "it is not on file where the application stood before")
}

/// At most one revalidation of a Medicaid ID is open (domain rule R-075).
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

/// Tells whoever works on the application.
fn notices(
    tx: &mut Tx<'_>,
    application: &Application,
    status: ApplicationStatus,
) -> Result<Vec<Notice>, Problem> {
    let what = Named {
        number: &application.application_number,
        application_type: application.application_type,
        provider_name: &application.provider_name,
    };
    let told = audience(tx, application)?;
    Ok(told
        .into_iter()
        .map(|person| Notice {
            recipient: person.user,
            recipient_name: person.name,
            organization: application.organization,
            application: application.id,
            reassignment: application.reassignment,
            kind: NotificationKind::ApplicationRestored,
            threshold_days: None,
            text: restoration(&what, status),
            dedupe_key: Some(restoration_key(application.id, application.version + 1, person.user)),
        })
        .collect())
}
