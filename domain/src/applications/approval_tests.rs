use uuid::Uuid;

use super::*;
use crate::applications::on_file::tests::physician;
use crate::applications::screen::{
    BasicInformation, GroupLink, GroupLinksScreen, LicenseType, LicensesScreen, NpisScreen, TaxonomiesScreen,
};
use crate::ground::plan_code::PlanCode;
use crate::platform::plan::PlanProfile;

const KY: &str = concat!(
    include_str!("../../../api/plans/ky.toml"),
    include_str!("../../../api/plans/ky-provider-types.toml")
);

fn policy() -> CredentialingPolicy {
    toml::from_str::<PlanProfile>(KY).unwrap().credentialing.unwrap()
}

fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn organization(kind: OrganizationKind) -> OrganizationFacts {
    OrganizationFacts {
        id: OrganizationId::from_uuid(Uuid::from_u128(1)),
        name: "Bluegrass".into(),
        kind,
        plan: PlanCode::Ky,
        active_group_medicaid_ids: 1,
    }
}

fn record() -> MedicaidIdId {
    MedicaidIdId::from_uuid(Uuid::from_u128(7))
}

fn link(medicaid_id: &str, effective: Option<&str>, end: Option<&str>) -> GroupLink {
    GroupLink {
        medicaid_id: medicaid_id.into(),
        effective_date: effective.map(date),
        end_date: end.map(date),
    }
}

/// Screens with a value in every field.
fn screens() -> Screens {
    let npi = |npi: &str, primary| NpiEntry { npi: npi.into(), primary };
    Screens {
        basic_information: Some(BasicInformation {
            first_name: Some("John".into()),
            last_name: Some("Doe-Smith".into()),
            email: Some("john@example.org".into()),
            telephone: Some("5025550100".into()),
            ..BasicInformation::default()
        }),
        npis: Some(NpisScreen { npis: vec![npi("1993999998", false), npi("1234567893", true)] }),
        taxonomies: Some(TaxonomiesScreen {
            taxonomies: vec![TaxonomyEntry { code: "207Q00000X".into(), npi: None, primary: true }],
        }),
        licenses: Some(LicensesScreen { licenses: vec![license()] }),
        group_links: Some(GroupLinksScreen {
            links: vec![
                link("7100000001", Some("2026-01-01"), None),
                link("7100000002", None, Some("2026-01-31")),
            ],
        }),
    }
}

fn license() -> License {
    License {
        license_type: LicenseType::StateLicense,
        issue_state: Some("KY".into()),
        license_number: Some("12345".into()),
        effective_date: Some(date("2025-03-01")),
        expiration_date: Some(date("2027-02-28")),
        primary: true,
        last_renewed_on: None,
    }
}

/// What unfilled screens make of a record without content.
fn difference(screens: &Screens) -> Difference {
    Difference::of(None, screens, &Screens::default())
}

fn filed<'a>(
    application_type: ApplicationType,
    organization: &'a OrganizationFacts,
    (screens, difference): (&'a Screens, &'a Difference),
) -> Filed<'a> {
    let of_record = application_type != ApplicationType::Enrollment;
    Filed {
        application_type,
        category: MedicaidIdCategory::Individual,
        provider_type: "64",
        provider_name: "Doe, John",
        npi: Some("1245319599"),
        requested_effective_date: None,
        organization,
        medicaid_id: of_record.then_some("1111111"),
        on_file: of_record.then(record),
        screens,
        difference,
        tax_number: None,
    }
}

fn approved(application_type: ApplicationType, screens: &Screens) -> Approval {
    let organization = organization(OrganizationKind::ProviderGroup);
    approve(
        &filed(application_type, &organization, (screens, &difference(screens))),
        &policy(),
        date("2026-02-01"),
    )
}

fn change(approval: &Approval) -> &Change {
    let (id, change) = approval.change().unwrap();
    assert_eq!(*id, record());
    change
}

#[test]
fn f_05_r_070_an_enrollment_issues_a_medicaid_id_due_for_revalidation_in_five_years() {
    let approval = approved(ApplicationType::Enrollment, &screens());
    let issue = approval.issue().unwrap();
    assert_eq!((issue.number.as_deref(), issue.effective_date), (None, date("2026-02-01")));
    assert_eq!(issue.revalidation_due_on, date("2031-02-01"));
    assert_eq!((issue.name.as_str(), issue.npis.len(), issue.owner), ("Doe, John", 2, None));
    assert_eq!(issue.email.as_deref(), Some("john@example.org"));
    assert_eq!(approval.change(), None);
    let numbers: Vec<_> = approval.links().iter().map(|link| link.medicaid_id.as_str()).collect();
    assert_eq!(numbers, ["7100000001"], "a new Medicaid ID has no links to end");
}

