//! What an application needs before it can be submitted (flow F-05; domain rules,
//!

use chrono::NaiveDate;

use crate::applications::credentialing::CredentialingPolicy;
use crate::applications::screen::{Findings, License, Screen, Screens, Subject, Violation, examine_changes};
use crate::ground::application_type::ApplicationType;
use crate::ground::document_type::DocumentType;
use crate::medicaid::license_needs::{LicenseNeeds, ShownLicenses, license_needs};
use crate::medicaid::medicaid_id::MedicaidIdCategory;

/// The documents that screen 8.0 requires, given the current content of the screens.
#[must_use]
pub fn required_documents(
    subject: &Subject<'_>,
    screens: &Screens,
    policy: &CredentialingPolicy,
) -> Vec<DocumentType> {
    let mut needed = needed_of_licenses(subject, screens, policy).documents;
    if subject.application_type == ApplicationType::ChangeOfOwnership {
        needed.push(DocumentType::ChangeOfOwnershipProof);
    }
    needed
}

/// What the application needs to show about licenses, which the license check answers, too.
fn needed_of_licenses(
    subject: &Subject<'_>,
    screens: &Screens,
    policy: &CredentialingPolicy,
) -> LicenseNeeds {
    let mut licenses = screens.licenses.iter().flat_map(|screen| &screen.licenses);
    let shown = ShownLicenses {
        license: licenses.clone().any(|license| !license.is_exemption()),
        exemption: licenses.any(License::is_exemption),
    };
    license_needs(subject.application_type, subject.category, shown, &policy.licensure)
}

/// Every violation that prevents submission, sorted by screen: wrong values, missing values, and
/// missing documents.
///
/// A value that was valid when it was saved can be invalid now, because some date rules count from
/// today. What the screens were filled with from the record on file (`filled`) is not refused.
#[must_use]
pub fn shortcomings(
    subject: &Subject<'_>,
    screens: &Screens,
    filled: &Screens,
    has_tax_id: bool,
    documents: &[DocumentType],
    policy: &CredentialingPolicy,
    today: NaiveDate,
) -> Vec<Violation> {
    let mut violations = examine_changes(screens, filled, subject, policy, today);
    violations.extend(missing_information(subject, screens, has_tax_id));
    violations.extend(missing_entries(subject, screens, policy));
    let mut findings = Findings::on(Screen::Documents);
    for document in required_documents(subject, screens, policy) {
        if !documents.contains(&document) {
            findings.add(
                &format!("/{document}"),
                "document_required",
                format!("{document} must be uploaded"),
            );
        }
    }
    violations.extend(findings.into_violations());
    violations.sort_by_key(|violation| violation.screen);
    violations
}

fn missing_information(subject: &Subject<'_>, screens: &Screens, has_tax_id: bool) -> Vec<Violation> {
    let is_person = subject.category == MedicaidIdCategory::Individual;
    let basic = screens.basic_information.as_ref();
    let is_new = subject.application_type.is_new_provider();
    let needs_a_date = is_new || subject.application_type == ApplicationType::VoluntaryTermination;
    let there = [
        ("/first_name", is_new && is_person, basic.is_some_and(|basic| basic.first_name.is_some())),
        ("/last_name", is_new && is_person, basic.is_some_and(|basic| basic.last_name.is_some())),
        ("/business_name", is_new && !is_person, basic.is_some_and(|basic| basic.business_name.is_some())),
        ("/tax_id", is_new, has_tax_id),
        ("/email", is_new, basic.is_some_and(|basic| basic.email.is_some())),
        (
            "/primary_physical_address",
            is_new,
            basic.is_some_and(|basic| basic.primary_physical_address.is_some()),
        ),
        (
            "/requested_effective_date",
            needs_a_date,
            basic.is_some_and(|basic| basic.requested_effective_date.is_some()),
        ),
    ];
    let mut findings = Findings::on(Screen::BasicInformation);
    for (pointer, is_needed, is_there) in there {
        if is_needed && !is_there {
            findings.add(pointer, "required", "is required");
        }
    }
    findings.into_violations()
}

