//! Ed25519 signatures (RFC 8032) of access tokens, made and verified by ring. The token library
//! leaves the choice of cryptography to its user. Mail transport also uses ring, for TLS.

use jsonwebtoken::crypto::{CryptoProvider, JwtSigner, JwtVerifier, KeyUtils};
use jsonwebtoken::errors::{ErrorKind, Result};
use jsonwebtoken::jwk::ThumbprintHash;
use jsonwebtoken::signature::{Error, Signer, Verifier};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey};
use ring::rand::SystemRandom;
use ring::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};
use sha2::{Digest, Sha256};

static PROVIDER: CryptoProvider = CryptoProvider {
    signer_factory: |algorithm, key| Ok(Box::new(Ed25519Signer::new(*algorithm, key)?)),
    verifier_factory: |algorithm, key| Ok(Box::new(Ed25519Verifier::new(*algorithm, key)?)),
    key_utils: KeyUtils { compute_digest, ..KeyUtils::new_unimplemented() },
};

/// Makes the token library use this module. Call it before the first token; repeated calls are
/// allowed.
pub fn install() {
    // An error means that a provider is installed: this one, because nothing else installs any.
    let _ = PROVIDER.install_default();
}

/// Generates a private key in PKCS#8 (RFC 8410); `None` if the system provides no randomness.
#[must_use]
pub fn generate() -> Option<Vec<u8>> {
    Some(Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).ok()?.as_ref().to_vec())
}

/// The public key of a private key; `None` if the input is not an Ed25519 key in PKCS#8.
#[must_use]
pub fn public_key(pkcs8: &[u8]) -> Option<Vec<u8>> {
    Some(key_pair(pkcs8)?.public_key().as_ref().to_vec())
}

/// Signs a message; `None` if the input is not an Ed25519 key in PKCS#8.
#[must_use]
pub fn sign(pkcs8: &[u8], message: &[u8]) -> Option<Vec<u8>> {
    Some(key_pair(pkcs8)?.sign(message).as_ref().to_vec())
}

/// Whether the signature of a message was made with the private key of this public key.
#[must_use]
pub fn is_signed(public_key: &[u8], message: &[u8], signature: &[u8]) -> bool {
    UnparsedPublicKey::new(&ED25519, public_key).verify(message, signature).is_ok()
}

/// Reads a key with its public key (PKCS#8 version 2) or without it (version 1, as OpenSSL writes
/// it).
fn key_pair(pkcs8: &[u8]) -> Option<Ed25519KeyPair> {
    Ed25519KeyPair::from_pkcs8_maybe_unchecked(pkcs8).ok()
}

/// Only EdDSA is signed or accepted, whatever a token says.
fn require_eddsa(algorithm: Algorithm) -> Result<()> {
    if algorithm == Algorithm::EdDSA { Ok(()) } else { Err(ErrorKind::InvalidAlgorithm.into()) }
}

fn compute_digest(data: &[u8], hash: ThumbprintHash) -> Result<Vec<u8>> {
    match hash {
        ThumbprintHash::SHA256 => Ok(Sha256::digest(data).to_vec()),
        _ => Err(ErrorKind::InvalidAlgorithm.into()),
    }
}

struct Ed25519Signer(Ed25519KeyPair);

impl Ed25519Signer {
    fn new(algorithm: Algorithm, key: &EncodingKey) -> Result<Self> {
        require_eddsa(algorithm)?;
        Ok(Self(key_pair(key.as_bytes()).ok_or(ErrorKind::InvalidEddsaKey)?))
    }
}

impl Signer<Vec<u8>> for Ed25519Signer {
    fn try_sign(&self, message: &[u8]) -> std::result::Result<Vec<u8>, Error> {
        Ok(self.0.sign(message).as_ref().to_vec())
    }
}

impl JwtSigner for Ed25519Signer {
    fn algorithm(&self) -> Algorithm {
        Algorithm::EdDSA
    }
}

struct Ed25519Verifier(UnparsedPublicKey<Vec<u8>>);

impl Ed25519Verifier {
    fn new(algorithm: Algorithm, key: &DecodingKey) -> Result<Self> {
        require_eddsa(algorithm)?;
        Ok(Self(UnparsedPublicKey::new(&ED25519, key.try_get_as_bytes()?.to_vec())))
    }
}

impl Verifier<Vec<u8>> for Ed25519Verifier {
    fn verify(&self, message: &[u8], signature: &Vec<u8>) -> std::result::Result<(), Error> {
        self.0.verify(message, signature).map_err(|_unspecified| Error::new())
    }
}

impl JwtVerifier for Ed25519Verifier {
    fn algorithm(&self) -> Algorithm {
        Algorithm::EdDSA
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hex(text: &str) -> Vec<u8> {
        let digits: Vec<_> =
            text.chars().map(|digit| u8::try_from(digit.to_digit(16).unwrap()).unwrap()).collect();
        digits.chunks(2).map(|pair| pair[0] * 16 + pair[1]).collect()
    }

    /// RFC 8032, 7.1, test 2.
    const SEED: &str = "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb";
    const PUBLIC: &str = "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c";
    const SIGNATURE: &str = "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da\
                             085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00";

    /// The key of the RFC in version 1 of PKCS#8, the format of existing key files.
    fn version_1() -> Vec<u8> {
        [hex("302e020100300506032b657004220420"), hex(SEED)].concat()
    }

    #[test]
    fn signatures_match_the_test_vectors_of_rfc_8032() {
        assert_eq!(public_key(&version_1()), Some(hex(PUBLIC)));
        let signer = Ed25519Signer::new(Algorithm::EdDSA, &EncodingKey::from_ed_der(&version_1())).unwrap();
        assert_eq!(signer.try_sign(&[0x72]).unwrap(), hex(SIGNATURE));
        let verifier =
            Ed25519Verifier::new(Algorithm::EdDSA, &DecodingKey::from_ed_der(&hex(PUBLIC))).unwrap();
        assert!(verifier.verify(&[0x72], &hex(SIGNATURE)).is_ok());
        assert!(verifier.verify(&[0x73], &hex(SIGNATURE)).is_err());
        assert!(verifier.verify(&[0x72], &hex(SIGNATURE)[1..].to_vec()).is_err());
    }

    #[test]
    fn generated_keys_are_readable_and_distinct() {
        let (one, other) = (generate().unwrap(), generate().unwrap());
        assert!(public_key(&one).is_some());
        assert_ne!(public_key(&one), public_key(&other));
    }

    #[test]
    fn a_key_with_the_public_half_of_another_key_is_refused() {
        let (one, other) = (generate().unwrap(), generate().unwrap());
        let public = public_key(&one).unwrap();
        let at = one.windows(32).position(|part| part == public).unwrap();
        let mixed = [&one[..at], &public_key(&other).unwrap(), &one[at + 32..]].concat();
        assert_eq!(public_key(&mixed), None);
    }

    #[test]
    fn other_algorithms_are_refused() {
        for algorithm in [Algorithm::HS256, Algorithm::ES256, Algorithm::RS256] {
            assert!(Ed25519Signer::new(algorithm, &EncodingKey::from_ed_der(&version_1())).is_err());
            assert!(Ed25519Verifier::new(algorithm, &DecodingKey::from_ed_der(&hex(PUBLIC))).is_err());
        }
    }
}
