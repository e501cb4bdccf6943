//! Plan profiles: everything that differs between the plans, as data (domain section 8.3).

use chrono::Duration;
use chrono_tz::Tz;

use crate::applications::credentialing::CredentialingPolicy;
use crate::applications::inactivity::InactivityRule;
use crate::organizations::membership::{Permission, Role};
use crate::vocabulary;

vocabulary! {
    /// A health plan.
    pub enum PlanCode {
        /// Kentucky Medicaid.
        Ky = "ky",
        /// Commonwealth Care Alliance.
        Cca = "cca",
        /// Arkansas Health & Wellness.
        Ahw = "ahw",
        /// Louisiana Healthcare Connections.
        Lhcc = "lhcc",
    }
}

vocabulary! {
    /// How an organization of the plan gets its first administrator (ambiguity A-28).
    pub enum Bootstrap {
        /// Outside this product, from the command line.
        External = "external",
        /// Whoever first matches the provider's data and accepts the agreement.
        SelfMatch = "self_match",
        /// The plan's staff verify the original registrant.
        PlanStaff = "plan_staff",
    }
}

/// What a plan decides for itself.
#[derive(Clone, Debug, PartialEq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlanProfile {
    /// The plan's code.
    pub code: PlanCode,
    /// The plan's name.
    pub name: String,
    /// The zone in which day rules count (IANA name).
    #[serde(deserialize_with = "zone")]
    pub time_zone: Tz,
    /// The sentence that tells where to get help, as it stands in mails.
    pub help: String,
    /// Where to call.
    pub support: Support,
    /// What the plan decides about applications; none where it has none.
    #[serde(default)]
    pub credentialing: Option<CredentialingPolicy>,
    /// How an organization gets its first administrator.
    pub bootstrap: Bootstrap,
    /// When resting applications are withdrawn.
    pub inactivity: InactivityRule,
    /// How work moves between agents.
    pub reassignment: ReassignmentPolicy,
    /// How long links work.
    pub links: LinkLifetimes,
    /// How members are looked after.
    pub members: MemberPolicy,
    /// Who needs a second factor.
    pub second_factor: SecondFactorPolicy,
    /// What members may be permitted, in the plan's own words.
    pub permissions: Vec<PermissionEntry>,
    /// What has to be accepted before a provider account is handed over; none where accounts are not self-matched.
    pub agreement: Option<Agreement>,
}

/// Where a plan's users get help by telephone (flow F-29).
#[derive(Clone, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Support {
    /// Who answers.
    pub name: String,
    /// The number, as the plan's document prints it; none where it prints none.
    #[serde(default)]
    pub telephone: Option<String>,
    /// The number for people who cannot hear.
    #[serde(default)]
    pub tty: Option<String>,
    /// When somebody answers.
    #[serde(default)]
    pub hours: Option<String>,
    /// What to choose in the telephone's menu.
    #[serde(default)]
    pub menu: Option<String>,
}

/// A plan's choices about reassignment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReassignmentPolicy {
    /// Whether a move restarts the inactivity count. Ambiguity A-05: the seeds are silent, the default is no.
    pub counts_as_activity: bool,
    /// Hours within which a reassignment may be reverted.
    pub revert_within_hours: u32,
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

/// How members are looked after.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MemberPolicy {
    /// Calendar days without a sign-in after which an active member is disabled (domain rule R-178); absent for never.
    #[serde(default)]
    pub disable_after_days: Option<u32>,
    /// Calendar days without a sign-in after which a login is locked (ambiguity A-23); absent for never.
    #[serde(default)]
    pub lock_after_days: Option<u32>,
    /// Whether somebody who was active before has to register again after being enabled (ambiguity A-14).
    pub reenable_requires_registration: bool,
    /// Most characters of a comment (domain rule R-184).
    pub comment_max: usize,
    /// Whether members are told by mail that they were enabled, disabled or removed (N-10).
    pub mail_on_status_change: bool,
    /// Whether the mail about a new registration has a button that enables the user (domain rule R-187).
    pub enable_link_in_mail: bool,
}

/// Who needs a second factor to do anything (domain rule R-111, decision D-12).
#[derive(Clone, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SecondFactorPolicy {
    /// Members with one of these roles.
    pub required_for_roles: Vec<Role>,
    /// Members with one of these permissions.
    pub required_for_permissions: Vec<Permission>,
}

/// A permission in the plan's own words.
#[derive(Clone, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PermissionEntry {
    /// The permission.
    pub code: Permission,
    /// What the plan's screens call it.
    pub label: String,
    /// What it allows, as the plan's document says.
    pub description: String,
}

/// What has to be accepted before a provider account is handed over (domain rule R-137).
#[derive(Clone, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Agreement {
    /// Which text it is.
    pub version: String,
    /// The text.
    pub text: String,
}

impl PlanProfile {
    /// Whether members of the plan can be given that permission (domain rule R-183).
    #[must_use]
    pub fn offers(&self, permission: Permission) -> bool {
        self.permissions.iter().any(|entry| entry.code == permission)
    }
}

fn zone<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Tz, D::Error> {
    let name = <String as serde::Deserialize>::deserialize(deserializer)?;
    name.parse().map_err(|_error| serde::de::Error::custom(format!("'{name}' is no IANA time zone")))
}

#[cfg(test)]
mod tests {
    use super::*;

    const KY: &str = concat!(
        include_str!("../../../api/plans/ky.toml"),
        include_str!("../../../api/plans/ky-provider-types.toml")
    );

    #[test]
    fn an_unknown_zone_and_an_unknown_key_are_refused() {
        assert!(toml::from_str::<PlanProfile>(KY).is_ok());
        assert!(toml::from_str::<PlanProfile>(&KY.replace("New_York", "Frankfort")).is_err());
        assert!(toml::from_str::<PlanProfile>(&format!("favourite_colour = 'blue'\n{KY}")).is_err());
    }
}
