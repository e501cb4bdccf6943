//! The facts that decide about imported Medicaid IDs: the rows of the table, and what is on file.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::ground::cell_text::CellText;
use crate::ground::id::{MedicaidIdId, OrganizationId};
use crate::ground::plan_code::PlanCode;
use crate::ground::tax_identifier::{Ssn, TaxId};
use crate::medicaid::agent_access::LinkSpan;
use crate::medicaid::medicaid_id::{
    MedicaidIdCategory, MedicaidIdFormat, MedicaidIdStatus, PostalAddress, ProviderTypeEntry,
};
use crate::organizations::organization::OrganizationKind;

/// A confidential number, as written in a cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NumberCell<T> {
    /// The cell is empty.
    Absent,
    /// The masked number, as exports write it.
    Masked(String),
    /// The complete number.
    Complete(T),
}

/// A link to a group, as written in a cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkCell {
    /// The number of the group's Medicaid ID.
    pub group: String,
    /// The first day, if one is given.
    pub begin: Option<NaiveDate>,
}

/// A Medicaid ID, as described by its row. Each cell is well-formed.
#[derive(Clone, Debug)]
pub struct MedicaidIdRow {
    /// The line on which the row begins.
    pub line: u64,
    /// The Medicaid ID number. Leading zeros are significant.
    pub medicaid_id: String,
    /// "Last, First", or a business name.
    pub name: CellText,
    /// The Social Security number.
    pub ssn: NumberCell<Ssn>,
    /// The tax ID.
    pub fein: NumberCell<TaxId>,
    /// The provider type's code.
    pub provider_type: String,
    /// The provider category.
    pub category: MedicaidIdCategory,
    /// The status.
    pub status: MedicaidIdStatus,
    /// The NPI, valid or not.
    pub npi: CellText,
    /// The first day it is in effect.
    pub effective_date: Option<NaiveDate>,
    /// The last day it is in effect.
    pub end_date: Option<NaiveDate>,
    /// Line 1, line 2, city, state, ZIP.
    pub address: [CellText; 5],
    /// The email address, valid or not.
    pub email: CellText,
    /// When the next revalidation is due.
    pub revalidation_due_on: Option<NaiveDate>,
    /// The organization that owns it.
    pub owning_organization: Option<OrganizationId>,
    /// The links to groups, to each group once.
    pub links: Vec<LinkCell>,
}

/// A Medicaid ID on file, with the data that a row describes.
#[derive(Clone, Debug)]
pub struct StoredMedicaidId {
    /// The record's id.
    pub id: MedicaidIdId,
    /// The Medicaid ID number. Leading zeros are significant.
    pub medicaid_id: String,
    /// The provider category.
    pub category: MedicaidIdCategory,
    /// The provider type's code.
    pub provider_type: String,
    /// The status.
    pub status: MedicaidIdStatus,
    /// "Last, First", or a business name.
    pub name: String,
    /// The provider's NPI, if there is one.
    pub npi: Option<String>,
    /// The Social Security number.
    pub ssn: Option<Ssn>,
    /// The tax ID.
    pub fein: Option<TaxId>,
    /// The organization that owns it.
    pub owning_organization: Option<OrganizationId>,
    /// The first day it is in effect.
    pub effective_date: Option<NaiveDate>,
    /// The last day it is in effect.
    pub end_date: Option<NaiveDate>,
    /// The provider's email address.
    pub email: Option<String>,
    /// The provider's physical address.
    pub address: Option<PostalAddress>,
    /// When the next revalidation is due.
    pub revalidation_due_on: Option<NaiveDate>,
    /// Incremented on every change of the row.
    pub version: i64,
    /// Its current and past links to groups, ordered by group number.
    pub links: Vec<LinkSpan>,
}

/// The rules of a plan that has Medicaid IDs.
#[derive(Clone, Copy, Debug)]
pub struct PlanRules<'a> {
    /// The plan.
    pub code: PlanCode,
    /// The format of a Medicaid ID.
    pub format: &'a MedicaidIdFormat,
    /// The provider types.
    pub provider_types: &'a [ProviderTypeEntry],
    /// Today, in the plan's zone.
    pub today: NaiveDate,
}

/// What is on file for the rows.
#[derive(Clone, Debug)]
pub struct Facts<'a> {
    /// The plans that have Medicaid IDs.
    pub plans: Vec<PlanRules<'a>>,
    /// The plan and kind of each owner.
    pub organizations: BTreeMap<OrganizationId, (PlanCode, OrganizationKind)>,
    /// The Medicaid IDs of the rows, and the groups that the rows name, by number.
    pub medicaid_ids: BTreeMap<String, StoredMedicaidId>,
}
