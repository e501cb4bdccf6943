//! The record on file that an application is about, as the content of screens (domain rule R-206).

use chrono::NaiveDate;

use crate::applications::screen::{
    BasicInformation, GroupLink, GroupLinksScreen, License, LicensesScreen, NpiEntry, NpisScreen, Screens,
    TaxonomiesScreen, TaxonomyEntry,
};
use crate::ground::application_type::ApplicationType;
use crate::medicaid::agent_access::MedicaidIdTie;
use crate::medicaid::medicaid_id::{MedicaidIdCategory, PostalAddress};

/// The stored record of the Medicaid ID that an application is about.
#[derive(Clone, Debug)]
pub struct OnFile {
    /// The number.
    pub number: String,
    /// The provider type's code.
    pub provider_type: String,
    /// The NPI that lists show.
    pub npi: Option<String>,
    /// When its revalidation is due.
    pub revalidation_due_on: Option<NaiveDate>,
    /// Its relationship to the organization.
    pub tie: MedicaidIdTie,
    /// What screens show about the provider.
    pub provider: ProviderOnFile,
}

/// The part of a record that screens show. Social Security and tax numbers are never copied to
/// screens.
#[derive(Clone, Debug, PartialEq)]
pub struct ProviderOnFile {
    /// The category of the provider.
    pub category: MedicaidIdCategory,
    /// The provider's name, as displayed.
    pub name: String,
    /// The email address.
    pub email: Option<String>,
    /// The telephone number.
    pub telephone: Option<String>,
    /// The address where the provider practices.
    pub primary_physical_address: Option<PostalAddress>,
    /// The NPIs.
    pub npis: Vec<NpiEntry>,
    /// The taxonomies.
    pub taxonomies: Vec<TaxonomyEntry>,
    /// The licenses.
    pub licenses: Vec<License>,
    /// The links to individuals or groups that have not ended.
    pub links: Vec<GroupLink>,
}

/// Whether applications of this type begin with screens that are filled from the record on file.
#[must_use]
pub const fn begins_filled(application_type: ApplicationType) -> bool {
    match application_type {
        ApplicationType::Maintenance
        | ApplicationType::Revalidation
        | ApplicationType::Reapplication
        | ApplicationType::Reinstatement => true,
        ApplicationType::Enrollment
        | ApplicationType::ChangeOfOwnership
        | ApplicationType::VoluntaryTermination
        | ApplicationType::LocumTenens => false,
    }
}

/// Whether an approval of this type applies the difference between screens and record on file.
#[must_use]
pub fn applies_difference(application_type: ApplicationType) -> bool {
    // Imported enrollments may already name a Medicaid ID (ambiguity A-19).
    begins_filled(application_type) || application_type == ApplicationType::Enrollment
}

/// One link for each number: the one that lasts longest. A screen names each number once.
#[must_use]
pub fn longest_links(links: impl IntoIterator<Item = GroupLink>) -> Vec<GroupLink> {
    let mut longest: Vec<GroupLink> = Vec::new();
    for link in links {
        match longest.iter_mut().find(|known| known.medicaid_id == link.medicaid_id) {
            None => longest.push(link),
            Some(known) if known.end_date.is_none() => {}
            Some(known) if link.end_date.is_none() || link.end_date > known.end_date => *known = link,
            Some(_) => {}
        }
    }
    longest
}

impl ProviderOnFile {
    /// The screens with this content. A screen without content is absent.
    #[must_use]
    pub fn screens(&self) -> Screens {
        let (first_name, last_name, business_name) = self.names();
        let basic = BasicInformation {
            first_name,
            last_name,
            business_name,
            email: self.email.clone(),
            telephone: self.telephone.clone(),
            primary_physical_address: self.primary_physical_address.clone(),
            requested_effective_date: None,
        };
        Screens {
            basic_information: (basic != BasicInformation::default()).then_some(basic),
            npis: listed(&self.npis, |npis| NpisScreen { npis }),
            taxonomies: listed(&self.taxonomies, |taxonomies| TaxonomiesScreen { taxonomies }),
            licenses: listed(&self.licenses, |licenses| LicensesScreen { licenses }),
            group_links: listed(&self.links, |links| GroupLinksScreen { links }),
        }
    }

    /// The first name, last name, and business name. A person's name that is not "Last, First"
    /// cannot be divided, so the screen has none and the record keeps it.
    fn names(&self) -> (Option<String>, Option<String>, Option<String>) {
        if self.category != MedicaidIdCategory::Individual {
            return (None, None, Some(self.name.clone()));
        }
        match self.name.split_once(", ") {
            Some((last, first)) if !last.is_empty() && !first.is_empty() => {
                (Some(first.to_owned()), Some(last.to_owned()), None)
            }
            _ => (None, None, None),
        }
    }
}

