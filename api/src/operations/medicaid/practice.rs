//! NPIs, taxonomy codes, and licenses, as they are on file and on screens.

use chrono::NaiveDate;
use portal_domain::applications::screen::{License, LicenseType, NpiEntry, TaxonomyEntry};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::http::extract::given;
use crate::http::extract::values::given_iso_date;

/// An NPI.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({"npi": "1234567893", "primary": true}))]
pub struct NpiView {
    /// The NPI. One that was imported can have another form than ten digits.
    pub npi: String,
    /// Whether it is the primary one.
    pub primary: bool,
}

/// A taxonomy code.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({"code": "207Q00000X", "npi": "1234567893", "primary": true}))]
pub struct TaxonomyView {
    /// The code.
    pub code: String,
    /// The NPI that it belongs to; absent if it belongs to no particular one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub npi: Option<String>,
    /// Whether it is the primary one.
    pub primary: bool,
}

/// A license, or an exemption from licensure. Unless exempt, state, number, and both dates are
/// required.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LicenseBody {
    /// The license type.
    pub license_type: LicenseType,
    /// The issuing state, as two letters.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    #[schema(pattern = r"^[A-Za-z]{2}$")]
    pub issue_state: Option<String>,
    /// The license number, 1 to 100 characters.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 100)]
    pub license_number: Option<String>,
    /// The effective date. An exemption may start on 2019-07-01 or later in a maintenance,
    /// revalidation, reapplication, or reinstatement; otherwise at most one year ago.
    #[serde(default, deserialize_with = "given_iso_date", skip_serializing_if = "Option::is_none")]
    pub effective_date: Option<NaiveDate>,
    /// The expiration date; after `effective_date`.
    #[serde(default, deserialize_with = "given_iso_date", skip_serializing_if = "Option::is_none")]
    pub expiration_date: Option<NaiveDate>,
    /// Whether it is the primary one; `false` by default.
    #[serde(default)]
    pub primary: bool,
    /// When the board last renewed it; not in the future.
    #[serde(default, deserialize_with = "given_iso_date", skip_serializing_if = "Option::is_none")]
    pub last_renewed_on: Option<NaiveDate>,
}

/// Conversions between bodies and domain types with the same fields.
macro_rules! alike {
    ($($from:ident into $to:ident { $($field:ident),+ };)+) => {
        $(impl From<$from> for $to {
            fn from(given: $from) -> Self {
                Self { $($field: given.$field),+ }
            }
        })+
    };
}

pub(crate) use alike;

alike! {
    NpiEntry into NpiView { npi, primary };
    TaxonomyEntry into TaxonomyView { code, npi, primary };
    LicenseBody into License {
        license_type, issue_state, license_number, effective_date, expiration_date, primary, last_renewed_on
    };
    License into LicenseBody {
        license_type, issue_state, license_number, effective_date, expiration_date, primary, last_renewed_on
    };
}
