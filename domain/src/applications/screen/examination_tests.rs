use super::*;
use crate::applications::screen::content::tests::*;
use crate::applications::screen::{
    GroupLink, License, LicenseType, NpiEntry, TaxonomyEntry, examine, tax_id_digits,
};
use crate::ground::text::looks_like_ssn;
use crate::medicaid::licensure::tests::kentucky;

#[test]
fn valid_values_and_missing_values_are_not_violations() {
    assert_eq!(violations(&complete_screens(), &PHYSICIAN), []);
    assert_eq!(violations(&Screens::default(), &PHYSICIAN), []);
    assert_eq!(violations(&basic(|_| {}), &PHYSICIAN), []);
}

#[test]
fn all_violations_are_reported_together_with_their_pointers() {
    let screens = Screens {
        basic_information: Some(BasicInformation {
            first_name: Some(String::new()),
            business_name: Some("Bluegrass Primary Care".into()),
            email: Some("not-an-address".into()),
            telephone: Some("(123) 123-1234".into()),
            primary_physical_address: Some(PostalAddress {
                line1: String::new(),
                line2: Some("a".repeat(101)),
                city: "Frank\u{7}fort".into(),
                state: "Kentucky".into(),
                zip: "4062".into(),
            }),
            ..BasicInformation::default()
        }),
        npis: Some(NpisScreen { npis: vec![npi("1234567890", false), npi("", false)] }),
        taxonomies: Some(TaxonomiesScreen { taxonomies: vec![taxonomy("207Q", Some("1993999998"))] }),
        ..Screens::default()
    };
    let expected = [
        ("1.1/first_name", "required"),
        ("1.1/business_name", "not_applicable"),
        ("1.1/email", "format"),
        ("1.1/telephone", "format"),
        ("1.1/primary_physical_address/line1", "required"),
        ("1.1/primary_physical_address/line2", "too_long"),
        ("1.1/primary_physical_address/city", "format"),
        ("1.1/primary_physical_address/state", "format"),
        ("1.1/primary_physical_address/zip", "format"),
        ("1.3/npis/0/npi", "npi_check_digit"),
        ("1.3/npis/1/npi", "required"),
        ("1.3/npis", "one_primary"),
        ("1.4/taxonomies/0/code", "taxonomy_format"),
        ("1.4/taxonomies/0/npi", "npi_not_listed"),
    ];
    let expected: Vec<_> = expected.into_iter().map(|(pointer, code)| (pointer.to_owned(), code)).collect();
    assert_eq!(violations(&screens, &PHYSICIAN), expected);
}

#[test]
fn section_2_1_names_have_at_most_100_characters_of_any_alphabet() {
    let longest = "é".repeat(100);
    for name in ["O'Brien", "Ötvös", "李", "van der Berg-Smith, Jr.", "+", longest.as_str()] {
        assert_eq!(violations(&basic(|basic| basic.last_name = Some(name.into())), &PHYSICIAN), [], "{name}");
    }
    let too_long = basic(|basic| basic.last_name = Some("é".repeat(101)));
    assert_eq!(violations(&too_long, &PHYSICIAN), one("1.1/last_name", "too_long"));
    let person = basic(|basic| basic.first_name = Some("Ann".into()));
    assert_eq!(violations(&person, &GROUP), one("1.1/first_name", "not_applicable"));
}

#[test]
fn d_18_text_that_looks_like_a_social_security_number_is_refused() {
    for text in
        ["Doe 123-45-6789", "123-45-6789", "(123.45.6789)", "123 45 6789", "123\u{2011}45\u{2011}6789"]
    {
        assert!(looks_like_ssn(text), "{text}");
    }
    for text in
        ["502-555-0142", "40621-0001", "1234567893", "1123-45-6789", "123-45-67890", "12-345-6789", ""]
    {
        assert!(!looks_like_ssn(text), "{text}");
    }
    for name in ["Doe 123-45-6789", "Doe 123/45/6789", "Doe 123456789"] {
        let screens = basic(|basic| basic.last_name = Some(name.into()));
        assert_eq!(violations(&screens, &PHYSICIAN), one("1.1/last_name", "looks_like_ssn"), "{name}");
    }
    let business = basic(|basic| basic.business_name = Some("Smith 123-45-6789".into()));
    assert_eq!(violations(&business, &GROUP), one("1.1/business_name", "looks_like_ssn"));
    let business = basic(|basic| basic.business_name = Some("Doctors.com 123456789".into()));
    assert_eq!(violations(&business, &GROUP), [], "R-214: businesses may have them");
    let number = |number: &str| {
        let license = License { license_number: Some(number.into()), ..license(LicenseType::StateLicense) };
        violations(&with_licenses(vec![license]), &PHYSICIAN)
    };
    assert_eq!(number("123-45-6789"), one("2.2/licenses/0/license_number", "looks_like_ssn"));
    assert_eq!(number("123456789"), [], "licenses may have nine digits");
    let email = basic(|basic| basic.email = Some("123-45-6789@example.org".into()));
    assert_eq!(violations(&email, &PHYSICIAN), one("1.1/email", "looks_like_ssn"));
    let messages = examine(&email, &PHYSICIAN, &kentucky(), today());
    assert!(
        messages.iter().all(|violation| !violation.message.contains("6789")),
        "no message repeats the number"
    );
}

