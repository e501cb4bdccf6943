//! Which links of screen 5.1 an approval begins, and whether they may be filed (domain rule R-201).
//!
//! A link gives the group's organization rights over the individual. The individual's side
//! therefore has to agree, unless the filing organization already has the individual in its scope.

use crate::applications::screen::{Findings, GroupLink, Screen, Violation};
use crate::ground::application_type::ApplicationType;
use crate::ground::id::MedicaidIdId;
use crate::medicaid::agent_access::NamedMedicaidId;
use crate::medicaid::link_consent::Consent;
use crate::medicaid::medicaid_id::{MedicaidIdCategory, MedicaidIdFormat};
use crate::vocabulary;

/// The code of the violation.
pub const LINK_NEEDS_CONSENT: &str = "link_needs_consent";

/// The message is the same for unknown numbers and for those of other organizations.
const MESSAGE: &str = "can be linked only if the individual is in the organization's scope or a valid consent names \
                       the group";

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
    /// A consent of the individual's side that names the group and counts now.
    pub consent: Option<Consent>,
}

impl LinkStanding {
    /// Why the link may be filed.
    #[must_use]
    pub fn basis(&self, link: &GroupLink) -> LinkBasis {
        match (link.effective_date, self.in_scope, &self.consent) {
            (None, _, _) => LinkBasis::EndsOnly,
            (Some(_), true, _) => LinkBasis::InScope,
            (Some(_), false, Some(_)) => LinkBasis::Consent,
            (Some(_), false, None) => LinkBasis::Nothing,
        }
    }

    /// The consent that the link relies on.
    #[must_use]
    pub fn consent_relied_on(&self, link: &GroupLink) -> Option<&Consent> {
        self.consent.as_ref().filter(|_| self.basis(link) == LinkBasis::Consent)
    }
}

/// Whether the approval of such an application begins the links of screen 5.1. Entities have no
/// links.
#[must_use]
pub fn begins_links(application_type: ApplicationType, category: MedicaidIdCategory) -> bool {
    let begins = match application_type {
        ApplicationType::Enrollment | ApplicationType::Maintenance | ApplicationType::ChangeOfOwnership => {
            true
        }
        ApplicationType::Revalidation
        | ApplicationType::Reapplication
        | ApplicationType::Reinstatement
        | ApplicationType::VoluntaryTermination
        | ApplicationType::LocumTenens => false,
    };
    begins && category != MedicaidIdCategory::Entity
}

/// Whether the approval of such an application applies this entry of screen 5.1. Only a Maintenance
/// ends links (domain rule R-047).
#[must_use]
pub fn is_applied(application_type: ApplicationType, category: MedicaidIdCategory, link: &GroupLink) -> bool {
    let ends_links = application_type == ApplicationType::Maintenance;
    begins_links(application_type, category) && (link.effective_date.is_some() || ends_links)
}

/// An entry of screen 5.1 with the facts about both ends of the link.
#[derive(Clone, Debug)]
pub struct FiledLink {
    /// The entry on the screen.
    pub link: GroupLink,
    /// The Medicaid ID that the entry names, if it is on file.
    pub named: Option<NamedMedicaidId>,
    /// The individual at one end of the link, if on file.
    pub individual: Option<NamedMedicaidId>,
    /// `None` if the number has a wrong format, or if the link is on file already.
    pub standing: Option<LinkStanding>,
}

impl FiledLink {
    /// The consent that the link relies on.
    #[must_use]
    pub fn consent_relied_on(&self) -> Option<&Consent> {
        self.standing.as_ref()?.consent_relied_on(&self.link)
    }
}

/// An application whose approval begins links, and its entries on screen 5.1.
#[derive(Clone, Copy, Debug)]
pub struct LinkFiling<'a> {
    application_type: ApplicationType,
    category: MedicaidIdCategory,
    medicaid_id: Option<&'a str>,
    links: &'a [GroupLink],
    format: &'a MedicaidIdFormat,
}

impl<'a> LinkFiling<'a> {
    /// The filing of an application about the Medicaid ID with this number. `None` if its approval
    /// begins no links, whatever the screen says.
    #[must_use]
    pub fn of(
        (application_type, category): (ApplicationType, MedicaidIdCategory),
        medicaid_id: Option<&'a str>,
        links: &'a [GroupLink],
        format: &'a MedicaidIdFormat,
    ) -> Option<Self> {
        let begins = begins_links(application_type, category) && !links.is_empty();
        begins.then_some(Self { application_type, category, medicaid_id, links, format })
    }

