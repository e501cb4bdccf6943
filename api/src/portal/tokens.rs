//! Access tokens (RFC 9068 JWTs, EdDSA, without roles), and opaque tokens, which are stored as
//! hashes.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::Duration;
use jsonwebtoken::jwk::{Jwk, JwkSet, ThumbprintHash};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use portal_domain::Instant;
use portal_domain::ground::id::{SessionId, UserId};
use portal_domain::identity::session::SessionLifetimes;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::portal::{entropy, signature};

/// The audience of access tokens.
pub const AUDIENCE: &str = "provider-portal";
/// Explicit typing excludes other tokens of the same issuer (RFC 9068).
const TYP: &str = "at+jwt";
/// The seconds by which the clocks of machines may differ.
const LEEWAY_SECONDS: i64 = 30;
/// The maximum length of a token in bytes. No valid token is longer.
const MAX_LEN: usize = 4096;
// The prefixes by which secret scanners recognize leaked tokens.
const REFRESH_PREFIX: &str = "ppr_";
const DEVICE_PREFIX: &str = "ppd_";
const SECOND_STEP_PREFIX: &str = "ppm_";

/// An access token could not be signed. The log has the cause.
#[derive(Clone, Copy, Debug)]
pub struct SigningFailed;

/// The claims of an access token. All are required, and their types are checked here: the library
/// would treat an `exp` of the wrong type as absent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Claims {
    /// The installation that issued it.
    pub iss: String,
    /// The audience.
    pub aud: String,
    /// The user.
    pub sub: UserId,
    /// The session.
    pub sid: SessionId,
    /// The generation of tokens within the session.
    #[serde(rename = "gen")]
    pub generation: i64,
    /// The unique id of the token.
    pub jti: String,
    /// Issued at, Unix seconds.
    pub iat: i64,
    /// Expires at, Unix seconds.
    pub exp: i64,
    /// How the user signed in (RFC 8176).
    pub amr: Vec<String>,
    /// When the user signed in, Unix seconds.
    pub auth_time: i64,
}

/// A token of 256 random bits, as sent to the client once. Only its hash is stored.
// No `Debug`: it must not reach a log.
pub struct OpaqueToken(Zeroizing<String>);

impl OpaqueToken {
    fn generate(prefix: &str) -> Self {
        Self(Zeroizing::new(format!("{prefix}{}", URL_SAFE_NO_PAD.encode(entropy::bytes::<32>()))))
    }

    /// Generates a refresh token.
    #[must_use]
    pub fn refresh() -> Self {
        Self::generate(REFRESH_PREFIX)
    }

    /// Generates a device token, which identifies a client that signed in before.
    #[must_use]
    pub fn device() -> Self {
        Self::generate(DEVICE_PREFIX)
    }

    /// Generates a token for the second step of signing in, which proves that the password was
    /// correct.
    #[must_use]
    pub fn second_step() -> Self {
        Self::generate(SECOND_STEP_PREFIX)
    }

    /// The text to send to the client.
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

/// Issues and verifies access tokens.
pub struct Tokens {
    issuer: String,
    lifetimes: SessionLifetimes,
    active: (String, EncodingKey),
    verifying: BTreeMap<String, DecodingKey>,
    jwks: JwkSet,
}

impl Tokens {
    /// Takes the signing keys in PKCS#8. The first one signs; all of them verify.
    pub fn new(
        issuer: String,
        keys: &[Zeroizing<Vec<u8>>],
        lifetimes: SessionLifetimes,
    ) -> Result<Self, String> {
        signature::install();
        let mut active = None;
        let mut verifying = BTreeMap::new();
        let mut jwks = JwkSet { keys: vec![] };
        for pkcs8 in keys {
            let named = |error: jsonwebtoken::errors::Error| format!("signing key: {error}");
            let public = signature::public_key(pkcs8).ok_or("signing key: not Ed25519")?;
            let public = DecodingKey::from_ed_der(&public);
            let mut jwk = Jwk::from_decoding_key(&public, Some(Algorithm::EdDSA)).map_err(named)?;
            let kid = jwk.thumbprint(ThumbprintHash::SHA256).map_err(named)?;
            jwk.common.key_id = Some(kid.clone());
            jwk.common.public_key_use = Some(jsonwebtoken::jwk::PublicKeyUse::Signature);
            verifying.insert(kid.clone(), public);
            jwks.keys.push(jwk);
            active.get_or_insert((kid, EncodingKey::from_ed_der(pkcs8)));
        }
        let active = active.ok_or("signing key: none")?;
        Ok(Self { issuer, lifetimes, active, verifying, jwks })
    }

