//! Who may get the tokens of a new session, with any grant. Only admitted users reach `mint`.

use portal_domain::ground::id::UserId;
use portal_persistence::identity::users::Credentials;
use portal_persistence::{AsStoreError, StoreError, Tx};

use crate::http::problem::Problem;

/// Why a sign-in was refused. For the log only: responses do not distinguish the reasons.
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

    /// Why no grant may issue tokens to this user, if so.
    pub(super) fn barring(person: &Credentials) -> Option<Self> {
        match person.barred() {
            true if person.lock_reason.is_some() => Some(Self::Locked),
            true => Some(Self::Disabled),
            false => None,
        }
    }
}

/// Why a sign-in failed.
pub(super) enum Failure {
    /// The user may not sign in.
    Refused(Reason),
    /// The server failed.
    Problem(Problem),
}

impl Failure {
    /// The response; `refused` turns a refusal into a problem.
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

/// A user who may get tokens in this transaction: neither locked nor disabled, with a proof that is
/// still valid. The user's row is locked, so this holds until the transaction ends.
pub(super) struct Admitted(Credentials);

impl Admitted {
    /// A user whose password was just verified against this hash.
    pub(super) fn by_password(tx: &mut Tx<'_>, user: UserId, proven: &str) -> Result<Self, Failure> {
        let person = locked(tx, user)?;
        match person.password_hash.as_deref() == Some(proven) {
            true => Ok(Self(person)),
            false => Err(Failure::Refused(Reason::Overtaken)),
        }
    }

    /// A user who has given the right password, as proven by the token with this hash. Uses up the
    /// token. A new password would have invalidated it.
    pub(super) fn by_challenge(tx: &mut Tx<'_>, user: UserId, token_hash: &[u8]) -> Result<Self, Failure> {
        let person = locked(tx, user)?;
        match tx.mfa().consume_challenge(token_hash)? {
            true => Ok(Self(person)),
            false => Err(Failure::Refused(Reason::Overtaken)),
        }
    }

    /// A user who needs no proof: a persona of the sandbox.
    pub(super) fn by_name(tx: &mut Tx<'_>, user: UserId) -> Result<Self, Failure> {
        Ok(Self(locked(tx, user)?))
    }

    pub(super) const fn person(&self) -> &Credentials {
        &self.0
    }
}

/// Locks the row before reading it. A concurrent change of password or second factors either waits
/// and then ends this session, or is visible here.
fn locked(tx: &mut Tx<'_>, user: UserId) -> Result<Credentials, Failure> {
    tx.users().lock(user)?;
    let person = tx.users().credentials_of(user)?.ok_or(Failure::Refused(Reason::Overtaken))?;
    match Reason::barring(&person) {
        Some(reason) => Err(Failure::Refused(reason)),
        None => Ok(person),
    }
}
