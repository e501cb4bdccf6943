//! Providers as described by the national registry (NPPES).

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
    /// The purpose of an address.
    pub enum AddressPurpose {
        /// The primary practice location.
        Location = "location",
        /// The mailing address.
        Mailing = "mailing",
        /// An additional practice location.
        Practice = "practice",
    }
}

/// A validated provider record of the national registry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProviderRecord {
    /// The NPI.
    pub npi: Npi,
    /// Person or organization.
    pub entity: ProviderEntity,
    /// The display name: "Last, First" or the organization's name.
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
    /// Other names of the provider.
    pub other_names: Vec<String>,
    /// When the NPI was assigned.
    pub enumeration_date: Option<NaiveDate>,
    /// When the registry last changed the record.
    pub registry_updated_on: Option<NaiveDate>,
    /// Whether the registry lists the NPI as active.
    pub active: bool,
    /// The provider's taxonomies.
    pub taxonomies: Vec<ProviderTaxonomy>,
    /// The provider's practice and mailing addresses.
    pub addresses: Vec<ProviderAddress>,
    /// Identifiers assigned by other bodies.
    pub identifiers: Vec<ProviderIdentifier>,
}

/// A taxonomy code of a provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProviderTaxonomy {
    /// The code: ten characters, the last one `X`.
    pub code: String,
    /// The description.
    pub description: String,
    /// Whether it is the primary taxonomy.
    pub primary: bool,
    /// The state of the associated license.
    pub state: String,
    /// The number of the associated license.
    pub license: String,
}

/// An address of a provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProviderAddress {
    /// The purpose.
    pub purpose: AddressPurpose,
    /// The first line.
    pub line1: String,
    /// The second line; may be empty.
    pub line2: String,
    /// City.
    pub city: String,
    /// State.
    pub state: String,
    /// ZIP, five or nine digits in the United States.
    pub postal_code: String,
    /// Country code.
    pub country: String,
    /// The telephone number; may be empty.
    pub telephone: String,
    /// The fax number; may be empty.
    pub fax: String,
}

/// An identifier assigned to a provider by another body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProviderIdentifier {
    /// The registry's code for the kind of identifier; `05` is a Medicaid number.
    pub code: String,
    /// The description of the kind.
    pub description: String,
    /// The identifier.
    pub identifier: String,
    /// The state; may be empty.
    pub state: String,
    /// The issuer; may be empty.
    pub issuer: String,
}

/// Whether the text is a taxonomy code: ten uppercase letters and digits, the last one `X`.
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
