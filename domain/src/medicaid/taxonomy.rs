//! Taxonomy codes, and when a claim needs one (domain rule R-112).

use crate::medicaid::provider::is_taxonomy_code;
use crate::vocabulary;

vocabulary! {
    /// The reason a string is not a taxonomy code.
    pub enum TaxonomyError {
        /// Not nine letters and digits followed by an `X`.
        Format = "taxonomy_format",
    }
}

/// A taxonomy code: ten characters, the last one `X`, stored in uppercase.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TaxonomyCode(String);

impl TaxonomyCode {
    /// Parses a taxonomy code in any letter case. Nothing else is repaired.
    pub fn parse(text: &str) -> Result<Self, TaxonomyError> {
        let upper = text.to_ascii_uppercase();
        if is_taxonomy_code(&upper) { Ok(Self(upper)) } else { Err(TaxonomyError::Format) }
    }

    /// The ten characters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The loop of a claim that contains the billing provider's taxonomy code.
pub const CLAIM_LOOP: &str = "2000A";
/// The segment of that loop that contains it.
pub const CLAIM_SEGMENT: &str = "PRV";

/// The Medicaid IDs and provider types an NPI is linked to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NpiLinks {
    /// The number of Medicaid IDs.
    pub medicaid_ids: i64,
    /// The number of distinct provider types among them.
    pub provider_types: i64,
}

impl NpiLinks {
    /// Whether this billing provider's claims require a taxonomy code. They do if the NPI is linked
    /// to more than one Medicaid ID *and* more than one provider type, as the rule literally says
    /// (ambiguity A-13).
    #[must_use]
    pub const fn need_taxonomy_code(self) -> bool {
        self.medicaid_ids > 1 && self.provider_types > 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r_112_a_13_a_taxonomy_code_is_required_if_both_counts_exceed_one() {
        for (medicaid_ids, provider_types, required) in
            [(2, 2, true), (3, 2, true), (2, 1, false), (1, 1, false), (0, 0, false)]
        {
            let links = NpiLinks { medicaid_ids, provider_types };
            assert_eq!(links.need_taxonomy_code(), required, "{links:?}");
        }
    }

    #[test]
    fn a_taxonomy_code_is_accepted_in_any_case_and_stored_in_upper_case() {
        for text in ["207Q00000X", "207q00000x", "261qd0000X", "193200000X"] {
            assert_eq!(TaxonomyCode::parse(text).unwrap().as_str(), text.to_uppercase());
        }
        for text in ["", "207Q00000", "207Q000000", "207Q00000XX", " 207Q00000X", "207Q-0000X", "２07Q00000X"]
        {
            assert_eq!(TaxonomyCode::parse(text), Err(TaxonomyError::Format), "{text}");
        }
    }
}
