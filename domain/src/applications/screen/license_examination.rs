//! The checks of licenses and exemptions on screen 2.2 (domain rules ).

use chrono::NaiveDate;

use super::content::{License, Subject};
use super::findings::{Findings, MAX_TEXT};
use crate::applications::credentialing::CredentialingPolicy;
use crate::ground::application_type::ApplicationType;
use crate::ground::calendar::years_before;
/// The earliest effective date of an exemption (domain rule R-092).
///
/// A fixed date if the provider had a Medicaid ID before; otherwise the ordinary window, which
/// never starts before that date.
#[must_use]
pub fn earliest_exemption(
    application_type: ApplicationType,
    policy: &CredentialingPolicy,
    today: NaiveDate,
) -> NaiveDate {
    let fixed = policy.licensure.exempt_earliest_date;
    match application_type {
        ApplicationType::Maintenance
        | ApplicationType::Reapplication
        | ApplicationType::Reinstatement
        | ApplicationType::Revalidation => fixed,
        ApplicationType::Enrollment
        | ApplicationType::ChangeOfOwnership
        | ApplicationType::VoluntaryTermination
        | ApplicationType::LocumTenens => {
            years_before(today, policy.requested_effective_date.years_back).max(fixed)
        }
    }
}

/// Adds every violation of a license; `at` is its JSON Pointer within the screen.
pub(crate) fn examine_license(
    at: &str,
    license: &License,
    subject: &Subject<'_>,
    policy: &CredentialingPolicy,
    today: NaiveDate,
    findings: &mut Findings,
) {
    let at = |field: &str| format!("{at}/{field}");
    if license.is_exemption() {
        if !policy.licensure.may_be_exempt(subject.provider_type) {
            let message = "cannot be chosen for this provider type";
            findings.add(&at("license_type"), "license_type_not_allowed_for_provider_type", message);
        }
        let earliest = earliest_exemption(subject.application_type, policy, today);
        if license.effective_date.is_some_and(|date| date < earliest) {
            let message = format!("must be {earliest} or later");
            findings.add_between(
                &at("effective_date"),
                "effective_date_too_early",
                message,
                (Some(earliest), None),
            );
        }
    } else {
        for (field, is_there) in [
            ("issue_state", license.issue_state.is_some()),
            ("license_number", license.license_number.is_some()),
            ("expiration_date", license.expiration_date.is_some()),
        ] {
            if !is_there {
                findings.add(&at(field), "required", "is required unless no license is needed");
            }
        }
    }
    if license.effective_date.is_none() {
        findings.add(&at("effective_date"), "required", "is required");
    }
    if let Some(state) = &license.issue_state {
        findings.check_state(&at("issue_state"), state);
    }
    if let Some(number) = &license.license_number {
        findings.check_text(&at("license_number"), number, MAX_TEXT);
    }
    if let Some((from, to)) = license.effective_date.zip(license.expiration_date)
        && to <= from
    {
        findings.add_between(
            &at("expiration_date"),
            "expiration_not_after_effective",
            "must be after `effective_date`",
            (from.succ_opt(), None),
        );
    }
    if license.last_renewed_on.is_some_and(|date| date > today) {
        findings.add_between(
            &at("last_renewed_on"),
            "date_in_future",
            "must not be in the future",
            (None, Some(today)),
        );
    }
}
