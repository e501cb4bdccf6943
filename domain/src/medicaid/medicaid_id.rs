//! Medicaid IDs on file.

use crate::vocabulary;

vocabulary! {
    /// The category of provider a Medicaid ID was issued to.
    pub enum MedicaidIdCategory {
        /// A person.
        Individual = "individual",
        /// A group of providers of one type.
        Group = "group",
        /// A hospital, a supplier or a similar entity.
        Entity = "entity",
    }
}

vocabulary! {
    /// The stored status of a Medicaid ID. It is not derived from the end date (ambiguity A-20).
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
    /// Whether the text has the format of a Medicaid ID. Part of a number, as seen in a blurred
    /// picture, is rejected (detail X-13).
    #[must_use]
    pub fn accepts(&self, text: &str) -> bool {
        (self.min_digits..=self.max_digits).contains(&text.len())
            && text.bytes().all(|byte| byte.is_ascii_digit())
    }
}

/// The physical address of a provider.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PostalAddress {
    /// Street and number.
    pub line1: String,
    /// Suite, floor or similar. Absent if there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line2: Option<String>,
    /// City.
    pub city: String,
    /// State, two letters.
    pub state: String,
    /// ZIP, five or nine digits.
    pub zip: String,
}

/// A provider type as shown on the portal's screens, such as "64 - Physician individual" (detail
///
#[must_use]
pub fn provider_type_display(code: &str, label: &str) -> String {
    format!("{code} - {label}")
}

/// Splits a provider type into its code and label, whatever the spaces around the hyphen (detail
/// Returns `None` if the text does not begin with digits.
#[must_use]
pub fn recognise_provider_type(text: &str) -> Option<(&str, &str)> {
    let text = text.trim();
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (code, rest) = text.split_at_checked(digits).filter(|(code, _)| !code.is_empty())?;
    let rest = rest.trim_start();
    Some((code, rest.strip_prefix('-').unwrap_or(rest).trim_start()))
}

/// The format of a Medicaid ID: a number of ASCII digits.
#[derive(Clone, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MedicaidIdFormat {
    /// The minimum number of digits.
    pub min_digits: usize,
    /// The maximum number of digits.
    pub max_digits: usize,
    /// The prefix of newly issued Medicaid IDs, which have `max_digits` digits.
    pub issued_prefix: String,
}

/// A provider type.
#[derive(Clone, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProviderTypeEntry {
    /// The code. Leading zeros are significant.
    pub code: String,
    /// The name.
    pub label: String,
    /// The provider category.
    pub category: MedicaidIdCategory,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn x_13_only_digits_of_the_required_length_are_a_medicaid_id() {
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
    fn x_07_a_provider_type_is_recognized_by_its_leading_digits() {
        for text in [
            "64 -Physician individual",
            "64 - Physician individual",
            " 64-Physician individual",
            "64 Physician individual",
        ] {
            assert_eq!(recognise_provider_type(text), Some(("64", "Physician individual")), "{text}");
        }
        assert_eq!(recognise_provider_type("01"), Some(("01", "")), "a leading zero is significant");
        for text in ["", "Physician", "- 64"] {
            assert_eq!(recognise_provider_type(text), None, "{text}");
        }
        assert_eq!(provider_type_display("64", "Physician individual"), "64 - Physician individual");
    }
}
