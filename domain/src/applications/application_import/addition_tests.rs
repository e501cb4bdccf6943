use super::*;
use crate::applications::application_import::given::*;
use crate::ground::application_status::ApplicationStatus;
use crate::ground::application_type::ApplicationType;
use crate::medicaid::medicaid_id::MedicaidIdCategory;

#[test]
fn a_row_that_is_not_on_file_is_added_with_its_values() {
    let row = ApplicationRow { provider_name: text(" Doe, John "), ..row() };
    let import = examined(&[row], &facts(&[])).unwrap();
    let added = ImportedApplication {
        organization: organization(ORGANIZATION),
        application_type: ApplicationType::Enrollment,
        application_number: "APP0543".into(),
        status: ApplicationStatus::InProgress,
        medicaid_id: None,
        provider_name: "Doe, John".into(),
        provider_type: ("64".into(), "Physician individual".into()),
        category: MedicaidIdCategory::Individual,
        npi: Some("1234567893".into()),
        npi_valid: true,
        date_of_initiation: "2026-01-15".parse().unwrap(),
        initiated_by: user(1),
        assigned_to: membership(1),
        last_activity_at: at("2026-01-20T15:00:00Z"),
        requested_effective_date: None,
    };
    assert_eq!(import.added(), [added]);
    assert_eq!(import.difference().lines, ["new APP0543"]);
    assert!(import.corrections().is_empty() && import.difference().notes.is_empty());
}

#[test]
fn x_03_an_invalid_npi_is_kept_and_counted() {
    let rows = [
        ApplicationRow { npi: text("147852360"), ..row() },
        ApplicationRow { line: 3, number: "APP0544".into(), npi: text(""), ..row() },
    ];
    let import = examined(&rows, &facts(&[])).unwrap();
    let npis: Vec<_> = import.added().iter().map(|added| (added.npi.as_deref(), added.npi_valid)).collect();
    assert_eq!(npis, [(Some("147852360"), false), (None, false)]);
    assert_eq!(import.difference().notes, ["new invalid NPIs, kept as entered: 1"]);
    let longest = ApplicationRow { npi: text(&"1".repeat(20)), ..row() };
    assert_eq!(violations(longest.clone(), &[]), [""; 0]);
    assert_eq!(
        violations(ApplicationRow { npi: text(&"1".repeat(21)), ..longest }, &[]),
        ["npi: must be at most 20 characters, without line breaks or control characters"]
    );
}

#[test]
fn all_violations_of_all_rows_are_returned_in_order() {
    let rows = [
        ApplicationRow {
            medicaid_id: Some("71".into()),
            provider_name: text("Doe 400550005"),
            npi: text("400-55-0005"),
            provider_type: "99".into(),
            date_of_initiation: "2026-02-02".parse().unwrap(),
            last_activity_at: at("2026-02-01T17:00:01Z"),
            assigned_to: MANAGER.into(),
            ..row()
        },
        ApplicationRow { line: 3, number: "APP0544".into(), ..row() },
        ApplicationRow {
            line: 4,
            organization: organization(99),
            initiated_by: "unknown@example.org".into(),
            ..row()
        },
    ];
    let expected = [
        "line 2, medicaid_id: must be 7 to 10 digits",
        "line 2, provider_name: must not contain a Social Security number",
        "line 2, npi: must not contain a Social Security number",
        "line 2, provider_type: is not a provider type of the plan",
        "line 2, date_of_initiation: is in the future",
        "line 2, last_activity_at: is in the future",
        "line 2, assigned_to: is not a credentialing agent of the organization",
        "line 4, organization_id: organization not found",
        "line 4, initiated_by: no user has this address",
    ];
    assert_eq!(examined(&rows, &facts(&[])), Err(expected.map(String::from).to_vec()));
}

#[test]
fn a_row_needs_an_organization_with_applications_and_a_member_as_assignee() {
    let wrong_plan = ApplicationRow { organization: organization(WITHOUT_APPLICATIONS), ..row() };
    assert_eq!(
        violations(wrong_plan, &[]),
        [
            "organization_id: its plan has no applications",
            "assigned_to: no member of the organization has this address",
        ]
    );
    let outsider = ApplicationRow {
        organization: organization(OTHER_ORGANIZATION),
        initiated_by: MANAGER.into(),
        assigned_to: MANAGER.into(),
        ..row()
    };
    assert_eq!(
        violations(outsider.clone(), &[]),
        ["assigned_to: no member of the organization has this address"]
    );
    assert_eq!(violations(ApplicationRow { assigned_to: AGENT.into(), ..outsider }, &[]), [""; 0]);
}

