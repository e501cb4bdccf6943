//! Importing a plan's provider records from a table with one row for each address.

use std::collections::{BTreeMap, BTreeSet};

use crate::ground::audit::{AuditAction, AuditEvent, Detail};
use crate::ground::effects::Effects;
use crate::ground::id::ProviderRecordId;
use crate::ground::import::{RowViolation, RowViolations};
use crate::ground::plan_code::PlanCode;
use crate::ground::tax_identifier::TaxId;
use crate::ground::text::{self, NAME_MAX, TextKind};
use crate::organizations::provider_record::{
    ProviderAddress, ProviderIdentifier, ProviderName, ProviderRecord, ProviderRecordType,
};

/// The cells of a row with the name of the provider.
#[derive(Clone, Copy, Debug)]
pub struct NameCells<'a> {
    /// The first name of a practitioner.
    pub first_name: &'a str,
    /// The last name of a practitioner.
    pub last_name: &'a str,
    /// The name of a group.
    pub group_name: &'a str,
}

/// The name of a provider of this type, or every violation. Cells for the other type are empty.
pub fn examine_name(
    line: u64,
    provider_type: ProviderRecordType,
    cells: NameCells<'_>,
) -> Result<ProviderName, Vec<RowViolation>> {
    let mut violations = RowViolations::in_line(line);
    let NameCells { first_name, last_name, group_name } = cells;
    let name = match provider_type {
        ProviderRecordType::Practitioner => {
            empty("group_name", group_name, &mut violations);
            ProviderName::Practitioner {
                first_name: name("first_name", TextKind::PersonName, first_name, &mut violations),
                last_name: name("last_name", TextKind::PersonName, last_name, &mut violations),
            }
        }
        ProviderRecordType::Group => {
            empty("first_name", first_name, &mut violations);
            empty("last_name", last_name, &mut violations);
            let group_name = name("group_name", TextKind::BusinessName, group_name, &mut violations);
            ProviderName::Group { group_name }
        }
    };
    violations.or(name)
}

fn name(column: &'static str, kind: TextKind, cell: &str, violations: &mut RowViolations) -> String {
    let name = text::composed(cell);
    if !(1..=NAME_MAX).contains(&name.chars().count()) {
        violations.add(column, "must be 1 to 100 characters");
    } else if let Err(refusal) = text::examine(kind, &name) {
        violations.add(column, refusal.message());
    }
    name.into_owned()
}

fn empty(column: &'static str, cell: &str, violations: &mut RowViolations) {
    if !cell.is_empty() {
        violations.add(column, "must be empty for this provider_type");
    }
}

/// An address of a provider, as described by its row. Each cell is well-formed.
#[derive(Clone, Debug)]
pub struct ProviderRow {
    /// The line on which the row begins.
    pub line: u64,
    /// The plan.
    pub plan: PlanCode,
    /// The plan's Provider ID.
    pub provider_id: ProviderIdentifier,
    /// The type and name.
    pub name: ProviderName,
    /// The tax ID; for a group, the Group Tax ID.
    pub tax_id: TaxId,
    /// The address.
    pub address: ProviderAddress,
}

/// A provider, as described by the rows with its Provider ID.
#[derive(Clone, Debug)]
struct Provider {
    line: u64,
    plan: PlanCode,
    provider_id: ProviderIdentifier,
    name: ProviderName,
    tax_id: TaxId,
    addresses: Vec<ProviderAddress>,
}

/// The providers of a table whose rows agree with one another; only [`gather`] creates one.
#[derive(Clone, Debug)]
pub struct Providers(Vec<Provider>);

/// Gathers the providers that the rows describe, or returns every violation. Rows with the same
/// Provider ID describe one provider, so they must agree.
pub fn gather(rows: Vec<ProviderRow>) -> Result<Providers, Vec<RowViolation>> {
    let mut providers: Vec<Provider> = Vec::new();
    let mut places: BTreeMap<(PlanCode, String), usize> = BTreeMap::new();
    let mut violations = Vec::new();
    for row in rows {
        let index = *places.entry((row.plan, row.provider_id.key().to_owned())).or_insert(providers.len());
        match providers.get_mut(index) {
            Some(known) => {
                violations.extend(differences(known, &row));
                known.addresses.push(row.address);
            }
            None => {
                let ProviderRow { line, plan, provider_id, name, tax_id, address } = row;
                providers.push(Provider { line, plan, provider_id, name, tax_id, addresses: vec![address] });
            }
        }
    }
    if violations.is_empty() { Ok(Providers(providers)) } else { Err(violations) }
}

