//! Step-up: proof of the password or the second factor within the current session, shortly before a
//! change that would help someone take over a login or an organization (decision D-09).

use chrono::Duration;

use crate::ground::audit::{AuditAction, AuditEvent, Detail};
use crate::ground::effects::Effects;
use crate::ground::id::SessionId;
use crate::ground::mail::OutgoingMail;
use crate::{Instant, vocabulary};

/// How long a proof counts.
pub const STEP_UP: Duration = Duration::minutes(5);

vocabulary! {
    /// What proves that the owner of the login sends the request.
    pub enum StepUpMethod {
        /// The password.
        Password = "password",
        /// The current code of a second factor.
        Otp = "otp",
        /// An unused recovery code.
        RecoveryCode = "recovery_code",
    }
}

/// The proofs that are accepted: the second factor if the user has a valid one, else the password.
/// A stolen password alone must not be enough for a user with a second factor.
#[must_use]
pub const fn accepted(has_factor: bool) -> &'static [StepUpMethod] {
    if has_factor { &[StepUpMethod::Otp, StepUpMethod::RecoveryCode] } else { &[StepUpMethod::Password] }
}

/// When the user gave which proof in the current session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Proofs {
    /// When the user signed in.
    pub started_at: Instant,
    /// When the user gave the password after signing in; `None` if they did not.
    pub password_at: Option<Instant>,
    /// When the user gave a second factor; `None` if they did not.
    pub second_factor_at: Option<Instant>,
}

/// A more recent proof is needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StepUpRequired {
    /// The proofs that are accepted.
    pub accepted: &'static [StepUpMethod],
}

impl Proofs {
    /// Examines whether the proof that the user must give is at most five minutes old. The last
    /// instant of [`STEP_UP`] is included.
    pub fn examine(&self, has_factor: bool, now: Instant) -> Result<(), StepUpRequired> {
        let given_at = if has_factor {
            self.second_factor_at
        } else {
            Some(self.password_at.map_or(self.started_at, |at| at.max(self.started_at)))
        };
        match given_at {
            Some(at) if now - at <= STEP_UP => Ok(()),
            _ => Err(StepUpRequired { accepted: accepted(has_factor) }),
        }
    }
}

/// A user gave a proof in their session. `notice` goes to the user if it was a recovery code.
#[must_use]
pub fn stepped_up(session: SessionId, method: StepUpMethod, notice: Option<OutgoingMail>) -> Effects {
    let event = AuditEvent::bare(None, AuditAction::SessionSteppedUp, session);
    Effects::recorded_as(event.with("method", Detail::text(method))).mailing(notice)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Instant {
        Instant::UNIX_EPOCH + Duration::seconds(seconds)
    }

    fn moment_after(instant: Instant) -> Instant {
        instant + Duration::microseconds(1)
    }

    const FIVE_MINUTES: i64 = 300;

    #[test]
    fn d_09_a_sign_in_counts_for_five_minutes_without_a_second_factor() {
        let proofs = Proofs { started_at: at(0), password_at: None, second_factor_at: None };
        let required = Err(StepUpRequired { accepted: &[StepUpMethod::Password] });
        assert_eq!(proofs.examine(false, at(0)), Ok(()));
        assert_eq!(proofs.examine(false, at(FIVE_MINUTES)), Ok(()));
        assert_eq!(proofs.examine(false, moment_after(at(FIVE_MINUTES))), required);
    }

    #[test]
    fn d_09_a_password_counts_for_five_minutes() {
        let proofs = Proofs { started_at: at(0), password_at: Some(at(1000)), second_factor_at: None };
        assert_eq!(proofs.examine(false, at(1000 + FIVE_MINUTES)), Ok(()));
        assert!(proofs.examine(false, moment_after(at(1000 + FIVE_MINUTES))).is_err());
    }

    #[test]
    fn d_09_users_with_a_second_factor_must_give_it() {
        let required = Err(StepUpRequired { accepted: &[StepUpMethod::Otp, StepUpMethod::RecoveryCode] });
        let without = Proofs { started_at: at(1000), password_at: Some(at(1000)), second_factor_at: None };
        assert_eq!(without.examine(true, at(1000)), required);
        let with = Proofs { second_factor_at: Some(at(1000)), ..without };
        assert_eq!(with.examine(true, at(1000 + FIVE_MINUTES)), Ok(()));
        assert_eq!(with.examine(true, moment_after(at(1000 + FIVE_MINUTES))), required);
    }
}
