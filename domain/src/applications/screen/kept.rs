//! Which violations count on screens that were filled from the record on file (domain rule R-206).
//!
//! Records can be older than a rule. What was filled and not changed is not refused, so that a
//! maintenance of a provider's address does not require another NPI.

use chrono::NaiveDate;

use super::content::{GroupLink, Screen, Screens, Subject};
use super::examination::{MAX_ITEMS, examine};
use super::findings::{Findings, Violation};
use crate::applications::credentialing::CredentialingPolicy;
use crate::ground::application_type::ApplicationType;

/// Every violation of content that differs from what the screens were filled with.
#[must_use]
pub fn examine_changes(
    screens: &Screens,
    filled: &Screens,
    subject: &Subject<'_>,
    policy: &CredentialingPolicy,
    today: NaiveDate,
) -> Vec<Violation> {
    let mut violations = examine(screens, subject, policy, today);
    violations.retain(|violation| !is_kept(violation, screens, filled));
    violations.extend(examine_links_on_file(screens, filled, subject));
    violations.sort_by_key(|violation| violation.screen);
    violations
}

/// Whether an entry of screen 5.1 names the link that the screen was filled with, with the same
/// first day, and does not extend it. It begins no link.
#[must_use]
pub fn continues_link(link: &GroupLink, filled: &[GroupLink]) -> bool {
    filled.iter().any(|known| {
        known.medicaid_id == link.medicaid_id
            && known.effective_date == link.effective_date
            && (link.end_date.is_some() || known.end_date.is_none())
    })
}

/// Whether the violation concerns a value or entry that was filled and not changed. Duplicates
/// always count, because the other one is new.
fn is_kept(violation: &Violation, screens: &Screens, filled: &Screens) -> bool {
    if violation.code == "duplicate" {
        return false;
    }
    let mut parts = violation.pointer.split('/').skip(1);
    let (field, index) = (parts.next().unwrap_or_default(), parts.next().and_then(|part| part.parse().ok()));
    match violation.screen {
        Screen::BasicInformation => {
            let basic = screens.basic_information.as_ref().zip(filled.basic_information.as_ref());
            basic.is_some_and(|(stated, filled)| match field {
                "first_name" => stated.first_name == filled.first_name,
                "last_name" => stated.last_name == filled.last_name,
                "business_name" => stated.business_name == filled.business_name,
                "email" => stated.email == filled.email,
                "telephone" => stated.telephone == filled.telephone,
                "primary_physical_address" => {
                    stated.primary_physical_address == filled.primary_physical_address
                }
                _ => false,
            })
        }
        Screen::Npis => {
            let screens = screens.npis.as_ref().zip(filled.npis.as_ref());
            screens.is_some_and(|(stated, filled)| is_among(index, &stated.npis, &filled.npis))
        }
        Screen::Taxonomies => {
            let screens = screens.taxonomies.as_ref().zip(filled.taxonomies.as_ref());
            screens.is_some_and(|(stated, filled)| is_among(index, &stated.taxonomies, &filled.taxonomies))
        }
        Screen::Licenses => {
            let screens = screens.licenses.as_ref().zip(filled.licenses.as_ref());
            screens.is_some_and(|(stated, filled)| is_among(index, &stated.licenses, &filled.licenses))
        }
        Screen::GroupLinks => {
            let screens = screens.group_links.as_ref().zip(filled.group_links.as_ref());
            screens.is_some_and(|(stated, filled)| {
                let (stated, filled) = (&stated.links, &filled.links);
                match index.map(|index: usize| stated.get(index)) {
                    // Only what was added counts towards the maximum.
                    None => stated.iter().filter(|link| !filled.contains(link)).count() <= MAX_ITEMS,
                    Some(link) => link.is_some_and(|link| {
                        continues_link(link, filled) && !violation.pointer.ends_with("/end_date")
                    }),
                }
            })
        }
        Screen::Documents | Screen::Submit => false,
    }
}

/// Whether the entry is among those that the screen was filled with. Without an index, whether the
/// whole list is.
fn is_among<T: PartialEq>(index: Option<usize>, stated: &[T], filled: &[T]) -> bool {
    match index {
        Some(index) => stated.get(index).is_some_and(|entry| filled.contains(entry)),
        None => stated == filled,
    }
}

/// The violations of entries that change the last day of a link on file. Only a maintenance ends
/// links (domain rule R-047).
fn examine_links_on_file(screens: &Screens, filled: &Screens, subject: &Subject<'_>) -> Vec<Violation> {
    let filled = filled.group_links.as_ref().map_or(&[][..], |screen| &screen.links);
    let mut findings = Findings::on(Screen::GroupLinks);
    let links = screens.group_links.iter().flat_map(|screen| &screen.links);
    for (index, link) in links.enumerate() {
        let Some(known) = filled.iter().find(|known| known.medicaid_id == link.medicaid_id) else { continue };
        if subject.application_type != ApplicationType::Maintenance && link.end_date != known.end_date {
            let message = "cannot be changed here: a maintenance ends a link";
            findings.add(&format!("/links/{index}/end_date"), "not_applicable", message);
        }
    }
    findings.into_violations()
}

#[cfg(test)]
#[path = "kept_tests.rs"]
mod tests;
