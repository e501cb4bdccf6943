//! GET /me

use actix_web::get;

use super::describe::describe;
use super::view::MeView;
use crate::http::auth::caller::May;
use crate::http::auth::permission::RegisterFactor;
use crate::http::openapi::{AnyProblems, ConditionalHeader, SignedInProblems};
use crate::http::reply::{Answered, Reply};

/// Get the current user
///
/// Returns you, your memberships with their roles and permissions, and your platform roles.
/// `second_factor` says whether your roles require a second factor, and whether you have registered
/// one. While a required factor is missing in this session, most operations are refused.
#[utoipa::path(
    tag = "me",
    params(ConditionalHeader),
    responses(
        (status = 200, body = MeView, description = "The current user.", headers(("ETag" = String, description = "Send it as `If-Match` to change your profile."))),
        (status = 304, description = "Your cached representation is current."),
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
