//! Who may be given the tokens of a new session, whatever the grant. Nobody else reaches `mint`.

use portal_domain::ground::id::UserId;
use portal_persistence::identity::users::Credentials;
use portal_persistence::{AsStoreError, StoreError, Tx};

use crate::http::problem::Problem;

/// Why somebody was not signed in, for the log; never told apart from outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reason {
    UnknownAddress,
    UnknownToken,
    NoPassword,
    WrongPassword,
    WrongCode,
    TooSoon,
    Blocked,
    Locked,
    Disabled,
    Overtaken,
}

impl Reason {
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::UnknownAddress => "unknown_address",
            Self::UnknownToken => "unknown_token",
            Self::NoPassword => "no_password",
            Self::WrongPassword => "wrong_password",
            Self::WrongCode => "wrong_code",
            Self::TooSoon => "too_soon",
            Self::Blocked => "blocked",
            Self::Locked => "locked",
            Self::Disabled => "disabled",
            Self::Overtaken => "overtaken",
        }
    }

    /// Why a person may be given no tokens by any grant, if so.
    pub(super) fn barring(person: &Credentials) -> Option<Self> {
        match person.barred() {
            true if person.lock_reason.is_some() => Some(Self::Locked),
            true => Some(Self::Disabled),
            false => None,
        }
    }
}

/// What kept somebody from being signed in.
pub(super) enum Failure {
    /// They may not be.
    Refused(Reason),
    /// The server was not able to.
    Problem(Problem),
}

impl Failure {
    /// The answer, where a refusal has the one given.
    pub(super) fn answered(self, refused: impl FnOnce(Reason) -> Problem) -> Problem {
        match self {
            Self::Refused(reason) => refused(reason),
            Self::Problem(problem) => problem,
        }
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::Problem(error.into())
    }
}

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Self {
        Self::Problem(problem)
    }
}

impl AsStoreError for Failure {
    fn as_store_error(&self) -> Option<&StoreError> {
        match self {
            Self::Refused(_) => None,
            Self::Problem(problem) => problem.as_store_error(),
        }
    }
}

/// Somebody who may be given tokens in this transaction: not locked, not disabled, and what they proved still holds.
/// Their row is locked, so that it holds until the transaction ends.
pub(super) struct Admitted(Credentials);

impl Admitted {
    /// Somebody whose password belonged to this hash a moment ago.
    pub(super) fn by_password(tx: &mut Tx<'_>, user: UserId, proven: &str) -> Result<Self, Failure> {
        let person = locked(tx, user)?;
        match person.password_hash.as_deref() == Some(proven) {
            true => Ok(Self(person)),
            false => Err(Failure::Refused(Reason::Overtaken)),
        }
    }

    /// Somebody who gave the right password before, for which the token with this hash stands. It is used up; a new
    /// password withdrew it.
    pub(super) fn by_challenge(tx: &mut Tx<'_>, user: UserId, token_hash: &[u8]) -> Result<Self, Failure> {
        let person = locked(tx, user)?;
        match tx.mfa().consume_challenge(token_hash)? {
            true => Ok(Self(person)),
            false => Err(Failure::Refused(Reason::Overtaken)),
        }
    }

    /// Somebody who does not have to prove anything: a persona of the sandbox.
    pub(super) fn by_name(tx: &mut Tx<'_>, user: UserId) -> Result<Self, Failure> {
        Ok(Self(locked(tx, user)?))
    }

    pub(super) const fn person(&self) -> &Credentials {
        &self.0
    }
}

/// The row is locked before it is read: whoever changes the password or the second factors waits for this transaction
/// and then ends its session, or this one waits for them and then sees what they changed.
fn locked(tx: &mut Tx<'_>, user: UserId) -> Result<Credentials, Failure> {
    tx.users().lock(user)?;
    let person = tx.users().credentials_of(user)?.ok_or(Failure::Refused(Reason::Overtaken))?;
    match Reason::barring(&person) {
        Some(reason) => Err(Failure::Refused(reason)),
        None => Ok(person),
    }
}
