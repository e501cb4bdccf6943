//! The plan profiles: embedded in the program, and replaceable by a file.

use std::collections::BTreeMap;

use portal_domain::ground::plan_code::PlanCode;
use portal_domain::platform::plan::PlanProfile;

const EMBEDDED: [&str; 4] = [
    concat!(
        include_str!("../../plans/ky.toml"),
        include_str!("../../plans/ky-provider-types.toml"),
        include_str!("../../plans/ky-holidays.toml"),
    ),
    include_str!("../../plans/cca.toml"),
    include_str!("../../plans/ahw.toml"),
    include_str!("../../plans/lhcc.toml"),
];

/// A plan that the database names but that has no profile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MissingPlan(pub PlanCode);

impl std::fmt::Display for MissingPlan {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "plan {} has no profile", self.0)
    }
}

/// The profiles of all plans.
#[derive(Clone, Debug)]
pub struct Plans(BTreeMap<PlanCode, PlanProfile>);

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Overrides {
    plan: Vec<PlanProfile>,
}

impl Plans {
    /// Loads the embedded profiles. Those in `overrides` (TOML, `[[plan]]` tables) replace them.
    pub fn load(overrides: Option<&str>) -> Result<Self, String> {
        let mut plans = BTreeMap::new();
        for text in EMBEDDED {
            let plan: PlanProfile = toml::from_str(text).map_err(|error| error.to_string())?;
            plans.insert(plan.code, plan);
        }
        if let Some(text) = overrides {
            let overrides: Overrides = toml::from_str(text).map_err(|error| error.to_string())?;
            plans.extend(overrides.plan.into_iter().map(|plan| (plan.code, plan)));
        }
        match PlanCode::ALL.iter().find(|code| !plans.contains_key(code)) {
            Some(missing) => Err(format!("no profile for plan {missing}")),
            None => Ok(Self(plans)),
        }
    }

    /// The profile of a plan.
    #[must_use]
    pub fn get(&self, code: PlanCode) -> Option<&PlanProfile> {
        self.0.get(&code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_plan_has_an_embedded_profile_and_a_file_replaces_it() {
        let plans = Plans::load(None).unwrap();
        assert_eq!(plans.get(PlanCode::Ky).unwrap().inactivity.withdraw_after_days, 120);
        let file = format!(
            "[[plan]]\n{}",
            EMBEDDED[0].replace("= 120", "= 90").replace("[credentialing", "[plan.credentialing")
        );
        let plans = Plans::load(Some(&file)).unwrap();
        assert_eq!(plans.get(PlanCode::Ky).unwrap().inactivity.withdraw_after_days, 90);
        assert!(Plans::load(Some("[[plan]]\ncode = 'xx'")).is_err());
    }
}