#[test]
fn r_070_x_09_after_an_approval_on_february_29_revalidation_is_due_on_february_28() {
    let (organization, screens) = (organization(OrganizationKind::ProviderGroup), Screens::default());
    let difference = difference(&screens);
    let filed = filed(ApplicationType::Enrollment, &organization, (&screens, &difference));
    let issue = approve(&filed, &policy(), date("2028-02-29")).issue().cloned().unwrap();
    assert_eq!(issue.revalidation_due_on, date("2033-02-28"));
    assert_eq!(issue.npis, [NpiEntry { npi: "1245319599".into(), primary: true }], "the NPI in the lists");
}

#[test]
fn lists_show_the_primary_npi_or_else_the_first() {
    let (organization, screens) = (organization(OrganizationKind::ProviderGroup), screens());
    let difference = difference(&screens);
    let filed = filed(ApplicationType::Enrollment, &organization, (&screens, &difference));
    let mut issue = approve(&filed, &policy(), date("2026-03-03")).issue().cloned().unwrap();
    let npi = |npi: &str, primary| NpiEntry { npi: npi.into(), primary };
    issue.npis = vec![npi("1000000004", false), npi("1000000012", true)];
    assert_eq!(issue.npi(), Some("1000000012"));
    assert_eq!(issue.further_npis().collect::<Vec<_>>(), ["1000000004"]);
    issue.npis = vec![npi("1000000004", false), npi("1000000012", false)];
    assert_eq!(issue.npi(), Some("1000000004"));
    issue.npis.clear();
    assert_eq!((issue.npi(), issue.further_npis().count()), (None, 0));
}

#[test]
fn a_19_an_enrollment_that_names_a_medicaid_id_is_not_issued_another() {
    let (organization, screens) = (organization(OrganizationKind::ProviderGroup), screens());
    let difference = difference(&screens);
    let bare = filed(ApplicationType::Enrollment, &organization, (&screens, &difference));
    let known = Filed { medicaid_id: Some("1111111"), on_file: Some(record()), ..bare };
    let approval = approve(&known, &policy(), date("2026-02-01"));
    assert_eq!(approval.issue(), None);
    assert_eq!(change(&approval).status, Some(MedicaidIdStatus::Active));
    assert_eq!(change(&approval).revalidation_due_on, Some(date("2031-02-01")));
    let unknown = Filed { medicaid_id: Some("1111111"), ..bare };
    let approval = approve(&unknown, &policy(), date("2026-02-01"));
    assert_eq!(
        approval.issue().unwrap().number.as_deref(),
        Some("1111111"),
        "the record is added with its number"
    );
}

#[test]
fn a_new_medicaid_id_is_owned_by_an_organization_that_enrolls_itself() {
    let screens = Screens::default();
    let difference = difference(&screens);
    for (kind, category, is_own) in [
        (OrganizationKind::ProviderGroup, MedicaidIdCategory::Individual, false),
        (OrganizationKind::ProviderGroup, MedicaidIdCategory::Group, true),
        (OrganizationKind::Entity, MedicaidIdCategory::Entity, true),
        (OrganizationKind::IndividualProvider, MedicaidIdCategory::Individual, true),
        (OrganizationKind::ThirdPartyCredentialing, MedicaidIdCategory::Group, false),
    ] {
        let organization = organization(kind);
        let filed =
            Filed { category, ..filed(ApplicationType::Enrollment, &organization, (&screens, &difference)) };
        let issue = approve(&filed, &policy(), date("2026-02-01")).issue().cloned().unwrap();
        assert_eq!(issue.owner, is_own.then_some(organization.id), "{kind} {category}");
    }
}

