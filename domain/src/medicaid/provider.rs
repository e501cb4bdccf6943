//! Providers as the national registry describes them.

use chrono::NaiveDate;

use crate::ground::npi::Npi;
use crate::vocabulary;

vocabulary! {
    /// Whether a provider is a person or an organization (NPPES enumeration types NPI-1 and NPI-2).
    pub enum ProviderEntity {
        /// A person, NPI-1.
        Individual = "individual",
        /// An organization, NPI-2.
        Organization = "organization",
    }
}

vocabulary! {
    /// What an address is for.
    pub enum AddressPurpose {
        /// The primary practice location.
        Location = "location",
        /// Mail.
        Mailing = "mailing",
        /// A further practice location.
        Practice = "practice",
    }
}

/// A provider record of the national registry, checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProviderRecord {
    /// The NPI.
    pub npi: Npi,
    /// Person or organization.
    pub entity: ProviderEntity,
    /// The name by which the record is listed: "Last, First" or the organization's name.
    pub display_name: String,
    /// First name of a person.
    pub first_name: Option<String>,
    /// Middle name of a person.
    pub middle_name: Option<String>,
    /// Last name of a person.
    pub last_name: Option<String>,
    /// Credential of a person, such as MD.
    pub credential: Option<String>,
    /// Legal name of an organization.
    pub organization_name: Option<String>,
    /// Names it also goes by.
    pub other_names: Vec<String>,
    /// When the NPI was given.
    pub enumeration_date: Option<NaiveDate>,
    /// When the registry last changed the record.
    pub registry_updated_on: Option<NaiveDate>,
    /// Whether the registry lists the NPI as active.
    pub active: bool,
    /// What the provider does.
    pub taxonomies: Vec<ProviderTaxonomy>,
    /// Where it is found and where it gets mail.
    pub addresses: Vec<ProviderAddress>,
    /// Numbers others gave it.
    pub identifiers: Vec<ProviderIdentifier>,
}

/// A taxonomy code of a provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProviderTaxonomy {
    /// Ten characters, the last one `X`.
    pub code: String,
    /// Its text.
    pub description: String,
    /// Whether it is the primary one.
    pub primary: bool,
    /// State of the license behind it.
    pub state: String,
    /// The license behind it.
    pub license: String,
}

/// An address of a provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProviderAddress {
    /// What it is for.
    pub purpose: AddressPurpose,
    /// First line.
    pub line1: String,
    /// Second line, may be empty.
    pub line2: String,
    /// City.
    pub city: String,
    /// State.
    pub state: String,
    /// ZIP, five or nine digits in the United States.
    pub postal_code: String,
    /// Country code.
    pub country: String,
    /// Telephone, may be empty.
    pub telephone: String,
    /// Fax, may be empty.
    pub fax: String,
}

/// A number another body gave a provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProviderIdentifier {
    /// The registry's code of the kind of number; `05` is a Medicaid number.
    pub code: String,
    /// Its text.
    pub description: String,
    /// The number.
    pub identifier: String,
    /// State, may be empty.
    pub state: String,
    /// Who gave it, may be empty.
    pub issuer: String,
}

/// Whether a text is a taxonomy code: ten upper-case letters and digits, the last one `X`.
#[must_use]
pub fn is_taxonomy_code(text: &str) -> bool {
    text.len() == 10
        && text.ends_with('X')
        && text.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn taxonomy_codes_have_ten_characters_and_end_in_x() {
        assert!(is_taxonomy_code("207Q00000X"));
        for text in ["207q00000x", "207Q00000", "207Q000000", "207Q00000XX", "", "207Q 0000X"] {
            assert!(!is_taxonomy_code(text), "{text}");
        }
    }
}
