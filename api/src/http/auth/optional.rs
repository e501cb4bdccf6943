//! The guard of operations that work with or without a session, such as redeeming a link.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest, web};
use portal_domain::organizations::actor::Actor;
use portal_persistence::{Done, Tx};
use zeroize::Zeroizing;

use super::door::with_claims;
use super::new_password::hash_new_password;
use crate::http::auth::call::{Touch, actor_behind_lock, authenticate, require_second_factor};
use crate::http::problem::Problem;
use crate::http::reply::{Answered, Reply};
use crate::portal::services::Services;
use crate::portal::state::Portal;
use crate::portal::tokens::Claims;

/// A caller who can be anonymous. Requests without an `Authorization` header are anonymous;
/// requests with an invalid token are refused.
pub struct OptionalCaller {
    portal: web::Data<Portal>,
    claims: Option<Claims>,
}

/// A caller whose session was checked inside the transaction.
pub struct SignedIn {
    /// The caller, as loaded in this transaction.
    pub actor: Actor,
    /// The caller's email address.
    pub email: String,
}

impl SignedIn {
    /// Reads the caller again behind a lock. While the transaction waited for it, the session can have
    /// ended, or the login can have been locked.
    pub fn actor_behind_lock(&self, tx: &mut Tx<'_>) -> Result<Actor, Problem> {
        actor_behind_lock(tx, self.actor.session)
    }
}

impl FromRequest for OptionalCaller {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _payload: &mut Payload) -> Self::Future {
        ready(with_claims(request).map(|(portal, claims)| Self { portal, claims }))
    }
}

impl OptionalCaller {
    /// Whether the request has an access token. The transaction checks the session.
    #[must_use]
    pub const fn is_signed_in(&self) -> bool {
        self.claims.is_some()
    }

    /// Checks and hashes a new password. `context` runs first, with a read connection: it fails if
    /// the password is not needed, and returns what an attacker would know about the user.
    pub async fn hash_new_password(
        &self,
        password: Zeroizing<String>,
        context: impl FnOnce(&mut Tx<'_>) -> Result<Vec<String>, Problem> + Send + 'static,
    ) -> Result<String, Problem> {
        hash_new_password(&self.portal, password, context).await
    }

    /// Runs `work` on the blocking pool in one transaction. If the request has a token, the session
    /// is checked first, second factor included. `Idempotency-Key` is ignored, because an anonymous
    /// caller has no place to store a response. `work` can run again if the transaction loses
    /// against another one, so it must have no external effects.
    pub async fn write(
        self,
        work: impl Fn(&mut Tx<'_>, &Services, Option<&SignedIn>) -> Result<(Reply, Done), Problem>
        + Send
        + 'static,
    ) -> Answered {
        let Self { portal, claims } = self;
        let inner = portal.clone();
        let reply = portal
            .blocking(move || {
                inner.database.write(inner.moment(), |tx| {
                    let signed_in = claims.as_ref().map(|claims| sign_in(tx, &inner, claims)).transpose()?;
                    work(tx, &inner, signed_in.as_ref())
                })
            })
            .await?;
        Ok(reply.into_response(None))
    }
}

fn sign_in(tx: &mut Tx<'_>, portal: &Portal, claims: &Claims) -> Result<SignedIn, Problem> {
    let (session, _recorded_use) =
        authenticate(tx, portal, claims, portal.clock.session_now(), Touch::Always)?;
    require_second_factor(portal, &session)?;
    Ok(SignedIn { actor: session.actor, email: session.email })
}
