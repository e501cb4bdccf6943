//! Judges single values of a row. Imports of applications have some of them, too.

use crate::ground::cell_text::CellText;
use crate::ground::email::EmailAddress;
use crate::ground::import::{NOT_CHANGED, RowViolations};
use crate::ground::text::{TextKind, TextRefusal, looks_like_ssn};
use crate::medicaid::medicaid_id::{MedicaidIdCategory, MedicaidIdFormat, PostalAddress, ProviderTypeEntry};
use crate::medicaid::medicaid_id_import::facts::NumberCell;
use crate::organizations::provider_record::Zip;

/// The note about new NPIs that are not valid.
pub(crate) const INVALID_NPIS: &str = "new invalid NPIs, kept as entered";
/// The maximum length of a name or a line of an address, in characters.
const NAME_MAX: usize = 200;
/// The maximum length of a text that is kept in place of an NPI, in characters.
const NPI_MAX: usize = 20;

/// A new Medicaid ID number must have the plan's format, so that a partial number, for example from
/// a blurred picture, is never stored (detail X-13).
pub(crate) fn new_number(format: &MedicaidIdFormat, number: &str, violations: &mut RowViolations) {
    if !format.accepts(number) {
        let MedicaidIdFormat { min_digits, max_digits, .. } = format;
        violations.add("medicaid_id", format!("must be {min_digits} to {max_digits} digits"));
    }
}

/// A new name of a provider of this category. Without a category, the name must be valid for a
/// person.
pub(crate) fn name(
    column: &'static str,
    name: &CellText,
    category: Option<MedicaidIdCategory>,
    violations: &mut RowViolations,
) -> String {
    let kind = match category {
        Some(MedicaidIdCategory::Group | MedicaidIdCategory::Entity) => TextKind::BusinessName,
        Some(MedicaidIdCategory::Individual) | None => TextKind::PersonName,
    };
    if let Some(violation) = name.violation(kind, NAME_MAX) {
        violations.add(column, violation);
    }
    name.trimmed().to_owned()
}

/// A new NPI, which is kept as written even if it is not valid (detail X-03).
pub(crate) fn npi(npi: &CellText, violations: &mut RowViolations) -> Option<String> {
    if let Some(violation) = npi.violation(TextKind::Line, NPI_MAX) {
        violations.add("npi", violation);
    }
    npi.non_empty()
}

/// A provider type of the plan, whose category a row can repeat but not contradict.
pub(crate) fn provider_type<'p>(
    provider_types: &'p [ProviderTypeEntry],
    code: &str,
    category: Option<MedicaidIdCategory>,
    violations: &mut RowViolations,
) -> Option<&'p ProviderTypeEntry> {
    let entry = provider_types.iter().find(|entry| entry.code == code);
    match entry {
        None => violations.add("provider_type", "is not a provider type of the plan"),
        Some(entry) if category.is_some_and(|category| category != entry.category) => {
            violations.add("category", "does not match the provider_type");
        }
        Some(_) => {}
    }
    entry
}

/// A new email address.
pub(super) fn email(email: &CellText, violations: &mut RowViolations) -> Option<String> {
    let email = email.non_empty()?;
    if EmailAddress::parse(&email).is_err() {
        violations.add("email", "must be an email address");
    } else if looks_like_ssn(&email) {
        violations.add("email", TextRefusal::LooksLikeSsn.message());
    }
    Some(email)
}

/// A new address; `None` if all its cells are empty. An incomplete address is a violation.
pub(super) fn address(cells: &[CellText; 5], violations: &mut RowViolations) -> Option<PostalAddress> {
    let [line1, line2, city, state, zip] = cells;
    if cells.iter().all(|cell| cell.trimmed().is_empty()) {
        return None;
    }
    for (column, cell) in [("address_line1", line1), ("address_line2", line2), ("city", city)] {
        if let Some(violation) = cell.violation(TextKind::Line, NAME_MAX) {
            violations.add(column, violation);
        }
    }
    for (column, cell) in [("address_line1", line1), ("city", city)] {
        if cell.trimmed().is_empty() {
            violations.add(column, "is missing in the address");
        }
    }
    let state = state.trimmed();
    if !(state.len() == 2 && state.bytes().all(|byte| byte.is_ascii_uppercase())) {
        violations.add("state", "must be two capital letters");
    }
    if Zip::parse(zip.trimmed()).is_err() {
        violations.add("zip", "must be five digits, or nine");
    }
    Some(PostalAddress {
        line1: line1.trimmed().to_owned(),
        line2: line2.non_empty(),
        city: city.trimmed().to_owned(),
        state: state.to_owned(),
        zip: zip.trimmed().to_owned(),
    })
}

/// Whether the cells have the address that is on file.
pub(super) fn is_same_address(cells: &[CellText; 5], on_file: Option<&PostalAddress>) -> bool {
    let parts = on_file.map_or([""; 5], |address| {
        let line2 = address.line2.as_deref().unwrap_or_default();
        [address.line1.as_str(), line2, address.city.as_str(), address.state.as_str(), address.zip.as_str()]
    });
    cells.iter().zip(parts).all(|(cell, part)| cell.is_same_as(part))
}

/// A confidential number of which none is on file. A masked number is a violation.
pub(super) fn new_confidential<T: Clone>(
    column: &'static str,
    cell: &NumberCell<T>,
    violations: &mut RowViolations,
) -> Option<T> {
    match cell {
        NumberCell::Absent => None,
        NumberCell::Complete(number) => Some(number.clone()),
        NumberCell::Masked(_) => {
            violations.add(column, "is masked, but no number is on file");
            None
        }
    }
}

/// A confidential number to store if none is on file. A number on file cannot change, so the row
/// must have the same number, masked or not.
pub(super) fn confidential<T: Clone + PartialEq>(
    column: &'static str,
    cell: &NumberCell<T>,
    on_file: Option<(&T, String)>,
    violations: &mut RowViolations,
) -> Option<T> {
    let Some((number, masked)) = on_file else { return new_confidential(column, cell, violations) };
    let is_same = match cell {
        NumberCell::Absent => false,
        NumberCell::Masked(given) => *given == masked,
        NumberCell::Complete(given) => given == number,
    };
    if !is_same {
        violations.add(column, NOT_CHANGED);
    }
    None
}
