//! The guard of handlers. `May<P>` in a handler's signature is the only access to the database, and
//! it checks the caller first.

use std::future::{Ready, ready};
use std::marker::PhantomData;
use std::net::IpAddr;

use actix_web::dev::Payload;
use actix_web::http::Method;
use actix_web::http::header::{self, HeaderMap};
use actix_web::{FromRequest, HttpMessage, HttpRequest, HttpResponse, web};
use portal_domain::ground::id::OrganizationId;
use portal_persistence::platform::idempotency::{Claim, KeyedRequest};
use portal_persistence::{Busy, Done, StoreError, Tx};
use sha2::{Digest, Sha256};

use super::door::with_claims;
use crate::http::auth::call::{Call, Envelope, Touch};
use crate::http::auth::idempotency_key::idempotency_key;
use crate::http::auth::permission::Permission;
use crate::http::auth::reads::HEADER as PURPOSE;
use crate::http::extract::BodyDigest;
use crate::http::limits::client_address;
use crate::http::problem::{Code, FieldError, Problem};
use crate::http::reply::{Answered, Reply};
use crate::portal::rate_limits::subscriber;
use crate::portal::security_notice::{self, Stopped};
use crate::portal::services::Services;
use crate::portal::state::Portal;
use crate::portal::tokens::Claims;

/// A caller with a valid access token. Each transaction checks the session and the permission `P`.
pub struct May<P> {
    portal: web::Data<Portal>,
    claims: Claims,
    request: HttpRequest,
    permission: PhantomData<P>,
}

impl<P: Permission> FromRequest for May<P> {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _payload: &mut Payload) -> Self::Future {
        let needed = || Problem::new(Code::unauthenticated, "an access token is required");
        let admitted =
            with_claims(request).and_then(|(portal, claims)| Ok((portal, claims.ok_or_else(needed)?)));
        ready(admitted.map(|(portal, claims)| Self {
            portal,
            claims,
            request: request.clone(),
            permission: PhantomData,
        }))
    }
}

