//! Column types that the engines represent differently, each declared once. On PostgreSQL and
//! SQLite, ids are `uuid` and BLOB(16), instants are `timestamptz` and INTEGER microseconds, and
//! JSON is `jsonb` and TEXT.

use std::io::Write;

use chrono::DateTime;
use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql, FromStaticSqlRow, Queryable};
use diesel::expression::AsExpression;
use diesel::internal::derives::as_expression::Bound;
use diesel::pg::{Pg, PgValue};
use diesel::query_builder::QueryId;
use diesel::serialize::{self, IsNull, Output, ToSql};
use diesel::sql_types::{BigInt, Binary, HasSqlType, Jsonb, Nullable, SqlType, Text, Timestamptz};
use diesel::sqlite::Sqlite;
use portal_domain::Instant;
use portal_domain::ground::id::{Id, Kind};
use uuid::Uuid;

use crate::connection::{MultiBackend, MultiRawValue};

/// A typed id.
#[derive(Clone, Copy, Debug, Default, SqlType, QueryId)]
#[diesel(postgres_type(oid = 2950, array_oid = 2951))]
#[diesel(sqlite_type(name = "Binary"))]
pub struct SqlId;

/// An instant, with microsecond precision.
#[derive(Clone, Copy, Debug, Default, SqlType, QueryId)]
#[diesel(postgres_type(oid = 1184, array_oid = 1185))]
#[diesel(sqlite_type(name = "Long"))]
pub struct SqlTime;

/// A JSON document.
#[derive(Clone, Copy, Debug, Default, SqlType, QueryId)]
#[diesel(postgres_type(oid = 3802, array_oid = 3807))]
#[diesel(sqlite_type(name = "Text"))]
pub struct SqlJson;

/// A value of a closed vocabulary.
#[derive(Clone, Copy, Debug, Default, SqlType, QueryId)]
#[diesel(postgres_type(oid = 25, array_oid = 1009))]
#[diesel(sqlite_type(name = "Text"))]
pub struct SqlName;

impl diesel::sql_types::SqlOrd for SqlTime {}

macro_rules! on_both_engines {
    ($sql_type:ty) => {
        impl HasSqlType<$sql_type> for MultiBackend {
            fn metadata(lookup: &mut Self::MetadataLookup) -> Self::TypeMetadata {
                Self::lookup_sql_type::<$sql_type>(lookup)
            }
        }
    };
}

/// A value to bind to a statement. Because the wrapper belongs to this crate, values of other
/// crates can be bound to the column types above. Reading needs no wrapper.
#[derive(Clone, Copy, Debug)]
pub struct Sql<T>(pub T);

macro_rules! value {
    ($sql_type:ty, $value:ty $(, $kind:ident)?) => {
        impl $(<$kind: Kind>)? FromSql<$sql_type, MultiBackend> for $value {
            fn from_sql(bytes: MultiRawValue<'_>) -> deserialize::Result<Self> {
                bytes.from_sql::<Self, $sql_type>()
            }
        }

        impl $(<$kind: Kind>)? ToSql<$sql_type, MultiBackend> for Sql<$value> {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, MultiBackend>) -> serialize::Result {
                out.set_value((<$sql_type>::default(), self));
                Ok(IsNull::No)
            }
        }

        impl $(<$kind: Kind>)? AsExpression<$sql_type> for Sql<$value> {
            type Expression = Bound<$sql_type, Self>;
            fn as_expression(self) -> Self::Expression {
                Bound::new(self)
            }
        }

        impl $(<$kind: Kind>)? AsExpression<Nullable<$sql_type>> for Sql<$value> {
            type Expression = Bound<Nullable<$sql_type>, Self>;
            fn as_expression(self) -> Self::Expression {
                Bound::new(self)
            }
        }

        impl<'a $(, $kind: Kind)?> AsExpression<$sql_type> for &'a Sql<$value> {
            type Expression = Bound<$sql_type, Self>;
            fn as_expression(self) -> Self::Expression {
                Bound::new(self)
            }
        }

        impl<$($kind: Kind,)? DB: Backend> ToSql<Nullable<$sql_type>, DB> for Sql<$value>
        where
            Self: ToSql<$sql_type, DB>,
        {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
                ToSql::<$sql_type, DB>::to_sql(self, out)
            }
        }
    };
}

