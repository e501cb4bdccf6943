//! GET /me/mfa-methods

use actix_web::get;
use portal_domain::identity::mfa::MfaMethodKind;

use super::mfa_view::{AvailableMfaMethodView, MfaMethodList, MfaMethodView};
use crate::http::auth::caller::May;
use crate::http::auth::permission::RegisterFactor;
use crate::http::openapi::{AnyProblems, SignedInProblems};
use crate::http::reply::{Answered, Reply};

/// List your second factors
///
/// Returns registered and unconfirmed factors, and the available kinds. A factor registered before
/// October 1, 2022, no longer counts: register it again.
#[utoipa::path(
    tag = "me",
    responses((status = 200, body = MfaMethodList, description = "Your second factors."), AnyProblems, SignedInProblems),
)]
#[get("/me/mfa-methods")]
pub async fn list_my_mfa_methods(caller: May<RegisterFactor>) -> Answered {
    caller
        .read(|tx, call| {
            let methods = tx.mfa().list(call.actor.user)?;
            let available = MfaMethodKind::ALL.iter().map(|kind| AvailableMfaMethodView {
                kind: *kind,
                label: kind.label(),
                recommended: kind.recommended(),
            });
            Reply::ok(&MfaMethodList {
                items: methods.iter().map(MfaMethodView::from).collect(),
                available: available.collect(),
                recovery_codes_left: tx.mfa().unused_recovery_codes(call.actor.user)?,
            })
        })
        .await
}