/// The work of a handler. It is boxed so that the code around it is compiled once per permission
/// instead of once per handler.
type ReadWork<P> = Box<dyn FnOnce(&mut Tx<'_>, &Call<P>) -> Result<Reply, Problem> + Send>;

/// Checks that the caller may still see a stored response before it is sent again. The argument is
/// the body of the response.
type ReplayCheck<P> = Box<dyn Fn(&mut Tx<'_>, &Call<P>, &[u8]) -> Result<(), Problem> + Send>;

type WriteWork<P> = Box<dyn Fn(&mut Tx<'_>, &Call<P>) -> Result<(Reply, Done), Problem> + Send>;

fn text_of(headers: &HeaderMap, name: header::HeaderName) -> Option<String> {
    headers.get(name)?.to_str().ok().map(str::to_owned)
}

impl<P: Permission> May<P> {
    /// What the portal shares, except for its database.
    #[must_use]
    pub fn services(&self) -> &Services {
        &self.portal
    }

    /// The client's address; an IPv6 address is reduced to its /64.
    #[must_use]
    pub fn origin(&self) -> IpAddr {
        subscriber(client_address(&self.request, &self.portal.settings))
    }

    fn envelope(&self) -> Envelope {
        let headers = self.request.headers();
        Envelope {
            claims: self.claims.clone(),
            path: self.request.path().to_owned(),
            query: self.request.query_string().to_owned(),
            if_match: text_of(headers, header::IF_MATCH),
            if_none_match: text_of(headers, header::IF_NONE_MATCH),
            request_id: crate::portal::request_id::current(),
            client_address: client_address(&self.request, &self.portal.settings).to_string(),
            purpose: headers.get(PURPOSE).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned()),
        }
    }

    /// Runs `work` on the blocking pool with a read connection, after checking the session.
    pub fn read(
        self,
        work: impl FnOnce(&mut Tx<'_>, &Call<P>) -> Result<Reply, Problem> + Send + 'static,
    ) -> impl Future<Output = Answered> {
        self.read_with(Box::new(work))
    }

    async fn read_with(self, work: ReadWork<P>) -> Answered {
        let envelope = self.envelope();
        // `If-None-Match` yields 304 for GET only. A POST that reads sends its response (RFC 9110,
        // 13.1.2).
        let if_none_match = envelope.if_none_match.clone().filter(|_| self.request.method() == Method::GET);
        let portal = self.portal.clone();
        let reply = self
            .portal
            .blocking(move || {
                let moment = portal.moment();
                portal.database.read(moment, |tx| {
                    let call = Call::open(tx, &portal, envelope, Touch::IfFree)?;
                    let reply = work(tx, &call)?;
                    call.record_reads(tx)?;
                    Ok::<_, Problem>(reply)
                })
            })
            .await?;
        Ok(reply.into_response(if_none_match.as_deref()))
    }

    /// Runs `work` on the blocking pool in one transaction, after checking the session. The
    /// response to a POST with an `Idempotency-Key` is stored in the same transaction, and a retry
    /// gets it again. `work` can run again if the transaction loses against another one, so it must
    /// have no external effects.
    pub fn write(
        self,
        work: impl Fn(&mut Tx<'_>, &Call<P>) -> Result<(Reply, Done), Problem> + Send + 'static,
    ) -> impl Future<Output = Answered> {
        let key =
            if self.request.method() == Method::POST { idempotency_key(&self.request) } else { Ok(None) };
        self.write_with(key, Box::new(|_tx, _call, _body| Ok(())), Box::new(work))
    }

    /// Like [`Self::write`], for responses that the caller can lose the right to see although the
    /// right `P`, in the organization of the path if there is one, continues. `may_replay` is called
    /// before a stored response is sent again.
    pub fn write_with_replay_check(
        self,
        may_replay: impl Fn(&mut Tx<'_>, &Call<P>, &[u8]) -> Result<(), Problem> + Send + 'static,
        work: impl Fn(&mut Tx<'_>, &Call<P>) -> Result<(Reply, Done), Problem> + Send + 'static,
    ) -> impl Future<Output = Answered> {
        let key = idempotency_key(&self.request);
        self.write_with(key, Box::new(may_replay), Box::new(work))
    }

    /// Like [`Self::write`], but ignores `Idempotency-Key` and stores no response. For responses
    /// that show a secret once.
    pub fn write_unkept(
        self,
        work: impl Fn(&mut Tx<'_>, &Call<P>) -> Result<(Reply, Done), Problem> + Send + 'static,
    ) -> impl Future<Output = Answered> {
        self.write_with(Ok(None), Box::new(|_tx, _call, _body| Ok(())), Box::new(work))
    }

    /// Runs several transactions on the blocking pool. Between them, it can do work for which no
    /// transaction may stay open, such as hashing a password.
    pub async fn in_transactions(
        self,
        work: impl FnOnce(&Transactions<P>) -> Result<Reply, Problem> + Send + 'static,
    ) -> Answered {
        let transactions =
            Transactions { envelope: self.envelope(), portal: self.portal.clone(), permission: PhantomData };
        let reply = self.portal.blocking(move || work(&transactions)).await?;
        Ok(reply.into_response(None))
    }

    async fn write_with(
        self,
        key: Result<Option<String>, Problem>,
        may_replay: ReplayCheck<P>,
        work: WriteWork<P>,
    ) -> Answered {
        let key = key?;
        let digest = self.request_digest();
        let route = format!("{} {}", self.request.method(), self.request.path());
        let organization = self.request.match_info().get("organization_id");
        let organization: Option<OrganizationId> = organization.and_then(|id| id.parse().ok());
        let envelope = self.envelope();
        let portal = self.portal.clone();
        let reply = self
            .portal
            .blocking(move || {
                let moment = portal.moment();
                let mut used = None;
                let outcome = portal.database.write(moment, |tx| {
                    let call = Call::open(tx, &portal, envelope.clone(), Touch::Always)?;
                    used = call.recorded_use();
                    let Some(key) = &key else { return work(tx, &call) };
                    let keyed = KeyedRequest {
                        user: call.actor.user,
                        route: route.clone(),
                        key: key.clone(),
                        digest: digest.clone(),
                    };
                    match tx.idempotency().claim(&keyed) {
                        Ok(Claim::Fresh) => {
                            let (reply, done) = work(tx, &call)?;
                            tx.idempotency().keep(&keyed, &reply.kept())?;
                            Ok((reply, done))
                        }
                        Ok(Claim::Answered(kept)) => {
                            // A retry needs the rights of a new request: they can have ended since.
                            if let Some(organization) = organization {
                                call.organization(tx, organization)?;
                            }
                            may_replay(tx, &call, &kept.body)?;
                            Ok(Done::unchanged().with(Reply::replayed(kept)?))
                        }
                        Ok(Claim::OtherRequest) => Err(Problem::new(
                            Code::idempotency_key_reused,
                            "the key was used for a request with different content",
                        )
                        .errors(vec![FieldError::of(
                            "Idempotency-Key",
                            "reused",
                            "was used for another request",
                        )])),
                        Err(StoreError::Busy(Busy::LockTimeout)) => Err(Problem::new(
                            Code::idempotency_in_flight,
                            "the first request with this key is still running",
                        )),
                        Err(error) => Err(error.into()),
                    }
                });
                if outcome.as_ref().is_err_and(Problem::is_refusal)
                    && let Some((session, generation)) = used
                {
                    // The refusal rolled back the recorded use of the session, so record it again.
                    // If that fails, the next request records it.
                    let recorded =
                        portal.database.read(moment, |tx| tx.sessions().touch(session, generation));
                    drop(recorded);
                }
                outcome
            })
            .await?;
        Ok(reply.into_response(None))
    }

    fn request_digest(&self) -> Vec<u8> {
        let mut hasher = Sha256::new();
        hasher.update(self.request.query_string().as_bytes());
        hasher.update([0]);
        if let Some(body) = self.request.extensions().get::<BodyDigest>() {
            hasher.update(&body.0);
        }
        hasher.finalize().to_vec()
    }
}

/// A request on the blocking pool that runs several transactions one after another.
pub struct Transactions<P> {
    portal: web::Data<Portal>,
    envelope: Envelope,
    // `fn() -> P` because only the type of the permission crosses threads, never a value.
    permission: PhantomData<fn() -> P>,
}

impl<P: Permission> Transactions<P> {
    /// What the portal shares, except for its database.
    #[must_use]
    pub fn services(&self) -> &Services {
        &self.portal
    }

    /// Reports that guessing was stopped, in a transaction of its own.
    pub fn report(&self, stopped: Stopped) {
        security_notice::report(&self.portal, stopped);
    }

    /// Runs one write transaction, after checking the session. Its effects remain if a later
    /// transaction fails. `work` can run again if the transaction loses against another one.
    pub fn transaction<T>(
        &self,
        work: impl Fn(&mut Tx<'_>, &Call<P>) -> Result<(T, Done), Problem>,
    ) -> Result<T, Problem> {
        self.portal.database.write(self.portal.moment(), |tx| {
            let call = Call::open(tx, &self.portal, self.envelope.clone(), Touch::Always)?;
            work(tx, &call)
        })
    }

    /// Like [`Self::transaction`], for bookkeeping that is not recorded, such as counting an
    /// attempt.
    pub fn unrecorded<T>(
        &self,
        work: impl Fn(&mut Tx<'_>, &Call<P>) -> Result<T, Problem>,
    ) -> Result<T, Problem> {
        self.portal.database.write_unrecorded(self.portal.moment(), |tx| {
            let call = Call::open(tx, &self.portal, self.envelope.clone(), Touch::Always)?;
            work(tx, &call)
        })
    }
}

/// A JSON response that needs no session, such as a public document.
pub fn public(body: &impl serde::Serialize) -> Result<HttpResponse, Problem> {
    Ok(Reply::ok(body)?.into_response(None))
}
