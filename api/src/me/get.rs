//! GET /me

use actix_web::get;

use super::describe::describe;
use super::view::MeView;
use crate::auth::caller::{May, RegisterFactor};
use crate::openapi::{AnyProblems, ConditionalHeader, SignedInProblems};
use crate::reply::{Answered, Reply};

/// Who am I
///
/// You, your memberships with their roles and permissions, your roles on the platform, and whether you need a second
/// factor, as they are at this moment.
#[utoipa::path(
    tag = "me",
    operation_id = "getMe",
    params(ConditionalHeader),
    responses(
        (status = 200, body = MeView, description = "You.", headers(("ETag" = String, description = "Give it as `If-Match` to change what is on file about you."))),
        (status = 304, description = "You have this very representation."),
        AnyProblems, SignedInProblems,
    ),
)]
#[get("/me")]
pub async fn get_me(caller: May<RegisterFactor>) -> Answered {
    caller
        .read(|tx, call| {
            let (view, person) = describe(tx, call)?;
            Reply::resource(&view, person.version)
        })
        .await
}
