//! Importing providers from records of the national registry (NPPES).

use chrono::NaiveDate;
use serde::Deserialize;

use crate::ground::audit::{AuditAction, AuditEvent, Detail};
use crate::ground::effects::Effects;
use crate::ground::npi::Npi;
use crate::medicaid::provider::{
    AddressPurpose, ProviderAddress, ProviderEntity, ProviderIdentifier, ProviderRecord, ProviderTaxonomy,
    is_taxonomy_code,
};

/// A record in the format of the registry's API. Fields that are not stored are omitted.
#[derive(Clone, Debug, Deserialize)]
pub struct RegistryRecord {
    number: Number,
    enumeration_type: String,
    basic: Basic,
    #[serde(default)]
    other_names: Vec<OtherName>,
    #[serde(default)]
    addresses: Vec<Address>,
    #[serde(default, rename = "practiceLocations")]
    practice_locations: Vec<Address>,
    #[serde(default)]
    taxonomies: Vec<Taxonomy>,
    #[serde(default)]
    identifiers: Vec<Identifier>,
}

/// The API has returned NPIs as numbers and as strings over the years.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
enum Number {
    Digits(u64),
    Text(String),
}

#[derive(Clone, Debug, Default, Deserialize)]
struct Basic {
    first_name: Option<String>,
    middle_name: Option<String>,
    last_name: Option<String>,
    credential: Option<String>,
    organization_name: Option<String>,
    status: Option<String>,
    enumeration_date: Option<NaiveDate>,
    last_updated: Option<NaiveDate>,
}

#[derive(Clone, Debug, Deserialize)]
struct OtherName {
    organization_name: Option<String>,
    first_name: Option<String>,
    last_name: Option<String>,
}

#[derive(Clone, Debug, Deserialize)]
struct Address {
    address_purpose: Option<String>,
    #[serde(default)]
    address_1: String,
    #[serde(default)]
    address_2: String,
    #[serde(default)]
    city: String,
    #[serde(default)]
    state: String,
    #[serde(default)]
    postal_code: String,
    #[serde(default)]
    country_code: String,
    #[serde(default)]
    telephone_number: String,
    #[serde(default)]
    fax_number: String,
}

#[derive(Clone, Debug, Deserialize)]
struct Taxonomy {
    code: String,
    desc: Option<String>,
    #[serde(default)]
    primary: bool,
    state: Option<String>,
    license: Option<String>,
}

#[derive(Clone, Debug, Deserialize)]
struct Identifier {
    code: String,
    desc: Option<String>,
    identifier: String,
    state: Option<String>,
    issuer: Option<String>,
}

/// Why a well-formed record cannot be stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RegistryRefusal {
    /// The field of the record.
    pub field: &'static str,
    /// The reason, as a code.
    pub reason: &'static str,
}

impl RegistryRecord {
    /// The NPI as written in the record.
    #[must_use]
    pub fn npi(&self) -> String {
        match &self.number {
            Number::Digits(digits) => digits.to_string(),
            Number::Text(text) => text.clone(),
        }
    }

    /// The provider, or every reason why it cannot be stored, in the order of the fields.
    pub fn examine(self) -> Result<ProviderRecord, Vec<RegistryRefusal>> {
        let mut refusals = Vec::new();
        let mut refuse = |field, reason| refusals.push(RegistryRefusal { field, reason });
        let npi = Npi::parse(&self.npi()).map_err(|error| refuse("number", error.as_str())).ok();
        let entity = entity(&self.enumeration_type);
        if entity.is_none() {
            refuse("enumeration_type", "unknown_value");
        }
        let display_name = entity.and_then(|entity| self.basic.display_name(entity));
        if entity.is_some() && display_name.is_none() {
            refuse("basic", "name_required");
        }
        if self.taxonomies.iter().any(|taxonomy| !is_taxonomy_code(&taxonomy.code)) {
            refuse("taxonomies", "taxonomy_format");
        }
        match (npi, entity, display_name) {
            (Some(npi), Some(entity), Some(display_name)) if refusals.is_empty() => {
                Ok(self.provider(npi, entity, display_name))
            }
            _ => Err(refusals),
        }
    }