    /// The numbers of the Medicaid IDs whose facts the decision needs.
    #[must_use]
    pub fn numbers(&self) -> Vec<&'a str> {
        let subject = self.medicaid_id.filter(|_| self.is_of_individual());
        self.well_formed().chain(subject).collect()
    }

    /// The individuals whose consents the decision needs, and the numbers of the groups that these
    /// must name.
    #[must_use]
    pub fn consents_needed(&self, on_file: &[NamedMedicaidId]) -> (Vec<MedicaidIdId>, Vec<&'a str>) {
        if self.is_of_individual() {
            let subject = self.subject(on_file).map(|subject| subject.id);
            return (subject.into_iter().collect(), self.well_formed().collect());
        }
        let individuals = on_file.iter().filter(|named| named.category == MedicaidIdCategory::Individual);
        (individuals.map(|named| named.id).collect(), self.group_to_consent_to().into_iter().collect())
    }

    /// Each entry with its standing. `on_file` has the Medicaid IDs of [`Self::numbers`] that are on
    /// file, and `consents` those that count now, oldest first: the newest one is relied on.
    #[must_use]
    pub fn standings(&self, on_file: &[NamedMedicaidId], consents: &[Consent]) -> Vec<FiledLink> {
        self.links.iter().map(|link| self.standing(link, on_file, consents)).collect()
    }

    fn standing(&self, link: &GroupLink, on_file: &[NamedMedicaidId], consents: &[Consent]) -> FiledLink {
        let well_formed = self.format.accepts(&link.medicaid_id);
        let named = find(on_file, &link.medicaid_id).filter(|_| well_formed);
        let (individual, group) = match self.is_of_individual() {
            true => (self.subject(on_file), Some(link.medicaid_id.as_str())),
            false => (
                named.filter(|named| named.category == MedicaidIdCategory::Individual),
                self.group_to_consent_to(),
            ),
        };
        let consent = consents.iter().rev().find(|consent| {
            individual.is_some_and(|individual| individual.id == consent.individual)
                && group.is_some_and(|group| group == consent.group_number)
        });
        let standing = LinkStanding {
            in_scope: match individual {
                Some(individual) => individual.tie.is_in_scope(),
                None => self.is_of_individual() && self.application_type.is_new_provider(),
            },
            consent: consent.cloned(),
        };
        FiledLink {
            link: link.clone(),
            named: named.cloned(),
            individual: individual.cloned(),
            standing: well_formed.then_some(standing),
        }
    }

    /// The number of the group that a consent must name for a group's application.
    ///
    /// A change of ownership links individuals to a Medicaid ID that is yet to be issued. No consent
    /// can name it.
    fn group_to_consent_to(&self) -> Option<&'a str> {
        self.medicaid_id.filter(|_| self.application_type != ApplicationType::ChangeOfOwnership)
    }

    fn is_of_individual(&self) -> bool {
        self.category == MedicaidIdCategory::Individual
    }

    /// The individual that the application is about, if on file.
    fn subject<'b>(&self, on_file: &'b [NamedMedicaidId]) -> Option<&'b NamedMedicaidId> {
        find(on_file, self.medicaid_id.filter(|_| self.is_of_individual())?)
    }

    fn well_formed(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        let format = self.format;
        self.links.iter().map(|link| link.medicaid_id.as_str()).filter(|number| format.accepts(number))
    }
}

fn find<'a>(on_file: &'a [NamedMedicaidId], number: &str) -> Option<&'a NamedMedicaidId> {
    on_file.iter().find(|named| named.medicaid_id == number)
}

/// The violations of the links. Numbers in a wrong format are reported elsewhere; they have no
/// standing.
#[must_use]
pub fn violations(links: &[FiledLink]) -> Vec<Violation> {
    let mut findings = Findings::on(Screen::GroupLinks);
    for (index, FiledLink { link, standing, .. }) in links.iter().enumerate() {
        if standing.as_ref().is_some_and(|standing| standing.basis(link) == LinkBasis::Nothing) {
            findings.add(&format!("/links/{index}/medicaid_id"), LINK_NEEDS_CONSENT, MESSAGE);
        }
    }
    findings.into_violations()
}

#[cfg(test)]
#[path = "link_filing_tests.rs"]
mod tests;
