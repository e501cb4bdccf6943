use super::*;
use crate::medicaid::medicaid_id::{MedicaidIdStatus, PostalAddress};
use crate::medicaid::medicaid_id_import::given::*;

#[test]
fn a_row_that_is_not_on_file_is_added_with_its_values() {
    let row = MedicaidIdRow {
        name: text(" Blake, Lee "),
        npi: text("147852360"),
        address: ["1 Main St", "", "Frankfort", "KY", "40601-1234"].map(text),
        email: text("lee.blake@example.org"),
        ..row()
    };
    let import = examined(&[row], &[]).unwrap();
    let added = ImportedMedicaidId {
        medicaid_id: INDIVIDUAL.into(),
        category: MedicaidIdCategory::Individual,
        provider_type: "64".into(),
        status: MedicaidIdStatus::Active,
        name: "Blake, Lee".into(),
        npi: Some("147852360".into()),
        ssn: Some(ssn("400550005")),
        fein: None,
        owning_organization: None,
        effective_date: Some(day("1999-10-04")),
        end_date: Some(day("2020-02-28")),
        email: Some("lee.blake@example.org".into()),
        address: Some(PostalAddress {
            line1: "1 Main St".into(),
            line2: None,
            city: "Frankfort".into(),
            state: "KY".into(),
            zip: "40601-1234".into(),
        }),
        revalidation_due_on: None,
    };
    assert_eq!(import.added(), [added]);
    assert_eq!(import.difference().lines, ["new 7100126126"]);
    assert_eq!(import.difference().notes, ["new invalid NPIs, kept as entered: 1"], "X-03");
    assert!(import.corrections().is_empty() && import.links().is_empty());
}

#[test]
fn violations_are_returned_in_the_order_of_the_rows() {
    let bad = MedicaidIdRow { line: 3, npi: text(&"1".repeat(21)), ..row() };
    let worse = MedicaidIdRow { line: 4, email: text("not-an-address"), ..bad.clone() };
    let expected = [
        "line 3, npi: must be at most 20 characters",
        "line 4, npi: must be at most 20 characters",
        "line 4, email: must be an email address",
    ];
    assert_eq!(examined(&[row(), bad, worse], &[]), Err(expected.map(String::from).to_vec()));
}

#[test]
fn x_13_a_new_number_has_the_plans_format_and_a_stored_one_is_kept() {
    for number in ["7100126", "7100126126"] {
        assert_eq!(violations(MedicaidIdRow { medicaid_id: number.into(), ..row() }, &[]), [""; 0]);
    }
    for number in ["710012", "71001261260", "710012612x"] {
        let row = MedicaidIdRow { medicaid_id: number.into(), ..row() };
        assert_eq!(violations(row.clone(), &[]), ["medicaid_id: must be 7 to 10 digits"], "{number}");
        let stored = StoredMedicaidId { medicaid_id: number.into(), ..stored() };
        assert_eq!(violations(row, &[stored]), [""; 0], "{number}");
    }
}

#[test]
fn the_provider_type_belongs_to_the_plan_and_matches_the_category() {
    let unknown = MedicaidIdRow { provider_type: "6".into(), ..row() };
    assert_eq!(violations(unknown, &[]), ["provider_type: is not a provider type of the plan"]);
    let other = MedicaidIdRow { provider_type: "65".into(), ..row() };
    assert_eq!(violations(other, &[]), ["category: does not match the provider_type"]);
}

#[test]
fn a_new_end_date_before_the_effective_date_is_a_violation() {
    let ends = |end: &str| MedicaidIdRow { end_date: Some(day(end)), ..row() };
    assert_eq!(violations(ends("1999-10-04"), &[]), [""; 0], "one day");
    assert_eq!(violations(ends("1999-10-03"), &[]), ["end_date: is before effective_date"]);
    let on_file = StoredMedicaidId { end_date: Some(day("1999-10-03")), ..stored() };
    assert_eq!(violations(ends("1999-10-03"), std::slice::from_ref(&on_file)), [""; 0]);
    assert_eq!(violations(ends("1999-10-02"), &[on_file]), ["end_date: is before effective_date"]);
}

#[test]
fn an_address_is_empty_or_complete() {
    let with = |cells: [&str; 5]| violations(MedicaidIdRow { address: cells.map(text), ..row() }, &[]);
    assert_eq!(with([" ", "", "", "", ""]), [""; 0]);
    assert_eq!(with(["1 Main St", "Suite 2", "Frankfort", "KY", "40601"]), [""; 0]);
    assert_eq!(
        with(["", "Suite 2", "", "", ""]),
        [
            "address_line1: is missing in the address",
            "city: is missing in the address",
            "state: must be two capital letters",
            "zip: must be five digits, or nine",
        ]
    );
    let too_long = "1".repeat(201);
    assert_eq!(
        with([&too_long, &too_long, "400-55-0005", "Ky", "4060"]),
        [
            "address_line1: must be at most 200 characters",
            "address_line2: must be at most 200 characters",
            "city: must not contain a Social Security number",
            "state: must be two capital letters",
            "zip: must be five digits, or nine",
        ]
    );
    assert_eq!(with([&"1".repeat(200), "", "Frankfort", "KYY", "406011234"]).len(), 1);
}

#[test]
fn an_owner_exists_has_a_plan_with_medicaid_ids_and_matches_the_category() {
    let owned = |row: MedicaidIdRow, owner: u128| MedicaidIdRow {
        owning_organization: Some(organization(owner)),
        ..row
    };
    assert_eq!(violations(owned(row(), PHYSICIAN), &[]), [""; 0]);
    assert_eq!(violations(owned(group_row(), PRACTICE), &[]), [""; 0]);
    let practice = "owning_organization_id: an individual's Medicaid ID is linked to a group by group_medicaid_ids, \
                    and not owned by it";
    assert_eq!(violations(owned(row(), PRACTICE), &[]), [practice]);
    let unknown = ["owning_organization_id: organization not found"];
    assert_eq!(violations(MedicaidIdRow { medicaid_id: "7".into(), ..owned(row(), 99) }, &[]), unknown);
    let other_plan = owned(MedicaidIdRow { medicaid_id: "7".into(), ..row() }, OTHER_PLAN);
    assert_eq!(
        violations(other_plan, &[]),
        ["medicaid_id: must be 7 to 10 digits", "owning_organization_id: its plan has no Medicaid IDs"],
        "judged by the plan that has Medicaid IDs"
    );
}

#[test]
fn nothing_is_imported_without_a_plan_that_has_medicaid_ids() {
    let facts = Facts { plans: vec![], organizations: [].into(), medicaid_ids: [].into() };
    let violations = examine(&[row()], &facts).unwrap_err();
    assert_eq!(violations[0].to_string(), "line 2, medicaid_id: no plan has Medicaid IDs");
}
