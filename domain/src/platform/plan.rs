//! Plan profiles: everything that differs between the plans, as data (domain section 8.3).

use chrono_tz::Tz;

use crate::applications::credentialing::CredentialingPolicy;
use crate::applications::inactivity::InactivityRule;
use crate::ground::plan_code::PlanCode;
use crate::identity::one_time_token::LinkLifetimes;
use crate::organizations::association::Agreement;
use crate::organizations::member::MemberPolicy;
use crate::organizations::membership::PermissionEntry;
use crate::organizations::second_factor::SecondFactorPolicy;
use crate::vocabulary;
use crate::work::reassignment::ReassignmentPolicy;

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
