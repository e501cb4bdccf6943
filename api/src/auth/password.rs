//! Password hashing: Argon2id with a pepper, a bounded number at a time.

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use tokio::sync::OwnedSemaphorePermit;
use zeroize::Zeroizing;

use crate::entropy;
use crate::problem::Problem;
use crate::settings::PasswordCost;
use crate::turns::Turns;

/// So many hashes are computed at a time; each takes its memory for the while.
const PARALLEL: usize = 2;
/// So many may wait; more are turned away.
const QUEUE: usize = 16;

/// Hashes and verifies passwords.
pub struct Passwords {
    pepper: Zeroizing<Vec<u8>>,
    params: Params,
    /// Verified when there is no account, so that both take the same work.
    nobody: String,
    turns: Turns,
}

impl Passwords {
    /// Hashing at this cost, with this pepper.
    pub fn new(pepper: Zeroizing<Vec<u8>>, cost: PasswordCost) -> Result<Self, String> {
        let params = Params::new(cost.memory_kib, cost.iterations, 1, None)
            .map_err(|error| format!("password cost: {error}"))?;
        let mut passwords =
            Self { pepper, params, nobody: String::new(), turns: Turns::new(PARALLEL, QUEUE) };
        let unguessable =
            entropy::bytes::<32>().map(|byte| char::from(byte % 94 + 33)).iter().collect::<String>();
        passwords.nobody = passwords.hash(&unguessable)?;
        Ok(passwords)
    }

    fn argon2(&self) -> Result<Argon2<'_>, String> {
        Argon2::new_with_secret(&self.pepper, Algorithm::Argon2id, Version::V0x13, self.params.clone())
            .map_err(|error| format!("argon2: {error}"))
    }

    /// Waits for a turn to hash; turned away when too many wait. Keep it until the hash is made.
    pub async fn turn(&self) -> Result<OwnedSemaphorePermit, Problem> {
        self.turns.take().await
    }

    /// The password's hash in PHC format. Slow by intention: take a [`Passwords::turn`] first.
    pub fn hash(&self, password: &str) -> Result<String, String> {
        let hash = self
            .argon2()?
            .hash_password_with_salt(password.as_bytes(), &entropy::bytes::<16>())
            .map_err(|error| format!("argon2: {error}"))?;
        Ok(hash.to_string())
    }

    /// Whether the password belongs to the hash; without a hash the same work is done for nothing. Slow by intention.
    #[must_use]
    pub fn verify(&self, password: &str, hash: Option<&str>) -> bool {
        let stored = hash.unwrap_or(&self.nobody);
        let (Ok(argon2), Ok(parsed)) = (self.argon2(), PasswordHash::new(stored)) else { return false };
        let right = argon2.verify_password(password.as_bytes(), &parsed).is_ok();
        right && hash.is_some()
    }

    /// Whether a hash was made with other parameters than today's.
    #[must_use]
    pub fn is_outdated(&self, hash: &str) -> bool {
        PasswordHash::new(hash).ok().and_then(|parsed| Params::try_from(&parsed).ok()).is_none_or(|params| {
            params.m_cost() != self.params.m_cost() || params.t_cost() != self.params.t_cost()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn passwords(iterations: u32) -> Passwords {
        let cost = PasswordCost { memory_kib: 64, iterations };
        Passwords::new(Zeroizing::new(vec![7; 32]), cost).unwrap()
    }

    #[test]
    fn a_password_belongs_to_its_hash_and_its_pepper_only() {
        let ours = passwords(1);
        let hash = ours.hash("correct horse battery").unwrap();
        assert!(ours.verify("correct horse battery", Some(&hash)));
        assert!(!ours.verify("correct horse batterz", Some(&hash)));
        assert!(!ours.verify("correct horse battery", None));
        let cost = PasswordCost { memory_kib: 64, iterations: 1 };
        let theirs = Passwords::new(Zeroizing::new(vec![8; 32]), cost).unwrap();
        assert!(!theirs.verify("correct horse battery", Some(&hash)));
    }

    #[test]
    fn a_hash_of_another_cost_is_outdated() {
        let hash = passwords(1).hash("correct horse battery").unwrap();
        assert!(!passwords(1).is_outdated(&hash));
        assert!(passwords(2).is_outdated(&hash));
        assert!(passwords(2).verify("correct horse battery", Some(&hash)));
    }
}
