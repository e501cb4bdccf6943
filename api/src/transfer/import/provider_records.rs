//! `import provider-records`: a plan's provider records, from a CSV file with one row per address.
//! The whole file is imported, or nothing is and every violation is reported.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::Read;
use std::path::Path;

use portal_domain::ground::plan_code::PlanCode;
use portal_domain::ground::tax_identifier::TaxId;
use portal_domain::organizations::provider_record::{
    AddressKind, ProviderAddress, ProviderIdentifier, ProviderName, ProviderRecord, ProviderRecordType, Zip,
};
use portal_domain::platform::transfer::provider_records_imported;
use portal_persistence::platform::audit::Author;
use zeroize::Zeroizing;

use super::difference::Failure;
use super::table::{self, Row, Violation};
use crate::portal::state::Portal;

/// The columns, in any order.
pub const COLUMNS: [&str; 10] = [
    "plan",
    "provider_id",
    "provider_type",
    "first_name",
    "last_name",
    "group_name",
    "tax_id",
    "address_kind",
    "zip",
    "on_letter",
];

/// The maximum length of a name, in characters.
const NAME_MAX: usize = 100;

/// What was imported.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// The number of providers.
    pub records: usize,
    /// The number of their addresses.
    pub addresses: usize,
}

/// A provider, as described by the rows read so far.
struct Draft {
    line: u64,
    plan: PlanCode,
    provider_id: ProviderIdentifier,
    name: ProviderName,
    tax_id: TaxId,
    addresses: Vec<ProviderAddress>,
}

/// Imports one file in one transaction. Fails with one line per violation, which names the line and
/// the column, never a value.
pub fn import(portal: &Portal, name: &str, text: impl Read) -> Result<Tally, Vec<String>> {
    let drafts = read(text)?;
    let tally =
        Tally { records: drafts.len(), addresses: drafts.iter().map(|draft| draft.addresses.len()).sum() };
    let imported = portal.database.write(portal.moment(), |tx| {
        tx.lift_time_limits()?;
        let wanted: Vec<_> = drafts.iter().map(|draft| &draft.provider_id).collect();
        let known: BTreeSet<_> = tx.provider_records().on_file(&wanted)?.into_iter().collect();
        let violations: Vec<_> = drafts
            .iter()
            .filter(|draft| known.contains(&(draft.plan, draft.provider_id.key())))
            .map(|draft| Violation::at(draft.line, "provider_id", "is on file already"))
            .collect();
        if !violations.is_empty() {
            return Err(Failure::Violations(Violation::told(violations)));
        }
        let mut records = Vec::with_capacity(drafts.len());
        for draft in &drafts {
            records.push(ProviderRecord {
                id: tx.new_id(),
                plan: draft.plan,
                provider_id: draft.provider_id.clone(),
                name: draft.name.clone(),
                tax_id: draft.tax_id.clone(),
                addresses: draft.addresses.clone(),
                organization: None,
            });
        }
        tx.provider_records().insert_all(&records)?;
        let author = Author { user: None, name: "command line", request_id: "" };
        Ok(tx
            .commit_effects(&provider_records_imported(name, tally.records, tally.addresses), &author)?
            .with(tally))
    });
    imported.map_err(Failure::told)
}

/// Imports one file, and prints how much was imported.
pub fn run(portal: &Portal, path: &Path) -> Result<(), Vec<String>> {
    let shown = path.display();
    let file = File::open(path).map_err(|error| vec![format!("{shown}: {error}")])?;
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    match import(portal, &name, file) {
        Ok(tally) => {
            eprintln!("{shown}: {} providers with {} addresses", tally.records, tally.addresses);
            Ok(())
        }
        Err(violations) => {
            let violations = violations.into_iter().map(|violation| format!("{shown}: {violation}"));
            Err(violations.chain([format!("{shown}: nothing of this file was imported")]).collect())
        }
    }
}

/// Reads every provider of the file. Fails with every violation.
fn read(text: impl Read) -> Result<Vec<Draft>, Vec<String>> {
    let mut drafts: Vec<Draft> = Vec::new();
    let mut places: BTreeMap<(PlanCode, String), usize> = BTreeMap::new();
    let violations = table::read(text, &COLUMNS, |row| {
        let Some((draft, address)) = draft(row) else { return };
        let key = (draft.plan, draft.provider_id.key());
        let index = *places.entry(key).or_insert(drafts.len());
        match drafts.get_mut(index) {
            Some(known) => {
                tell_differences(row, known, &draft);
                known.addresses.push(address);
            }
            None => drafts.push(Draft { addresses: vec![address], ..draft }),
        }
    })?;
    if violations.is_empty() { Ok(drafts) } else { Err(Violation::told(violations)) }
}

/// Rows with the same Provider ID describe one provider, so they must agree.
fn tell_differences(row: &mut Row<'_>, known: &Draft, draft: &Draft) {
    let differs = format!("differs from line {}, which has the same provider_id", known.line);
    if known.name.provider_type() != draft.name.provider_type() {
        row.violation("provider_type", &differs);
    } else if known.name != draft.name {
        let column = match draft.name {
            ProviderName::Practitioner { .. } => "first_name, last_name",
            ProviderName::Group { .. } => "group_name",
        };
        row.violation(column, &differs);
    }
    if known.tax_id != draft.tax_id {
        row.violation("tax_id", &differs);
    }
}

