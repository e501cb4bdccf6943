//! What a plan decides about licenses, as data.

use chrono::NaiveDate;

use crate::ground::document_type::DocumentType;
use crate::vocabulary;
/// Licenses: who is exempt, and who need not show a renewal.
#[derive(Clone, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LicensurePolicy {
    /// The plan's state, in two letters; licenses of other states are out-of-state (domain rule R-106).
    pub state: String,
    /// Provider types that may choose "Exempt from Licensure" (domain rule R-090).
    pub exempt_license_types_allowed: Vec<String>,
    /// The earliest effective date of an exemption (domain rule R-092).
    pub exempt_earliest_date: NaiveDate,
    /// What must be uploaded with an exemption (domain rule R-091).
    pub exempt_document: DocumentType,
    /// Working days before the expiration by which a license must be renewed (domain rule R-103).
    pub cutoff_working_days: u32,
    /// Provider types whose board reports renewals itself (domain rule R-102).
    pub board_feed_provider_types: Vec<String>,
    /// Cut-offs that boards have announced; they beat the computed ones (domain rule R-105).
    #[serde(default)]
    pub board_cutoffs: Vec<BoardCutoff>,
    /// From when to when the holidays are known, both ends included.
    pub holidays_known: KnownDates,
    /// Days on which the state does not work.
    #[serde(default)]
    pub holidays: Vec<Holiday>,
}

/// A span of dates, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KnownDates {
    /// The first.
    pub from: NaiveDate,
    /// The last.
    pub to: NaiveDate,
}

/// A cut-off that a board has announced.
#[derive(Clone, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BoardCutoff {
    /// The board.
    pub board: String,
    /// The provider type it licenses.
    pub provider_type: String,
    /// The licenses it is about: those that expire then.
    pub license_expiration: NaiveDate,
    /// The last good day.
    pub cutoff_date: NaiveDate,
}

vocabulary! {
    /// How much of a day is a holiday.
    pub enum HolidayKind {
        /// All of it.
        Full = "full",
        /// Half of it; counts as a working day.
        Half = "half",
    }
}

vocabulary! {
    /// Who named a holiday.
    pub enum HolidaySource {
        /// The law.
        Statute = "statute",
        /// The governor, each year.
        Governor = "governor",
    }
}

/// A day on which the state does not work.
#[derive(Clone, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Holiday {
    /// The day.
    pub date: NaiveDate,
    /// Its name.
    pub name: String,
    /// How much of it.
    pub kind: HolidayKind,
    /// Who named it.
    pub source: HolidaySource,
}