fn listed<T: Clone, S>(entries: &[T], screen: impl FnOnce(Vec<T>) -> S) -> Option<S> {
    (!entries.is_empty()).then(|| screen(entries.to_vec()))
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::applications::screen::LicenseType;
    use crate::applications::screen::content::tests::{address, license, link, npi, taxonomy};

    /// A physician with a value in every field.
    pub(crate) fn physician() -> ProviderOnFile {
        ProviderOnFile {
            category: MedicaidIdCategory::Individual,
            name: "Doe, John".into(),
            email: Some("john.doe@example.org".into()),
            telephone: Some("5025550100".into()),
            primary_physical_address: Some(address()),
            npis: vec![npi("1234567893", true)],
            taxonomies: vec![taxonomy("207Q00000X", Some("1234567893"))],
            licenses: vec![license(LicenseType::StateLicense)],
            links: vec![link("7100000001", Some("2020-01-01"), None)],
        }
    }

    /// A record with nothing but a name.
    pub(crate) fn record_without_facts(category: MedicaidIdCategory, name: &str) -> ProviderOnFile {
        ProviderOnFile {
            category,
            name: name.into(),
            email: None,
            telephone: None,
            primary_physical_address: None,
            npis: vec![],
            taxonomies: vec![],
            licenses: vec![],
            links: vec![],
        }
    }

    #[test]
    fn r_206_screens_are_filled_with_everything_on_file() {
        let (record, screens) = (physician(), physician().screens());
        let basic = screens.basic_information.as_ref().unwrap();
        assert_eq!((basic.first_name.as_deref(), basic.last_name.as_deref()), (Some("John"), Some("Doe")));
        assert_eq!((&basic.email, &basic.telephone), (&record.email, &record.telephone));
        assert_eq!(basic.primary_physical_address, record.primary_physical_address);
        assert_eq!((&basic.business_name, basic.requested_effective_date), (&None, None));
        assert_eq!(screens.npis.as_ref().unwrap().npis, record.npis);
        assert_eq!(screens.taxonomies.as_ref().unwrap().taxonomies, record.taxonomies);
        assert_eq!(screens.licenses.as_ref().unwrap().licenses, record.licenses);
        assert_eq!(screens.group_links.as_ref().unwrap().links, record.links);
        assert_eq!(screens.display_name().as_deref(), Some("Doe, John"));
    }

    #[test]
    fn r_206_a_name_is_divided_only_if_it_can_be_put_together_again() {
        for (category, name, divided) in [
            (MedicaidIdCategory::Individual, "Doe, John, Jr.", Some("Doe, John, Jr.")),
            (MedicaidIdCategory::Individual, "Madonna", None),
            (MedicaidIdCategory::Individual, ", John", None),
            (MedicaidIdCategory::Group, "Doe, Roe, and Partners", Some("Doe, Roe, and Partners")),
            (MedicaidIdCategory::Entity, "Lakeside Hospital", Some("Lakeside Hospital")),
        ] {
            let screens = record_without_facts(category, name).screens();
            assert_eq!(screens.display_name().as_deref(), divided, "{name}");
            assert_eq!(screens.present().len(), usize::from(divided.is_some()), "nothing else is on file");
        }
    }

    #[test]
    fn r_206_the_screen_names_each_linked_number_once_with_the_longest_link() {
        let (first, second) = ("7100000001", "7100000002");
        let links = [
            link(first, Some("2025-01-01"), Some("2026-06-30")),
            link(first, Some("2026-02-01"), None),
            link(second, Some("2025-01-01"), Some("2026-06-30")),
            link(second, Some("2025-06-01"), Some("2026-05-31")),
        ];
        let longest = longest_links(links.clone());
        assert_eq!(longest, [links[1].clone(), links[2].clone()]);
        let reversed: Vec<_> = longest_links(links.iter().rev().cloned());
        assert_eq!(reversed, [links[2].clone(), links[1].clone()]);
    }

    #[test]
    fn r_206_four_types_begin_with_filled_screens() {
        let filled: Vec<_> = ApplicationType::ALL.iter().filter(|kind| begins_filled(**kind)).collect();
        assert_eq!(
            filled,
            [
                &ApplicationType::Maintenance,
                &ApplicationType::Revalidation,
                &ApplicationType::Reapplication,
                &ApplicationType::Reinstatement,
            ]
        );
    }
}
