//! National Provider Identifiers (domain rule R-200).

use crate::vocabulary;

/// A National Provider Identifier: ten ASCII digits, the first one 1 or 2, with a valid check
/// digit.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Npi(String);

vocabulary! {
    /// The reason a string is not an NPI.
    pub enum NpiError {
        /// Not exactly ten ASCII digits.
        Length = "npi_length",
        /// The first digit is neither 1 nor 2.
        Prefix = "npi_prefix",
        /// The check digit is wrong.
        CheckDigit = "npi_check_digit",
    }
}

impl NpiError {
    /// The error message for people, to follow the name of the field.
    #[must_use]
    pub const fn message(self) -> &'static str {
        match self {
            Self::Length => "must be ten digits",
            Self::Prefix => "must begin with 1 or 2",
            Self::CheckDigit => "has a wrong check digit",
        }
    }
}

impl Npi {
    /// Parses an NPI. Rejects padding, spaces and hyphens instead of repairing them.
    pub fn parse(text: &str) -> Result<Self, NpiError> {
        if text.len() != 10 || !text.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(NpiError::Length);
        }
        if !text.starts_with(['1', '2']) {
            return Err(NpiError::Prefix);
        }
        if !luhn_sum(text).is_multiple_of(10) {
            return Err(NpiError::CheckDigit);
        }
        Ok(Self(text.to_owned()))
    }

    /// The ten digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The Luhn sum of `80840` followed by the digits. The prefix always contributes 24.
fn luhn_sum(digits: &str) -> u32 {
    24 + digits
        .bytes()
        .rev()
        .enumerate()
        .map(|(place, byte)| {
            let digit = u32::from(byte.saturating_sub(b'0'));
            match place % 2 {
                0 => digit,
                _ if digit > 4 => digit * 2 - 9,
                _ => digit * 2,
            }
        })
        .sum::<u32>()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r_200_x_04_valid_npis_are_accepted() {
        for text in ["1234567893", "1993999998", "1245319599", "1000000020", "1000000160", "2000000010"] {
            assert_eq!(Npi::parse(text).map(|npi| npi.as_str().to_owned()), Ok(text.to_owned()));
        }
    }

    #[test]
    fn r_200_x_03_x_05_each_invalid_npi_is_refused_with_its_reason() {
        for (text, reason) in [
            ("1234567890", NpiError::CheckDigit),
            ("147852360", NpiError::Length),
            ("369852147", NpiError::Length),
            ("258963147", NpiError::Length),
            ("0147852360", NpiError::Prefix),
            ("3698521473", NpiError::Prefix),
            ("0000000000", NpiError::Prefix),
            ("１２３４５６７８９３", NpiError::Length),
            ("+123456789", NpiError::Length),
            ("12345 7893", NpiError::Length),
            ("", NpiError::Length),
        ] {
            assert_eq!(Npi::parse(text), Err(reason), "{text}");
        }
    }
}