#[test]
fn dates_up_to_today_in_the_plans_time_zone_are_accepted() {
    let initiated = |date: &str| ApplicationRow { date_of_initiation: date.parse().unwrap(), ..row() };
    let mut facts = facts(&[]);
    facts.now = at("2026-02-02T04:59:59Z");
    assert!(examined(&[initiated("2026-02-01")], &facts).is_ok());
    let tomorrow = examined(&[initiated("2026-02-02")], &facts);
    assert_eq!(tomorrow, Err(vec!["line 2, date_of_initiation: is in the future".into()]));
    facts.now = at("2026-02-02T05:00:00Z");
    assert!(examined(&[initiated("2026-02-02")], &facts).is_ok());
    let active = |instant: &str| ApplicationRow { last_activity_at: at(instant), ..row() };
    assert!(examined(&[active("2026-02-02T05:00:00Z")], &facts).is_ok());
    let later = examined(&[active("2026-02-02T05:00:01Z")], &facts);
    assert_eq!(later, Err(vec!["line 2, last_activity_at: is in the future".into()]));
}

#[test]
fn a_closed_application_can_be_assigned_to_any_member() {
    let assigned = |status| ApplicationRow { status, assigned_to: MANAGER.into(), ..row() };
    for status in ApplicationStatus::ALL.iter().copied() {
        let refused = violations(assigned(status), &[]);
        assert_eq!(refused.is_empty(), !status.is_open(), "{status}");
    }
}

#[test]
fn the_provider_type_determines_the_category() {
    let of = |provider_type: &str, category| {
        violations(ApplicationRow { provider_type: provider_type.into(), category, ..row() }, &[])
    };
    assert_eq!(of("64", Some(MedicaidIdCategory::Individual)), [""; 0]);
    assert_eq!(of("64", Some(MedicaidIdCategory::Group)), ["category: does not match the provider_type"]);
    assert_eq!(of("064", None), ["provider_type: is not a provider type of the plan"]);
    let entity = ApplicationRow { provider_type: "01".into(), ..row() };
    let import = examined(&[entity], &facts(&[])).unwrap();
    assert_eq!(import.added()[0].category, MedicaidIdCategory::Entity);
}

#[test]
fn r_060_r_205_applications_past_their_day_of_withdrawal_are_counted() {
    // 2026-02-01 is day 119 for the first and day 120 for the others.
    let inactive = |line, status, instant: &str| ApplicationRow {
        line,
        number: format!("APP000{line}"),
        status,
        date_of_initiation: "2025-01-01".parse().unwrap(),
        last_activity_at: at(instant),
        ..row()
    };
    let rows = [
        inactive(2, ApplicationStatus::InProgress, "2025-10-05T17:00:00Z"),
        inactive(3, ApplicationStatus::InProgress, "2025-10-04T17:00:00Z"),
        inactive(4, ApplicationStatus::Approved, "2025-10-04T17:00:00Z"),
    ];
    let import = examined(&rows, &facts(&[])).unwrap();
    let note = "new applications past their day of withdrawal, which are warned about first: 1";
    assert_eq!(import.difference().notes, [note]);
}

#[test]
fn x_13_a_medicaid_id_has_the_plans_format_unless_it_is_on_file() {
    let of = |number: &str| ApplicationRow { medicaid_id: Some(number.into()), ..row() };
    for number in ["7100000", "7100000009"] {
        assert_eq!(violations(of(number), &[]), [""; 0], "{number}");
    }
    for number in ["710000", "71000000090"] {
        assert_eq!(violations(of(number), &[]), ["medicaid_id: must be 7 to 10 digits"], "{number}");
        assert_eq!(violations(of(number), &[stored()]), ["medicaid_id: must be 7 to 10 digits"], "{number}");
    }
    let odd = StoredApplication { medicaid_id: Some("71".into()), ..stored() };
    assert_eq!(lines(of("71"), &[odd]), [""; 0]);
}

#[test]
fn r_075_a_medicaid_id_has_at_most_one_open_revalidation_in_the_import_and_on_file() {
    let (first, second) = (revalidation(2, "APP0001"), revalidation(3, "APP0002"));
    let facts = facts(&[]);
    assert_eq!(
        examined(&[first.clone(), second.clone()], &facts),
        Err(vec!["line 3, medicaid_id: has an open revalidation in line 2 already".into()])
    );
    for other in [
        ApplicationRow { status: ApplicationStatus::Denied, ..second.clone() },
        ApplicationRow { application_type: ApplicationType::Maintenance, ..second.clone() },
        ApplicationRow { medicaid_id: Some("7100000010".into()), ..second.clone() },
        ApplicationRow { medicaid_id: None, ..second.clone() },
    ] {
        assert!(examined(&[first.clone(), other], &facts).is_ok());
    }
    let mut facts = facts;
    facts.open_revalidations = [("7100000009".into(), "APP0001".into())].into();
    assert!(
        examined(std::slice::from_ref(&first), &facts).is_ok(),
        "the open revalidation is this application itself"
    );
    assert_eq!(
        examined(&[first, second], &facts),
        Err(vec![
            "line 3, medicaid_id: has an open revalidation already, APP0001".into(),
            "line 3, medicaid_id: has an open revalidation in line 2 already".into(),
        ])
    );
}
