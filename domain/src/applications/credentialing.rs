//! What a plan with credentialing applications decides about them, as data (domain section 8.3). Other plans have none.

use chrono::NaiveDate;

use crate::applications::document::DocumentType;
use crate::medicaid::medicaid_id::MedicaidIdCategory;
use crate::vocabulary;

/// A plan's choices about applications and Medicaid IDs.
#[derive(Clone, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CredentialingPolicy {
    /// How a Medicaid ID is written.
    pub medicaid_id: MedicaidIdFormat,
    /// Which effective dates may be asked for.
    pub requested_effective_date: EffectiveDateWindow,
    /// Most NPIs of one application.
    pub npis_max: usize,
    /// Whether the agent who has an application may withdraw it, besides the person who started it (ambiguity A-06).
    pub assignee_may_withdraw: bool,
    /// Days within which an operator may take an automatic withdrawal back (decision D-17).
    pub restorable_days: u32,
    /// How to get a forgotten Medicaid ID (domain rule R-113).
    pub existing_medicaid_id: ExistingMedicaidIdHelp,
    /// When a revalidation is due, and what is said about it.
    pub revalidation: RevalidationPolicy,
    /// Licenses.
    pub licensure: LicensurePolicy,
    /// How callers are verified.
    pub caller_verification: CallerVerificationPolicy,
    /// The provider types.
    #[serde(default)]
    pub provider_types: Vec<ProviderTypeEntry>,
}

/// How a Medicaid ID is written: so many ASCII digits.
#[derive(Clone, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MedicaidIdFormat {
    /// At least.
    pub min_digits: usize,
    /// At most.
    pub max_digits: usize,
    /// What those begin with that are issued here; they have `max_digits`.
    pub issued_prefix: String,
}

/// Which effective dates may be asked for, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EffectiveDateWindow {
    /// Calendar years before today.
    pub years_back: u32,
    /// Days after today.
    pub days_ahead: u32,
}

/// How to get a forgotten Medicaid ID: by letter only.
#[derive(Clone, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExistingMedicaidIdHelp {
    /// To whom to write.
    pub addressee: String,
    /// What to do.
    pub text: String,
}

/// When a revalidation is due, and what is said about it.
#[derive(Clone, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RevalidationPolicy {
    /// Calendar years from the last validation to the next (domain rule R-070).
    pub years: u32,
    /// So many days before it is due, or more, starting is early (domain rule R-071).
    pub early_days: u32,
    /// What is asked then; `[revalidation date]` stands for the due date.
    pub early_warning: String,
    /// What is asked on leaving one that is not submitted; `[X]` stands for the days until it is due.
    pub exit_warning: String,
    /// The same when it is overdue; `[X]` stands for the days since (ambiguity A-09).
    pub exit_warning_overdue: String,
    /// What a Yes has as its consequence.
    pub consequence: String,
}

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

/// How callers are verified (domain rule R-110).
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CallerVerificationPolicy {
    /// From which day on all four facts are asked for.
    pub required_from: NaiveDate,
    /// Wrong answers that are tolerated, for each member of staff and Medicaid ID.
    pub failures: u32,
    /// Within so many minutes.
    pub window_minutes: u32,
}

/// A provider type.
#[derive(Clone, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProviderTypeEntry {
    /// Its code; a leading zero matters.
    pub code: String,
    /// Its name.
    pub label: String,
    /// What kind of provider it is for.
    pub category: MedicaidIdCategory,
}

impl CredentialingPolicy {
    /// The provider type with this code.
    #[must_use]
    pub fn provider_type(&self, code: &str) -> Option<&ProviderTypeEntry> {
        self.provider_types.iter().find(|entry| entry.code == code)
    }
}
