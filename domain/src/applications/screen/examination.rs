//! The validation of the screens' content (domain section 2.1; rules ).

use std::collections::BTreeSet;

use chrono::{Days, NaiveDate};
use zeroize::Zeroizing;

use super::content::{
    BasicInformation, GroupLinksScreen, NpisScreen, Screen, Screens, Subject, TaxonomiesScreen,
};
use super::findings::{Findings, LOOKS_LIKE_SSN, Violation};
use super::license_examination::examine_license;
use crate::applications::credentialing::CredentialingPolicy;
use crate::ground::application_type::ApplicationType;
use crate::ground::calendar::years_before;
use crate::ground::email::EmailAddress;
use crate::ground::tax_identifier::{Ssn, TaxId, TaxIdentifierError};
use crate::ground::text::{TextKind, looks_like_ssn};
use crate::medicaid::medicaid_id::{MedicaidIdCategory, PostalAddress};
use crate::medicaid::taxonomy::TaxonomyCode;
use crate::organizations::provider_record::Zip;

/// The maximum number each of taxonomies, licenses, and links: far more than any provider has, and
/// cheap to check.
pub const MAX_ITEMS: usize = 100;
/// The number of calendar years that a group link can start before today.
const LINK_YEARS_BACK: u32 = 1;

/// Every violation of the saved content, in screen order. Missing screens are not violations.
#[must_use]
pub fn examine(
    screens: &Screens,
    subject: &Subject<'_>,
    policy: &CredentialingPolicy,
    today: NaiveDate,
) -> Vec<Violation> {
    let mut violations = Vec::new();
    if let Some(basic) = &screens.basic_information {
        violations.extend(examine_basic_information(basic, subject, policy, today));
    }
    if let Some(screen) = &screens.npis {
        violations.extend(examine_npis(screen, policy));
    }
    if let Some(screen) = &screens.taxonomies {
        violations.extend(examine_taxonomies(screen, screens.npis.as_ref()));
    }
    if let Some(screen) = &screens.licenses {
        let mut findings = Findings::on(Screen::Licenses);
        findings.check_count("/licenses", screen.licenses.len(), MAX_ITEMS);
        for (index, license) in screen.licenses.iter().enumerate() {
            examine_license(&format!("/licenses/{index}"), license, subject, policy, today, &mut findings);
        }
        violations.extend(findings.into_violations());
    }
    if let Some(screen) = &screens.group_links {
        violations.extend(examine_group_links(screen, subject, policy, today));
    }
    violations
}

fn examine_basic_information(
    basic: &BasicInformation,
    subject: &Subject<'_>,
    policy: &CredentialingPolicy,
    today: NaiveDate,
) -> Vec<Violation> {
    let mut findings = Findings::on(Screen::BasicInformation);
    let is_person = subject.category == MedicaidIdCategory::Individual;
    for (pointer, name, kind, belongs) in [
        ("/first_name", &basic.first_name, TextKind::PersonName, is_person),
        ("/last_name", &basic.last_name, TextKind::PersonName, is_person),
        ("/business_name", &basic.business_name, TextKind::BusinessName, !is_person),
    ] {
        match name {
            Some(_) if !belongs => {
                findings.add(pointer, "not_applicable", "does not belong to this kind of provider");
            }
            Some(name) => findings.check_text(pointer, kind, name),
            None => {}
        }
    }
    if basic.email.as_ref().is_some_and(|email| EmailAddress::parse(email).is_err()) {
        findings.add("/email", "format", "must be an email address");
    } else if basic.email.as_deref().is_some_and(looks_like_ssn) {
        findings.add("/email", "looks_like_ssn", LOOKS_LIKE_SSN);
    }
    let ten_digits = |text: &String| text.len() == 10 && text.bytes().all(|byte| byte.is_ascii_digit());
    if basic.telephone.as_ref().is_some_and(|telephone| !ten_digits(telephone)) {
        findings.add("/telephone", "format", "must be ten digits");
    }
    if let Some(address) = &basic.primary_physical_address {
        examine_address(address, &mut findings);
    }
    if let Some(date) = basic.requested_effective_date {
        let window = policy.requested_effective_date;
        let earliest = years_before(today, window.years_back);
        let ahead = Days::new(u64::from(window.days_ahead));
        let latest = today.checked_add_days(ahead).unwrap_or(NaiveDate::MAX);
        if !(earliest..=latest).contains(&date) {
            let code = if date < earliest { "effective_date_too_early" } else { "effective_date_too_late" };
            let message = format!("must be a date from {earliest} to {latest}");
            findings.add_between("/requested_effective_date", code, message, (Some(earliest), Some(latest)));
        }
    }
    findings.into_violations()
}

/// The digits of the tax ID on screen 1.1: the Social Security number of an individual, otherwise
/// the FEIN.
pub fn tax_id_digits(text: &str, category: MedicaidIdCategory) -> Result<Zeroizing<String>, Vec<Violation>> {
    let digits = match category {
        MedicaidIdCategory::Individual => Ssn::parse(text).map(|ssn| ssn.expose_digits().to_owned()),
        MedicaidIdCategory::Group | MedicaidIdCategory::Entity => {
            TaxId::parse(text).map(|tax_id| tax_id.expose_digits().to_owned())
        }
    };
    digits.map(Zeroizing::new).map_err(|error| {
        let mut findings = Findings::on(Screen::BasicInformation);
        match error {
            TaxIdentifierError::Format => findings.add("/tax_id", "format", "must be nine digits"),
            TaxIdentifierError::Impossible => {
                let code = match category {
                    MedicaidIdCategory::Individual => "ssn_impossible",
                    MedicaidIdCategory::Group | MedicaidIdCategory::Entity => "tax_id_impossible",
                };
                findings.add("/tax_id", code, "is a number that is never issued");
            }
        }
        findings.into_violations()
    })
}

