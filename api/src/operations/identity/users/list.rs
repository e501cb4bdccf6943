//! GET /users

use actix_web::get;
use portal_domain::identity::user::PlatformRole;
use portal_domain::identity::user_administration::UserState;
use portal_domain::platform::read_event::ReadAction;
use portal_persistence::identity::user_administration::UserFilter;
use serde::Deserialize;
use utoipa::IntoParams;
use validator::Validate;

use super::view::{UserList, UserSummaryView};
use crate::http::auth::caller::May;
use crate::http::auth::permission::ManageUsers;
use crate::http::auth::reads::{Looked, PurposeHeader};
use crate::http::extract::Query;
use crate::http::openapi::{AnyProblems, RightProblems, SignedInProblems, ValueProblems};
use crate::http::page::PageRequest;
use crate::http::reply::Answered;

/// The query of the user list.
#[derive(Clone, Debug, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct UserQuery {
    /// Only users with this platform role, for any plan.
    #[serde(default)]
    pub platform_role: Option<PlatformRole>,
    /// Only users in this state.
    #[serde(default)]
    pub state: Option<UserState>,
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

/// List users
///
/// For operators. All users of the installation, in the order of their creation.
#[utoipa::path(
    tag = "users",
    params(UserQuery, PurposeHeader),
    responses(
        (status = 200, body = UserList, description = "The users.", headers(("Link" = String, description = "The next page, if there is one."))),
        AnyProblems, SignedInProblems, RightProblems, ValueProblems,
    ),
)]
#[get("/users")]
pub async fn list_users(caller: May<ManageUsers>, query: Query<UserQuery>) -> Answered {
    let Query(query) = query;
    caller
        .read(move |tx, call| {
            let scope = format!("users {:?} {:?}", query.platform_role, query.state);
            let page = PageRequest::new(query.limit, query.cursor, scope);
            let filter = UserFilter { email: None, role: query.platform_role, state: query.state };
            let found = tx.users().list_managed(&filter, page.after()?, page.limit())?;
            let next_cursor = page.next(&found, |entry| entry.user.id);
            let looked = |id| Looked::at(ReadAction::UserListed, id, None);
            call.looks_at(found.items.iter().map(|entry| looked(entry.user.id)))?;
            let items = found.items.iter().map(UserSummaryView::of).collect();
            call.list(&UserList { items, next_cursor })
        })
        .await
}