fn differences(known: &Provider, row: &ProviderRow) -> Vec<RowViolation> {
    let mut violations = RowViolations::in_line(row.line);
    let text = format!("differs from line {}, which has the same provider_id", known.line);
    if known.name.provider_type() != row.name.provider_type() {
        violations.add("provider_type", text.as_str());
    } else if known.name != row.name {
        let column = match row.name {
            ProviderName::Practitioner { .. } => "first_name, last_name",
            ProviderName::Group { .. } => "group_name",
        };
        violations.add(column, text.as_str());
    }
    if known.tax_id != row.tax_id {
        violations.add("tax_id", text);
    }
    violations.into_vec()
}

impl Providers {
    /// The number of providers.
    #[must_use]
    pub const fn records(&self) -> usize {
        self.0.len()
    }

    /// The number of their addresses.
    #[must_use]
    pub fn addresses(&self) -> usize {
        self.0.iter().map(|provider| provider.addresses.len()).sum()
    }

    /// Their Provider IDs.
    #[must_use]
    pub fn provider_ids(&self) -> Vec<&ProviderIdentifier> {
        self.0.iter().map(|provider| &provider.provider_id).collect()
    }

    /// Accepts the providers if none is on file, or returns every violation. `on_file` has plans and
    /// keys of Provider IDs.
    pub fn accept(
        &self,
        on_file: &BTreeSet<(PlanCode, String)>,
    ) -> Result<ProviderRecordImport<'_>, Vec<RowViolation>> {
        let known = self
            .0
            .iter()
            .filter(|provider| on_file.contains(&(provider.plan, provider.provider_id.key().to_owned())));
        let violations: Vec<_> = known
            .map(|provider| RowViolation::in_column(provider.line, "provider_id", "is on file already"))
            .collect();
        if violations.is_empty() { Ok(ProviderRecordImport(self)) } else { Err(violations) }
    }
}

/// An import without violations; only [`Providers::accept`] creates one.
#[derive(Clone, Copy, Debug)]
pub struct ProviderRecordImport<'a>(&'a Providers);

