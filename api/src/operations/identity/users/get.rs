//! GET /users/{user_id}

use actix_web::{get, web};
use portal_domain::platform::read_event::ReadAction;

use super::request::UserPath;
use super::view::UserView;
use crate::http::auth::caller::May;
use crate::http::auth::permission::ManageUsers;
use crate::http::auth::reads::{Looked, PurposeHeader};
use crate::http::openapi::{
    AnyProblems, ConditionalHeader, NotFoundProblems, RightProblems, SignedInProblems,
};
use crate::http::reply::{Answered, Reply};

/// Get a user
///
/// For operators. Has the user's memberships, and the organizations of which the user is the only
/// administrator.
#[utoipa::path(
    tag = "users",
    params(UserPath, PurposeHeader, ConditionalHeader),
    responses(
        (status = 200, body = UserView, description = "The user.", headers(("ETag" = String, description = "The entity tag of this representation."))),
        (status = 304, description = "Your cached representation is current."),
        AnyProblems, SignedInProblems, RightProblems, NotFoundProblems,
    ),
)]
#[get("/users/{user_id}")]
pub async fn get_user(caller: May<ManageUsers>, path: web::Path<UserPath>) -> Answered {
    caller
        .read(move |tx, call| {
            let view = UserView::load(tx, call, path.user_id)?;
            call.looks_at([Looked::at(ReadAction::UserViewed, path.user_id, None)])?;
            Reply::resource(&view, view.summary.version)
        })
        .await
}
