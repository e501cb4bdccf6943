//! The guard of operations that work signed in or not: redeeming a link, as oneself or as nobody yet.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest, web};
use portal_domain::organizations::actor::Actor;
use portal_persistence::Tx;

use super::caller::wired;
use crate::http::auth::call::{Touch, authenticate, require_second_factor};
use crate::http::problem::{Code, Problem};
use crate::http::reply::{Answered, Reply};
use crate::portal::state::Portal;
use crate::portal::tokens::Claims;

/// Somebody who calls, signed in or not. Without an `Authorization` header they are nobody; with a bad one they are
/// refused, rather than taken for nobody.
pub struct OptionalCaller {
    portal: web::Data<Portal>,
    claims: Option<Claims>,
}

/// Somebody whose session was found good inside the transaction.
pub struct SignedIn {
    /// Who calls, as of this very moment.
    pub actor: Actor,
    /// The caller's address.
    pub email: String,
}

impl SignedIn {
    /// Asks again behind a lock: a session that was ended, or a login that was locked while waiting there, attaches nothing.
    pub fn require_still_good(&self, tx: &mut Tx<'_>) -> Result<(), Problem> {
        match tx.sessions().live(self.actor.session)? {
            Some(live) if !live.ended && !live.barred => Ok(()),
            _ => Err(Problem::new(Code::unauthenticated, "the session is over")),
        }
    }
}

impl FromRequest for OptionalCaller {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _payload: &mut Payload) -> Self::Future {
        ready(wired(request).map(|(portal, claims)| Self { portal, claims }))
    }
}

impl OptionalCaller {
    /// Whether somebody says who they are; whether it is true is found out in the transaction.
    #[must_use]
    pub const fn is_signed_in(&self) -> bool {
        self.claims.is_some()
    }

    /// Writes on the blocking pool, in one transaction that begins with finding the session good, if there is one: the
    /// same check as for everybody who is signed in, second factor included. An `Idempotency-Key` is not honoured: nobody
    /// has no place to keep an answer in. The work may be run a second time when it lost against another transaction, so
    /// it must have no effect outside.
    pub async fn write(
        self,
        work: impl Fn(&mut Tx<'_>, Option<&SignedIn>) -> Result<Reply, Problem> + Send + 'static,
    ) -> Answered {
        let Self { portal, claims } = self;
        let inner = portal.clone();
        let reply = portal
            .blocking(move || {
                inner.database.write(inner.moment(), |tx| {
                    let signed_in = claims.as_ref().map(|claims| sign_in(tx, &inner, claims)).transpose()?;
                    work(tx, signed_in.as_ref())
                })
            })
            .await?;
        Ok(reply.into_response(None))
    }
}

fn sign_in(tx: &mut Tx<'_>, portal: &Portal, claims: &Claims) -> Result<SignedIn, Problem> {
    let session = authenticate(tx, portal, claims, portal.clock.session_now(), Touch::Always)?;
    require_second_factor(portal, &session)?;
    Ok(SignedIn { actor: session.actor, email: session.email })
}