/// The lists that need at least one entry.
fn missing_entries(subject: &Subject<'_>, screens: &Screens, policy: &CredentialingPolicy) -> Vec<Violation> {
    let is_new =
        subject.category == MedicaidIdCategory::Individual && subject.application_type.is_new_provider();
    let needs_a_license = needed_of_licenses(subject, screens, policy).entry;
    let npis = screens.npis.as_ref().is_some_and(|screen| !screen.npis.is_empty());
    let taxonomies = screens.taxonomies.as_ref().is_some_and(|screen| !screen.taxonomies.is_empty());
    let licenses = screens.licenses.as_ref().is_some_and(|screen| !screen.licenses.is_empty());
    let mut violations = Vec::new();
    for (screen, pointer, is_needed, is_there) in [
        (Screen::Npis, "/npis", is_new, npis),
        (Screen::Taxonomies, "/taxonomies", is_new, taxonomies),
        (Screen::Licenses, "/licenses", needs_a_license, licenses),
    ] {
        if is_needed && !is_there {
            let mut findings = Findings::on(screen);
            findings.add(pointer, "required", "at least one is required");
            violations.extend(findings.into_violations());
        }
    }
    violations
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::applications::screen::content::tests::{complete_screens, license, today};
    use crate::applications::screen::{BasicInformation, LicenseType, LicensesScreen};
    use crate::medicaid::licensure::tests::kentucky;

    const PHYSICIAN: Subject<'static> = Subject {
        application_type: ApplicationType::Enrollment,
        category: MedicaidIdCategory::Individual,
        provider_type: "64",
    };
    const TRANSPORTATION: Subject<'static> =
        Subject { category: MedicaidIdCategory::Entity, provider_type: "56", ..PHYSICIAN };

    fn found(
        subject: &Subject<'_>,
        screens: &Screens,
        has_tax_id: bool,
        documents: &[DocumentType],
    ) -> Vec<(&'static str, String, &'static str)> {
        let violations =
            shortcomings(subject, screens, &Screens::default(), has_tax_id, documents, &kentucky(), today());
        violations
            .into_iter()
            .map(|violation| (violation.screen.as_str(), violation.pointer, violation.code))
            .collect()
    }

    fn of_type(application_type: ApplicationType) -> Subject<'static> {
        Subject { application_type, ..PHYSICIAN }
    }

    fn licensed(license_type: LicenseType) -> Screens {
        Screens {
            licenses: Some(LicensesScreen { licenses: vec![license(license_type)] }),
            ..Screens::default()
        }
    }

    fn required(screen: &'static str, pointer: &str) -> (&'static str, String, &'static str) {
        (screen, pointer.to_owned(), "required")
    }

    #[test]
    fn f_05_everything_that_is_missing_is_reported_together() {
        let person = [
            required("1.1", "/first_name"),
            required("1.1", "/last_name"),
            required("1.1", "/tax_id"),
            required("1.1", "/email"),
            required("1.1", "/primary_physical_address"),
            required("1.1", "/requested_effective_date"),
            required("1.3", "/npis"),
            required("1.4", "/taxonomies"),
            required("2.2", "/licenses"),
        ];
        assert_eq!(found(&PHYSICIAN, &Screens::default(), false, &[]), person);
        let business = [
            required("1.1", "/business_name"),
            required("1.1", "/tax_id"),
            required("1.1", "/email"),
            required("1.1", "/primary_physical_address"),
            required("1.1", "/requested_effective_date"),
        ];
        assert_eq!(found(&TRANSPORTATION, &Screens::default(), false, &[]), business);
        assert_eq!(found(&PHYSICIAN, &complete_screens(), true, &[]), []);
    }

    #[test]
    fn f_05_each_other_type_requires_its_own_values_and_documents() {
        let nothing = Screens::default();
        let change_of_ownership = found(&of_type(ApplicationType::ChangeOfOwnership), &nothing, false, &[]);
        assert_eq!(change_of_ownership.len(), 10);
        assert_eq!(
            change_of_ownership.last(),
            Some(&("8.0", "/change_of_ownership_proof".to_owned(), "document_required"))
        );
        for application_type in [ApplicationType::Maintenance, ApplicationType::Revalidation] {
            assert_eq!(
                found(&of_type(application_type), &nothing, false, &[]),
                [required("2.2", "/licenses"), ("8.0", "/license_copy".to_owned(), "document_required"),],
                "{application_type}"
            );
        }
        let ending = found(&of_type(ApplicationType::VoluntaryTermination), &nothing, false, &[]);
        assert_eq!(ending, [required("1.1", "/requested_effective_date")]);
        for application_type in
            [ApplicationType::Reapplication, ApplicationType::Reinstatement, ApplicationType::LocumTenens]
        {
            assert_eq!(found(&of_type(application_type), &nothing, false, &[]), [], "{application_type}");
        }
    }

    #[test]
    fn r_091_an_exemption_requires_the_letter_of_the_transportation_cabinet() {
        let letter = DocumentType::TransportationCabinetExemptionLetter;
        let exempt = licensed(LicenseType::ExemptFromLicensure);
        for application_type in ApplicationType::ALL {
            let subject = Subject { application_type: *application_type, ..TRANSPORTATION };
            assert!(
                required_documents(&subject, &exempt, &kentucky()).contains(&letter),
                "{application_type}"
            );
        }
        let subject = Subject { application_type: ApplicationType::Maintenance, ..TRANSPORTATION };
        let missing = [("8.0", format!("/{letter}"), "document_required")];
        assert_eq!(found(&subject, &exempt, false, &[]), missing);
        assert_eq!(found(&subject, &exempt, false, &[DocumentType::LicenseCopy]), missing);
        assert_eq!(found(&subject, &exempt, false, &[letter]), []);
    }

    #[test]
    fn r_100_r_107_r_207_a_maintenance_or_revalidation_requires_a_copy_of_the_license() {
        for application_type in ApplicationType::ALL {
            let subject = of_type(*application_type);
            let needed = required_documents(&subject, &licensed(LicenseType::StateLicense), &kentucky());
            let shows =
                matches!(application_type, ApplicationType::Maintenance | ApplicationType::Revalidation);
            assert_eq!(needed.contains(&DocumentType::LicenseCopy), shows, "{application_type}");
        }
        let nothing = Screens::default();
        let maintenance = of_type(ApplicationType::Maintenance);
        assert_eq!(required_documents(&maintenance, &nothing, &kentucky()), [DocumentType::LicenseCopy]);
        let of_entity = Subject { application_type: ApplicationType::Maintenance, ..TRANSPORTATION };
        assert_eq!(required_documents(&of_entity, &nothing, &kentucky()), []);
    }

    #[test]
    fn f_05_values_that_were_valid_when_saved_are_validated_again_when_submitted() {
        let mut screens = complete_screens();
        let long_ago = crate::ground::calendar::years_before(today(), 1).pred_opt();
        let basic = screens.basic_information.unwrap_or_default();
        screens.basic_information = Some(BasicInformation { requested_effective_date: long_ago, ..basic });
        let pointer = "/requested_effective_date".to_owned();
        let expected = [("1.1", pointer, "effective_date_too_early")];
        assert_eq!(found(&PHYSICIAN, &screens, true, &[]), expected);
    }
}
