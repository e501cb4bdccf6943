//! What a password may be (NIST SP 800-63B-4: length, no composition rules).

use crate::vocabulary;

/// Fewest code points of a password that is the only factor.
pub const MIN_CODE_POINTS: usize = 15;
/// Most code points accepted.
pub const MAX_CODE_POINTS: usize = 256;

vocabulary! {
    /// Why a password is not accepted.
    pub enum PasswordRefusal {
        /// Fewer than 15 code points.
        TooShort = "password_too_short",
        /// More than 256 code points.
        TooLong = "password_too_long",
    }
}

/// Accepts or refuses a new password.
pub fn acceptable(password: &str) -> Result<(), PasswordRefusal> {
    match password.chars().count() {
        ..MIN_CODE_POINTS => Err(PasswordRefusal::TooShort),
        MIN_CODE_POINTS..=MAX_CODE_POINTS => Ok(()),
        _ => Err(PasswordRefusal::TooLong),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn length_counts_code_points() {
        assert_eq!(acceptable(&"é".repeat(14)), Err(PasswordRefusal::TooShort));
        assert_eq!(acceptable(&"é".repeat(15)), Ok(()));
        assert_eq!(acceptable(&"😀".repeat(256)), Ok(()));
        assert_eq!(acceptable(&"a".repeat(257)), Err(PasswordRefusal::TooLong));
    }
}
