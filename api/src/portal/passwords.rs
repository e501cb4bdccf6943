//! Passwords: hashed with Argon2id and a pepper under a concurrency limit, and refused if they are
//! easy to guess (decision D-03).

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, KeyId, Params, ParamsBuilder, Version};
use portal_domain::identity::password::{self, PasswordRefusal};
use tokio::sync::OwnedSemaphorePermit;
use zeroize::Zeroizing;

use crate::portal::common_passwords::is_listed;
use crate::portal::concurrency_limit::{ConcurrencyLimit, Overloaded};
use crate::portal::entropy;
use crate::portal::keys::Peppers;
use crate::portal::settings::PasswordCost;

/// Hashes computed at a time. Each one uses the configured memory while it runs.
const PARALLEL: usize = 2;
/// Hashes that may wait; further ones are refused. This is enough for a burst of requests for one
/// link: most of them find it used and hash nothing.
const QUEUE: usize = 128;

/// The pepper of hashes that do not name theirs, as earlier versions made them.
const FIRST_PEPPER: u32 = 1;

/// Hashes and verifies passwords.
pub struct Passwords {
    peppers: Peppers,
    params: Params,
    /// The hash to verify if there is no account, so that both cases take the same work.
    dummy_hash: String,
    permits: ConcurrencyLimit,
}

impl Passwords {
    /// Prepares hashing at this cost, with the current pepper.
    pub fn new(peppers: Peppers, cost: PasswordCost) -> Result<Self, String> {
        let mut params = ParamsBuilder::new();
        params.m_cost(cost.memory_kib).t_cost(cost.iterations).p_cost(1);
        if peppers.current != FIRST_PEPPER {
            let id =
                KeyId::new(&peppers.current.to_be_bytes()).map_err(|error| format!("pepper: {error}"))?;
            params.keyid(id);
        }
        let params = params.build().map_err(|error| format!("password cost: {error}"))?;
        let mut passwords = Self {
            peppers,
            params,
            dummy_hash: String::new(),
            permits: ConcurrencyLimit::new(PARALLEL, QUEUE),
        };
        let unguessable =
            entropy::bytes::<32>().map(|byte| char::from(byte % 94 + 33)).iter().collect::<String>();
        passwords.dummy_hash = passwords.hash(&unguessable)?;
        Ok(passwords)
    }

    fn argon2(&self, pepper: u32) -> Result<Argon2<'_>, String> {
        let pepper = self.peppers.secrets.get(&pepper).ok_or("pepper: it is not in the key document")?;
        Argon2::new_with_secret(pepper, Algorithm::Argon2id, Version::V0x13, self.params.clone())
            .map_err(|error| format!("argon2: {error}"))
    }

    /// The ids of the peppers, and which one is the current one.
    #[must_use]
    pub fn pepper_ids(&self) -> (Vec<u32>, u32) {
        (self.peppers.secrets.keys().copied().collect(), self.peppers.current)
    }

    /// The hash of a password that no one knows. A user with this hash must reset the password.
    #[must_use]
    pub fn unusable_hash(&self) -> &str {
        &self.dummy_hash
    }

    /// Waits for a permit to hash. Fails if too many requests wait. Keep the permit until the hash
    /// is computed.
    pub async fn permit(&self) -> Result<OwnedSemaphorePermit, Overloaded> {
        self.permits.acquire().await
    }

    /// Hashes the normalized password, in PHC format. Slow by design: get a [`Passwords::permit`]
    /// first.
    pub fn hash(&self, password: &str) -> Result<String, String> {
        let hash = self
            .argon2(self.peppers.current)?
            .hash_password_with_salt(password::normalized(password).as_bytes(), &entropy::bytes::<16>())
            .map_err(|error| format!("argon2: {error}"))?;
        Ok(hash.to_string())
    }

    /// Whether the normalized password matches the hash. Without a hash, does the same work and
    /// returns `false`. Slow by design.
    #[must_use]
    pub fn verify(&self, password: &str, hash: Option<&str>) -> bool {
        let stored = hash.unwrap_or(&self.dummy_hash);
        let Ok(parsed) = PasswordHash::new(stored) else { return false };
        let Ok(argon2) = self.argon2(pepper_of(&parsed).unwrap_or(self.peppers.current)) else {
            tracing::error!("a password was refused, because its pepper is not in the key document");
            // The same work as for a wrong password.
            let _hash = self.hash(password);
            return false;
        };
        let right = argon2.verify_password(password::normalized(password).as_bytes(), &parsed).is_ok();
        right && hash.is_some()
    }

    /// Whether a hash was made with a lower cost than the current one, or with another pepper. Hashes
    /// are never weakened: instances on other machines may have a lower cost.
    #[must_use]
    pub fn is_outdated(&self, hash: &str) -> bool {
        PasswordHash::new(hash).ok().and_then(|parsed| Params::try_from(&parsed).ok()).is_none_or(|params| {
            params.m_cost() < self.params.m_cost()
                || params.t_cost() < self.params.t_cost()
                || params.keyid() != self.params.keyid()
        })
    }
}

