//! A plan's records of its providers, and how input is compared with them (domain section 2.4).

use crate::ground::id::{OrganizationId, ProviderRecordId};
use crate::ground::plan_code::PlanCode;
use crate::ground::tax_identifier::TaxId;
use crate::ground::text::{comparable, composed, looks_like_ssn};
use crate::vocabulary;

vocabulary! {
    /// Whether a provider is known to the plan as a person or as a group (domain rule R-130).
    pub enum ProviderRecordType {
        /// The welcome letter names an individual.
        Practitioner = "practitioner",
        /// The welcome letter names a Group Payee ID.
        Group = "group",
    }
}

vocabulary! {
    /// The purpose of an address in a provider's profile.
    pub enum AddressKind {
        /// Payments are sent here.
        Remittance = "remittance",
        /// Patients are seen here.
        Practice = "practice",
        /// Any other purpose.
        Other = "other",
    }
}

/// A text is not a valid Provider ID or ZIP code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FormatError;

/// A plan's Provider ID, also called Billing Number: 1 to 20 ASCII letters, digits, and hyphens.
///
/// The original spelling is kept. [`ProviderIdentifier::key`] is compared (domain rule R-204).
#[derive(Clone, Debug)]
pub struct ProviderIdentifier {
    typed: String,
    key: String,
}

impl ProviderIdentifier {
    /// Parses a Provider ID. Surrounding white space is removed, and
    /// look-alike letters, digits, and hyphens count as such. What looks like a Social Security
    /// number is not a Provider ID.
    pub fn parse(text: &str) -> Result<Self, FormatError> {
        if looks_like_ssn(text) { Err(FormatError) } else { Self::stored(text) }
    }

    /// Restores a stored Provider ID, or one of a request that older versions accepted.
    pub fn stored(text: &str) -> Result<Self, FormatError> {
        let key = comparable(text);
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
        if (1..=20).contains(&key.len()) && key.bytes().all(plain) {
            Ok(Self { typed: composed(text.trim()).into_owned(), key })
        } else {
            Err(FormatError)
        }
    }

    /// The Provider ID as it was entered.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.typed
    }

    /// The lowercase key that is unique in its plan.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }
}

impl PartialEq for ProviderIdentifier {
    fn eq(&self, other: &Self) -> bool {
        self.key == other.key
    }
}

impl Eq for ProviderIdentifier {}

/// A ZIP code: five ASCII digits, optionally followed by four more. Only the first five are
/// compared (domain rule R-204).
#[derive(Clone, Debug)]
pub struct Zip {
    typed: String,
    five_digits: String,
}

impl Zip {
    /// Parses `02108`, `02108-1234`, or `021081234`. Surrounding white space is removed. Look-alike
    /// digits and hyphens count as such.
    pub fn parse(text: &str) -> Result<Self, FormatError> {
        let plain = comparable(text);
        let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        let (five, rest) = plain.split_at_checked(5).ok_or(FormatError)?;
        let four = rest.strip_prefix('-').unwrap_or(rest);
        let complete = rest.is_empty() || four.len() == 4;
        if complete && digits(five) && digits(four) {
            Ok(Self { typed: composed(text.trim()).into_owned(), five_digits: five.to_owned() })
        } else {
            Err(FormatError)
        }
    }

    /// The ZIP code as it was entered.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.typed
    }

    /// The first five digits, which comparisons use.
    #[must_use]
    pub fn five_digits(&self) -> &str {
        &self.five_digits
    }
}

impl PartialEq for Zip {
    fn eq(&self, other: &Self) -> bool {
        self.five_digits == other.five_digits
    }
}

impl Eq for Zip {}

/// The type and name of a provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProviderName {
    /// A person.
    Practitioner {
        /// First name.
        first_name: String,
        /// Last name.
        last_name: String,
    },
    /// A group.
    Group {
        /// Its name.
        group_name: String,
    },
}

impl ProviderName {
    /// Whether the provider is a person or a group.
    #[must_use]
    pub const fn provider_type(&self) -> ProviderRecordType {
        match self {
            Self::Practitioner { .. } => ProviderRecordType::Practitioner,
            Self::Group { .. } => ProviderRecordType::Group,
        }
    }

    /// "First Last" for a person, or the group's name.
    #[must_use]
    pub fn display(&self) -> String {
        match self {
            Self::Practitioner { first_name, last_name } => format!("{first_name} {last_name}"),
            Self::Group { group_name } => group_name.clone(),
        }
    }

