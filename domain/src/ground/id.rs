//! Typed ids. On the wire an id is a TypeID: a kind prefix, `_`, and a UUIDv7 in 26 characters of
//! lowercase Crockford base 32 (`org_01j9…`). An id of one kind cannot be used as an id of another.

use std::fmt;
use std::marker::PhantomData;
use std::str::FromStr;

use uuid::Uuid;

/// The kind of object an id identifies.
pub trait Kind: Copy + Eq + Ord + std::hash::Hash + fmt::Debug + Send + Sync + 'static {
    /// The wire prefix, without the underscore.
    const PREFIX: &'static str;
    /// The name of the id's schema in the OpenAPI document.
    const SCHEMA: &'static str;
}

macro_rules! kinds {
    ($($(#[$meta:meta])* $kind:ident $alias:ident $prefix:literal,)+) => {
        /// The kinds of ids, in alphabetical order.
        pub mod kind {
            $($(#[$meta])* #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)] pub enum $kind {})+
        }
        $(
            impl Kind for kind::$kind {
                const PREFIX: &'static str = $prefix;
                const SCHEMA: &'static str = stringify!($alias);
            }
            $(#[$meta])*
            pub type $alias = Id<kind::$kind>;
        )+
    };
}

kinds! {
    /// A request for access to a provider account.
    AccessRequest AccessRequestId "acr",
    /// A credentialing application.
    Application ApplicationId "app",
    /// A pending association of a user with a provider record.
    Association AssociationId "asc",
    /// An entry of the audit trail.
    AuditEvent AuditEventId "aud",
    /// A calendar feed of an organization's due dates.
    CalendarFeed CalendarFeedId "cal",
    /// A verification of a caller by four facts.
    CallerVerification CallerVerificationId "cvr",
    /// A correspondence item of an application.
    Correspondence CorrespondenceId "cor",
    /// A document of an application.
    Document DocumentId "doc",
    /// An entry in an application's history.
    HistoryEntry HistoryEntryId "hst",
    /// An invitation to an organization.
    Invitation InvitationId "inv",
    /// An entry of an invite list.
    InviteListEntry InviteListEntryId "ile",
    /// A run of a job.
    JobRun JobRunId "job",
    /// A consent to link an individual to a group.
    LinkConsent LinkConsentId "lkc",
    /// A mail in the outbox.
    Mail MailId "mai",
    /// A Medicaid ID on file (the record, not the number).
    MedicaidId MedicaidIdId "mid",
    /// An entry in a member's history.
    MemberHistoryEntry MemberHistoryEntryId "mhe",
    /// A user's membership in an organization. It also identifies an agent.
    Membership MembershipId "mbr",
    /// A second factor.
    MfaMethod MfaMethodId "mfa",
    /// An in-app notification.
    Notification NotificationId "ntf",
    /// An organization.
    Organization OrganizationId "org",
    /// A provider from the NPI registry.
    Provider ProviderId "prv",
    /// A plan's record of one of its providers.
    ProviderRecord ProviderRecordId "rec",
    /// A recorded read of personal data.
    ReadEvent ReadEventId "red",
    /// A reassignment batch.
    Reassignment ReassignmentId "rea",
    /// A queued self-service request.
    SelfServiceRequest SelfServiceRequestId "ssr",
    /// A signed-in session.
    Session SessionId "ses",
    /// A user.
    User UserId "usr",
    /// A worker that holds an exclusive lease or claim.
    Worker WorkerId "wkr",
}

/// An id of kind `K`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Id<K: Kind>(Uuid, PhantomData<K>);

impl<K: Kind> Id<K> {
    /// Creates an id for an object created at `millis` (Unix milliseconds), made unique by 80
    /// random bits, as UUIDv7 requires (RFC 9562).
    #[must_use]
    pub fn new(millis: u64, random: [u8; 10]) -> Self {
        Self(uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid(), PhantomData)
    }

    /// The id with this UUID, as read from storage.
    #[must_use]
    pub const fn from_uuid(uuid: Uuid) -> Self {
        Self(uuid, PhantomData)
    }

    /// The underlying UUID.
    #[must_use]
    pub const fn uuid(self) -> Uuid {
        self.0
    }
}

/// The reason a string is not an id of the expected kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum IdError {
    /// The string is an id of another kind.
    WrongKind {
        /// The expected prefix.
        expected: &'static str,
        /// The prefix found.
        found: String,
    },
    /// The string is not an id.
    Malformed {
        /// The expected prefix.
        expected: &'static str,
    },
}

impl fmt::Display for IdError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::WrongKind { expected, found } => {
                write!(
                    f,
                    "an id that starts with '{expected}_' belongs here, not one that starts with '{found}_'"
                )
            }
            Self::Malformed { expected } => {
                write!(f, "an id looks like '{expected}_' followed by 26 lower-case letters and digits")
            }
        }
    }
}

impl std::error::Error for IdError {}

const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
const SUFFIX_LEN: usize = 26;

fn decode_suffix(suffix: &str) -> Option<u128> {
    // 26 characters carry 130 bits, so the first one must leave the two topmost bits clear.
    if suffix.len() != SUFFIX_LEN || suffix.as_bytes().first().is_none_or(|first| *first > b'7') {
        return None;
    }
    suffix.bytes().try_fold(0u128, |value, byte| {
        let digit = ALPHABET.iter().position(|letter| *letter == byte)?;
        Some((value << 5) | digit as u128)
    })
}

impl<K: Kind> fmt::Display for Id<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}_", K::PREFIX)?;
        let value = self.0.as_u128();
        (0..SUFFIX_LEN).rev().try_for_each(|place| {
            let digit = ((value >> (5 * place)) & 31) as usize;
            let letter = ALPHABET.get(digit).copied().unwrap_or(b'0');
            write!(f, "{}", char::from(letter))
        })
    }
}

