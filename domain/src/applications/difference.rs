//! The difference that an application makes to the record on file (domain rule R-206). Reviewers see
//! it, and an approval applies it.

use crate::applications::merge::{ListChanges, merge_list, merge_value};
use crate::applications::screen::{
    BasicInformation, Findings, GroupLink, GroupLinksScreen, License, LicenseType, LicensesScreen, NpiEntry,
    NpisScreen, Screen, Screens, TaxonomiesScreen, TaxonomyEntry, Violation, continues_link,
};

/// The code of a conflict.
pub const CHANGED_ON_FILE: &str = "changed_on_file";

const MESSAGE: &str = "was changed on file after this screen was filled";

/// The difference between an application's screens and the record on file.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference {
    /// The fields of screen 1.1 that change: as on file, and as they become.
    pub basic_information: Option<(BasicInformation, BasicInformation)>,
    /// The changes of NPIs.
    pub npis: ListChanges<NpiEntry>,
    /// The changes of taxonomies.
    pub taxonomies: ListChanges<TaxonomyEntry>,
    /// The changes of licenses.
    pub licenses: ListChanges<License>,
    /// The entries of screen 5.1 that begin or end a link. One without `effective_date` ends it.
    pub links: Vec<GroupLink>,
    /// What was changed on a screen and differently on file. An approval would drop one of both.
    pub conflicts: Vec<Violation>,
    result: Screens,
}

impl Difference {
    /// Compares what the screens were filled with, what they say now, and what is on file now.
    /// `before` is `None` for screens that began empty: these add and change, but remove nothing.
    #[must_use]
    pub fn of(before: Option<&Screens>, screens: &Screens, on_file: &Screens) -> Self {
        let mut conflicts = Vec::new();
        let basic = basic_information(before, screens, on_file, &mut conflicts);
        let mut npis = merge_list(npi_key, before.map(npis_of), npis_of(screens), npis_of(on_file));
        let taxonomies = merge_list(
            taxonomy_key,
            before.map(taxonomies_of),
            taxonomies_of(screens),
            taxonomies_of(on_file),
        );
        let licenses =
            merge_list(license_key, before.map(licenses_of), licenses_of(screens), licenses_of(on_file));
        if before.is_none() {
            leave_one_primary(&mut npis.result, npis_of(screens));
        }
        conflicts.extend(conflicts_on(Screen::Npis, "/npis", &npis.conflicts));
        conflicts.extend(conflicts_on(Screen::Taxonomies, "/taxonomies", &taxonomies.conflicts));
        conflicts.extend(conflicts_on(Screen::Licenses, "/licenses", &licenses.conflicts));
        let npi_changes = ListChanges::between(npi_key, npis_of(on_file), &npis.result);
        let taxonomy_changes = ListChanges::between(taxonomy_key, taxonomies_of(on_file), &taxonomies.result);
        let license_changes = ListChanges::between(license_key, licenses_of(on_file), &licenses.result);
        let several_primaries = npis.result.iter().filter(|entry| entry.primary).count() > 1;
        if several_primaries && !npi_changes.is_empty() && npis.conflicts.is_empty() {
            conflicts.extend(conflicts_on(Screen::Npis, "/npis", &[None]));
        }
        let without_npi = |entry: &TaxonomyEntry, npis: &[NpiEntry]| {
            entry.npi.as_ref().is_some_and(|npi| npis.iter().all(|known| known.npi != *npi))
        };
        let of_lost_npi = taxonomies.result.iter().any(|entry| {
            let is_as_on_file =
                taxonomies_of(on_file).contains(entry) && without_npi(entry, npis_of(on_file));
            before.is_some() && without_npi(entry, &npis.result) && !is_as_on_file
        });
        if of_lost_npi && taxonomies.conflicts.is_empty() {
            conflicts.extend(conflicts_on(Screen::Taxonomies, "/taxonomies", &[None]));
        }
        conflicts.sort_by_key(|conflict| conflict.screen);
        let result = Screens {
            npis: (screens.npis.is_some() || !npis.result.is_empty())
                .then_some(NpisScreen { npis: npis.result }),
            taxonomies: (screens.taxonomies.is_some() || !taxonomies.result.is_empty())
                .then_some(TaxonomiesScreen { taxonomies: taxonomies.result }),
            licenses: (screens.licenses.is_some() || !licenses.result.is_empty())
                .then_some(LicensesScreen { licenses: licenses.result }),
            group_links: refilled_links(before, screens, on_file),
            basic_information: basic,
        };
        Self {
            basic_information: changed_fields(&result, on_file),
            npis: npi_changes,
            taxonomies: taxonomy_changes,
            licenses: license_changes,
            links: changed_links(before, screens),
            conflicts,
            result,
        }
    }

    /// What is on file after the approval, and what screens are filled with when the department
    /// returns the application: the changes made on them, and everything else as it is on file now.
    #[must_use]
    pub const fn result(&self) -> &Screens {
        &self.result
    }

    /// Whether the application changes nothing on its screens.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.basic_information.is_none()
            && self.npis.is_empty()
            && self.taxonomies.is_empty()
            && self.licenses.is_empty()
            && self.links.is_empty()
    }
}

fn npis_of(screens: &Screens) -> &[NpiEntry] {
    screens.npis.as_ref().map_or(&[], |screen| &screen.npis)
}