    /// Whether both names refer to the same provider. Names of different types never match (domain
    /// rules ).
    #[must_use]
    pub fn matches(&self, other: &Self) -> bool {
        match (self, other) {
            (
                Self::Practitioner { first_name, last_name },
                Self::Practitioner { first_name: other_first, last_name: other_last },
            ) => {
                (comparable(first_name) == comparable(other_first))
                    & (comparable(last_name) == comparable(other_last))
            }
            (Self::Group { group_name }, Self::Group { group_name: other_name }) => {
                comparable(group_name) == comparable(other_name)
            }
            _ => false,
        }
    }
}

/// The parts of a provider's address that are compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProviderAddress {
    /// The purpose of the address.
    pub kind: AddressKind,
    /// Its ZIP code.
    pub zip: Zip,
    /// Whether it is printed on the Explanation of Benefit or the welcome letter.
    pub on_letter: bool,
}

/// A plan's record of one of its providers.
#[derive(Clone, Debug)]
pub struct ProviderRecord {
    /// Its id.
    pub id: ProviderRecordId,
    /// The plan.
    pub plan: PlanCode,
    /// The plan's Provider ID.
    pub provider_id: ProviderIdentifier,
    /// The type and name.
    pub name: ProviderName,
    /// The tax ID; for a group, the Group Tax ID.
    pub tax_id: TaxId,
    /// The addresses of the profile.
    pub addresses: Vec<ProviderAddress>,
    /// The provider account; `None` until the first association.
    pub organization: Option<OrganizationId>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_provider_id_has_1_to_20_letters_digits_or_hyphens() {
        let given = ProviderIdentifier::parse(" CCA-00420\u{a0}").unwrap();
        assert_eq!((given.as_str(), given.key()), ("CCA-00420", "cca-00420"));
        assert!(ProviderIdentifier::parse("7").is_ok());
        assert!(ProviderIdentifier::parse(&"a".repeat(20)).is_ok());
        for text in
            ["", "  ", &"a".repeat(21), "CCA 420", "CCA_420", "CCA-é", "ＣＣＡ\u{3000}1", "400-55-0017"]
        {
            assert_eq!(ProviderIdentifier::parse(text), Err(FormatError), "{text}");
        }
    }

    #[test]
    fn a_zip_code_has_five_or_nine_digits_and_is_compared_by_the_first_five() {
        for text in ["02108", "02108-1234", "021081234", " 02108 "] {
            assert_eq!(Zip::parse(text).unwrap(), Zip::parse("02108-9999").unwrap(), "{text}");
        }
        assert_ne!(Zip::parse("02108").unwrap(), Zip::parse("02109").unwrap());
        assert_eq!(Zip::parse(" 02108-1234 ").unwrap().as_str(), "02108-1234");
        for text in [
            "",
            "2108",
            "021080",
            "02108-",
            "02108-123",
            "02108-12345",
            "02108 1234",
            "0210a",
            "02108\u{2019}1234",
            "02108--123",
        ] {
            assert!(Zip::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn r_204_identifiers_and_zip_codes_are_compared_by_their_folded_form_and_kept_as_typed() {
        let typed = ProviderIdentifier::parse(" ＣCA\u{2011}４20").unwrap();
        assert_eq!(typed, ProviderIdentifier::parse("cca-420").unwrap());
        assert_eq!((typed.as_str(), typed.key()), ("ＣCA\u{2011}４20", "cca-420"));
        assert_ne!(typed, ProviderIdentifier::parse("CCA420").unwrap());
        let zip = Zip::parse("０2108\u{2013}1234").unwrap();
        assert_eq!(zip, Zip::parse("02108").unwrap());
        assert_eq!((zip.as_str(), zip.five_digits()), ("０2108\u{2013}1234", "02108"));
    }

    #[test]
    fn r_135_r_204_names_are_compared_without_case_white_space_and_look_alike_punctuation() {
        let named = |name: &str| ProviderName::Group { group_name: name.into() };
        for (one, other) in [
            ("  Mary\u{a0}\u{a0}Ann ", "mary ann"),
            ("JOSÉ", "jose\u{301}"),
            ("O'Brien", "O’Brien"),
            ("Smith-Jones", "Smith–Jones"),
        ] {
            assert!(named(one).matches(&named(other)), "{one} {other}");
        }
        for (one, other) in [("O'Brien", "OBrien"), ("Smith-Jones", "Smith Jones"), ("José", "Jose")] {
            assert!(!named(one).matches(&named(other)), "{one} {other}");
        }
    }

    #[test]
    fn r_135_names_of_different_provider_types_never_match() {
        let person = ProviderName::Practitioner { first_name: "Harbor".into(), last_name: "Light".into() };
        let group = ProviderName::Group { group_name: "Harbor Light".into() };
        assert_eq!(person.display(), group.display());
        assert!(!person.matches(&group) && !group.matches(&person));
        assert!(person.matches(&person) && group.matches(&group));
    }
}
