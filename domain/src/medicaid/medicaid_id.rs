//! Medicaid IDs on file.

use crate::vocabulary;

vocabulary! {
    /// What kind of provider a Medicaid ID was issued to.
    pub enum MedicaidIdCategory {
        /// A person.
        Individual = "individual",
        /// A group of providers of one type.
        Group = "group",
        /// A hospital, supplier or the like.
        Entity = "entity",
    }
}

vocabulary! {
    /// A Medicaid ID's stored status. It is not derived from the end date (ambiguity A-20).
    pub enum MedicaidIdStatus {
        /// In use.
        Active = "active",
        /// Not in use; may be reinstated.
        Inactive = "inactive",
        /// Ended.
        Terminated = "terminated",
    }
}

impl MedicaidIdFormat {
    /// Whether a text is written like a Medicaid ID; half of one, as a blurred picture shows it, is none (detail X-13).
    #[must_use]
    pub fn accepts(&self, text: &str) -> bool {
        (self.min_digits..=self.max_digits).contains(&text.len())
            && text.bytes().all(|byte| byte.is_ascii_digit())
    }
}

/// Where a provider is to be found.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PostalAddress {
    /// Street and number.
    pub line1: String,
    /// Suite, floor or the like; absent where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub line2: Option<String>,
    /// City.
    pub city: String,
    /// State, two letters.
    pub state: String,
    /// ZIP, five or nine digits.
    pub zip: String,
}

/// A provider type as the portal's screens spell it, such as "64 - Physician individual" (detail X-07).
#[must_use]
pub fn provider_type_display(code: &str, label: &str) -> String {
    format!("{code} - {label}")
}

/// The code and the text of a provider type as somebody wrote it, whatever the spaces around the hyphen (detail X-07); none
/// where it does not begin with digits.
#[must_use]
pub fn recognise_provider_type(text: &str) -> Option<(&str, &str)> {
    let text = text.trim();
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (code, rest) = text.split_at_checked(digits).filter(|(code, _)| !code.is_empty())?;
    let rest = rest.trim_start();
    Some((code, rest.strip_prefix('-').unwrap_or(rest).trim_start()))
}

/// How a Medicaid ID is written: so many ASCII digits.
#[derive(Clone, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MedicaidIdFormat {
    /// At least.
    pub min_digits: usize,
    /// At most.
    pub max_digits: usize,
    /// What those begin with that are issued here; they have `max_digits`.
    pub issued_prefix: String,
}

/// A provider type.
#[derive(Clone, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProviderTypeEntry {
    /// Its code; a leading zero matters.
    pub code: String,
    /// Its name.
    pub label: String,
    /// The provider category.
    pub category: MedicaidIdCategory,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn x_13_only_whole_numbers_are_medicaid_ids() {
        let format = MedicaidIdFormat { min_digits: 7, max_digits: 10, issued_prefix: "71".into() };
        for text in ["1111111", "7100000001", "0000000"] {
            assert!(format.accepts(text), "{text}");
        }
        for text in [
            "",
            "71",
            "6 .",
            "17",
            "111111",
            "71000000011",
            "111111a",
            "１１１１１１１",
            " 1111111",
            "-111111",
        ] {
            assert!(!format.accepts(text), "{text}");
        }
    }

    #[test]
    fn x_07_a_provider_type_is_recognised_by_its_leading_digits() {
        for text in [
            "64 -Physician individual",
            "64 - Physician individual",
            " 64-Physician individual",
            "64 Physician individual",
        ] {
            assert_eq!(recognise_provider_type(text), Some(("64", "Physician individual")), "{text}");
        }
        assert_eq!(recognise_provider_type("01"), Some(("01", "")), "a leading zero matters");
        for text in ["", "Physician", "- 64"] {
            assert_eq!(recognise_provider_type(text), None, "{text}");
        }
        assert_eq!(provider_type_display("64", "Physician individual"), "64 - Physician individual");
    }
}