    /// The public keys for verifying tokens, including old ones.
    #[must_use]
    pub const fn jwks(&self) -> &JwkSet {
        &self.jwks
    }

    /// The lifetimes of sessions and tokens.
    #[must_use]
    pub const fn lifetimes(&self) -> SessionLifetimes {
        self.lifetimes
    }

    /// Issues an access token for a session that was started with the password alone.
    pub fn issue(
        &self,
        person: (UserId, SessionId),
        generation: i64,
        auth_time: Instant,
        now: Instant,
    ) -> Result<String, SigningFailed> {
        self.issue_after(person, generation, auth_time, false, now)
    }

    /// Issues an access token for a session. Its `amr` says whether a second factor was used.
    pub fn issue_after(
        &self,
        (user, session): (UserId, SessionId),
        generation: i64,
        auth_time: Instant,
        second_factor: bool,
        now: Instant,
    ) -> Result<String, SigningFailed> {
        let methods: &[&str] = if second_factor { &["pwd", "otp"] } else { &["pwd"] };
        let claims = Claims {
            iss: self.issuer.clone(),
            aud: AUDIENCE.into(),
            sub: user,
            sid: session,
            generation,
            jti: URL_SAFE_NO_PAD.encode(entropy::bytes::<16>()),
            iat: now.timestamp(),
            exp: (now + self.lifetimes.access_token).timestamp(),
            amr: methods.iter().map(|method| (*method).to_owned()).collect(),
            auth_time: auth_time.timestamp(),
        };
        let mut header = Header::new(Algorithm::EdDSA);
        header.typ = Some(TYP.into());
        header.kid = Some(self.active.0.clone());
        jsonwebtoken::encode(&header, &claims, &self.active.1).map_err(|error| {
            tracing::error!(%error, "an access token could not be signed");
            SigningFailed
        })
    }

