//! The plan codes, and sets of plans.

use std::collections::BTreeSet;

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

/// A set of plans.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PlanScope {
    /// Every plan, including those that are added later.
    All,
    /// These plans only; none if empty.
    Only(Vec<PlanCode>),
}

impl PlanScope {
    /// The set of these plans; `None` means all plans.
    #[must_use]
    pub fn of(plans: impl IntoIterator<Item = Option<PlanCode>>) -> Self {
        plans
            .into_iter()
            .collect::<Option<BTreeSet<_>>>()
            .map_or(Self::All, |plans| Self::Only(plans.into_iter().collect()))
    }

    /// Whether the plan is in the set.
    #[must_use]
    pub fn contains(&self, plan: PlanCode) -> bool {
        self.codes().contains(&plan)
    }

    /// The plans in the set.
    #[must_use]
    pub fn codes(&self) -> &[PlanCode] {
        match self {
            Self::All => PlanCode::ALL,
            Self::Only(plans) => plans,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r_208_a_scope_has_the_named_plans_or_all() {
        assert_eq!(PlanScope::of([]), PlanScope::Only(vec![]));
        let two = PlanScope::of([Some(PlanCode::Cca), Some(PlanCode::Ky), Some(PlanCode::Cca)]);
        assert_eq!(two, PlanScope::Only(vec![PlanCode::Ky, PlanCode::Cca]));
        assert!(two.contains(PlanCode::Ky) && !two.contains(PlanCode::Ahw));
        let all = PlanScope::of([Some(PlanCode::Cca), None]);
        assert_eq!(all, PlanScope::All);
        assert!(PlanCode::ALL.iter().all(|plan| all.contains(*plan)));
    }
}
