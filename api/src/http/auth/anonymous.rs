//! The guard of operations that need no session, such as signing in.

use std::future::{Ready, ready};
use std::net::IpAddr;

use actix_web::dev::Payload;
use actix_web::http::{Method, header};
use actix_web::{FromRequest, HttpRequest, web};
use portal_persistence::{AsStoreError, Done, StoreError, Tx};
use zeroize::Zeroizing;

use super::door::portal_of;
use super::new_password::hash_new_password;
use crate::http::limits::client_address;
use crate::http::problem::Problem;
use crate::http::reply::{Answered, Reply};
use crate::portal::security_notice::{self, Stopped};
use crate::portal::services::Services;
use crate::portal::state::Portal;

/// A caller whose session, if any, does not matter. Tokens are ignored.
pub struct Anonymous {
    portal: web::Data<Portal>,
    request: HttpRequest,
}

impl FromRequest for Anonymous {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _payload: &mut Payload) -> Self::Future {
        ready(portal_of(request).map(|portal| Self { portal, request: request.clone() }))
    }
}

impl Anonymous {
    /// What the portal shares, except for its database.
    #[must_use]
    pub fn services(&self) -> &Services {
        &self.portal
    }

    /// The client's address.
    #[must_use]
    pub fn address(&self) -> IpAddr {
        client_address(&self.request, &self.portal.settings)
    }

    /// The `User-Agent` of the request.
    #[must_use]
    pub fn user_agent(&self) -> Option<&str> {
        self.request.headers().get(header::USER_AGENT)?.to_str().ok()
    }

    /// Runs `work` on the blocking pool with a read connection. A GET whose `If-None-Match` has the
    /// current ETag gets 304.
    pub async fn read(
        self,
        work: impl FnOnce(&mut Tx<'_>, &Services) -> Result<Reply, Problem> + Send + 'static,
    ) -> Answered {
        let known = self.request.headers().get(header::IF_NONE_MATCH);
        let known = known.filter(|_| self.request.method() == Method::GET);
        let known = known.and_then(|value| value.to_str().ok()).map(str::to_owned);
        let reply = self.in_transactions(move |transactions| transactions.read(work)).await?;
        Ok(reply.into_response(known.as_deref()))
    }

    /// Runs `work` on the blocking pool in one transaction. `work` can run again if the transaction
    /// loses against another one, so it must have no external effects.
    pub async fn write(
        self,
        work: impl Fn(&mut Tx<'_>, &Services) -> Result<(Reply, Done), Problem> + Send + 'static,
    ) -> Answered {
        let reply = self.in_transactions(move |transactions| transactions.write(work)).await?;
        Ok(reply.into_response(None))
    }

    /// Runs several transactions on the blocking pool. Between them, it can do work for which no
    /// transaction may stay open, such as verifying a password.
    pub async fn in_transactions<T: Send + 'static>(
        &self,
        work: impl FnOnce(&AnonymousTransactions) -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Problem> {
        let transactions = AnonymousTransactions { portal: self.portal.clone() };
        self.portal.blocking(move || work(&transactions)).await
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
}

/// A request without a session on the blocking pool that runs several transactions one after
/// another.
pub struct AnonymousTransactions {
    portal: web::Data<Portal>,
}

impl AnonymousTransactions {
    /// What the portal shares, except for its database.
    #[must_use]
    pub fn services(&self) -> &Services {
        &self.portal
    }

    /// Runs `work` with a read connection.
    pub fn read<T>(
        &self,
        work: impl FnOnce(&mut Tx<'_>, &Services) -> Result<T, Problem>,
    ) -> Result<T, Problem> {
        self.portal.database.read(self.portal.moment(), |tx| work(tx, &self.portal))
    }

    /// Runs one write transaction. Its effects remain if a later one fails. `work` can run again if
    /// the transaction loses against another one.
    pub fn write<T, E: From<StoreError> + AsStoreError>(
        &self,
        work: impl Fn(&mut Tx<'_>, &Services) -> Result<(T, Done), E>,
    ) -> Result<T, E> {
        self.portal.database.write(self.portal.moment(), |tx| work(tx, &self.portal))
    }

    /// Like [`Self::write`], for bookkeeping that is not recorded, such as counting an attempt.
    pub fn unrecorded<T>(
        &self,
        work: impl Fn(&mut Tx<'_>) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        self.portal.database.write_unrecorded(self.portal.moment(), work)
    }

    /// Reports that guessing was stopped, in a transaction of its own.
    pub fn report(&self, stopped: Stopped) {
        security_notice::report(&self.portal, stopped);
    }
}
