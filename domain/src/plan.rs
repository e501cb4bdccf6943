//! Plan profiles: everything that differs between the plans, as data (domain section 8.3).

use chrono_tz::Tz;

use crate::inactivity::InactivityRule;
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
    /// When resting applications are withdrawn.
    pub inactivity: InactivityRule,
    /// How work moves between agents.
    pub reassignment: ReassignmentPolicy,
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

fn zone<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Tz, D::Error> {
    let name = <String as serde::Deserialize>::deserialize(deserializer)?;
    name.parse().map_err(|_error| serde::de::Error::custom(format!("'{name}' is no IANA time zone")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_zone_and_an_unknown_key_are_refused() {
        let good = "code = 'ky'\nname = 'Kentucky'\ntime_zone = 'America/New_York'\n\
                    inactivity = { withdraw_after_days = 120, at_risk_within_days = 30 }\n\
                    reassignment = { counts_as_activity = false, revert_within_hours = 24 }\n";
        assert!(toml::from_str::<PlanProfile>(good).is_ok());
        assert!(toml::from_str::<PlanProfile>(&good.replace("New_York", "Frankfort")).is_err());
        assert!(toml::from_str::<PlanProfile>(&format!("{good}\nfavourite_colour = 'blue'")).is_err());
    }
}