/// The pepper with which a hash was made; `None` if the hash is malformed.
fn pepper_of(hash: &PasswordHash) -> Option<u32> {
    match Params::try_from(hash).ok()?.keyid() {
        [] => Some(FIRST_PEPPER),
        id => Some(u32::from_be_bytes(id.try_into().ok()?)),
    }
}

/// A password that takes fewer guesses than ten to this power is refused. The estimate uses lists
/// of more than 90,000 common passwords, names, and words, and patterns of keys, dates, sequences,
/// and repetitions.
const MIN_GUESSES_LOG10: f64 = 8.0;

/// The minimum length of a context word in letters. Shorter words occur in other words.
const MIN_CONTEXT_LETTERS: usize = 4;

/// Accepts or refuses a new password by its length and by how easy it is to guess. `context` is
/// what an attacker knows: the email address, the names, the organization, and the plan. The
/// estimate takes some milliseconds, so call this on the blocking pool. Everything that sets a
/// password calls it.
pub fn acceptable(password: &str, context: &[&str]) -> Result<(), PasswordRefusal> {
    password::acceptable(password)?;
    refuse_guessable(password, context)
}

/// Refuses a password that is easy to guess, is on a list, or mostly consists of context words.
pub fn refuse_guessable(password: &str, context: &[&str]) -> Result<(), PasswordRefusal> {
    let password = password::normalized(password);
    let words: Vec<String> = context
        .iter()
        .flat_map(|text| text.split(|letter: char| !letter.is_alphanumeric()))
        .map(|word| password::normalized(word).to_lowercase())
        .filter(|word| word.chars().count() >= MIN_CONTEXT_LETTERS)
        .collect();
    if is_mostly(&password, &words) {
        return Err(PasswordRefusal::ContainsContext);
    }
    let known: Vec<&str> = words.iter().map(String::as_str).collect();
    let guessable = |known: &[&str]| zxcvbn::zxcvbn(&password, known).guesses_log10() < MIN_GUESSES_LOG10;
    if !guessable(&known) {
        if is_listed(&password) { Err(PasswordRefusal::Listed) } else { Ok(()) }
    } else if guessable(&[]) {
        Err(PasswordRefusal::TooCommon)
    } else {
        Err(PasswordRefusal::ContainsContext)
    }
}