#[test]
fn section_2_1_a_tax_id_is_an_ssn_for_individuals_and_a_fein_for_others() {
    let refused = |text: &str, category| {
        let violations = tax_id_digits(text, category).unwrap_err();
        (format!("{}{}", violations[0].screen, violations[0].pointer), violations[0].code)
    };
    let (person, group) = (MedicaidIdCategory::Individual, MedicaidIdCategory::Group);
    for text in ["123-45-6789", "123456789"] {
        assert_eq!(*tax_id_digits(text, person).unwrap(), "123456789");
    }
    for text in ["61-0000001", "610000001", "900000001"] {
        assert_eq!(tax_id_digits(text, group).unwrap().len(), 9, "{text}");
    }
    let place = || "1.1/tax_id".to_owned();
    assert_eq!(refused("61-0000001", person), (place(), "format"));
    assert_eq!(refused("123-45-6789", group), (place(), "format"));
    assert_eq!(refused("900-12-3456", person), (place(), "ssn_impossible"));
}

#[test]
fn requested_effective_dates_range_from_one_year_ago_to_90_days_ahead() {
    let requested = |today: &str, date: &str| {
        let screens = basic(|basic| basic.requested_effective_date = Some(day(date)));
        violations_on(day(today), &screens, &PHYSICIAN)
    };
    let place = "1.1/requested_effective_date";
    for (today, too_early, earliest, latest, too_late) in [
        ("2026-02-01", "2025-01-31", "2025-02-01", "2026-05-02", "2026-05-03"),
        // The year before has no February 29, or the window contains one.
        ("2028-02-29", "2027-02-27", "2027-02-28", "2028-05-29", "2028-05-30"),
        ("2029-02-28", "2028-02-27", "2028-02-28", "2029-05-29", "2029-05-30"),
        ("2025-03-01", "2024-02-29", "2024-03-01", "2025-05-30", "2025-05-31"),
    ] {
        assert_eq!(requested(today, too_early), one(place, "effective_date_too_early"), "{today}");
        assert_eq!(requested(today, earliest), [], "{today}");
        assert_eq!(requested(today, latest), [], "{today}");
        assert_eq!(requested(today, too_late), one(place, "effective_date_too_late"), "{today}");
        let screens = basic(|basic| basic.requested_effective_date = Some(day(too_early)));
        let found = examine(&screens, &PHYSICIAN, &kentucky(), day(today));
        assert_eq!((found[0].earliest, found[0].latest), (Some(day(earliest)), Some(day(latest))));
    }
}

#[test]
fn x_03_x_04_x_05_each_invalid_npi_is_refused_with_its_reason() {
    for (text, code) in [
        ("1234567890", "npi_check_digit"),
        ("147852360", "npi_length"),
        ("3698521473", "npi_prefix"),
        ("１２３４５６７８９３", "npi_length"),
        ("123-45-6789", "npi_length"),
        (" 1234567893", "npi_length"),
    ] {
        assert_eq!(
            violations(&with_npis(vec![npi(text, true)]), &PHYSICIAN),
            one("1.3/npis/0/npi", code),
            "{text}"
        );
    }
    for text in ["1234567893", "1993999998", "1245319599", "1000000020", "2000000010"] {
        assert_eq!(violations(&with_npis(vec![npi(text, true)]), &PHYSICIAN), [], "{text}");
    }
}

#[test]
fn thirty_npis_are_accepted_and_thirty_one_are_refused() {
    assert_eq!(violations(&with_npis(many_npis(30)), &PHYSICIAN), []);
    assert_eq!(violations(&with_npis(many_npis(31)), &PHYSICIAN), one("1.3/npis", "too_many_items"));
}