fn taxonomies_of(screens: &Screens) -> &[TaxonomyEntry] {
    screens.taxonomies.as_ref().map_or(&[], |screen| &screen.taxonomies)
}

fn licenses_of(screens: &Screens) -> &[License] {
    screens.licenses.as_ref().map_or(&[], |screen| &screen.licenses)
}

fn links_of(screens: &Screens) -> &[GroupLink] {
    screens.group_links.as_ref().map_or(&[], |screen| &screen.links)
}

fn npi_key(entry: &NpiEntry) -> String {
    entry.npi.clone()
}

fn taxonomy_key(entry: &TaxonomyEntry) -> (Option<String>, String) {
    (entry.npi.clone(), entry.code.clone())
}

/// A license with another number is another license. A renewed one keeps its number.
fn license_key(license: &License) -> (LicenseType, Option<String>, Option<String>) {
    (license.license_type, license.issue_state.clone(), license.license_number.clone())
}

/// Merges the fields of screen 1.1. A name can be replaced, but not removed.
fn basic_information(
    before: Option<&Screens>,
    screens: &Screens,
    on_file: &Screens,
    conflicts: &mut Vec<Violation>,
) -> Option<BasicInformation> {
    let of = |screens: &Screens| screens.basic_information.clone().unwrap_or_default();
    let (before, stated, current) = (before.map(of), of(screens), of(on_file));
    let mut findings = Findings::on(Screen::BasicInformation);
    macro_rules! merged {
        ($field:ident, $stated:expr) => {{
            let before = before.as_ref().map(|before| &before.$field);
            let merged = merge_value(before, $stated, &current.$field);
            if merged.conflicts {
                findings.add(concat!("/", stringify!($field)), CHANGED_ON_FILE, MESSAGE);
            }
            merged.result
        }};
    }
    macro_rules! merged_name {
        ($field:ident) => {
            match &stated.$field {
                None => current.$field.clone(),
                name => merged!($field, name),
            }
        };
    }
    let merged = BasicInformation {
        first_name: merged_name!(first_name),
        last_name: merged_name!(last_name),
        business_name: merged_name!(business_name),
        email: merged!(email, &stated.email),
        telephone: merged!(telephone, &stated.telephone),
        primary_physical_address: merged!(primary_physical_address, &stated.primary_physical_address),
        requested_effective_date: stated.requested_effective_date,
    };
    conflicts.extend(findings.into_violations());
    (screens.basic_information.is_some() || merged != BasicInformation::default()).then_some(merged)
}

/// The fields that differ, as on file and as they become. The requested effective date is not on
/// file.
fn changed_fields(result: &Screens, on_file: &Screens) -> Option<(BasicInformation, BasicInformation)> {
    let mut was = on_file.basic_information.clone().unwrap_or_default();
    let mut becomes = result.basic_information.clone().unwrap_or_default();
    (was.requested_effective_date, becomes.requested_effective_date) = (None, None);
    macro_rules! only_changes {
        ($($field:ident)+) => {
            $(if was.$field == becomes.$field {
                (was.$field, becomes.$field) = (None, None);
            })+
        };
    }
    only_changes!(first_name last_name business_name email telephone primary_physical_address);
    (was != becomes).then_some((was, becomes))
}

/// Without knowing what was on file before, the primary NPI of the screen replaces that on file.
fn leave_one_primary(merged: &mut [NpiEntry], stated: &[NpiEntry]) {
    if stated.iter().any(|entry| entry.primary) {
        for entry in merged {
            entry.primary = stated.iter().any(|stated| stated.npi == entry.npi && stated.primary);
        }
    }
}

fn conflicts_on(screen: Screen, list: &str, indices: &[Option<usize>]) -> Vec<Violation> {
    let mut findings = Findings::on(screen);
    for index in indices {
        let pointer = index.map_or_else(|| list.to_owned(), |index| format!("{list}/{index}"));
        findings.add(&pointer, CHANGED_ON_FILE, MESSAGE);
    }
    findings.into_violations()
}

/// The entries of screen 5.1 that begin or end a link. An entry that was filled and only got a last
/// day ends the link. An entry that was left out changes nothing, because links end on a date.
fn changed_links(before: Option<&Screens>, screens: &Screens) -> Vec<GroupLink> {
    let filled = before.map_or(&[][..], links_of);
    let changed = links_of(screens).iter().filter(|link| !filled.contains(link));
    changed
        .map(|link| match continues_link(link, filled) {
            true => GroupLink { effective_date: None, ..link.clone() },
            false => link.clone(),
        })
        .collect()
}

/// Screen 5.1 with the changes made on it, and everything else as it is on file now.
fn refilled_links(
    before: Option<&Screens>,
    screens: &Screens,
    on_file: &Screens,
) -> Option<GroupLinksScreen> {
    let key = |link: &GroupLink| link.medicaid_id.clone();
    let mut stated = links_of(screens).to_vec();
    let filled = before.map_or(&[][..], links_of);
    let left_out = |link: &&GroupLink| stated.iter().all(|stated| stated.medicaid_id != link.medicaid_id);
    let left_out: Vec<GroupLink> = filled.iter().filter(left_out).cloned().collect();
    stated.extend(left_out);
    let links = merge_list(key, Some(filled), &stated, links_of(on_file)).result;
    (screens.group_links.is_some() || !links.is_empty()).then_some(GroupLinksScreen { links })
}

#[cfg(test)]
#[path = "difference_tests.rs"]
mod tests;
