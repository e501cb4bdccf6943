//! `import provider-records`: a plan's provider records, from a CSV file with one row per address.
//! The whole file is imported, or nothing is and every violation is reported.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use portal_domain::ground::plan_code::PlanCode;
use portal_domain::ground::tax_identifier::TaxId;
use portal_domain::organizations::provider_record::{
    AddressKind, ProviderAddress, ProviderIdentifier, ProviderRecordType, Zip,
};
use portal_domain::organizations::provider_record_import::{
    NameCells, ProviderRow, Providers, examine_name, gather,
};
use portal_persistence::platform::audit::Author;

use super::difference::{Failure, sound};
use super::table::{self, Row};
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

/// What was imported.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// The number of providers.
    pub records: usize,
    /// The number of their addresses.
    pub addresses: usize,
}

/// Imports one file in one transaction. Fails with one line per violation, which names the line and
/// the column, never a value.
pub fn import(portal: &Portal, name: &str, text: impl Read) -> Result<Tally, Vec<String>> {
    let providers = read(text)?;
    let tally = Tally { records: providers.records(), addresses: providers.addresses() };
    let imported = portal.database.write(portal.moment(), |tx| -> Result<_, Failure> {
        tx.lift_time_limits()?;
        let on_file = tx.provider_records().on_file(&providers.provider_ids())?.into_iter().collect();
        let import = providers.accept(&on_file)?;
        let records = import.records(|| tx.new_id());
        tx.provider_records().insert_all(&records)?;
        let author = Author { user: None, name: "command line", request_id: "" };
        Ok(tx.commit_effects(&import.effects(name), &author)?.with(tally))
    });
    imported.map_err(Failure::messages)
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
fn read(text: impl Read) -> Result<Providers, Vec<String>> {
    let mut rows: Vec<ProviderRow> = Vec::new();
    let violations = table::read(text, &COLUMNS, |row| rows.extend(parsed(row)))?;
    sound(&violations, gather(rows)).map_err(Failure::messages)
}

/// Parses a row; `None` if there is a violation.
fn parsed(row: &mut Row<'_>) -> Option<ProviderRow> {
    let plan = row.parsed("plan", "must be ky, cca, ahw or lhcc", PlanCode::parse);
    let provider_id = row.parsed("provider_id", "must be 1 to 20 letters, digits or hyphens", |text| {
        ProviderIdentifier::parse(text).ok()
    });
    let provider_type =
        row.parsed("provider_type", "must be practitioner or group", ProviderRecordType::parse);
    let cells = NameCells {
        first_name: row.text("first_name"),
        last_name: row.text("last_name"),
        group_name: row.text("group_name"),
    };
    let name = provider_type.and_then(|kind| row.accepted(examine_name(row.line, kind, cells)));
    let tax_id = row.parsed("tax_id", "must be nine digits, not all of them 0 or 9", |text| {
        TaxId::parse_with_any_hyphens(text).ok()
    });
    let kind = row.parsed("address_kind", "must be remittance, practice or other", AddressKind::parse);
    let zip = row.parsed("zip", "must be five digits, or nine", |text| Zip::parse(text).ok());
    let on_letter = row.parsed("on_letter", "must be true or false", |text| match text {
        "true" => Some(true),
        "false" => Some(false),
        _ => None,
    });
    let address = ProviderAddress { kind: kind?, zip: zip?, on_letter: on_letter? };
    Some(ProviderRow {
        line: row.line,
        plan: plan?,
        provider_id: provider_id?,
        name: name?,
        tax_id: tax_id?,
        address,
    })
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
    fn a_byte_order_mark_and_both_tax_id_formats_are_accepted() {
        let text = format!(
            "\u{feff}{HEADER}\ncca,CCA1,group,,,Harbor Light,04-3555017,remittance,02108,true\n\
             cca,CCA2,practitioner,Noor,Haddad,,043555017,practice,02109,false\n\
             cca,cca1,group,,,Harbor Light,043555017,practice,02110-1234,false\n"
        );
        let providers = read(text.as_bytes()).unwrap();
        assert_eq!((providers.records(), providers.addresses()), (2, 3));
    }

    #[test]
    fn every_violation_names_its_line_and_column_and_reveals_no_value() {
        let found = violations(&[
            "cca,CCA1,group,,,Harbor Light,04-3555017,remittance,02108,true",
            "cca,CCA1,group,,,Harbor Lights,04-3555018,remittance,02108,true",
            "xyz,CCA 2,clinic,Noor,Haddad,,99-9999999,home,2109,yes",
            "cca,CCA3,practitioner,,Haddad,Harbor Light,04-3555017,practice,02109,false",
            "cca,CCA4,group",
        ]);
        let expected = [
            "line 3, group_name: differs from line 2, which has the same provider_id",
            "line 3, tax_id: differs from line 2, which has the same provider_id",
            "line 4, plan: must be ky, cca, ahw or lhcc",
            "line 4, provider_id: must be 1 to 20 letters, digits or hyphens",
            "line 4, provider_type: must be practitioner or group",
            "line 4, tax_id: must be nine digits, not all of them 0 or 9",
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
    fn each_column_must_appear_exactly_once() {
        let header_violations = |header: &str| read(header.as_bytes()).err().unwrap_or_default();
        assert_eq!(
            header_violations(&HEADER.replace("zip", "zip,zip")),
            ["line 1: the column zip appears twice"]
        );
        assert_eq!(
            header_violations(&HEADER.replace("tax_id", "ssn")),
            ["line 1: missing column tax_id", "line 1: the name of column 7 is unexpected"]
        );
    }
}