#[test]
fn one_hundred_taxonomies_licenses_or_links_are_accepted_and_one_more_is_refused() {
    let taxonomies = |count: usize| {
        let taxonomies = (0..count).map(|n| taxonomy(&format!("{n:09}X"), None)).collect();
        Screens { taxonomies: Some(TaxonomiesScreen { taxonomies }), ..Screens::default() }
    };
    let licenses = |count: usize| with_licenses(vec![license(LicenseType::StateLicense); count]);
    let links = |count: usize| {
        with_links((0..count).map(|n| link(&format!("71{n:08}"), Some("2026-01-01"), None)).collect())
    };
    for screens in [taxonomies(100), licenses(100), links(100)] {
        assert_eq!(violations(&screens, &PHYSICIAN), []);
    }
    for (screens, place) in
        [(taxonomies(101), "1.4/taxonomies"), (licenses(101), "2.2/licenses"), (links(101), "5.1/links")]
    {
        assert_eq!(violations(&screens, &PHYSICIAN), one(place, "too_many_items"));
    }
}

#[test]
fn npis_are_distinct_and_exactly_one_is_primary() {
    let (a, b) = ("1234567893", "1993999998");
    let twice = with_npis(vec![npi(a, true), npi(a, false)]);
    assert_eq!(violations(&twice, &PHYSICIAN), one("1.3/npis/1/npi", "duplicate"));
    for (first, second) in [(false, false), (true, true)] {
        let screens = with_npis(vec![npi(a, first), npi(b, second)]);
        assert_eq!(violations(&screens, &PHYSICIAN), one("1.3/npis", "one_primary"));
    }
    assert_eq!(violations(&with_npis(vec![npi(a, false), npi(b, true)]), &PHYSICIAN), []);
    assert_eq!(violations(&with_npis(vec![]), &PHYSICIAN), [], "an empty list needs no primary NPI");
}

#[test]
fn a_taxonomy_code_appears_once_per_npi_and_names_an_npi_of_the_application() {
    let (a, b) = (Some("1234567893"), Some("1993999998"));
    let screens = |npis: Option<Vec<NpiEntry>>, taxonomies: Vec<TaxonomyEntry>| Screens {
        npis: npis.map(|npis| NpisScreen { npis }),
        taxonomies: Some(TaxonomiesScreen { taxonomies }),
        ..Screens::default()
    };
    let both = || Some(vec![npi("1234567893", true), npi("1993999998", false)]);
    let two = vec![taxonomy("207Q00000X", a), taxonomy("207Q00000X", b), taxonomy("207Q00000X", None)];
    assert_eq!(violations(&screens(both(), two), &PHYSICIAN), []);
    let twice = vec![taxonomy("207Q00000X", a), taxonomy("207Q00000X", a)];
    assert_eq!(violations(&screens(both(), twice), &PHYSICIAN), one("1.4/taxonomies/1/code", "duplicate"));
    let unlisted = vec![taxonomy("207Q00000X", Some("1245319599"))];
    let expected = one("1.4/taxonomies/0/npi", "npi_not_listed");
    assert_eq!(violations(&screens(both(), unlisted.clone()), &PHYSICIAN), expected);
    assert_eq!(violations(&screens(None, unlisted), &PHYSICIAN), [], "the NPI screen is not saved yet");
    let no_npi = vec![taxonomy("207Q00000X", Some("1234567890"))];
    assert_eq!(
        violations(&screens(None, no_npi), &PHYSICIAN),
        one("1.4/taxonomies/0/npi", "npi_check_digit")
    );
}

#[test]
fn r_090_only_listed_provider_types_can_be_exempt_from_licensure() {
    let enrollment = ApplicationType::Enrollment;
    assert_eq!(
        violations(&exempt("2026-02-01"), &transportation(enrollment)),
        [],
        "an exemption needs no number, state, or end date"
    );
    let expected = one("2.2/licenses/0/license_type", "license_type_not_allowed_for_provider_type");
    assert_eq!(violations(&exempt("2026-02-01"), &PHYSICIAN), expected);
    let mut policy = kentucky();
    policy.licensure.exempt_license_types_allowed.push("64".into());
    assert_eq!(examine(&exempt("2026-02-01"), &PHYSICIAN, &policy, today()), []);
}

#[test]
fn r_092_a_10_exemptions_for_existing_medicaid_ids_go_back_to_july_2019() {
    let place = "2.2/licenses/0/effective_date";
    for application_type in [
        ApplicationType::Maintenance,
        ApplicationType::Reapplication,
        ApplicationType::Reinstatement,
        ApplicationType::Revalidation,
    ] {
        let subject = transportation(application_type);
        assert_eq!(violations(&exempt("2019-07-01"), &subject), [], "{application_type}");
        assert_eq!(violations(&exempt("2019-06-30"), &subject), one(place, "effective_date_too_early"));
        let found = examine(&exempt("2019-06-30"), &subject, &kentucky(), today());
        assert_eq!((found[0].earliest, found[0].latest), (Some(day("2019-07-01")), None));
    }
}

