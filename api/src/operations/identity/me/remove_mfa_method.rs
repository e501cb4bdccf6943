//! DELETE /me/mfa-methods/{mfa_method_id}

use actix_web::{delete, web};
use portal_domain::ground::mail::SecurityMatter;
use portal_domain::identity::mfa;
use portal_domain::identity::session::SessionEnd;

use super::mfa_view::{MfaMethodPath, MfaMethodView, own_methods};
use crate::http::auth::caller::May;
use crate::http::auth::permission::RegisterFactor;
use crate::http::openapi::{
    AnyProblems, ConflictProblems, NotFoundProblems, RightProblems, SignedInProblems, VersionHeader,
    VersionProblems,
};
use crate::http::problem::{Code, Problem};
use crate::http::reply::{Answered, Reply, require_match};
use crate::portal::security_notice::{self, Recipient};

/// Remove a second factor
///
/// You must have signed in or used `POST /me/step-up` within the last five minutes, with your second
/// factor if you have one that counts. Otherwise: 403 `step_up_required`. The last factor cannot be
/// removed while your roles require one.
///
/// Your other sessions end, and you are notified by email. Removing the last factor also deletes
/// your recovery codes. Removing an unconfirmed factor has none of these effects. Send `If-Match:
/// *` or the ETag of the confirmation.
#[utoipa::path(
    tag = "me",
    params(MfaMethodPath, VersionHeader),
    responses(
        (status = 204, description = "The second factor was removed."),
        AnyProblems, SignedInProblems, RightProblems, NotFoundProblems, ConflictProblems, VersionProblems,
    ),
)]
#[delete("/me/mfa-methods/{mfa_method_id}")]
pub async fn remove_my_mfa_method(caller: May<RegisterFactor>, path: web::Path<MfaMethodPath>) -> Answered {
    let id = path.mfa_method_id;
    caller
        .write(move |tx, call| {
            let person = tx.users().lock(call.actor.user)?.ok_or_else(Problem::not_found)?;
            let methods = own_methods(tx, call)?;
            let method = methods.iter().find(|method| method.id == id).ok_or_else(Problem::not_found)?;
            require_match(call.if_match(), method.version, &MfaMethodView::from(method))?;
            let is_last = method.counts() && methods.iter().filter(|method| method.counts()).count() == 1;
            if is_last && call.needs_second_factor() {
                let text = "your roles need a second factor, and this is the only one";
                return Err(Problem::new(Code::last_factor_required, text));
            }
            tx.mfa().remove(person.id, id, method.version)?;
            if is_last {
                tx.mfa().forget_recovery_codes(person.id)?;
            }
            let mut notice = None;
            if method.counts() {
                let (session, reason) = (call.actor.session, SessionEnd::CredentialsChanged);
                tx.sessions().end_all_but(person.id, Some(session), reason)?;
                let name = person.name();
                let recipient = Recipient { user: person.id, name: &name, email: &person.email };
                notice = security_notice::mail(recipient, SecurityMatter::MfaMethodRemoved, id);
            }
            let effects = mfa::method_removed(id, method.kind, notice);
            let done = tx.commit_effects(&effects, &call.author())?;
            Ok(done.with(Reply::no_content()))
        })
        .await
}
