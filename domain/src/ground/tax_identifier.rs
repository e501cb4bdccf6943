//! Social Security and tax identification numbers. They are compared in constant time, displayed
//! masked, and never logged.

use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use crate::ground::text::comparable;

/// The reason a string is not a valid number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TaxIdentifierError {
    /// Not nine digits, with or without the hyphens of its format.
    Format,
    /// Nine digits that are never issued as a number.
    Impossible,
}

/// The nine digits of a number as it was typed. Look-alike hyphens and digits count as such (domain
/// rule R-204).
fn nine_digits(text: &str, hyphens_at: &[usize]) -> Option<Zeroizing<String>> {
    let text = Zeroizing::new(comparable(text));
    let hyphened = text.len() == 9 + hyphens_at.len()
        && hyphens_at.iter().all(|place| text.as_bytes().get(*place) == Some(&b'-'));
    if text.len() != 9 && !hyphened {
        return None;
    }
    let digits = Zeroizing::new(text.chars().filter(|c| *c != '-').collect::<String>());
    (digits.len() == 9 && digits.bytes().all(|byte| byte.is_ascii_digit())).then_some(digits)
}

macro_rules! secret_number {
    ($(#[$meta:meta])* $name:ident) => {
        $(#[$meta])*
        ///
        /// It has no `Display` and no `Serialize`: only [`Self::masked`] may be displayed.
        #[derive(Clone)]
        pub struct $name(Zeroizing<String>);

        impl $name {
            /// The nine digits. Use them only to seal the number or to compute its blind index.
            #[must_use]
            pub fn expose_digits(&self) -> &str {
                &self.0
            }

            fn last_four(&self) -> &str {
                self.0.get(5..).unwrap_or_default()
            }
        }

        impl PartialEq for $name {
            fn eq(&self, other: &Self) -> bool {
                self.0.as_bytes().ct_eq(other.0.as_bytes()).into()
            }
        }

        impl Eq for $name {}

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(concat!(stringify!($name), "(masked)"))
            }
        }
    };
}

secret_number! {
    /// A Social Security number.
    Ssn
}

secret_number! {
    /// A tax identification number: an FEIN, or an SSN used as one.
    TaxId
}

impl Ssn {
    /// Parses nine digits, `123456789` or `123-45-6789`. Rejects numbers that are never issued.
    pub fn parse(text: &str) -> Result<Self, TaxIdentifierError> {
        let digits = nine_digits(text, &[3, 6]).ok_or(TaxIdentifierError::Format)?;
        let part = |range: std::ops::Range<usize>| digits.get(range).unwrap_or_default();
        let area = part(0..3);
        if area == "000"
            || area == "666"
            || area.starts_with('9')
            || part(3..5) == "00"
            || part(5..9) == "0000"
        {
            return Err(TaxIdentifierError::Impossible);
        }
        Ok(Self(digits))
    }

    /// The masked number, `***-**-1234`.
    #[must_use]
    pub fn masked(&self) -> String {
        format!("***-**-{}", self.last_four())
    }
}

impl TaxId {
    /// Parses nine digits, `123456789` or `12-3456789`. Rejects 00-0000000 and 99-9999999, which
    /// stand for a missing number (domain rule R-213).
    pub fn parse(text: &str) -> Result<Self, TaxIdentifierError> {
        let digits = nine_digits(text, &[2]).ok_or(TaxIdentifierError::Format)?;
        match digits.as_str() {
            "000000000" | "999999999" => Err(TaxIdentifierError::Impossible),
            _ => Ok(Self(digits)),
        }
    }

    /// Restores a stored number. Older versions accepted the numbers that [`Self::parse`] rejects.
    pub fn stored(digits: &str) -> Result<Self, TaxIdentifierError> {
        nine_digits(digits, &[]).map(Self).ok_or(TaxIdentifierError::Format)
    }

    /// Parses nine digits with at most two hyphens anywhere, because those of a Social Security
    /// number differ.
    pub fn parse_with_any_hyphens(text: &str) -> Result<Self, TaxIdentifierError> {
        let text = Zeroizing::new(comparable(text));
        let hyphens = text.bytes().filter(|byte| *byte == b'-').count();
        let digits = Zeroizing::new(text.replace('-', ""));
        if hyphens > 2 { Err(TaxIdentifierError::Format) } else { Self::parse(&digits) }
    }

    /// The masked number, `**-***1234`.
    #[must_use]
    pub fn masked(&self) -> String {
        format!("**-***{}", self.last_four())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_last_four_digits_are_shown() {
        let ssn = Ssn::parse("123-45-6789").unwrap();
        assert_eq!(ssn.masked(), "***-**-6789");
        assert_eq!(format!("{ssn:?}"), "Ssn(masked)");
        assert_eq!(TaxId::parse("61-0000001").unwrap().masked(), "**-***0001");
    }

    #[test]
    fn numbers_are_compared_without_hyphens() {
        assert_eq!(Ssn::parse("123456789").unwrap(), Ssn::parse("123-45-6789").unwrap());
        assert_ne!(Ssn::parse("123456789").unwrap(), Ssn::parse("123-45-6780").unwrap());
    }

    #[test]
    fn numbers_that_are_never_issued_are_refused() {
        for text in ["000-12-3456", "666-12-3456", "900-12-3456", "987-65-4321", "123-00-4567", "123-45-0000"]
        {
            assert_eq!(Ssn::parse(text).err(), Some(TaxIdentifierError::Impossible), "{text}");
        }
    }

    #[test]
    fn r_213_nine_zeros_and_nine_nines_are_no_tax_ids() {
        for text in ["00-0000000", "000000000", "99-9999999", "999999999", " 99-9999999 "] {
            assert_eq!(TaxId::parse(text).err(), Some(TaxIdentifierError::Impossible), "{text}");
        }
        for text in ["00-0000001", "10-0000000", "99-9999998", "89-9999999", "000000010"] {
            assert!(TaxId::parse(text).is_ok(), "{text}");
        }
        assert_eq!(TaxId::stored("999999999").unwrap().masked(), "**-***9999", "stored by an older version");
        for text in ["00-000000", "00-00000000", "0-00000000"] {
            assert_eq!(TaxId::parse(text).err(), Some(TaxIdentifierError::Format), "{text}");
        }
    }

    #[test]
    fn malformed_numbers_are_refused() {
        for text in ["", "12345678", "1234567890", "12-345-6789", "123-456789", "12345678a", "123 45 6789"] {
            assert_eq!(Ssn::parse(text).err(), Some(TaxIdentifierError::Format), "{text}");
        }
        for text in ["1-2-3-456789", "12345678", "12345678a", "12 3456789"] {
            assert!(TaxId::parse_with_any_hyphens(text).is_err(), "{text}");
        }
    }

    #[test]
    fn r_204_numbers_are_compared_with_look_alike_digits_and_hyphens() {
        let number = Ssn::parse("123-45-6789").unwrap();
        for text in
            ["１23456789", "123\u{2011}45\u{2011}6789", "123\u{2013}45\u{2212}6789", " 123456789\u{a0}"]
        {
            assert_eq!(Ssn::parse(text).as_ref(), Ok(&number), "{text}");
        }
        let tax_id = TaxId::parse("61-0000001").unwrap();
        for text in ["61\u{2013}0000001", "610-00\u{2010}0001", "６1-0000001", "610000001"] {
            assert_eq!(TaxId::parse_with_any_hyphens(text).as_ref(), Ok(&tax_id), "{text}");
        }
    }
}
