//! A plan's licensure policy, as data.

use chrono::NaiveDate;

use crate::ground::document_type::DocumentType;
use crate::vocabulary;
/// A plan's policy on licenses: who is exempt, and who need not submit proof of renewal.
#[derive(Clone, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LicensurePolicy {
    /// The plan's state, in two letters; licenses of other states are out-of-state (domain rule
    ///
    pub state: String,
    /// The provider types that may choose "Exempt from Licensure" (domain rule R-090).
    pub exempt_license_types_allowed: Vec<String>,
    /// The earliest effective date of an exemption (domain rule R-092).
    pub exempt_earliest_date: NaiveDate,
    /// The document that must be uploaded with an exemption (domain rule R-091).
    pub exempt_document: DocumentType,
    /// The number of working days before the expiration by which a license must be renewed (domain
    /// rule R-103).
    pub cutoff_working_days: u32,
    /// The provider types whose boards report renewals themselves (domain rule R-102).
    pub board_feed_provider_types: Vec<String>,
    /// Cutoffs announced by boards. They take precedence over computed cutoffs (domain rule R-105).
    #[serde(default)]
    pub board_cutoffs: Vec<BoardCutoff>,
    /// The period for which the holidays are known, both ends included.
    pub holidays_known: KnownDates,
    /// The state's holidays.
    #[serde(default)]
    pub holidays: Vec<Holiday>,
}

impl LicensurePolicy {
    /// Whether providers of this type may choose "Exempt from Licensure" (domain rule R-090).
    #[must_use]
    pub fn may_be_exempt(&self, provider_type: &str) -> bool {
        self.exempt_license_types_allowed.iter().any(|code| code == provider_type)
    }
}

/// A span of dates, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KnownDates {
    /// The first date.
    pub from: NaiveDate,
    /// The last date.
    pub to: NaiveDate,
}

/// A cutoff announced by a board.
#[derive(Clone, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BoardCutoff {
    /// The board.
    pub board: String,
    /// The provider type it licenses.
    pub provider_type: String,
    /// The expiration date of the licenses it applies to.
    pub license_expiration: NaiveDate,
    /// The last day on which a renewal is in time.
    pub cutoff_date: NaiveDate,
}

vocabulary! {
    /// How much of a day is a holiday.
    pub enum HolidayKind {
        /// The whole day.
        Full = "full",
        /// Half of the day; it counts as a working day.
        Half = "half",
    }
}

vocabulary! {
    /// The authority that declared a holiday.
    pub enum HolidaySource {
        /// The law of the state.
        Statute = "statute",
        /// The governor, each year.
        Governor = "governor",
    }
}

/// A holiday of the state.
#[derive(Clone, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Holiday {
    /// The day.
    pub date: NaiveDate,
    /// The name.
    pub name: String,
    /// How much of the day is a holiday.
    pub kind: HolidayKind,
    /// The authority that declared it.
    pub source: HolidaySource,
}
