//! POST /user-search

use actix_web::post;
use portal_domain::platform::read_event::ReadAction;
use portal_persistence::identity::user_administration::UserFilter;
use serde::Deserialize;
use utoipa::ToSchema;
use validator::Validate;

use super::view::{UserList, UserSummaryView};
use crate::http::auth::caller::May;
use crate::http::auth::permission::ManageUsers;
use crate::http::auth::reads::{Looked, PurposeHeader};
use crate::http::extract::Json;
use crate::http::openapi::{AnyProblems, BodyProblems, RightProblems, SignedInProblems};
use crate::http::reply::Answered;
use crate::operations::ground::person::email_address;

/// The user to find.
#[derive(Clone, Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"email": "marcus.webb@bluegrass.example"}))]
pub struct UserSearchRequest {
    /// The email address, in any letter case.
    #[validate(custom(function = email_address))]
    #[schema(format = Email, max_length = 254)]
    pub email: String,
}

/// Find a user by email address
///
/// For operators. The list is empty if no user has the address. The address is in the body, so that
/// it is not logged.
#[utoipa::path(
    tag = "users",
    params(PurposeHeader),
    request_body = UserSearchRequest,
    responses(
        (status = 200, body = UserList, description = "The user, if there is one."),
        AnyProblems, SignedInProblems, RightProblems, BodyProblems,
    ),
)]
#[post("/user-search")]
pub async fn search_users(caller: May<ManageUsers>, body: Json<UserSearchRequest>) -> Answered {
    let Json(body) = body;
    caller
        .read(move |tx, call| {
            let filter = UserFilter { email: Some(body.email), ..UserFilter::default() };
            let found = tx.users().list_managed(&filter, None, 1)?;
            let looked = |id| Looked::at(ReadAction::UserSearched, id, None);
            call.looks_at(found.items.iter().map(|entry| looked(entry.user.id)))?;
            let items = found.items.iter().map(UserSummaryView::of).collect();
            call.list(&UserList { items, next_cursor: None })
        })
        .await
}
