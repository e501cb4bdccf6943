//! What an application must show about licenses (domain rules ). The
//! license check and submission both ask this rule.

use crate::ground::application_type::ApplicationType;
use crate::ground::document_type::DocumentType;
use crate::medicaid::licensure_policy::LicensurePolicy;
use crate::medicaid::medicaid_id::MedicaidIdCategory;

/// What an application shows on screen 2.2.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ShownLicenses {
    /// Whether there is a license.
    pub license: bool,
    /// Whether there is an exemption from licensure.
    pub exemption: bool,
}

/// What an application needs before it can be submitted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LicenseNeeds {
    /// Whether it needs a license or an exemption on screen 2.2.
    pub entry: bool,
    /// The documents that it needs on screen 8.0.
    pub documents: Vec<DocumentType>,
}

/// What an application of this type needs for a provider of this category.
///
/// A maintenance or revalidation of an individual always needs a license and its copy, because it
/// ends the exemption of renewals that a board reports. Groups and entities need a copy of
/// the licenses that they show. An exemption always needs its letter.
#[must_use]
pub fn license_needs(
    application_type: ApplicationType,
    category: MedicaidIdCategory,
    shown: ShownLicenses,
    policy: &LicensurePolicy,
) -> LicenseNeeds {
    let is_individual = category == MedicaidIdCategory::Individual;
    let needs_proof =
        matches!(application_type, ApplicationType::Maintenance | ApplicationType::Revalidation);
    let mut documents = Vec::new();
    if shown.exemption {
        documents.push(policy.exempt_document);
    }
    if needs_proof && (shown.license || (is_individual && !shown.exemption)) {
        documents.push(DocumentType::LicenseCopy);
    }
    LicenseNeeds { entry: is_individual && (needs_proof || application_type.is_new_provider()), documents }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::medicaid::licensure::tests::kentucky;

    const NOTHING: ShownLicenses = ShownLicenses { license: false, exemption: false };
    const LICENSE: ShownLicenses = ShownLicenses { license: true, exemption: false };
    const EXEMPTION: ShownLicenses = ShownLicenses { license: false, exemption: true };
    const BOTH: ShownLicenses = ShownLicenses { license: true, exemption: true };
    const COPY: DocumentType = DocumentType::LicenseCopy;
    const LETTER: DocumentType = DocumentType::TransportationCabinetExemptionLetter;

    fn needs(
        application_type: ApplicationType,
        category: MedicaidIdCategory,
        shown: ShownLicenses,
    ) -> LicenseNeeds {
        license_needs(application_type, category, shown, &kentucky().licensure)
    }

    #[test]
    fn r_100_r_107_r_207_an_individuals_maintenance_or_revalidation_needs_a_license_and_its_copy() {
        for application_type in [ApplicationType::Maintenance, ApplicationType::Revalidation] {
            for (shown, documents) in [
                (NOTHING, vec![COPY]),
                (LICENSE, vec![COPY]),
                (EXEMPTION, vec![LETTER]),
                (BOTH, vec![LETTER, COPY]),
            ] {
                let found = needs(application_type, MedicaidIdCategory::Individual, shown);
                assert_eq!(found, LicenseNeeds { entry: true, documents }, "{application_type} {shown:?}");
            }
        }
    }

    #[test]
    fn r_100_r_207_groups_and_entities_need_a_copy_of_the_licenses_that_they_show() {
        for category in [MedicaidIdCategory::Group, MedicaidIdCategory::Entity] {
            for application_type in [ApplicationType::Maintenance, ApplicationType::Revalidation] {
                for (shown, documents) in [
                    (NOTHING, vec![]),
                    (LICENSE, vec![COPY]),
                    (EXEMPTION, vec![LETTER]),
                    (BOTH, vec![LETTER, COPY]),
                ] {
                    let found = needs(application_type, category, shown);
                    assert_eq!(found, LicenseNeeds { entry: false, documents }, "{category} {shown:?}");
                }
            }
        }
    }

    #[test]
    fn r_107_r_207_other_types_need_no_copy_and_only_new_individuals_need_a_license() {
        let others = ApplicationType::ALL
            .iter()
            .filter(|kind| !matches!(kind, ApplicationType::Maintenance | ApplicationType::Revalidation));
        for application_type in others {
            let is_new =
                matches!(application_type, ApplicationType::Enrollment | ApplicationType::ChangeOfOwnership);
            for category in MedicaidIdCategory::ALL {
                let entry = is_new && *category == MedicaidIdCategory::Individual;
                for (shown, documents) in [(NOTHING, vec![]), (LICENSE, vec![]), (BOTH, vec![LETTER])] {
                    let found = needs(*application_type, *category, shown);
                    assert_eq!(found, LicenseNeeds { entry, documents }, "{application_type} {category}");
                }
            }
        }
    }
}
