//! Plan profiles: everything that differs between plans, as data (domain section 8.3).

use chrono_tz::Tz;

use crate::applications::credentialing::CredentialingPolicy;
use crate::applications::inactivity::InactivityRule;
use crate::ground::plan_code::PlanCode;
use crate::identity::one_time_token::LinkLifetimes;
use crate::organizations::association::Agreement;
use crate::organizations::association_confirmation::AssociationPolicy;
use crate::organizations::member::MemberPolicy;
use crate::organizations::membership::PermissionEntry;
use crate::organizations::second_factor::SecondFactorPolicy;
use crate::vocabulary;
use crate::work::reassignment::ReassignmentPolicy;

vocabulary! {
    /// How an organization of the plan gets its first administrator (ambiguity A-28).
    pub enum Bootstrap {
        /// An operator creates it outside the portal, from the command line.
        External = "external",
        /// The first user who matches the provider's data and accepts the agreement becomes
        /// administrator.
        SelfMatch = "self_match",
        /// The plan's staff verify the original registrant.
        PlanStaff = "plan_staff",
    }
}

/// The profile of a plan.
#[derive(Clone, Debug, PartialEq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlanProfile {
    /// The plan's code.
    pub code: PlanCode,
    /// The plan's name.
    pub name: String,
    /// The time zone in which day rules count dates (IANA name).
    #[serde(deserialize_with = "zone")]
    pub time_zone: Tz,
    /// The sentence in mails that says where to get help.
    pub help: String,
    /// The plan's telephone support.
    pub support: Support,
    /// The plan's policy on applications; `None` if the plan does not support applications.
    #[serde(default)]
    pub credentialing: Option<CredentialingPolicy>,
    /// How an organization gets its first administrator.
    pub bootstrap: Bootstrap,
    /// When inactive applications are withdrawn.
    pub inactivity: InactivityRule,
    /// How work is reassigned between agents.
    pub reassignment: ReassignmentPolicy,
    /// The lifetimes of links.
    pub links: LinkLifetimes,
    /// How members are managed.
    pub members: MemberPolicy,
    /// Which users need a second factor.
    pub second_factor: SecondFactorPolicy,
    /// The permissions members may hold, in the plan's own words.
    pub permissions: Vec<PermissionEntry>,
    /// The agreement to accept before a provider account is assigned; `None` if accounts are not
    /// self-matched.
    pub agreement: Option<Agreement>,
    /// How associations with provider accounts are confirmed.
    #[serde(default)]
    pub association: AssociationPolicy,
}

/// Telephone support for a plan's users (flow F-29).
#[derive(Clone, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Support {
    /// The name of the support service.
    pub name: String,
    /// The number as printed in the plan's document; `None` if none is printed.
    #[serde(default)]
    pub telephone: Option<String>,
    /// The TTY number, for callers who are deaf or hard of hearing.
    #[serde(default)]
    pub tty: Option<String>,
    /// The hours of service.
    #[serde(default)]
    pub hours: Option<String>,
    /// The option to choose in the phone menu.
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
    fn an_unknown_time_zone_and_an_unknown_key_are_refused() {
        assert!(toml::from_str::<PlanProfile>(KY).is_ok());
        assert!(toml::from_str::<PlanProfile>(&KY.replace("New_York", "Frankfort")).is_err());
        assert!(toml::from_str::<PlanProfile>(&format!("favorite_color = 'blue'\n{KY}")).is_err());
    }
}