on_both_engines!(SqlId);
on_both_engines!(SqlTime);
on_both_engines!(SqlJson);
on_both_engines!(SqlName);
value!(SqlId, Id<K>, K);
value!(SqlTime, Instant);
value!(SqlJson, serde_json::Value);

impl<K: Kind, DB: Backend> Queryable<SqlId, DB> for Id<K>
where
    Self: FromStaticSqlRow<SqlId, DB>,
{
    type Row = Self;
    fn build(row: Self) -> deserialize::Result<Self> {
        Ok(row)
    }
}

impl<K: Kind> FromSql<SqlId, Pg> for Id<K> {
    fn from_sql(bytes: PgValue<'_>) -> deserialize::Result<Self> {
        Ok(Self::from_uuid(Uuid::from_slice(bytes.as_bytes())?))
    }
}

impl<K: Kind> ToSql<SqlId, Pg> for Sql<Id<K>> {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        out.write_all(self.0.uuid().as_bytes())?;
        Ok(IsNull::No)
    }
}

impl<K: Kind> FromSql<SqlId, Sqlite> for Id<K> {
    fn from_sql(bytes: <Sqlite as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
        let bytes = <Vec<u8> as FromSql<Binary, Sqlite>>::from_sql(bytes)?;
        Ok(Self::from_uuid(Uuid::from_slice(&bytes)?))
    }
}

impl<K: Kind> ToSql<SqlId, Sqlite> for Sql<Id<K>> {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(self.0.uuid().as_bytes().to_vec());
        Ok(IsNull::No)
    }
}

impl FromSql<SqlTime, Pg> for Instant {
    fn from_sql(bytes: PgValue<'_>) -> deserialize::Result<Self> {
        <Self as FromSql<Timestamptz, Pg>>::from_sql(bytes)
    }
}

impl ToSql<SqlTime, Pg> for Sql<Instant> {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        <Instant as ToSql<Timestamptz, Pg>>::to_sql(&self.0, out)
    }
}

impl FromSql<SqlTime, Sqlite> for Instant {
    fn from_sql(bytes: <Sqlite as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
        let micros = <i64 as FromSql<BigInt, Sqlite>>::from_sql(bytes)?;
        DateTime::from_timestamp_micros(micros)
            .ok_or_else(|| format!("{micros} µs is outside the calendar").into())
    }
}

impl ToSql<SqlTime, Sqlite> for Sql<Instant> {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(self.0.timestamp_micros());
        Ok(IsNull::No)
    }
}

impl FromSql<SqlJson, Pg> for serde_json::Value {
    fn from_sql(bytes: PgValue<'_>) -> deserialize::Result<Self> {
        <Self as FromSql<Jsonb, Pg>>::from_sql(bytes)
    }
}

impl ToSql<SqlJson, Pg> for Sql<serde_json::Value> {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        <serde_json::Value as ToSql<Jsonb, Pg>>::to_sql(&self.0, out)
    }
}

impl FromSql<SqlJson, Sqlite> for serde_json::Value {
    fn from_sql(bytes: <Sqlite as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
        Ok(serde_json::from_str(&<String as FromSql<Text, Sqlite>>::from_sql(bytes)?)?)
    }
}

impl ToSql<SqlJson, Sqlite> for Sql<serde_json::Value> {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(serde_json::to_string(&self.0)?);
        Ok(IsNull::No)
    }
}