fn examine_address(address: &PostalAddress, findings: &mut Findings) {
    let at = |field: &str| format!("/primary_physical_address/{field}");
    findings.check_text(&at("line1"), TextKind::Line, &address.line1);
    if let Some(line2) = &address.line2 {
        findings.check_text(&at("line2"), TextKind::Line, line2);
    }
    findings.check_text(&at("city"), TextKind::Line, &address.city);
    findings.check_state(&at("state"), &address.state);
    if address.zip.is_empty() {
        findings.add(&at("zip"), "required", "must not be empty");
    } else if Zip::parse(&address.zip).is_err() {
        findings.add(&at("zip"), "format", "must be five digits, with four more or without");
    }
}

fn examine_npis(screen: &NpisScreen, policy: &CredentialingPolicy) -> Vec<Violation> {
    let mut findings = Findings::on(Screen::Npis);
    let mut known = BTreeSet::new();
    for (index, entry) in screen.npis.iter().enumerate() {
        let pointer = format!("/npis/{index}/npi");
        findings.check_npi(&pointer, &entry.npi);
        if !entry.npi.is_empty() && !known.insert(&entry.npi) {
            findings.add(&pointer, "duplicate", "appears twice");
        }
    }
    findings.check_count("/npis", screen.npis.len(), policy.npis_max);
    let primary = screen.npis.iter().filter(|entry| entry.primary).count();
    if !screen.npis.is_empty() && primary != 1 {
        findings.add("/npis", "one_primary", "exactly one must be the primary one");
    }
    findings.into_violations()
}

fn examine_taxonomies(screen: &TaxonomiesScreen, npis: Option<&NpisScreen>) -> Vec<Violation> {
    let mut findings = Findings::on(Screen::Taxonomies);
    findings.check_count("/taxonomies", screen.taxonomies.len(), MAX_ITEMS);
    let mut known = BTreeSet::new();
    for (index, entry) in screen.taxonomies.iter().enumerate() {
        let at = |field: &str| format!("/taxonomies/{index}/{field}");
        if entry.code.is_empty() {
            findings.add(&at("code"), "required", "must not be empty");
        } else if TaxonomyCode::parse(&entry.code).is_err() {
            findings.add(&at("code"), "taxonomy_format", "must be ten letters and digits, the last one X");
        } else if !known.insert((&entry.npi, &entry.code)) {
            findings.add(&at("code"), "duplicate", "appears twice for this NPI");
        }
        if let Some(npi) = &entry.npi {
            match npis {
                Some(screen) if screen.npis.iter().all(|known| known.npi != *npi) => {
                    findings.add(&at("npi"), "npi_not_listed", "must be one of the NPIs of screen 1.3");
                }
                Some(_) => {}
                None => findings.check_npi(&at("npi"), npi),
            }
        }
    }
    findings.into_violations()
}

fn examine_group_links(
    screen: &GroupLinksScreen,
    subject: &Subject<'_>,
    policy: &CredentialingPolicy,
    today: NaiveDate,
) -> Vec<Violation> {
    let mut findings = Findings::on(Screen::GroupLinks);
    findings.check_count("/links", screen.links.len(), MAX_ITEMS);
    let mut known = BTreeSet::new();
    let earliest = years_before(today, LINK_YEARS_BACK);
    let ends_links = subject.application_type == ApplicationType::Maintenance;
    if subject.category == MedicaidIdCategory::Entity && !screen.links.is_empty() {
        findings.add("/links", "not_applicable", "an entity has no links");
    }
    for (index, link) in screen.links.iter().enumerate() {
        let at = |field: &str| format!("/links/{index}/{field}");
        if link.medicaid_id.is_empty() {
            findings.add(&at("medicaid_id"), "required", "must not be empty");
        } else if !policy.medicaid_id.accepts(&link.medicaid_id) {
            findings.add(&at("medicaid_id"), "format", "must be a Medicaid ID");
        } else if !known.insert(&link.medicaid_id) {
            findings.add(&at("medicaid_id"), "duplicate", "appears twice");
        }
        match (link.effective_date, link.end_date) {
            (None, None) if ends_links => {
                let message = "give it to make a link, or `end_date` to end one";
                findings.add(&at("effective_date"), "required", message);
            }
            // Only a Maintenance application can end an existing link (domain rule R-047).
            (None, _) if !ends_links => findings.add(&at("effective_date"), "required", "is required"),
            (Some(date), _) if date < earliest => {
                let message = match ends_links {
                    true => format!("must be {earliest} or later; omit it to end an existing link"),
                    false => format!("must be {earliest} or later"),
                };
                findings.add_between(
                    &at("effective_date"),
                    "effective_date_too_early",
                    message,
                    (Some(earliest), None),
                );
            }
            _ => {}
        }
        if let Some((date, end)) = link.effective_date.zip(link.end_date)
            && end < date
        {
            findings.add_between(
                &at("end_date"),
                "end_before_effective",
                "must not be before `effective_date`",
                (Some(date), None),
            );
        }
    }
    findings.into_violations()
}

#[cfg(test)]
#[path = "examination_tests.rs"]
mod tests;
