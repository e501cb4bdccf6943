//! The tokens of links in emails (decision D-07): 256 random bits with a prefix for the purpose,
//! stored as a hash.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use portal_domain::identity::one_time_token::TokenPurpose;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::portal::entropy;

/// A token as it is sent in a link, once.
pub struct OneTimeToken(Zeroizing<String>);

impl OneTimeToken {
    /// Generates a token for this purpose.
    #[must_use]
    pub fn generate(purpose: TokenPurpose) -> Self {
        let random = URL_SAFE_NO_PAD.encode(entropy::bytes::<32>());
        Self(Zeroizing::new(format!("{}{random}", purpose.prefix())))
    }

    /// The text to put into the link.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// The hash to store.
    #[must_use]
    pub fn hash(&self) -> Vec<u8> {
        Self::hash_of(&self.0)
    }

    /// The hash of a token with this text.
    #[must_use]
    pub fn hash_of(text: &str) -> Vec<u8> {
        Sha256::digest(text.as_bytes()).to_vec()
    }
}