    fn provider(self, npi: Npi, entity: ProviderEntity, display_name: String) -> ProviderRecord {
        let Basic { first_name, middle_name, last_name, credential, organization_name, .. } = self.basic;
        let addresses = self.addresses.into_iter().map(|address| (AddressPurpose::Location, address));
        let practices =
            self.practice_locations.into_iter().map(|address| (AddressPurpose::Practice, address));
        ProviderRecord {
            npi,
            entity,
            display_name,
            first_name,
            middle_name,
            last_name,
            credential,
            organization_name,
            other_names: self.other_names.into_iter().filter_map(OtherName::text).collect(),
            enumeration_date: self.basic.enumeration_date,
            registry_updated_on: self.basic.last_updated,
            active: self.basic.status.as_deref() == Some("A"),
            taxonomies: self.taxonomies.into_iter().map(Into::into).collect(),
            addresses: addresses.chain(practices).map(|(purpose, address)| address.with(purpose)).collect(),
            identifiers: self.identifiers.into_iter().map(Into::into).collect(),
        }
    }
}

fn entity(enumeration_type: &str) -> Option<ProviderEntity> {
    match enumeration_type {
        "NPI-1" => Some(ProviderEntity::Individual),
        "NPI-2" => Some(ProviderEntity::Organization),
        _ => None,
    }
}

impl Basic {
    /// "Last, First" for a person, or the organization's name; `None` if there is no name.
    fn display_name(&self, entity: ProviderEntity) -> Option<String> {
        match entity {
            ProviderEntity::Individual => last_first(self.last_name.clone(), self.first_name.clone()),
            ProviderEntity::Organization => self.organization_name.clone(),
        }
    }
}

fn last_first(last: Option<String>, first: Option<String>) -> Option<String> {
    match (last, first) {
        (Some(last), Some(first)) => Some(format!("{last}, {first}")),
        (last, first) => last.or(first),
    }
}

impl OtherName {
    fn text(self) -> Option<String> {
        self.organization_name.or_else(|| last_first(self.last_name, self.first_name))
    }
}

impl Address {
    fn with(self, purpose: AddressPurpose) -> ProviderAddress {
        let mailing = self.address_purpose.as_deref() == Some("MAILING");
        ProviderAddress {
            purpose: if mailing { AddressPurpose::Mailing } else { purpose },
            line1: self.address_1,
            line2: self.address_2,
            city: self.city,
            state: self.state,
            postal_code: self.postal_code,
            country: self.country_code,
            telephone: self.telephone_number,
            fax: self.fax_number,
        }
    }
}

impl From<Taxonomy> for ProviderTaxonomy {
    fn from(taxonomy: Taxonomy) -> Self {
        Self {
            code: taxonomy.code,
            description: taxonomy.desc.unwrap_or_default(),
            primary: taxonomy.primary,
            state: taxonomy.state.unwrap_or_default(),
            license: taxonomy.license.unwrap_or_default(),
        }
    }
}

impl From<Identifier> for ProviderIdentifier {
    fn from(identifier: Identifier) -> Self {
        Self {
            code: identifier.code,
            description: identifier.desc.unwrap_or_default(),
            identifier: identifier.identifier,
            state: identifier.state.unwrap_or_default(),
            issuer: identifier.issuer.unwrap_or_default(),
        }
    }
}

/// The number of records of a file with each result.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Not on file before.
    pub created: i64,
    /// On file with other data.
    pub updated: i64,
    /// On file with the same data.
    pub unchanged: i64,
    /// Not a provider that can be stored.
    pub refused: i64,
}