#[test]
fn r_047_r_100_a_maintenance_applies_saved_screens_and_begins_and_ends_group_links() {
    let approval = approved(ApplicationType::Maintenance, &screens());
    let found = change(&approval);
    assert_eq!(found.name.as_deref(), Some("Doe-Smith, John"));
    assert_eq!(found.npis.as_ref().unwrap().len(), 2);
    assert_eq!((found.status, found.end_date, found.revalidation_due_on), (None, None, None));
    assert_eq!(
        approval.links(),
        [
            LinkChange {
                medicaid_id: "7100000001".into(),
                begins_on: Some(date("2026-01-01")),
                ends_on: None
            },
            LinkChange {
                medicaid_id: "7100000002".into(),
                begins_on: None,
                ends_on: Some(date("2026-01-31"))
            },
        ]
    );
    let nothing_saved = approved(ApplicationType::Maintenance, &Screens::default());
    assert_eq!(change(&nothing_saved), &Change::default(), "unsaved values stay unchanged");
}

#[test]
fn r_100_f_05_an_approval_applies_licenses_taxonomies_telephone_and_tax_id() {
    let (organization, screens) = (organization(OrganizationKind::ProviderGroup), screens());
    let difference = difference(&screens);
    let number = TaxNumber::of(MedicaidIdCategory::Individual, "401550142");
    let approval = |application_type| {
        let filed = Filed {
            tax_number: number.as_ref(),
            ..filed(application_type, &organization, (&screens, &difference))
        };
        approve(&filed, &policy(), date("2026-02-01"))
    };
    for kind in [
        ApplicationType::Maintenance,
        ApplicationType::Revalidation,
        ApplicationType::Reapplication,
        ApplicationType::Reinstatement,
    ] {
        let approval = approval(kind);
        let change = change(&approval);
        assert_eq!(change.licenses.as_deref(), Some(&[license()][..]), "{kind}");
        assert_eq!(change.taxonomies.as_ref().map(Vec::len), Some(1), "{kind}");
        assert_eq!(change.telephone, Some(Some("5025550100".into())), "{kind}");
        assert_eq!(change.tax_number, number, "{kind}");
    }
    for kind in [ApplicationType::Enrollment, ApplicationType::ChangeOfOwnership] {
        let issue = approval(kind).issue().cloned().unwrap();
        assert_eq!(
            (issue.practice.licenses, issue.tax_number),
            (Some(vec![license()]), number.clone()),
            "{kind}"
        );
    }
    let ended = approval(ApplicationType::VoluntaryTermination);
    assert_eq!((&change(&ended).licenses, &change(&ended).tax_number), (&None, &None));
}

#[test]
fn a_tax_id_is_a_social_security_number_only_for_individuals() {
    for category in MedicaidIdCategory::ALL {
        let number = TaxNumber::of(*category, "401550142").unwrap();
        let is_ssn = matches!(number, TaxNumber::Ssn(_));
        assert_eq!(is_ssn, *category == MedicaidIdCategory::Individual, "{category}");
        assert!(!format!("{number:?}").contains("0142"), "debug output omits the number");
    }
    assert_eq!(TaxNumber::of(MedicaidIdCategory::Individual, "000123456"), None, "never issued");
}

#[test]
fn f_05_only_an_enrollment_without_a_medicaid_id_has_the_issued_one_as_its_subject() {
    let (organization, screens) = (organization(OrganizationKind::ProviderGroup), Screens::default());
    let difference = difference(&screens);
    let enrollment = filed(ApplicationType::Enrollment, &organization, (&screens, &difference));
    let named = Filed { medicaid_id: Some("1111111"), ..enrollment };
    let change = filed(ApplicationType::ChangeOfOwnership, &organization, (&screens, &difference));
    for (filed, is_subject) in [(enrollment, true), (named, false), (change, false)] {
        let approval = approve(&filed, &policy(), date("2026-02-01"));
        assert_eq!(approval.issue().unwrap().is_subject, is_subject, "{filed:?}");
    }
}

#[test]
fn r_047_a_link_joins_an_individual_and_a_group_whichever_is_the_subject() {
    use MedicaidIdCategory::{Entity, Group, Individual};
    let other = MedicaidIdId::from_uuid(Uuid::from_u128(8));
    assert_eq!(link_ends((Individual, record()), (Group, other)), Some((record(), other)));
    assert_eq!(link_ends((Group, record()), (Individual, other)), Some((other, record())));
    for (this, that) in [
        (Individual, Individual),
        (Group, Group),
        (Entity, Entity),
        (Entity, Individual),
        (Entity, Group),
        (Individual, Entity),
        (Group, Entity),
    ] {
        assert_eq!(link_ends((this, record()), (that, other)), None, "{this} {that}");
    }
}