#[test]
fn r_092_exemptions_for_enrollments_go_back_one_year_and_never_before_july_2019() {
    let subject = transportation(ApplicationType::Enrollment);
    let place = "2.2/licenses/0/effective_date";
    assert_eq!(violations(&exempt("2025-02-01"), &subject), []);
    assert_eq!(violations(&exempt("2025-01-31"), &subject), one(place, "effective_date_too_early"));
    let early_2020 = day("2020-03-01");
    assert_eq!(violations_on(early_2020, &exempt("2019-07-01"), &subject), []);
    assert_eq!(
        violations_on(early_2020, &exempt("2019-06-30"), &subject),
        one(place, "effective_date_too_early")
    );
}

#[test]
fn other_licenses_require_state_number_and_both_dates() {
    let bare = License {
        license_type: LicenseType::TemporaryLicense,
        issue_state: None,
        license_number: None,
        effective_date: None,
        expiration_date: None,
        primary: false,
        last_renewed_on: None,
    };
    let missing = violations(&with_licenses(vec![bare]), &PHYSICIAN);
    let expected = ["issue_state", "license_number", "expiration_date", "effective_date"]
        .map(|field| (format!("2.2/licenses/0/{field}"), "required"));
    assert_eq!(missing, expected);
    let ends = |expiration: &str| {
        let license =
            License { expiration_date: Some(day(expiration)), ..license(LicenseType::StateLicense) };
        violations(&with_licenses(vec![license]), &PHYSICIAN)
    };
    assert_eq!(ends("2025-06-01"), one("2.2/licenses/0/expiration_date", "expiration_not_after_effective"));
    assert_eq!(ends("2025-06-02"), []);
    let renewed = |on: &str| {
        let license = License { last_renewed_on: Some(day(on)), ..license(LicenseType::StateLicense) };
        violations(&with_licenses(vec![license]), &PHYSICIAN)
    };
    assert_eq!(renewed("2026-02-01"), []);
    assert_eq!(renewed("2026-02-02"), one("2.2/licenses/0/last_renewed_on", "date_in_future"));
}

#[test]
fn group_links_begin_at_most_a_year_ago_and_do_not_end_before_they_begin() {
    let found = |links: Vec<GroupLink>| violations(&with_links(links), &PHYSICIAN);
    let id = "7100000001";
    assert_eq!(found(vec![link(id, Some("2025-02-01"), Some("2025-02-01"))]), []);
    let too_early = found(vec![link(id, Some("2025-01-31"), None)]);
    assert_eq!(too_early, one("5.1/links/0/effective_date", "effective_date_too_early"));
    let backwards = found(vec![link(id, Some("2026-01-02"), Some("2026-01-01"))]);
    assert_eq!(backwards, one("5.1/links/0/end_date", "end_before_effective"));
    let twice = found(vec![link(id, Some("2026-01-01"), None), link(id, Some("2026-01-02"), None)]);
    assert_eq!(twice, one("5.1/links/1/medicaid_id", "duplicate"));
    for (text, code) in
        [("", "required"), ("71", "format"), ("71000000011", "format"), ("710000000a", "format")]
    {
        let refused = found(vec![link(text, Some("2026-01-01"), None)]);
        assert_eq!(refused, one("5.1/links/0/medicaid_id", code), "{text}");
    }
    let entity = transportation(ApplicationType::Enrollment);
    let linked = with_links(vec![link(id, Some("2026-01-01"), None)]);
    assert_eq!(violations(&linked, &entity), one("5.1/links", "not_applicable"));
}

#[test]
fn r_047_only_a_maintenance_ends_a_link_by_its_end_date_alone() {
    let maintenance = Subject { application_type: ApplicationType::Maintenance, ..PHYSICIAN };
    let (ending, neither) = (link("7100000001", None, Some("2024-01-01")), link("7100000001", None, None));
    let place = "5.1/links/0/effective_date";
    assert_eq!(violations(&with_links(vec![ending.clone()]), &maintenance), []);
    assert_eq!(violations(&with_links(vec![ending]), &PHYSICIAN), one(place, "required"));
    for subject in [&PHYSICIAN, &maintenance] {
        assert_eq!(violations(&with_links(vec![neither.clone()]), subject), one(place, "required"));
    }
}
