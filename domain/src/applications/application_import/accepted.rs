//! Imported applications that satisfy every rule. Only the rules create these values.

use chrono::NaiveDate;

use crate::Instant;
use crate::ground::application_status::ApplicationStatus;
use crate::ground::application_type::ApplicationType;
use crate::ground::audit::AuditAction;
use crate::ground::effects::Effects;
use crate::ground::id::{ApplicationId, MembershipId, OrganizationId, UserId};
use crate::ground::import::Difference;
use crate::medicaid::medicaid_id::MedicaidIdCategory;
use crate::medicaid::medicaid_id_import::values::INVALID_NPIS;

/// The note about applications that an import adds too late for a timely warning.
const OVERDUE: &str = "new applications past their day of withdrawal, which are warned about first";

/// An application to add.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ImportedApplication {
    /// The organization it belongs to.
    pub organization: OrganizationId,
    /// The application type.
    pub application_type: ApplicationType,
    /// The application number. Leading zeros are significant.
    pub application_number: String,
    /// The status.
    pub status: ApplicationStatus,
    /// The Medicaid ID it concerns.
    pub medicaid_id: Option<String>,
    /// The provider's display name.
    pub provider_name: String,
    /// The provider type: code and label.
    pub provider_type: (String, String),
    /// The provider category.
    pub category: MedicaidIdCategory,
    /// The NPI as entered.
    pub npi: Option<String>,
    /// Whether the NPI is valid.
    pub npi_valid: bool,
    /// The day it was started, in the plan's time zone.
    pub date_of_initiation: NaiveDate,
    /// The user who started it.
    pub initiated_by: UserId,
    /// The assigned agent.
    pub assigned_to: MembershipId,
    /// When a person last changed it.
    pub last_activity_at: Instant,
    /// The requested effective date.
    pub requested_effective_date: Option<NaiveDate>,
}

/// A correction of an application on file. It contains the new values of all columns that an import
/// may change.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ApplicationCorrection {
    /// The application.
    pub application: ApplicationId,
    /// The version before the correction.
    pub version: i64,
    /// The Medicaid ID it concerns.
    pub medicaid_id: Option<String>,
    /// The provider's display name.
    pub provider_name: String,
    /// The provider type: code and label.
    pub provider_type: (String, String),
    /// The provider category.
    pub category: MedicaidIdCategory,
    /// The NPI as entered.
    pub npi: Option<String>,
    /// Whether the NPI is valid.
    pub npi_valid: bool,
    /// The requested effective date.
    pub requested_effective_date: Option<NaiveDate>,
    /// The names of the changed columns, for the history.
    pub columns: String,
}

/// What a valid row changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum RowChange {
    /// The row is not on file.
    Added {
        application: Box<ImportedApplication>,
        /// Whether it is inactive for so long that it will be withdrawn as soon as its agent was
        /// warned early enough (domain rule R-205).
        is_overdue: bool,
    },
    /// The row differs from what is on file.
    Changed(Box<ApplicationCorrection>),
    /// The row is the same as what is on file.
    Unchanged,
}

/// The changes of an import without violations; only [`super::examine`] creates one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApplicationImport {
    added: Vec<ImportedApplication>,
    corrections: Vec<ApplicationCorrection>,
    difference: Difference,
}

impl ApplicationImport {
    /// The import that these changes, by number, make together.
    pub(super) fn of<'a>(changes: impl IntoIterator<Item = (&'a str, RowChange)>) -> Self {
        let mut import = Self { added: vec![], corrections: vec![], difference: Difference::default() };
        let mut overdue = 0;
        for (number, change) in changes {
            match change {
                RowChange::Added { application, is_overdue } => {
                    import.difference.add_new(number);
                    import.added.push(*application);
                    overdue += usize::from(is_overdue);
                }
                RowChange::Changed(correction) => {
                    import.difference.add_changed(number, &correction.columns);
                    import.corrections.push(*correction);
                }
                RowChange::Unchanged => import.difference.unchanged += 1,
            }
        }
        let invalid = import.added.iter().filter(|added| added.npi.is_some() && !added.npi_valid).count();
        import.difference.note(invalid, INVALID_NPIS);
        import.difference.note(overdue, OVERDUE);
        import
    }

    /// The applications to add, in the order of the table.
    #[must_use]
    pub fn added(&self) -> &[ImportedApplication] {
        &self.added
    }

    /// The corrections, in the order of the table.
    #[must_use]
    pub fn corrections(&self) -> &[ApplicationCorrection] {
        &self.corrections
    }

    /// The difference, to be shown.
    #[must_use]
    pub const fn difference(&self) -> &Difference {
        &self.difference
    }

    /// The effects of importing the file of this name.
    #[must_use]
    pub fn effects(&self, file: &str) -> Effects {
        self.difference.recorded_as(AuditAction::ApplicationsImported, file)
    }
}
