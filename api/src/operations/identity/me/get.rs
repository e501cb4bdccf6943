//! GET /me

use actix_web::get;

use super::describe::describe;
use super::view::MeView;
use crate::http::auth::caller::May;
use crate::http::auth::permission::RegisterFactor;
use crate::http::openapi::{AnyProblems, ConditionalHeader, SignedInProblems};
use crate::http::reply::{Answered, Reply};

/// Who am I
///
/// You, your memberships with their roles and permissions, and your roles on the platform, as they are at this moment.
/// `second_factor` says whether your roles need a second factor, and whether you registered one that counts: as long as it
/// is needed and not shown in this session, hardly anything else is answered.
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