    /// Verifies an access token with the key that its `kid` names. The algorithm must be EdDSA, and
    /// every claim must be present and valid.
    #[must_use]
    pub fn verify(&self, token: &str, now: Instant) -> Option<Claims> {
        if token.len() > MAX_LEN {
            return None;
        }
        let header = jsonwebtoken::decode_header(token).ok()?;
        let key = self.verifying.get(header.kid.as_deref()?)?;
        if header.typ.as_deref() != Some(TYP) || header.crit.is_some() || header.jwk.is_some() {
            return None;
        }
        let mut validation = Validation::new(Algorithm::EdDSA);
        validation.set_audience(&[AUDIENCE]);
        validation.set_issuer(&[&self.issuer]);
        // Times are checked below, against the portal's clock.
        validation.validate_exp = false;
        let claims = jsonwebtoken::decode::<Claims>(token, key, &validation).ok()?.claims;
        let (now, leeway) = (now.timestamp(), LEEWAY_SECONDS);
        let longest = self.lifetimes.access_token.max(Duration::zero()).num_seconds();
        let timely = claims.iat <= now.checked_add(leeway)?
            && now < claims.exp.checked_add(leeway)?
            && claims.exp.checked_sub(claims.iat)? <= longest;
        timely.then_some(claims)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::portal::keys::Keys;

    fn tokens() -> Tokens {
        let keys = Keys::parse(&Keys::generate().unwrap()).unwrap();
        Tokens::new("http://here".into(), &keys.signing, SessionLifetimes::default()).unwrap()
    }

    fn now() -> Instant {
        "2026-02-01T12:00:00Z".parse().unwrap()
    }

    fn person() -> (UserId, SessionId) {
        (UserId::from_uuid(uuid::Uuid::from_u128(1)), SessionId::from_uuid(uuid::Uuid::from_u128(2)))
    }

    #[test]
    fn a_token_is_valid_for_ten_minutes_plus_the_leeway() {
        let tokens = tokens();
        let token = tokens.issue(person(), 1, now(), now()).unwrap();
        assert_eq!(tokens.verify(&token, now()).unwrap().sub, person().0);
        assert!(tokens.verify(&token, now() + Duration::seconds(629)).is_some());
        assert!(tokens.verify(&token, now() + Duration::seconds(630)).is_none());
        assert!(tokens.verify(&token, now() - Duration::seconds(31)).is_none());
    }

    #[test]
    fn a_pkcs8_version_1_key_has_the_thumbprint_of_rfc_8037() {
        let seed = URL_SAFE_NO_PAD.decode("nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A").unwrap();
        let header = *b"\x30\x2e\x02\x01\x00\x30\x05\x06\x03\x2b\x65\x70\x04\x22\x04\x20";
        let pkcs8 = Zeroizing::new([&header[..], &seed].concat());
        let tokens = Tokens::new("http://here".into(), &[pkcs8], SessionLifetimes::default()).unwrap();
        let jwk = serde_json::to_value(&tokens.jwks.keys[0]).unwrap();
        assert_eq!(jwk["kid"], "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
        assert_eq!(jwk["x"], "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo");
    }

    #[test]
    fn a_token_states_the_sign_in_methods() {
        let tokens = tokens();
        let amr = |second_factor| {
            let token = tokens.issue_after(person(), 1, now(), second_factor, now()).unwrap();
            tokens.verify(&token, now()).unwrap().amr
        };
        assert_eq!(amr(false), ["pwd"]);
        assert_eq!(amr(true), ["pwd", "otp"]);
    }

    #[test]
    fn foreign_extended_and_truncated_tokens_are_refused() {
        let tokens = tokens();
        let token = tokens.issue(person(), 1, now(), now()).unwrap();
        assert!(super::tests::tokens().verify(&token, now()).is_none());
        for at in 0..token.len() {
            assert!(tokens.verify(&token[..at], now()).is_none(), "truncated at {at}");
        }
        for suffix in ["=", ".", "A", " ", "\n"] {
            assert!(tokens.verify(&format!("{token}{suffix}"), now()).is_none(), "{suffix:?}");
        }
    }

    #[test]
    fn forged_headers_and_invalid_claims_are_refused() {
        let tokens = tokens();
        let good = serde_json::to_value(Claims {
            iss: "http://here".into(),
            aud: AUDIENCE.into(),
            sub: person().0,
            sid: person().1,
            generation: 1,
            jti: "x".into(),
            iat: now().timestamp(),
            exp: now().timestamp() + 600,
            amr: vec![],
            auth_time: now().timestamp(),
        })
        .unwrap();
        let sign = |typ: Option<&str>, kid: Option<&str>, claims: &serde_json::Value| {
            let mut header = Header::new(Algorithm::EdDSA);
            header.typ = typ.map(str::to_owned);
            header.kid = kid.map(str::to_owned);
            jsonwebtoken::encode(&header, claims, &tokens.active.1).unwrap()
        };
        let kid = Some(tokens.active.0.as_str());
        assert!(tokens.verify(&sign(Some(TYP), kid, &good), now()).is_some());
        assert!(tokens.verify(&sign(Some("JWT"), kid, &good), now()).is_none());
        assert!(tokens.verify(&sign(None, kid, &good), now()).is_none());
        assert!(tokens.verify(&sign(Some(TYP), Some("other"), &good), now()).is_none());
        assert!(tokens.verify(&sign(Some(TYP), None, &good), now()).is_none());
        for (claim, value) in [
            ("exp", serde_json::json!("99999999999")),
            ("exp", serde_json::json!(i64::MAX)),
            ("exp", serde_json::json!(-1)),
            ("exp", serde_json::json!(1.5e300)),
            ("exp", serde_json::Value::Null),
            ("iat", serde_json::json!(now().timestamp() + 31)),
            ("aud", serde_json::json!(["provider-portal", "other"])),
            ("aud", serde_json::json!("other")),
            ("iss", serde_json::json!("http://there")),
            ("sub", serde_json::json!("org_01h455vb4pex5vsknk084sn02q")),
            ("role", serde_json::json!("operator")),
        ] {
            let mut claims = good.clone();
            claims[claim] = value;
            assert!(tokens.verify(&sign(Some(TYP), kid, &claims), now()).is_none(), "{claim}");
        }
        let public = URL_SAFE_NO_PAD.encode(serde_json::to_vec(&tokens.jwks.keys[0]).unwrap());
        let payload = URL_SAFE_NO_PAD.encode(good.to_string());
        for head in [
            serde_json::json!({"alg": "none", "typ": TYP, "kid": kid}),
            serde_json::json!({"alg": "HS256", "typ": TYP, "kid": kid}),
            serde_json::json!({"alg": "EdDSA", "typ": TYP, "kid": kid, "crit": ["exp"]}),
        ] {
            let head = URL_SAFE_NO_PAD.encode(head.to_string());
            for signature in ["", public.as_str(), "AAAA"] {
                assert!(tokens.verify(&format!("{head}.{payload}.{signature}"), now()).is_none());
            }
        }
    }
}
