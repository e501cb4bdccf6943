//! One-time links (decision D-07): their purposes and lifetimes, and the reasons they stop working.

use chrono::Duration;

use crate::{Instant, vocabulary};

vocabulary! {
    /// The purpose of a link. A token is valid only for its purpose.
    pub enum TokenPurpose {
        /// Accepts an invitation.
        Invitation = "invitation",
        /// Completes a registration.
        Registration = "registration",
        /// Sets a new password.
        PasswordReset = "password_reset",
        /// Enables a newly registered user from the notification mail. It also requires a signed-in
        /// account manager.
        EnableUser = "enable_user",
        /// Removes a second factor that somebody else registered.
        RemoveFactor = "remove_factor",
    }
}

impl TokenPurpose {
    /// The prefix of its tokens, so that secret scanners recognize a leaked one.
    #[must_use]
    pub const fn prefix(self) -> &'static str {
        match self {
            Self::Invitation => "ppi_",
            Self::Registration => "ppg_",
            Self::PasswordReset => "ppw_",
            Self::EnableUser => "ppe_",
            Self::RemoveFactor => "ppf_",
        }
    }
}

/// The lifetime of links that remove a second factor. No plan can change it: it protects the login,
/// which belongs to no plan.
pub const REMOVE_FACTOR: Duration = Duration::hours(72);

vocabulary! {
    /// The reason a link no longer works.
    pub enum DeadLink {
        /// It was already used.
        Used = "link_used",
        /// A newer link superseded it.
        Superseded = "link_superseded",
        /// It expired.
        Expired = "link_expired",
    }
}

/// The state of a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LinkState {
    /// When it expires.
    pub expires_at: Instant,
    /// When it was used; `None` if it was not.
    pub consumed_at: Option<Instant>,
    /// When a newer link superseded it; `None` if none did.
    pub superseded_at: Option<Instant>,
}

impl LinkState {
    /// Whether the link works at `now`. At the instant of expiry it is already expired (domain rule
    ///
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

/// The lifetimes of the links in mails.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LinkLifetimes {
    /// The lifetime of invitations, in hours.
    pub invitation_hours: u32,
    /// The lifetime of links that complete a registration, in hours.
    pub registration_hours: u32,
    /// The lifetime of links that set a new password, in minutes.
    pub password_reset_minutes: u32,
}

impl LinkLifetimes {
    /// The lifetime of an invitation.
    #[must_use]
    pub fn invitation(&self) -> Duration {
        Duration::hours(i64::from(self.invitation_hours))
    }

    /// The lifetime of a link that completes a registration.
    #[must_use]
    pub fn registration(&self) -> Duration {
        Duration::hours(i64::from(self.registration_hours))
    }

    /// The lifetime of a link that sets a new password.
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
    fn r_008_a_link_is_valid_until_the_instant_before_its_expiry() {
        let expires_at = Instant::UNIX_EPOCH + Duration::hours(72);
        let link = LinkState { expires_at, consumed_at: None, superseded_at: None };
        assert_eq!(link.judge(expires_at - Duration::microseconds(1)), Ok(()));
        assert_eq!(link.judge(expires_at), Err(DeadLink::Expired));
    }

    #[test]
    fn r_009_a_used_link_is_reported_as_used_even_after_its_expiry() {
        let link = LinkState {
            expires_at: Instant::UNIX_EPOCH,
            consumed_at: Some(Instant::UNIX_EPOCH),
            superseded_at: None,
        };
        assert_eq!(link.judge(Instant::UNIX_EPOCH + Duration::days(1)), Err(DeadLink::Used));
    }
}
