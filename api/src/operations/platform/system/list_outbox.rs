//! GET /system/mails

use actix_web::get;
use portal_domain::ground::mail::MailStatus;
use portal_domain::platform::read_event::ReadAction;
use portal_persistence::platform::outbox::StoredMail;
use serde::Deserialize;
use utoipa::IntoParams;
use validator::Validate;

use super::view::MailList;
use crate::http::auth::caller::May;
use crate::http::auth::permission::OperateSystem;
use crate::http::auth::reads::{Looked, PurposeHeader};
use crate::http::extract::Query;
use crate::http::openapi::{AnyProblems, RightProblems, SignedInProblems, ValueProblems};
use crate::http::page::PageRequest;
use crate::http::reply::Answered;

/// The query of the email list.
#[derive(Clone, Debug, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct MailQuery {
    /// Only emails with this status; `dead` ones could not be delivered.
    #[serde(default)]
    pub status: Option<MailStatus>,
    /// The number of items per page, 1 to 100; 50 by default.
    #[serde(default)]
    #[validate(range(min = 1, max = 100, code = "range", message = "must be 1 to 100"))]
    #[param(minimum = 1, maximum = 100, default = 50)]
    pub limit: Option<i64>,
    /// `next_cursor` of the previous page.
    #[serde(default)]
    #[param(min_length = 1, max_length = 2048, pattern = "^[A-Za-z0-9_-]+$")]
    pub cursor: Option<String>,
}

/// List emails
///
/// For operators. Emails that the portal sent or will send, newest first, without their content. A
/// `dead` email could not be delivered: `last_error` says why, and you can retry it.
#[utoipa::path(
    tag = "system",
    params(MailQuery, PurposeHeader),
    responses(
        (status = 200, body = MailList, description = "The emails.", headers(("Link" = String, description = "The next page, if there is one."))),
        AnyProblems, SignedInProblems, RightProblems, ValueProblems,
    ),
)]
#[get("/system/mails")]
pub async fn list_mails(caller: May<OperateSystem>, query: Query<MailQuery>) -> Answered {
    let Query(query) = query;
    caller
        .read(move |tx, call| {
            let page = PageRequest::new(query.limit, query.cursor, format!("mails {:?}", query.status));
            let found = tx.outbox().list(query.status, page.after()?, page.limit())?;
            let next_cursor = page.next(&found, |mail| mail.id);
            let looked = |mail: &StoredMail| Looked::at(ReadAction::MailListed, mail.id, mail.organization);
            call.looks_at(found.items.iter().map(looked))?;
            let items = found.items.into_iter().map(Into::into).collect();
            call.list(&MailList { items, next_cursor })
        })
        .await
}
