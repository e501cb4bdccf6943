//! Whether the links of screen 5.1 may be filed (domain rule R-201).
//!
//! A link gives the group's organization rights over the individual. The individual's side
//! therefore has to agree, unless the filing organization already has the individual in its scope.

use crate::applications::screen::{Findings, GroupLink, Screen, Violation};
use crate::ground::application_type::ApplicationType;
use crate::medicaid::link_consent::Consent;
use crate::medicaid::medicaid_id::MedicaidIdCategory;
use crate::vocabulary;

/// The code of the violation.
pub const LINK_NEEDS_CONSENT: &str = "link_needs_consent";

/// The message is the same for unknown numbers and for those of other organizations.
const MESSAGE: &str = "needs an individual in the organization's scope, or a consent that names the group";

vocabulary! {
    /// Why a link may be filed.
    pub enum LinkBasis {
        /// The individual is in the filing organization's scope, or is enrolled with the
        /// application.
        InScope = "in_scope",
        /// The individual's side gave a consent that names the group.
        Consent = "consent",
        /// The entry only ends a link, which needs no consent.
        EndsOnly = "ends_only",
        /// Nothing: the link may not be filed.
        Nothing = "none",
    }
}

/// What is known about the individual of a link.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LinkStanding {
    /// Whether the individual is in the filing organization's scope, or is enrolled with the
    /// application.
    pub in_scope: bool,
    /// A consent of the individual's side that names the group and is valid now.
    pub consent: Option<Consent>,
}

impl LinkStanding {
    /// Why the link may be filed.
    #[must_use]
    pub fn basis(&self, link: &GroupLink) -> LinkBasis {
        match (self.in_scope, &self.consent) {
            (true, _) => LinkBasis::InScope,
            (false, Some(_)) => LinkBasis::Consent,
            (false, None) if link.effective_date.is_none() => LinkBasis::EndsOnly,
            (false, None) => LinkBasis::Nothing,
        }
    }

    /// The consent that the link relies on.
    #[must_use]
    pub fn consent_relied_on(&self, link: &GroupLink) -> Option<&Consent> {
        let relies = link.effective_date.is_some() && self.basis(link) == LinkBasis::Consent;
        self.consent.as_ref().filter(|_| relies)
    }
}

/// The number of the group that a consent must name for a group's application.
///
/// A change of ownership links individuals to a Medicaid ID that is yet to be issued. No consent can
/// name it.
#[must_use]
pub fn group_to_consent_to(application_type: ApplicationType, medicaid_id: Option<&str>) -> Option<&str> {
    medicaid_id.filter(|_| application_type != ApplicationType::ChangeOfOwnership)
}

/// Whether applications about this category of provider link individuals to groups.
#[must_use]
pub fn links_individuals(category: MedicaidIdCategory) -> bool {
    category != MedicaidIdCategory::Entity
}

/// The violations of links with these standings. Numbers in a wrong format are reported elsewhere;
/// they have no standing.
#[must_use]
pub fn violations<'a>(
    links: impl IntoIterator<Item = (&'a GroupLink, Option<&'a LinkStanding>)>,
) -> Vec<Violation> {
    let mut findings = Findings::on(Screen::GroupLinks);
    for (index, (link, standing)) in links.into_iter().enumerate() {
        if standing.is_some_and(|standing| standing.basis(link) == LinkBasis::Nothing) {
            findings.add(&format!("/links/{index}/medicaid_id"), LINK_NEEDS_CONSENT, MESSAGE);
        }
    }
    findings.into_violations()
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::applications::screen::content::tests::link;
    use crate::ground::id::{LinkConsentId, MedicaidIdId, OrganizationId};

    fn consent() -> Consent {
        Consent {
            id: LinkConsentId::from_uuid(Uuid::from_u128(1)),
            organization: OrganizationId::from_uuid(Uuid::from_u128(2)),
            individual: MedicaidIdId::from_uuid(Uuid::from_u128(3)),
            individual_number: "1111111".into(),
            group_number: "7100000001".into(),
            given_at: "2026-02-01T17:00:00Z".parse().unwrap(),
        }
    }

    fn standing(in_scope: bool, consent: Option<Consent>) -> LinkStanding {
        LinkStanding { in_scope, consent }
    }

    #[test]
    fn r_201_a_link_needs_an_individual_in_scope_or_a_consent() {
        let begins = link("7200000025", Some("2026-02-01"), None);
        for (standing, basis) in [
            (standing(true, None), LinkBasis::InScope),
            (standing(true, Some(consent())), LinkBasis::InScope),
            (standing(false, Some(consent())), LinkBasis::Consent),
            (standing(false, None), LinkBasis::Nothing),
        ] {
            assert_eq!(standing.basis(&begins), basis);
            let refused = violations([(&begins, Some(&standing))]);
            assert_eq!(refused.len(), usize::from(basis == LinkBasis::Nothing));
            let relies = standing.consent_relied_on(&begins).is_some();
            assert_eq!(relies, basis == LinkBasis::Consent, "a consent that is not needed is not used");
        }
    }

    #[test]
    fn r_201_every_link_without_consent_is_reported_with_the_same_message() {
        let begins = |number: &str| link(number, Some("2026-02-01"), Some("2026-12-31"));
        let links = [begins("7200000025"), begins("1111111"), begins("7999999999")];
        let (foreign, own) = (LinkStanding::default(), standing(true, None));
        let standings = [&foreign, &own, &foreign];
        let refused = violations(links.iter().zip(standings.map(Some)));
        assert_eq!(refused.len(), 2);
        assert_eq!(
            (refused[0].pointer.as_str(), refused[0].code),
            ("/links/0/medicaid_id", LINK_NEEDS_CONSENT)
        );
        assert_eq!(refused[1].pointer, "/links/2/medicaid_id");
        assert_eq!(refused[0].message, refused[1].message);
        assert_eq!(violations([(&links[0], None)]), [], "a number in a wrong format is reported elsewhere");
    }

    #[test]
    fn r_047_r_201_ending_a_link_needs_no_consent() {
        let ends = link("7200000025", None, Some("2026-02-01"));
        assert_eq!(LinkStanding::default().basis(&ends), LinkBasis::EndsOnly);
        assert_eq!(violations([(&ends, Some(&LinkStanding::default()))]), []);
        assert_eq!(standing(false, Some(consent())).consent_relied_on(&ends), None);
    }

    #[test]
    fn r_201_no_consent_names_the_medicaid_id_that_a_change_of_ownership_issues() {
        for application_type in ApplicationType::ALL {
            let named = group_to_consent_to(*application_type, Some("7100000001"));
            let expected = *application_type != ApplicationType::ChangeOfOwnership;
            assert_eq!(named.is_some(), expected, "{application_type}");
        }
        assert_eq!(group_to_consent_to(ApplicationType::Enrollment, None), None);
    }
}