macro_rules! names {
    ($($name:ty,)+) => {
        $(
            value!(SqlName, $name);

            impl<DB: Backend> Queryable<SqlName, DB> for $name
            where
                Self: FromStaticSqlRow<SqlName, DB>,
            {
                type Row = Self;
                fn build(row: Self) -> deserialize::Result<Self> {
                    Ok(row)
                }
            }

            impl FromSql<SqlName, Pg> for $name {
                fn from_sql(bytes: PgValue<'_>) -> deserialize::Result<Self> {
                    let word = <String as FromSql<Text, Pg>>::from_sql(bytes)?;
                    Self::parse(&word).ok_or_else(|| unknown_word(stringify!($name), &word))
                }
            }

            impl FromSql<SqlName, Sqlite> for $name {
                fn from_sql(bytes: <Sqlite as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
                    let word = <String as FromSql<Text, Sqlite>>::from_sql(bytes)?;
                    Self::parse(&word).ok_or_else(|| unknown_word(stringify!($name), &word))
                }
            }

            impl ToSql<SqlName, Pg> for Sql<$name> {
                fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
                    out.write_all(self.0.as_str().as_bytes())?;
                    Ok(IsNull::No)
                }
            }

            impl ToSql<SqlName, Sqlite> for Sql<$name> {
                fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
                    out.set_value(self.0.as_str());
                    Ok(IsNull::No)
                }
            }
        )+
    };
}

fn unknown_word(list: &str, word: &str) -> Box<dyn std::error::Error + Send + Sync> {
    format!("stored word {word:?} is not in {list}; was it written by a newer version?").into()
}

names! {
    portal_domain::medicaid::agent_access::AgentAccessState,
    portal_domain::ground::application_status::ApplicationStatus,
    portal_domain::ground::application_type::ApplicationType,
    portal_domain::applications::application::HistoryAction,
    portal_domain::applications::application::WithdrawalKind,
    portal_domain::ground::audit::AuditAction,
    portal_domain::organizations::access_request::AccessRequestStatus,
    portal_domain::organizations::association_confirmation::ConfirmationCause,
    portal_domain::organizations::association_confirmation::ConfirmationStatus,
    portal_domain::ground::correspondence::Direction,
    portal_domain::ground::document_type::DocumentType,
    portal_domain::applications::document::MediaType,
    portal_domain::applications::document_scan::ScanVerdict,
    portal_domain::organizations::invitation::InvitationStatus,
    portal_domain::platform::instance::InstanceKind,
    portal_domain::platform::job::JobName,
    portal_domain::platform::job::JobTrigger,
    portal_domain::ground::mail::MailStatus,
    portal_domain::ground::mail::MailTemplate,
    portal_domain::medicaid::medicaid_id::MedicaidIdCategory,
    portal_domain::medicaid::medicaid_id::MedicaidIdStatus,
    portal_domain::organizations::member_words::MemberHistoryAction,
    portal_domain::ground::disabled_reason::DisabledReason,
    portal_domain::organizations::membership::MembershipStatus,
    portal_domain::organizations::membership::Role,
    portal_domain::identity::mfa::MfaMethodKind,
    portal_domain::applications::notification::Channel,
    portal_domain::ground::notice::NotificationKind,
    portal_domain::identity::one_time_token::TokenPurpose,
    portal_domain::organizations::organization::OrganizationKind,
    portal_domain::ground::plan_code::PlanCode,
    portal_domain::medicaid::provider::AddressPurpose,
    portal_domain::medicaid::provider::ProviderEntity,
    portal_domain::organizations::provider_record::AddressKind,
    portal_domain::organizations::provider_record::ProviderRecordType,
    portal_domain::identity::self_service::SelfServiceKind,
    portal_domain::identity::session::SessionEnd,
    portal_domain::platform::read_event::Purpose,
    portal_domain::platform::read_event::ReadAction,
    portal_domain::identity::user::LockReason,
    portal_domain::identity::user::PlatformRole,
}
