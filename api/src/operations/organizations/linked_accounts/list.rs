//! GET /me/linked-accounts

use actix_web::get;

use super::view::{LinkedAccountList, LinkedAccountView};
use crate::http::auth::caller::May;
use crate::http::auth::permission::LinkAccounts;
use crate::http::extract::Query;
use crate::http::openapi::{AnyProblems, PageQuery, SignedInProblems, ValueProblems};
use crate::http::page::PageRequest;
use crate::http::reply::Answered;

/// List your linked accounts
///
/// The provider accounts that you are an active member of, or that await the plan's confirmation, by
/// username (*Manage Linked Accounts*).
#[utoipa::path(
    tag = "provider accounts",
    params(PageQuery),
    responses(
        (status = 200, body = LinkedAccountList, description = "Your linked accounts.", headers(("Link" = String, description = "The next page, if there is one."))),
        AnyProblems, SignedInProblems, ValueProblems,
    ),
)]
#[get("/me/linked-accounts")]
pub async fn list_my_linked_accounts(caller: May<LinkAccounts>, query: Query<PageQuery>) -> Answered {
    let Query(query) = query;
    caller
        .read(move |tx, call| {
            let (user, active) = (call.actor.user, call.active_membership);
            let page = PageRequest::new(query.limit, query.cursor, format!("linked accounts {user}"));
            let found = tx.provider_records().linked_accounts(user, active, page.after()?, page.limit())?;
            let next_cursor = page.next(&found, |account| account.place.clone());
            let covered = tx.provider_records().covered(&found.items)?;
            let items = found.items.into_iter().zip(covered);
            let view = |(account, covered)| LinkedAccountView::of(account, covered, &call.actor);
            call.list(&LinkedAccountList { items: items.map(view).collect(), next_cursor })
        })
        .await
}
