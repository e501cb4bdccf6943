use super::*;
use crate::ground::tax_identifier::TaxId;
use crate::medicaid::medicaid_id::MedicaidIdStatus;
use crate::medicaid::medicaid_id_import::given::*;

#[test]
fn x_14_a_masked_number_matches_only_the_number_on_file() {
    let masked = |digits: &str| MedicaidIdRow { ssn: NumberCell::Masked(digits.into()), ..row() };
    assert_eq!(violations(masked("***-**-0005"), &[]), ["ssn: is masked, but no number is on file"]);
    let none = StoredMedicaidId { ssn: None, ..stored() };
    assert_eq!(violations(masked("***-**-0005"), &[none]), ["ssn: is masked, but no number is on file"]);
    for same in [masked("***-**-0005"), row()] {
        assert_eq!(lines(same, &[stored()]), [""; 0]);
    }
    for other in [
        masked("***-**-0006"),
        MedicaidIdRow { ssn: NumberCell::Complete(ssn("400550006")), ..row() },
        MedicaidIdRow { ssn: NumberCell::Absent, ..row() },
    ] {
        assert_eq!(violations(other, &[stored()]), [format!("ssn: {NOT_CHANGED}")]);
    }
}

#[test]
fn missing_numbers_are_added_and_only_individuals_have_ssns() {
    let none = StoredMedicaidId { ssn: None, ..stored() };
    let fein = TaxId::parse("61-0000001").unwrap();
    let row = MedicaidIdRow { fein: NumberCell::Complete(fein.clone()), ..row() };
    let import = examined(&[row], &[none]).unwrap();
    assert_eq!(import.difference().lines, ["changed 7100126126: ssn, fein"]);
    assert_eq!(
        (&import.corrections()[0].ssn, &import.corrections()[0].fein),
        (&Some(ssn("400550005")), &Some(fein))
    );
    let group = MedicaidIdRow { ssn: NumberCell::Complete(ssn("400550005")), ..group_row() };
    assert_eq!(violations(group.clone(), &[]), ["ssn: belongs to individuals only"]);
    let stored = StoredMedicaidId { medicaid_id: group.medicaid_id.clone(), ..stored_group() };
    assert_eq!(violations(group, &[stored]), ["ssn: belongs to individuals only"]);
}

#[test]
fn provider_data_can_change_and_each_changed_column_is_named() {
    let changed = MedicaidIdRow {
        name: text("Blake, Leigh"),
        status: MedicaidIdStatus::Inactive,
        npi: text(""),
        effective_date: None,
        end_date: None,
        address: ["1 Main St", "", "Frankfort", "KY", "40601"].map(text),
        email: text("lee.blake@example.org"),
        revalidation_due_on: Some(day("2028-02-29")),
        owning_organization: Some(organization(PHYSICIAN)),
        links: vec![link(GROUP, None)],
        ..row()
    };
    let import = examined(&[changed], &[stored(), stored_group()]).unwrap();
    assert_eq!(
        import.difference().lines,
        ["changed 7100126126: name, status, npi, effective_date, end_date, address, email, \
             revalidation_due_on, owning_organization_id, group_medicaid_ids"]
    );
    let correction = &import.corrections()[0];
    assert_eq!((correction.id, correction.version, correction.npi_changes), (id(1), 4, true));
    assert_eq!((correction.name.as_str(), &correction.npi), ("Blake, Leigh", &None));
    assert_eq!(correction.address.as_ref().map(|address| address.zip.as_str()), Some("40601"));
    assert!(import.difference().notes.is_empty(), "only new NPIs are counted");
}

#[test]
fn a_correction_keeps_the_stored_text_of_unchanged_columns() {
    let odd = StoredMedicaidId {
        name: "Doe 400-55-0005".into(),
        npi: Some("1".repeat(30)),
        email: Some("not-an-address".into()),
        ..stored()
    };
    let same = MedicaidIdRow {
        name: text(" Doe 400-55-0005"),
        npi: text(&"1".repeat(30)),
        email: text("not-an-address "),
        ..row()
    };
    assert_eq!(
        lines(same.clone(), std::slice::from_ref(&odd)),
        [""; 0],
        "unchanged values are not validated"
    );
    let ends = MedicaidIdRow { end_date: None, ..same };
    let import = examined(&[ends], std::slice::from_ref(&odd)).unwrap();
    let correction = &import.corrections()[0];
    assert_eq!((&correction.name, &correction.npi, &correction.email), (&odd.name, &odd.npi, &odd.email));
    assert!(!correction.npi_changes);
}

#[test]
fn stored_type_category_and_owner_cannot_change() {
    let other_type =
        MedicaidIdRow { provider_type: "65".into(), category: MedicaidIdCategory::Group, ..row() };
    assert_eq!(
        violations(other_type, &[stored()]),
        [format!("category: {NOT_CHANGED}"), format!("provider_type: {NOT_CHANGED}")]
    );
    let owned = StoredMedicaidId { owning_organization: Some(organization(PRACTICE)), ..stored() };
    for owner in [None, Some(organization(PHYSICIAN))] {
        let row = MedicaidIdRow { owning_organization: owner, ..row() };
        let expected = [format!("owning_organization_id: {NOT_CHANGED}")];
        assert_eq!(violations(row, std::slice::from_ref(&owned)), expected);
    }
    let same = MedicaidIdRow { owning_organization: Some(organization(PRACTICE)), ..row() };
    assert_eq!(lines(same, &[owned]), [""; 0], "an unchanged owner is not validated");
}
