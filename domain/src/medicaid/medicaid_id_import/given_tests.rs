use chrono::NaiveDate;
use uuid::Uuid;

use super::*;
use crate::ground::cell_text::CellText;
use crate::ground::id::{MedicaidIdId, OrganizationId};
use crate::ground::plan_code::PlanCode;
use crate::ground::tax_identifier::Ssn;
use crate::medicaid::agent_access::LinkSpan;
use crate::medicaid::medicaid_id::{
    MedicaidIdCategory, MedicaidIdFormat, MedicaidIdStatus, ProviderTypeEntry,
};
use crate::organizations::organization::OrganizationKind;

pub(super) const PRACTICE: u128 = 1;
pub(super) const PHYSICIAN: u128 = 2;
pub(super) const OTHER_PLAN: u128 = 3;
pub(super) const INDIVIDUAL: &str = "7100126126";
pub(super) const GROUP: &str = "7100000001";

pub(super) fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

pub(super) fn text(text: &str) -> CellText {
    CellText::read(text)
}

pub(super) fn organization(number: u128) -> OrganizationId {
    OrganizationId::from_uuid(Uuid::from_u128(number))
}

pub(super) fn id(number: u128) -> MedicaidIdId {
    MedicaidIdId::from_uuid(Uuid::from_u128(number))
}

pub(super) fn ssn(digits: &str) -> Ssn {
    Ssn::parse(digits).unwrap()
}

/// The row of a physician who is not on file.
pub(super) fn row() -> MedicaidIdRow {
    MedicaidIdRow {
        line: 2,
        medicaid_id: INDIVIDUAL.into(),
        name: text("Blake, Lee"),
        ssn: NumberCell::Complete(ssn("400-55-0005")),
        fein: NumberCell::Absent,
        provider_type: "64".into(),
        category: MedicaidIdCategory::Individual,
        status: MedicaidIdStatus::Active,
        npi: text("1993999998"),
        effective_date: Some(day("1999-10-04")),
        end_date: Some(day("2020-02-28")),
        address: ["", "", "", "", ""].map(text),
        email: text(""),
        revalidation_due_on: None,
        owning_organization: None,
        links: vec![],
    }
}

/// The row of a group that is not on file.
pub(super) fn group_row() -> MedicaidIdRow {
    MedicaidIdRow {
        medicaid_id: "7100126128".into(),
        ssn: NumberCell::Absent,
        provider_type: "65".into(),
        category: MedicaidIdCategory::Group,
        ..row()
    }
}

/// The record on file after the import of [`row`].
pub(super) fn stored() -> StoredMedicaidId {
    StoredMedicaidId {
        id: id(1),
        medicaid_id: INDIVIDUAL.into(),
        category: MedicaidIdCategory::Individual,
        provider_type: "64".into(),
        status: MedicaidIdStatus::Active,
        name: "Blake, Lee".into(),
        npi: Some("1993999998".into()),
        ssn: Some(ssn("400-55-0005")),
        fein: None,
        owning_organization: None,
        effective_date: Some(day("1999-10-04")),
        end_date: Some(day("2020-02-28")),
        email: None,
        address: None,
        revalidation_due_on: None,
        version: 4,
        links: vec![],
    }
}

pub(super) fn stored_group() -> StoredMedicaidId {
    StoredMedicaidId {
        id: id(9),
        medicaid_id: GROUP.into(),
        category: MedicaidIdCategory::Group,
        provider_type: "65".into(),
        ssn: None,
        ..stored()
    }
}

pub(super) fn link(group: &str, begin: Option<&str>) -> LinkCell {
    LinkCell { group: group.into(), begin: begin.map(day) }
}

pub(super) fn span(begin: &str, end: Option<&str>) -> LinkSpan {
    LinkSpan { group_medicaid_id: GROUP.into(), effective_date: day(begin), end_date: end.map(day) }
}

pub(super) fn examined(
    rows: &[MedicaidIdRow],
    on_file: &[StoredMedicaidId],
) -> Result<MedicaidIdImport, Vec<String>> {
    let format = MedicaidIdFormat { min_digits: 7, max_digits: 10, issued_prefix: "71".into() };
    let provider_types = [("64", MedicaidIdCategory::Individual), ("65", MedicaidIdCategory::Group)]
        .map(|(code, category)| ProviderTypeEntry { code: code.into(), label: "A type".into(), category });
    let plan = PlanRules {
        code: PlanCode::Ky,
        format: &format,
        provider_types: &provider_types,
        today: day("2026-02-01"),
    };
    let organizations = [
        (PRACTICE, PlanCode::Ky, OrganizationKind::ProviderGroup),
        (PHYSICIAN, PlanCode::Ky, OrganizationKind::IndividualProvider),
        (OTHER_PLAN, PlanCode::Cca, OrganizationKind::TinPractice),
    ];
    let facts = Facts {
        plans: vec![plan],
        organizations: organizations.map(|(id, code, kind)| (organization(id), (code, kind))).into(),
        medicaid_ids: on_file.iter().map(|stored| (stored.medicaid_id.clone(), stored.clone())).collect(),
    };
    examine(rows, &facts).map_err(|violations| violations.iter().map(ToString::to_string).collect())
}

/// The violations of one row, without the line number.
pub(super) fn violations(row: MedicaidIdRow, on_file: &[StoredMedicaidId]) -> Vec<String> {
    let violations = examined(&[row], on_file).err().unwrap_or_default();
    violations.iter().map(|violation| violation.strip_prefix("line 2, ").unwrap().to_owned()).collect()
}

pub(super) fn lines(row: MedicaidIdRow, on_file: &[StoredMedicaidId]) -> Vec<String> {
    examined(&[row], on_file).unwrap().difference().lines.clone()
}