#[test]
fn r_070_the_next_revalidation_is_due_five_years_after_the_approval_even_of_an_early_one() {
    let approval = approved(ApplicationType::Revalidation, &screens());
    assert_eq!(change(&approval).revalidation_due_on, Some(date("2031-02-01")));
    assert_eq!(change(&approval).status, None);
    assert!(approval.links().is_empty(), "only a Maintenance changes links");
}

#[test]
fn f_05_reinstatement_and_reapplication_activate_the_medicaid_id() {
    for kind in [ApplicationType::Reinstatement, ApplicationType::Reapplication] {
        let approval = approved(kind, &Screens::default());
        let expected = Change { status: Some(MedicaidIdStatus::Active), ..Change::default() };
        assert_eq!(change(&approval), &expected, "{kind}");
    }
}

#[test]
fn f_05_a_voluntary_termination_ends_the_medicaid_id_on_the_requested_date() {
    let (organization, screens) = (organization(OrganizationKind::ProviderGroup), screens());
    let difference = difference(&screens);
    let today = filed(ApplicationType::VoluntaryTermination, &organization, (&screens, &difference));
    let later = Filed { requested_effective_date: Some(date("2026-03-31")), ..today };
    for (filed, last_day) in [(today, "2026-02-01"), (later, "2026-03-31")] {
        let approval = approve(&filed, &policy(), date("2026-02-01"));
        assert_eq!(change(&approval), &ended(date(last_day)));
        assert_eq!(change(&approval).status, Some(MedicaidIdStatus::Terminated));
        assert_eq!(approval.issue(), None);
    }
}

#[test]
fn f_05_a_change_of_ownership_ends_the_old_medicaid_id_the_day_before_the_new_one_starts() {
    let (organization, screens) = (organization(OrganizationKind::ProviderGroup), Screens::default());
    let difference = difference(&screens);
    let filed = Filed {
        category: MedicaidIdCategory::Group,
        requested_effective_date: Some(date("2026-03-01")),
        ..filed(ApplicationType::ChangeOfOwnership, &organization, (&screens, &difference))
    };
    let approval = approve(&filed, &policy(), date("2026-02-01"));
    assert_eq!(change(&approval), &ended(date("2026-02-28")));
    let issue = approval.issue().unwrap();
    assert_eq!((issue.number.as_deref(), issue.effective_date), (None, date("2026-03-01")));
    assert_eq!(issue.owner, Some(organization.id));
}

#[test]
fn f_05_approving_locum_tenens_or_an_application_without_a_stored_id_changes_nothing() {
    assert_eq!(approved(ApplicationType::LocumTenens, &screens()), Approval::default());
    let (organization, screens) = (organization(OrganizationKind::ProviderGroup), Screens::default());
    let difference = difference(&screens);
    let filed = Filed {
        on_file: None,
        ..filed(ApplicationType::Revalidation, &organization, (&screens, &difference))
    };
    assert_eq!(approve(&filed, &policy(), date("2026-02-01")), Approval::default());
}

#[test]
fn r_206_an_approval_applies_only_what_differs_from_the_record() {
    let on_file = physician().screens();
    let organization = organization(OrganizationKind::ProviderGroup);
    let approved = |screens: &Screens| {
        let difference = Difference::of(Some(&on_file), screens, &on_file);
        let filed = filed(ApplicationType::Maintenance, &organization, (screens, &difference));
        approve(&filed, &policy(), date("2026-02-01"))
    };
    let untouched = approved(&on_file);
    assert_eq!((change(&untouched), untouched.links()), (&Change::default(), &[][..]));

    let mut edited = on_file.clone();
    let basic = edited.basic_information.as_mut().unwrap();
    (basic.last_name, basic.email) = (Some("Roe".into()), None);
    edited.licenses = Some(LicensesScreen { licenses: vec![] });
    edited.group_links =
        Some(GroupLinksScreen { links: vec![link("7100000001", Some("2020-01-01"), Some("2026-01-31"))] });
    let approval = approved(&edited);
    let expected = Change {
        name: Some("Roe, John".into()),
        email: Some(None),
        licenses: Some(vec![]),
        ..Change::default()
    };
    assert_eq!(change(&approval), &expected);
    let end =
        LinkChange { medicaid_id: "7100000001".into(), begins_on: None, ends_on: Some(date("2026-01-31")) };
    assert_eq!(approval.links(), [end]);
}
