//! Links that work once (decision D-07): what each is for, how long it lives, and why one no longer works.

use chrono::Duration;

use crate::{Instant, vocabulary};

vocabulary! {
    /// What a link is for. A token is good for its purpose alone.
    pub enum TokenPurpose {
        /// Accepting an invitation.
        Invitation = "invitation",
        /// Completing a registration.
        Registration = "registration",
        /// Setting a new password.
        PasswordReset = "password_reset",
        /// Enabling a newly registered user from the mail about them; needs a signed-in account manager besides.
        EnableUser = "enable_user",
    }
}

impl TokenPurpose {
    /// What its tokens start with, so that secret scanners recognise one that leaked.
    #[must_use]
    pub const fn prefix(self) -> &'static str {
        match self {
            Self::Invitation => "ppi_",
            Self::Registration => "ppg_",
            Self::PasswordReset => "ppw_",
            Self::EnableUser => "ppe_",
        }
    }
}

vocabulary! {
    /// Why a link does not work any more.
    pub enum DeadLink {
        /// It was used.
        Used = "link_used",
        /// A newer one took its place.
        Superseded = "link_superseded",
        /// Its time is over.
        Expired = "link_expired",
    }
}

/// What is known about a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LinkState {
    /// When it expires.
    pub expires_at: Instant,
    /// When it was used, if it was.
    pub consumed_at: Option<Instant>,
    /// When a newer one took its place, if one did.
    pub superseded_at: Option<Instant>,
}

impl LinkState {
    /// Whether the link works now. The instant of expiry itself counts as expired (domain rule R-008).
    pub fn judge(&self, now: Instant) -> Result<(), DeadLink> {
        if self.consumed_at.is_some() {
            Err(DeadLink::Used)
        } else if self.superseded_at.is_some() {
            Err(DeadLink::Superseded)
        } else if now >= self.expires_at {
            Err(DeadLink::Expired)
        } else {
            Ok(())
        }
    }
}

/// How long the links in mails work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LinkLifetimes {
    /// Invitations, in hours.
    pub invitation_hours: u32,
    /// Completion of a registration, in hours.
    pub registration_hours: u32,
    /// Setting a new password, in minutes.
    pub password_reset_minutes: u32,
}

impl LinkLifetimes {
    /// How long an invitation works.
    #[must_use]
    pub fn invitation(&self) -> Duration {
        Duration::hours(i64::from(self.invitation_hours))
    }

    /// How long the link that completes a registration works.
    #[must_use]
    pub fn registration(&self) -> Duration {
        Duration::hours(i64::from(self.registration_hours))
    }

    /// How long the link that sets a new password works.
    #[must_use]
    pub fn password_reset(&self) -> Duration {
        Duration::minutes(i64::from(self.password_reset_minutes))
    }
}

#[cfg(test)]
mod tests {
    use chrono::Duration;

    use super::*;

    #[test]
    fn r_008_the_instant_of_expiry_is_too_late_and_the_last_one_before_is_not() {
        let expires_at = Instant::UNIX_EPOCH + Duration::hours(72);
        let link = LinkState { expires_at, consumed_at: None, superseded_at: None };
        assert_eq!(link.judge(expires_at - Duration::microseconds(1)), Ok(()));
        assert_eq!(link.judge(expires_at), Err(DeadLink::Expired));
    }

    #[test]
    fn r_009_a_used_link_says_so_even_when_it_also_expired() {
        let link = LinkState {
            expires_at: Instant::UNIX_EPOCH,
            consumed_at: Some(Instant::UNIX_EPOCH),
            superseded_at: None,
        };
        assert_eq!(link.judge(Instant::UNIX_EPOCH + Duration::days(1)), Err(DeadLink::Used));
    }
}
