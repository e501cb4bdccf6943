//! POST /password-resets/complete

use actix_web::{HttpResponse, post, web};
use portal_domain::ground::audit::{AuditAction, AuditEvent};
use portal_domain::ground::email::EmailAddress;
use portal_domain::identity::one_time_token::TokenPurpose;
use portal_domain::identity::session::SessionEnd;
use portal_domain::identity::user::LockReason;
use portal_domain::platform::mail::{MailContent, OutgoingMail, SecurityMatter};
use portal_persistence::Tx;
use portal_persistence::platform::audit::Author;
use serde::Deserialize;
use utoipa::ToSchema;
use validator::Validate;
use zeroize::Zeroizing;

use crate::http::auth::new_password::hashed;
use crate::http::extract::Json;
use crate::http::openapi::{AnyProblems, BodyProblems, LinkProblems};
use crate::http::problem::{Code, Problem};
use crate::http::reply::Answered;
use crate::operations::identity::links::{follow_link, use_up};
use crate::portal::request_id;
use crate::portal::state::Portal;

/// The new password.
#[derive(Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"token": "ppw_3q2-7wAAAA", "password": "seven purple lanterns"}))]
pub struct CompletePasswordResetRequest {
    /// What stands after `#token=` in the link of the mail.
    #[validate(length(min = 1, max = 200, code = "length", message = "must have 1 to 200 characters"))]
    #[schema(min_length = 1, max_length = 200)]
    pub token: String,
    /// The new password: at least 15 characters, and not one that is guessed first.
    #[schema(format = Password, min_length = 15, max_length = 256)]
    pub password: String,
}

/// Set a new password by link
///
/// Uses the link up, opens a lock for wrong passwords or inactivity, and ends every session. A second factor stays what it is:
/// this does not replace it.
#[utoipa::path(
    tag = "password resets",
    operation_id = "completePasswordReset",
    request_body = CompletePasswordResetRequest,
    responses(
        (status = 204, description = "The password is set; sign in with it."),
        AnyProblems, LinkProblems, BodyProblems,
    ),
    security(()),
)]
#[post("/password-resets/complete")]
pub async fn complete_password_reset(
    portal: web::Data<Portal>,
    body: Json<CompletePasswordResetRequest>,
) -> Answered {
    let Json(body) = body;
    let token = body.token.clone();
    let context = move |portal: &Portal| {
        portal.database.read(portal.moment(), |tx| {
            let stored = follow_link(tx, TokenPurpose::PasswordReset, &token)?;
            let person = tx.users().find(stored.user.ok_or_else(Problem::not_found)?)?;
            let person = person.ok_or_else(Problem::not_found)?;
            Ok(vec![person.email, person.first_name, person.last_name])
        })
    };
    let hash = hashed(&portal, Zeroizing::new(body.password), context).await?;
    let inner = portal.clone();
    let token = body.token;
    portal.blocking(move || inner.database.write(inner.moment(), |tx| complete(tx, &token, &hash))).await?;
    portal.wake_mail();
    Ok(HttpResponse::NoContent().finish())
}

fn complete(tx: &mut Tx<'_>, token: &str, hash: &str) -> Result<(), Problem> {
    let stored = follow_link(tx, TokenPurpose::PasswordReset, token)?;
    let user = stored.user.ok_or_else(Problem::not_found)?;
    let person = tx.users().lock(user)?.ok_or_else(Problem::not_found)?;
    use_up(tx, TokenPurpose::PasswordReset, token)?;
    tx.users().set_password(user, hash)?;
    // What staff locked, staff open.
    if person.lock_reason.is_some_and(|reason| reason != LockReason::Staff) {
        tx.users().set_lock(user, None)?;
    }
    tx.sessions().end_all(user, SessionEnd::CredentialsChanged)?;
    tx.sign_in_attempts().rebind_password(user, &person.email)?;
    let recipient = EmailAddress::parse(&person.email)
        .map_err(|_error| Problem::new(Code::internal_error, "a stored address is none"))?;
    tx.outbox().post(&[OutgoingMail {
        key: format!("password_changed:{user}:{}", person.version + 1),
        recipient,
        organization: None,
        content: MailContent::SecurityNotice { name: person.name(), matter: SecurityMatter::PasswordChanged },
    }])?;
    let event = AuditEvent {
        organization: None,
        action: AuditAction::PasswordResetCompleted,
        object: user.to_string(),
        details: vec![],
    };
    let (name, request_id) = (person.name(), request_id::current());
    Ok(tx.audit().record(&event, &Author { user: Some(user), name: &name, request_id: &request_id })?)
}