impl<K: Kind> FromStr for Id<K> {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        let malformed = IdError::Malformed { expected: K::PREFIX };
        let (prefix, suffix) = text.rsplit_once('_').ok_or_else(|| malformed.clone())?;
        let value = decode_suffix(suffix).ok_or(malformed)?;
        if prefix == K::PREFIX {
            Ok(Self::from_uuid(Uuid::from_u128(value)))
        } else if !prefix.is_empty() && prefix.len() <= 8 && prefix.bytes().all(|b| b.is_ascii_lowercase()) {
            Err(IdError::WrongKind { expected: K::PREFIX, found: prefix.to_owned() })
        } else {
            Err(IdError::Malformed { expected: K::PREFIX })
        }
    }
}

impl<K: Kind> serde::Serialize for Id<K> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de, K: Kind> serde::Deserialize<'de> for Id<K> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(feature = "openapi")]
mod schema {
    use std::borrow::Cow;

    use utoipa::openapi::RefOr;
    use utoipa::openapi::schema::{ObjectBuilder, Schema, SchemaType, Type};

    use super::{Id, Kind};

    impl<K: Kind> utoipa::PartialSchema for Id<K> {
        fn schema() -> RefOr<Schema> {
            let prefix = K::PREFIX;
            ObjectBuilder::new()
                .schema_type(SchemaType::new(Type::String))
                .description(Some(format!("TypeID with the prefix `{prefix}`.")))
                .pattern(Some(format!("^{prefix}_[0-7][0-9a-hjkmnp-tv-z]{{25}}$")))
                .examples([format!("{prefix}_01k2zqj5t8e4vbx9m3c7w6r1hd")])
                .into()
        }
    }

    impl<K: Kind> utoipa::ToSchema for Id<K> {
        fn name() -> Cow<'static, str> {
            Cow::Borrowed(K::SCHEMA)
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn an_id_can_be_parsed_from_its_text(value: u128) {
            let id = OrganizationId::from_uuid(Uuid::from_u128(value));
            prop_assert_eq!(id.to_string().parse::<OrganizationId>(), Ok(id));
        }

        #[test]
        fn parsing_never_panics(text in "\\PC{0,60}") {
            let _ = text.parse::<OrganizationId>();
        }
    }

    #[test]
    fn ids_match_the_typeid_test_vector() {
        let uuid = Uuid::parse_str("01890a5d-ac96-774b-bcce-b302099a8057").unwrap();
        assert_eq!(OrganizationId::from_uuid(uuid).to_string(), "org_01h455vb4pex5vsknk084sn02q");
    }

    #[test]
    fn an_id_of_another_kind_is_refused() {
        let user = UserId::from_uuid(Uuid::from_u128(7)).to_string();
        assert_eq!(
            user.parse::<OrganizationId>(),
            Err(IdError::WrongKind { expected: "org", found: "usr".into() })
        );
    }

    #[test]
    fn malformed_ids_are_refused() {
        for text in [
            "",
            "org",
            "org_",
            "org_8zzzzzzzzzzzzzzzzzzzzzzzzz",
            "org_01H455VB4PEX5VSKNK084SN02Q",
            "_01h455vb4pex5vsknk084sn02q",
        ] {
            assert_eq!(text.parse::<OrganizationId>(), Err(IdError::Malformed { expected: "org" }), "{text}");
        }
    }
}