impl Tally {
    /// The effects of importing the file of this name; `None` if nothing was changed.
    #[must_use]
    pub fn effects(&self, file: &str) -> Option<Effects> {
        if self.created + self.updated == 0 {
            return None;
        }
        let event = AuditEvent::bare(None, AuditAction::ProvidersImported, file)
            .with("created", Detail::Number(self.created))
            .with("updated", Detail::Number(self.updated))
            .with("unchanged", Detail::Number(self.unchanged))
            .with("refused", Detail::Number(self.refused));
        Some(Effects::recorded_as(event))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(number: &str, enumeration_type: &str, basic: &str) -> RegistryRecord {
        let text = format!("number = {number}\nenumeration_type = '{enumeration_type}'\n[basic]\n{basic}");
        toml::from_str(&text).unwrap()
    }

    fn person() -> RegistryRecord {
        record("1234567893", "NPI-1", "first_name = 'BOB'\nlast_name = 'ABERNATHY'\nstatus = 'A'")
    }

    fn taxonomy(code: &str) -> Taxonomy {
        Taxonomy { code: code.into(), desc: None, primary: true, state: None, license: None }
    }

    fn address(purpose: Option<&str>) -> Address {
        toml::from_str(&purpose.map(|purpose| format!("address_purpose = '{purpose}'")).unwrap_or_default())
            .unwrap()
    }

    fn refusals(record: RegistryRecord) -> Vec<(&'static str, &'static str)> {
        let refusals = record.examine().err().unwrap_or_default();
        refusals.into_iter().map(|refusal| (refusal.field, refusal.reason)).collect()
    }

    #[test]
    fn an_npi_can_be_a_number_or_a_string() {
        for number in ["1234567893", "'1234567893'"] {
            assert_eq!(record(number, "NPI-2", "organization_name = 'X'").npi(), "1234567893");
        }
    }

    #[test]
    fn all_reasons_for_a_refusal_are_returned_in_the_order_of_the_fields() {
        let mut all = record("123456789", "NPI-2", "first_name = 'BOB'");
        all.taxonomies = vec![taxonomy("207Q00000X"), taxonomy("207q00000x")];
        let expected =
            [("number", "npi_length"), ("basic", "name_required"), ("taxonomies", "taxonomy_format")];
        assert_eq!(refusals(all), expected);
        assert_eq!(
            refusals(record("1234567890", "NPI-3", "")),
            [("number", "npi_check_digit"), ("enumeration_type", "unknown_value")],
            "an unknown type requires no name"
        );
        assert_eq!(refusals(record("1234567893", "NPI-1", "organization_name = 'X'")).len(), 1);
        assert_eq!(refusals(person()), []);
    }

    #[test]
    fn an_individual_is_displayed_with_the_last_name_first() {
        let name = |basic: &str| {
            record("1234567893", "NPI-1", basic).examine().map(|provider| provider.display_name).unwrap()
        };
        assert_eq!(person().examine().unwrap().display_name, "ABERNATHY, BOB");
        assert_eq!((name("first_name = 'BOB'"), name("last_name = 'LEE'")), ("BOB".into(), "LEE".into()));
        let organization = record("1234567893", "NPI-2", "organization_name = 'X'\nlast_name = 'LEE'");
        assert_eq!(organization.examine().unwrap().display_name, "X");
    }

    #[test]
    fn empty_other_names_are_omitted() {
        let other = |organization: Option<&str>, first: Option<&str>, last: Option<&str>| OtherName {
            organization_name: organization.map(Into::into),
            first_name: first.map(Into::into),
            last_name: last.map(Into::into),
        };
        let other_names = vec![
            other(Some("X"), Some("BOB"), Some("LEE")),
            other(None, Some("BOB"), Some("LEE")),
            other(None, Some("BOB"), None),
            other(None, None, Some("LEE")),
            other(None, None, None),
        ];
        let provider = RegistryRecord { other_names, ..person() }.examine().unwrap();
        assert_eq!(provider.other_names, ["X", "LEE, BOB", "BOB", "LEE"]);
    }

    #[test]
    fn only_status_a_is_active_and_addresses_keep_their_purpose() {
        assert!(person().examine().unwrap().active);
        assert!(!record("1234567893", "NPI-2", "organization_name = 'X'").examine().unwrap().active);
        assert!(
            !record("1234567893", "NPI-2", "organization_name = 'X'\nstatus = 'a'").examine().unwrap().active
        );
        let addresses = vec![address(Some("LOCATION")), address(Some("MAILING")), address(None)];
        let practice_locations = vec![address(None), address(Some("MAILING"))];
        let provider = RegistryRecord { addresses, practice_locations, ..person() }.examine().unwrap();
        let purposes: Vec<_> = provider.addresses.iter().map(|address| address.purpose).collect();
        use AddressPurpose::{Location, Mailing, Practice};
        assert_eq!(purposes, [Location, Mailing, Location, Practice, Mailing]);
    }

    #[test]
    fn only_an_import_with_changes_is_recorded() {
        assert!(Tally { unchanged: 7, refused: 1, ..Tally::default() }.effects("a.json").is_none());
        for tally in [Tally { created: 1, ..Tally::default() }, Tally { updated: 1, ..Tally::default() }] {
            assert!(tally.effects("a.json").is_some());
        }
        let effects = Tally { created: 1, updated: 2, unchanged: 3, refused: 4 }.effects("a.json").unwrap();
        let details = [("created", 1), ("updated", 2), ("unchanged", 3), ("refused", 4)];
        assert_eq!(effects.events()[0].details, details.map(|(word, count)| (word, Detail::Number(count))));
    }
}
