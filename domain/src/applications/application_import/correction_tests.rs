use super::*;
use crate::applications::application_import::given::*;
use crate::ground::application_status::ApplicationStatus;
use crate::ground::application_type::ApplicationType;
use crate::medicaid::medicaid_id::MedicaidIdCategory;

#[test]
fn provider_data_can_change_and_each_changed_column_is_named() {
    let changed = ApplicationRow {
        medicaid_id: Some("7100000009".into()),
        provider_name: text("Doe, Jonathan"),
        provider_type: "01".into(),
        category: Some(MedicaidIdCategory::Entity),
        npi: text("147852360"),
        requested_effective_date: Some("2026-03-01".parse().unwrap()),
        ..row()
    };
    let import = examined(&[changed], &facts(&[stored()])).unwrap();
    let correction = ApplicationCorrection {
        application: stored().id,
        version: 4,
        medicaid_id: Some("7100000009".into()),
        provider_name: "Doe, Jonathan".into(),
        provider_type: ("01".into(), "Hospital".into()),
        category: MedicaidIdCategory::Entity,
        npi: Some("147852360".into()),
        npi_valid: false,
        requested_effective_date: Some("2026-03-01".parse().unwrap()),
        columns: "medicaid_id, provider_name, provider_type, npi, requested_effective_date".into(),
    };
    assert_eq!(import.difference().lines, [format!("changed APP0543: {}", correction.columns)]);
    assert_eq!(import.corrections(), [correction]);
    assert!(import.difference().notes.is_empty(), "only new NPIs are counted");
}

#[test]
fn a_correction_keeps_the_stored_text_of_unchanged_columns() {
    let odd = StoredApplication {
        medicaid_id: Some("71".into()),
        provider_name: "Doe 400-55-0005".into(),
        provider_type: ("99".into(), "Formerly a type".into()),
        npi: Some("1".repeat(30)),
        ..stored()
    };
    let same = ApplicationRow {
        medicaid_id: Some("71".into()),
        provider_name: text(" Doe 400-55-0005"),
        provider_type: "99".into(),
        npi: text(&"1".repeat(30)),
        ..row()
    };
    assert_eq!(
        lines(same.clone(), std::slice::from_ref(&odd)),
        [""; 0],
        "unchanged values are not validated"
    );
    let dated = ApplicationRow { requested_effective_date: Some("2026-03-01".parse().unwrap()), ..same };
    let import = examined(&[dated], &facts(std::slice::from_ref(&odd))).unwrap();
    let correction = &import.corrections()[0];
    assert_eq!(correction.provider_name, odd.provider_name);
    assert_eq!((&correction.provider_type, &correction.npi), (&odd.provider_type, &odd.npi));
}

#[test]
fn an_import_cannot_change_the_ownership_or_progress_of_an_application() {
    let other = ApplicationRow {
        organization: organization(OTHER_ORGANIZATION),
        application_type: ApplicationType::Maintenance,
        status: ApplicationStatus::Submitted,
        date_of_initiation: "2026-01-14".parse().unwrap(),
        initiated_by: MANAGER.into(),
        assigned_to: AGENT.into(),
        last_activity_at: at("2026-01-20T15:00:01Z"),
        ..row()
    };
    let columns = [
        "organization_id",
        "application_type",
        "application_status",
        "date_of_initiation",
        "initiated_by",
        "assigned_to",
        "last_activity_at",
    ];
    assert_eq!(violations(other, &[stored()]), columns.map(|column| format!("{column}: {NOT_CHANGED}")));
}

#[test]
fn closed_applications_and_applications_edited_in_the_portal_are_not_corrected() {
    let renamed = |status| ApplicationRow { status, provider_name: text("Doe, Jane"), ..row() };
    for status in ApplicationStatus::ALL.iter().copied() {
        let on_file = StoredApplication { status, ..stored() };
        let refused = violations(renamed(status), std::slice::from_ref(&on_file));
        let closed = ["provider_name: differs from what is on file, and the application is closed"];
        assert_eq!(refused, if status.is_open() { &[""; 0][..] } else { &closed }, "{status}");
        assert_eq!(lines(ApplicationRow { status, ..row() }, &[on_file]), [""; 0], "{status}");
    }
    let mut facts = facts(&[stored()]);
    facts.worked_on = [stored().id].into();
    let refused = examined(&[renamed(ApplicationStatus::InProgress)], &facts);
    let text = "line 2, provider_name: differs from what is on file, and a user changed it here: \
                change it in the portal";
    assert_eq!(refused, Err(vec![text.into()]));
    assert_eq!(examined(&[row()], &facts).unwrap().difference().unchanged, 1);
}

#[test]
fn a_wrong_stored_category_is_corrected_to_that_of_the_provider_type() {
    let as_group = ApplicationRow { category: Some(MedicaidIdCategory::Group), ..row() };
    assert_eq!(violations(as_group.clone(), &[stored()]), ["category: does not match the provider_type"]);
    let wrong = StoredApplication { category: MedicaidIdCategory::Group, ..stored() };
    let right = ApplicationRow { category: Some(MedicaidIdCategory::Individual), ..row() };
    let import = examined(&[right], &facts(std::slice::from_ref(&wrong))).unwrap();
    assert_eq!(import.difference().lines, ["changed APP0543: category"]);
    assert_eq!(import.corrections()[0].category, MedicaidIdCategory::Individual);
    assert_eq!(lines(row(), &[wrong]), [""; 0], "the row has no category");
}

#[test]
fn r_075_a_stored_revalidation_is_checked_when_its_medicaid_id_changes() {
    let stored = |medicaid_id: &str| StoredApplication {
        application_type: ApplicationType::Revalidation,
        medicaid_id: Some(medicaid_id.into()),
        ..stored()
    };
    let rows = [revalidation(2, "APP0001"), revalidation(3, "APP0543")];
    assert!(
        examined(&rows, &facts(&[stored("7100000009")])).is_ok(),
        "the stored revalidation did not change"
    );
    assert_eq!(
        examined(&rows, &facts(&[stored("7100000010")])),
        Err(vec!["line 3, medicaid_id: has an open revalidation in line 2 already".into()])
    );
}
