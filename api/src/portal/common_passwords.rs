//! Lists of common and published passwords, as hashes. `api/data/README.md` names their sources.

use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

/// The bytes of a hash in the lists.
const HASH_BYTES: usize = 6;

/// Common passwords that are long enough to be accepted, and published examples.
const LONG: &[u8] = include_bytes!("../../data/long.bin");

/// The most common passwords of any length.
const MOST_COMMON: &[u8] = include_bytes!("../../data/most_common.bin");

/// Whether a list has the password, or the password consists of two of the most common ones.
/// Letter case, spaces, and punctuation are ignored. Two of 10,000 passwords are 10⁸ combinations,
/// the number of guesses below which a password is refused.
#[must_use]
pub fn is_listed(password: &str) -> bool {
    let comparable = comparable(password);
    // Nothing to compare. The lists have passwords of punctuation only, which all look like this.
    if comparable.is_empty() {
        return false;
    }
    let is_pair = || {
        comparable.char_indices().skip(1).any(|(at, _)| {
            let (first, second) = comparable.split_at(at);
            contains(MOST_COMMON, first) && contains(MOST_COMMON, second)
        })
    };
    contains(LONG, &comparable) || contains(MOST_COMMON, &comparable) || is_pair()
}

/// The lowercase letters and digits of the password.
fn comparable(password: &str) -> Zeroizing<String> {
    // One allocation: a string that grows leaves copies behind that are never wiped.
    let mut text = Zeroizing::new(String::with_capacity(password.len().saturating_mul(3)));
    text.extend(password.chars().flat_map(char::to_lowercase).filter(|letter| letter.is_alphanumeric()));
    text
}

fn contains(list: &[u8], password: &str) -> bool {
    let hash = Sha256::digest(password.as_bytes());
    let Some(wanted) = hash.first_chunk::<HASH_BYTES>() else { return false };
    let (hashes, _) = list.as_chunks::<HASH_BYTES>();
    hashes.binary_search(wanted).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lists_are_sorted_hashes_without_duplicates() {
        for list in [LONG, MOST_COMMON] {
            let (hashes, rest) = list.as_chunks::<HASH_BYTES>();
            assert!(rest.is_empty() && hashes.len() > 3000, "{} hashes", hashes.len());
            assert!(hashes.is_sorted_by(|one, next| one < next));
        }
    }

    #[test]
    fn common_and_published_passwords_are_listed_in_any_spelling() {
        for password in [
            "correct horse battery staple",
            "Correct-Horse-Battery-Staple",
            "explore-the-portal",
            "Password1234567890!",
            "123456789987654321",
            "1QAZ2wsx3edc4rfv",
            "sunshine-football",
        ] {
            assert!(is_listed(password), "{password}");
        }
    }

    #[test]
    fn other_passwords_are_not_listed() {
        for password in [
            "",
            "}{:;<>?~#$%^&*()",
            "seven purple lanterns",
            "grüne Wiesen im Oktober",
            "sunshine-wkq7-football",
        ] {
            assert!(!is_listed(password), "{password}");
        }
    }
}