fn name(row: &mut Row<'_>, column: &str) -> Option<String> {
    row.parsed(column, "must be 1 to 100 characters", |text| {
        (1..=NAME_MAX).contains(&text.chars().count()).then(|| text.to_owned())
    })
}

fn empty(row: &mut Row<'_>, column: &str) {
    if !row.text(column).is_empty() {
        row.violation(column, "must be empty for this provider_type");
    }
}

/// The provider and the address of a row; `None` if there is a violation.
fn draft(row: &mut Row<'_>) -> Option<(Draft, ProviderAddress)> {
    let plan = row.parsed("plan", "must be ky, cca, ahw or lhcc", PlanCode::parse);
    let provider_id = row.parsed("provider_id", "must be 1 to 20 letters, digits or hyphens", |text| {
        ProviderIdentifier::parse(text).ok()
    });
    let name = match row.parsed("provider_type", "must be practitioner or group", ProviderRecordType::parse) {
        Some(ProviderRecordType::Practitioner) => {
            empty(row, "group_name");
            let (first, last) = (name(row, "first_name"), name(row, "last_name"));
            first
                .zip(last)
                .map(|(first_name, last_name)| ProviderName::Practitioner { first_name, last_name })
        }
        Some(ProviderRecordType::Group) => {
            empty(row, "first_name");
            empty(row, "last_name");
            name(row, "group_name").map(|group_name| ProviderName::Group { group_name })
        }
        None => None,
    };
    let tax_id = row.parsed("tax_id", "must be nine digits", |text| {
        TaxId::parse(&Zeroizing::new(text.replace('-', ""))).ok()
    });
    let kind = row.parsed("address_kind", "must be remittance, practice or other", AddressKind::parse);
    let zip = row.parsed("zip", "must be five digits, or nine", |text| Zip::parse(text).ok());
    let on_letter = row.parsed("on_letter", "must be true or false", |text| match text {
        "true" => Some(true),
        "false" => Some(false),
        _ => None,
    });
    let address = ProviderAddress { kind: kind?, zip: zip?, on_letter: on_letter? };
    let draft = Draft {
        line: row.line,
        plan: plan?,
        provider_id: provider_id?,
        name: name?,
        tax_id: tax_id?,
        addresses: vec![],
    };
    Some((draft, address))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: &str =
        "plan,provider_id,provider_type,first_name,last_name,group_name,tax_id,address_kind,zip,on_letter";

    fn violations(rows: &[&str]) -> Vec<String> {
        read(format!("{HEADER}\n{}\n", rows.join("\n")).as_bytes()).err().unwrap_or_default()
    }

    #[test]
    fn rows_of_one_provider_id_are_its_addresses() {
        let text = format!(
            "\u{feff}{HEADER}\ncca,CCA1,group,,,Harbor Light,04-3555017,remittance,02108,true\n\
             cca,CCA2,practitioner,Noor,Haddad,,043555017,practice,02109,false\n\
             cca,cca1,group,,,Harbor Light,043555017,practice,02110-1234,false\n"
        );
        let drafts = read(text.as_bytes()).unwrap_or_default();
        let shape: Vec<_> = drafts
            .iter()
            .map(|draft| (draft.provider_id.as_str(), draft.line, draft.addresses.len()))
            .collect();
        assert_eq!(shape, [("CCA1", 2, 2), ("CCA2", 3, 1)]);
    }

    #[test]
    fn every_fault_is_told_with_its_line_and_column_and_no_value() {
        let found = violations(&[
            "cca,CCA1,group,,,Harbor Light,04-3555017,remittance,02108,true",
            "cca,CCA1,group,,,Harbor Lights,04-3555018,remittance,02108,true",
            "xyz,CCA 2,clinic,Noor,Haddad,,04355501,home,2109,yes",
            "cca,CCA3,practitioner,,Haddad,Harbor Light,04-3555017,practice,02109,false",
            "cca,CCA4,group",
        ]);
        let expected = [
            "line 3, group_name: differs from line 2, which has the same provider_id",
            "line 3, tax_id: differs from line 2, which has the same provider_id",
            "line 4, plan: must be ky, cca, ahw or lhcc",
            "line 4, provider_id: must be 1 to 20 letters, digits or hyphens",
            "line 4, provider_type: must be practitioner or group",
            "line 4, tax_id: must be nine digits",
            "line 4, address_kind: must be remittance, practice or other",
            "line 4, zip: must be five digits, or nine",
            "line 4, on_letter: must be true or false",
            "line 5, group_name: must be empty for this provider_type",
            "line 5, first_name: must be 1 to 100 characters",
            "line 6: cannot be read, or has another number of columns than line 1",
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn the_columns_must_be_there_once_each() {
        let told = |header: &str| read(header.as_bytes()).err().unwrap_or_default();
        assert_eq!(told(&HEADER.replace("zip", "zip,zip")), ["line 1: the column zip appears twice"]);
        assert_eq!(
            told(&HEADER.replace("tax_id", "ssn")),
            ["line 1: there is no column tax_id", "line 1: the name of column 7 does not belong there"]
        );
    }
}
