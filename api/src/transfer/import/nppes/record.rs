//! A record of the registry, and the part that is stored.

use chrono::NaiveDate;
use portal_domain::ground::npi::Npi;
use portal_domain::medicaid::provider::{
    AddressPurpose, ProviderAddress, ProviderEntity, ProviderIdentifier, ProviderRecord, ProviderTaxonomy,
    is_taxonomy_code,
};
use serde::Deserialize;

/// A record in the format of the registry's API. Fields that are not stored are omitted.
#[derive(Deserialize)]
pub(super) struct Record {
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
#[derive(Deserialize)]
#[serde(untagged)]
enum Number {
    Digits(u64),
    Text(String),
}

#[derive(Deserialize)]
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

#[derive(Deserialize)]
struct OtherName {
    organization_name: Option<String>,
    first_name: Option<String>,
    last_name: Option<String>,
}

#[derive(Deserialize)]
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

#[derive(Deserialize)]
struct Taxonomy {
    code: String,
    desc: Option<String>,
    #[serde(default)]
    primary: bool,
    state: Option<String>,
    license: Option<String>,
}

#[derive(Deserialize)]
struct Identifier {
    code: String,
    desc: Option<String>,
    identifier: String,
    state: Option<String>,
    issuer: Option<String>,
}

/// The field and the reason of a well-formed record that cannot be stored.
pub(super) type Refused = (&'static str, &'static str);

impl Record {
    /// The NPI as written in the file.
    pub(super) fn npi(&self) -> String {
        match &self.number {
            Number::Digits(digits) => digits.to_string(),
            Number::Text(text) => text.clone(),
        }
    }

    /// The provider, if it can be stored.
    pub(super) fn checked(self) -> Result<ProviderRecord, Refused> {
        let npi = Npi::parse(&self.npi()).map_err(|reason| ("number", reason.as_str()))?;
        let entity = match self.enumeration_type.as_str() {
            "NPI-1" => ProviderEntity::Individual,
            "NPI-2" => ProviderEntity::Organization,
            _ => return Err(("enumeration_type", "unknown_value")),
        };
        let Basic { first_name, middle_name, last_name, credential, organization_name, .. } = self.basic;
        let display_name = match entity {
            ProviderEntity::Individual => match (&last_name, &first_name) {
                (Some(last), Some(first)) => format!("{last}, {first}"),
                (Some(name), None) | (None, Some(name)) => name.clone(),
                (None, None) => return Err(("basic", "name_required")),
            },
            ProviderEntity::Organization => organization_name.clone().ok_or(("basic", "name_required"))?,
        };
        if self.taxonomies.iter().any(|taxonomy| !is_taxonomy_code(&taxonomy.code)) {
            return Err(("taxonomies", "taxonomy_format"));
        }
        let addresses = self.addresses.into_iter().map(|address| (AddressPurpose::Location, address));
        let practices =
            self.practice_locations.into_iter().map(|address| (AddressPurpose::Practice, address));
        Ok(ProviderRecord {
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
        })
    }
}

impl OtherName {
    fn text(self) -> Option<String> {
        match (self.organization_name, self.last_name, self.first_name) {
            (Some(name), _, _) | (None, Some(name), None) | (None, None, Some(name)) => Some(name),
            (None, Some(last), Some(first)) => Some(format!("{last}, {first}")),
            (None, None, None) => None,
        }
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
