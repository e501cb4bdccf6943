//! POST /system/mails/{mail_id}/retry

use actix_web::{post, web};
use portal_domain::ground::id::MailId;
use portal_domain::ground::mail::MailStatus;
use portal_domain::platform::outbox;
use serde::Deserialize;
use utoipa::IntoParams;

use super::view::MailView;
use crate::http::auth::caller::May;
use crate::http::auth::permission::OperateSystem;
use crate::http::openapi::{
    AnyProblems, ConflictProblems, IdempotencyHeader, NotFoundProblems, RightProblems, SignedInProblems,
};
use crate::http::problem::{Code, Problem};
use crate::http::reply::{Answered, Reply};

/// The path of an email.
#[derive(Clone, Copy, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct MailPath {
    /// The email.
    pub mail_id: MailId,
}

/// Retry an email
///
/// For operators. Queues a `dead` email as if it had never been tried. Its links may have expired;
/// the recipient then needs a new one instead.
#[utoipa::path(
    tag = "system",
    params(MailPath, IdempotencyHeader),
    responses(
        (status = 200, body = MailView, description = "The queued email.", headers(("ETag" = String, description = "The entity tag of this representation."))),
        AnyProblems, SignedInProblems, RightProblems, NotFoundProblems, ConflictProblems,
    ),
)]
#[post("/system/mails/{mail_id}/retry")]
pub async fn retry_mail(caller: May<OperateSystem>, path: web::Path<MailPath>) -> Answered {
    let id = path.mail_id;
    caller
        .write(move |tx, call| {
            let mail = tx.outbox().find(id)?.ok_or_else(Problem::not_found)?;
            if mail.status != MailStatus::Dead {
                return Err(Problem::new(
                    Code::invalid_transition,
                    "only a mail that was given up can be tried again",
                )
                .member("from", mail.status)
                .member("allowed", Vec::<String>::new()));
            }
            tx.outbox().retry(id)?;
            let queued = tx.outbox().find(id)?.ok_or_else(Problem::not_found)?;
            let version = queued.version;
            let last_error = queued.last_error.clone().unwrap_or_default();
            let done = tx.commit_effects(
                &outbox::retried(id, queued.organization, queued.template, &last_error),
                &call.author(),
            )?;
            Ok(done.with(Reply::resource(&MailView::from(queued), version)?))
        })
        .await
}
