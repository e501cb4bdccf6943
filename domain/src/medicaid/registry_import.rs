//! Importing providers from records of the national registry (NPPES).

use chrono::NaiveDate;
use serde::Deserialize;

use crate::ground::audit::{AuditAction, AuditEvent, Detail};
use crate::ground::effects::Effects;
use crate::ground::npi::Npi;
use crate::ground::text::{self, TextKind};
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
        for (field, texts) in self.texts() {
            // One reason for each field. Names are lines as well: the registry publishes them, and
            // they never reach a mail.
            let refusal = texts.into_iter().find_map(|text| text::examine(TextKind::Line, text).err());
            if let Some(refusal) = refusal {
                refuse(field, refusal.as_str());
            }
        }
        match (npi, entity, display_name) {
            (Some(npi), Some(entity), Some(display_name)) if refusals.is_empty() => {
                Ok(self.provider(npi, entity, display_name))
            }
            _ => Err(refusals),
        }
    }

    /// The free texts of the record, by field.
    fn texts(&self) -> [(&'static str, Vec<&str>); 6] {
        let Self { basic, other_names, addresses, practice_locations, taxonomies, identifiers, .. } = self;
        let basic = [
            &basic.first_name,
            &basic.middle_name,
            &basic.last_name,
            &basic.credential,
            &basic.organization_name,
        ];
        [
            ("basic", basic.into_iter().filter_map(Option::as_deref).collect()),
            ("other_names", other_names.iter().flat_map(OtherName::texts).collect()),
            ("addresses", addresses.iter().flat_map(Address::texts).collect()),
            ("practiceLocations", practice_locations.iter().flat_map(Address::texts).collect()),
            ("taxonomies", taxonomies.iter().flat_map(Taxonomy::texts).collect()),
            ("identifiers", identifiers.iter().flat_map(Identifier::texts).collect()),
        ]
    }

    fn provider(self, npi: Npi, entity: ProviderEntity, display_name: String) -> ProviderRecord {
        let Basic { first_name, middle_name, last_name, credential, organization_name, .. } = self.basic;
        let addresses = self.addresses.into_iter().map(|address| (AddressPurpose::Location, address));
        let practices =
            self.practice_locations.into_iter().map(|address| (AddressPurpose::Practice, address));
        ProviderRecord {
            npi,
            entity,
            display_name: composed(display_name),
            first_name: first_name.map(composed),
            middle_name: middle_name.map(composed),
            last_name: last_name.map(composed),
            credential,
            organization_name: organization_name.map(composed),
            other_names: self.other_names.into_iter().filter_map(OtherName::text).map(composed).collect(),
            enumeration_date: self.basic.enumeration_date,
            registry_updated_on: self.basic.last_updated,
            active: self.basic.status.as_deref() == Some("A"),
            taxonomies: self.taxonomies.into_iter().map(Into::into).collect(),
            addresses: addresses.chain(practices).map(|(purpose, address)| address.with(purpose)).collect(),
            identifiers: self.identifiers.into_iter().map(Into::into).collect(),
        }
    }
}

/// The name in the form in which names are stored (domain rule R-204).
fn composed(name: String) -> String {
    text::composed(&name).into_owned()
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
    fn texts(&self) -> impl Iterator<Item = &str> {
        let texts = [&self.organization_name, &self.first_name, &self.last_name];
        texts.into_iter().filter_map(|text| text.as_deref())
    }

    fn text(self) -> Option<String> {
        self.organization_name.or_else(|| last_first(self.last_name, self.first_name))
    }
}

impl Address {
    fn texts(&self) -> [&str; 8] {
        [
            &self.address_1,
            &self.address_2,
            &self.city,
            &self.state,
            &self.postal_code,
            &self.country_code,
            &self.telephone_number,
            &self.fax_number,
        ]
    }

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

impl Taxonomy {
    fn texts(&self) -> impl Iterator<Item = &str> {
        [&self.desc, &self.state, &self.license].into_iter().filter_map(|text| text.as_deref())
    }
}

impl Identifier {
    fn texts(&self) -> impl Iterator<Item = &str> {
        let given = [&self.desc, &self.state, &self.issuer].into_iter().filter_map(|text| text.as_deref());
        given.chain([self.code.as_str(), self.identifier.as_str()])
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
#[path = "registry_import_tests.rs"]
mod tests;