impl ProviderRecordImport<'_> {
    /// The records to store, with ids from `new_id`.
    pub fn records(&self, mut new_id: impl FnMut() -> ProviderRecordId) -> Vec<ProviderRecord> {
        let providers = self.0.0.iter();
        providers
            .map(|provider| ProviderRecord {
                id: new_id(),
                plan: provider.plan,
                provider_id: provider.provider_id.clone(),
                name: provider.name.clone(),
                tax_id: provider.tax_id.clone(),
                addresses: provider.addresses.clone(),
                organization: None,
            })
            .collect()
    }

    /// The effects of importing the file of this name.
    #[must_use]
    pub fn effects(&self, file: &str) -> Effects {
        let event = AuditEvent::bare(None, AuditAction::ProviderRecordsImported, file)
            .with("records", Detail::count(self.0.records()))
            .with("addresses", Detail::count(self.0.addresses()));
        Effects::recorded_as(event)
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::organizations::provider_record::{AddressKind, Zip};

    fn row(line: u64, provider_id: &str) -> ProviderRow {
        ProviderRow {
            line,
            plan: PlanCode::Cca,
            provider_id: ProviderIdentifier::parse(provider_id).unwrap(),
            name: ProviderName::Group { group_name: "Harbor Light".into() },
            tax_id: TaxId::parse("043555017").unwrap(),
            address: ProviderAddress {
                kind: AddressKind::Practice,
                zip: Zip::parse("02108").unwrap(),
                on_letter: true,
            },
        }
    }

    fn messages(violations: &[RowViolation]) -> Vec<String> {
        violations.iter().map(ToString::to_string).collect()
    }

    fn practitioner(first_name: &str, last_name: &str) -> ProviderName {
        ProviderName::Practitioner { first_name: first_name.into(), last_name: last_name.into() }
    }

    fn name(provider_type: ProviderRecordType, cells: [&str; 3]) -> Result<ProviderName, Vec<String>> {
        let [first_name, last_name, group_name] = cells;
        let cells = NameCells { first_name, last_name, group_name };
        examine_name(5, provider_type, cells).map_err(|violations| messages(&violations))
    }

    #[test]
    fn a_name_has_1_to_100_characters_and_the_other_name_cells_are_empty() {
        let (longest, too_long) = ("é".repeat(100), "é".repeat(101));
        assert_eq!(
            name(ProviderRecordType::Practitioner, ["N", &longest, ""]),
            Ok(practitioner("N", &longest))
        );
        assert_eq!(
            name(ProviderRecordType::Practitioner, ["", &too_long, "Harbor Light"]),
            Err(vec![
                "line 5, group_name: must be empty for this provider_type".into(),
                "line 5, first_name: must be 1 to 100 characters".into(),
                "line 5, last_name: must be 1 to 100 characters".into(),
            ])
        );
        assert_eq!(
            name(ProviderRecordType::Group, ["", "", &longest]),
            Ok(ProviderName::Group { group_name: longest.clone() })
        );
        assert_eq!(
            name(ProviderRecordType::Group, ["Noor", "Haddad", ""]),
            Err(vec![
                "line 5, first_name: must be empty for this provider_type".into(),
                "line 5, last_name: must be empty for this provider_type".into(),
                "line 5, group_name: must be 1 to 100 characters".into(),
            ])
        );
    }

    #[test]
    fn rows_with_the_same_plan_and_provider_id_are_addresses_of_one_record() {
        let other_plan = ProviderRow { plan: PlanCode::Ahw, ..row(5, "CCA1") };
        let providers = gather(vec![row(2, "CCA1"), row(3, "CCA2"), row(4, "cca1"), other_plan]).unwrap();
        assert_eq!((providers.records(), providers.addresses()), (3, 4));
        let ids: Vec<_> = providers.provider_ids().into_iter().map(ProviderIdentifier::as_str).collect();
        assert_eq!(ids, ["CCA1", "CCA2", "CCA1"]);
        assert!(gather(vec![]).is_ok_and(|providers| providers.records() == 0));
    }

    #[test]
    fn all_rows_of_a_provider_must_agree_with_its_first_row() {
        let renamed = ProviderName::Group { group_name: "Harbor Lights".into() };
        let tax_id = TaxId::parse("043555018").unwrap();
        let violations = gather(vec![
            row(2, "CCA1"),
            ProviderRow { name: renamed.clone(), tax_id: tax_id.clone(), ..row(3, "CCA1") },
            ProviderRow { name: practitioner("Harbor", "Light"), ..row(4, "cca1") },
            ProviderRow { name: practitioner("Noor", "Haddad"), ..row(5, "CCA2") },
            ProviderRow { name: practitioner("Noor", "Hadad"), ..row(6, "CCA2") },
            ProviderRow { name: renamed, tax_id, ..row(7, "CCA3") },
        ]);
        assert_eq!(
            messages(&violations.unwrap_err()),
            [
                "line 3, group_name: differs from line 2, which has the same provider_id",
                "line 3, tax_id: differs from line 2, which has the same provider_id",
                "line 4, provider_type: differs from line 2, which has the same provider_id",
                "line 6, first_name, last_name: differs from line 5, which has the same provider_id",
            ]
        );
    }

    #[test]
    fn providers_on_file_are_violations_and_new_ones_become_records() {
        let providers = gather(vec![row(2, "CCA1"), row(3, "CCA2"), row(4, "CCA2"), row(5, "CCA3")]).unwrap();
        let on_file = |keys: &[(PlanCode, &str)]| {
            keys.iter().map(|(plan, key)| (*plan, (*key).to_owned())).collect::<BTreeSet<_>>()
        };
        let known = on_file(&[(PlanCode::Cca, "cca2"), (PlanCode::Cca, "cca3"), (PlanCode::Ky, "cca1")]);
        assert_eq!(
            messages(&providers.accept(&known).unwrap_err()),
            ["line 3, provider_id: is on file already", "line 5, provider_id: is on file already"]
        );
        let import = providers.accept(&on_file(&[(PlanCode::Ky, "cca1")])).unwrap();
        let mut ids = 0..;
        let records =
            import.records(|| ProviderRecordId::from_uuid(Uuid::from_u128(ids.next().unwrap_or_default())));
        let shape: Vec<_> = records
            .iter()
            .map(|record| (record.id.uuid().as_u128(), record.provider_id.as_str(), record.addresses.len()))
            .collect();
        assert_eq!(shape, [(0, "CCA1", 1), (1, "CCA2", 2), (2, "CCA3", 1)]);
        assert!(records.iter().all(|record| record.organization.is_none()));
        assert_eq!(
            import.effects("a.csv").events()[0].details,
            [("records", Detail::Number(3)), ("addresses", Detail::Number(4))]
        );
    }
}