/// Whether more than half of the password consists of context words.
fn is_mostly(password: &str, words: &[String]) -> bool {
    let lower = Zeroizing::new(password.to_lowercase());
    let mut covered = vec![false; lower.len()];
    for word in words {
        for (at, found) in lower.match_indices(word.as_str()) {
            covered.iter_mut().skip(at).take(found.len()).for_each(|byte| *byte = true);
        }
    }
    covered.iter().filter(|byte| **byte).count() * 2 > lower.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn listed_passwords_are_refused_although_they_take_many_guesses() {
        for password in ["correct horse battery staple", "Password1234567890!", "explore-the-portal"] {
            assert_eq!(acceptable(password, &[]), Err(PasswordRefusal::Listed), "{password}");
        }
    }

    #[test]
    fn common_passwords_are_refused() {
        for password in [
            "passwordpassword",
            "Password1Password1",
            "aaaaaaaaaaaaaaaaaaaa",
            "123456789123456789",
            "qwertyuiopqwertyuiop",
            "abcdefghijklmnopqrstuvwxyz",
        ] {
            assert_eq!(acceptable(password, &[]), Err(PasswordRefusal::TooCommon), "{password}");
        }
        for password in ["seven purple lanterns", "seven quiet herons under glass", "grüne Wiesen im Oktober"]
        {
            assert_eq!(acceptable(password, &["debi.henderson@bluegrass.example"]), Ok(()), "{password}");
        }
        assert_eq!(acceptable("horse battery", &[]), Err(PasswordRefusal::TooShort));
    }

    #[test]
    fn passwords_based_on_the_users_own_data_are_refused() {
        let context =
            ["debi.henderson@bluegrass.example", "Debi", "Henderson", "Bluegrass Family Health Group"];
        for password in
            ["debi.henderson1234", "Bluegrass-Family-Health", "hendersonhenderson", "HendersonBluegrass!"]
        {
            assert_eq!(acceptable(password, &context), Err(PasswordRefusal::ContainsContext), "{password}");
        }
        assert_eq!(acceptable("the bluegrass grows over seven hills", &context), Ok(()));
    }

    #[test]
    fn composed_and_decomposed_characters_match_the_same_hash() {
        let ours = passwords(1);
        let hash = ours.hash("cafe\u{301} correct horse").unwrap();
        assert!(ours.verify("caf\u{e9} correct horse", Some(&hash)));
    }

    fn passwords(iterations: u32) -> Passwords {
        let cost = PasswordCost { memory_kib: 64, iterations };
        Passwords::new(peppers(&[(1, 7)], 1), cost).unwrap()
    }

    fn peppers(all: &[(u32, u8)], current: u32) -> Peppers {
        let secrets = all.iter().map(|(id, byte)| (*id, Zeroizing::new(vec![*byte; 32]))).collect();
        Peppers { current, secrets }
    }

    #[test]
    fn a_password_matches_only_its_own_hash_and_pepper() {
        let ours = passwords(1);
        let hash = ours.hash("correct horse battery").unwrap();
        assert!(ours.verify("correct horse battery", Some(&hash)));
        assert!(!ours.verify("correct horse batterz", Some(&hash)));
        assert!(!ours.verify("correct horse battery", None));
        let cost = PasswordCost { memory_kib: 64, iterations: 1 };
        let theirs = Passwords::new(peppers(&[(1, 8)], 1), cost).unwrap();
        assert!(!theirs.verify("correct horse battery", Some(&hash)));
    }

    #[test]
    fn a_hash_with_a_lower_cost_is_outdated() {
        let hash = passwords(1).hash("correct horse battery").unwrap();
        assert!(!passwords(1).is_outdated(&hash));
        assert!(passwords(2).is_outdated(&hash));
        assert!(passwords(2).verify("correct horse battery", Some(&hash)));
        let stronger = passwords(2).hash("correct horse battery").unwrap();
        assert!(!passwords(1).is_outdated(&stronger));
    }

    #[test]
    fn a_hash_names_its_pepper_and_is_outdated_with_a_new_one() {
        let cost = PasswordCost { memory_kib: 64, iterations: 1 };
        let with = |all: &[(u32, u8)], current| Passwords::new(peppers(all, current), cost).unwrap();
        let (old, both, new) = (with(&[(1, 7)], 1), with(&[(1, 7), (2, 8)], 2), with(&[(2, 8)], 2));
        let hash = old.hash("correct horse battery").unwrap();
        assert!(!hash.contains("keyid") && !old.is_outdated(&hash));
        assert!(both.verify("correct horse battery", Some(&hash)) && both.is_outdated(&hash));
        assert!(!new.verify("correct horse battery", Some(&hash)), "the old pepper was removed");
        let renewed = both.hash("correct horse battery").unwrap();
        assert!(renewed.contains(",keyid=AAAAAg$") && !both.is_outdated(&renewed));
        assert!(new.verify("correct horse battery", Some(&renewed)));
        assert!(!old.verify("correct horse battery", Some(&renewed)));
        assert!(with(&[(1, 7), (2, 8)], 1).is_outdated(&renewed), "the old one is the current one");
    }
}
