//! Credentialing applications: types, statuses, and the facts that rules about them need.

use crate::ground::id::{ApplicationId, MembershipId};
use crate::{Instant, vocabulary};

vocabulary! {
    /// What an application asks for (domain rule R-063: all eight are subject to automatic withdrawal, and all eight
    /// may be reassigned). `application` and `new_enrollment` are accepted for `enrollment`, `reappointment` for `reapplication`.
    pub enum ApplicationType {
        /// A new enrollment.
        #[serde(alias = "application", alias = "new_enrollment")]
        Enrollment = "enrollment",
        /// A change to an enrolled provider's data.
        Maintenance = "maintenance",
        /// The five-yearly re-proof of a provider's data.
        Revalidation = "revalidation",
        /// A new application after an earlier one ended.
        #[serde(alias = "reappointment")]
        Reapplication = "reapplication",
        /// Bringing an inactive Medicaid ID back.
        Reinstatement = "reinstatement",
        /// A change of ownership.
        ChangeOfOwnership = "change_of_ownership",
        /// Ending participation.
        VoluntaryTermination = "voluntary_termination",
        /// A temporary substitute.
        LocumTenens = "locum_tenens",
    }
}

vocabulary! {
    /// Where an application stands (domain section 4.1).
    pub enum ApplicationStatus {
        /// Being prepared.
        InProgress = "in_progress",
        /// Filed, waiting for review.
        Submitted = "submitted",
        /// Sent back for correction (RTP).
        ReturnedToProvider = "returned_to_provider",
        /// Under review by the Department for Medicaid Services.
        DmsReviewInProgress = "dms_review_in_progress",
        /// Approved; final.
        Approved = "approved",
        /// Denied; final.
        Denied = "denied",
        /// Withdrawn by its initiator or for inactivity; final.
        Withdrawn = "withdrawn",
    }
}

impl ApplicationStatus {
    /// The four statuses in which an application may move to another agent (domain rule R-020).
    pub const REASSIGNABLE: [Self; 4] =
        [Self::InProgress, Self::Submitted, Self::ReturnedToProvider, Self::DmsReviewInProgress];

    /// The statuses in which a decision is still to come: the same four.
    pub const OPEN: [Self; 4] = Self::REASSIGNABLE;

    /// Whether a decision is still to come.
    #[must_use]
    pub fn is_open(self) -> bool {
        Self::OPEN.contains(&self)
    }

    /// Whether its agent may change it (domain section 4.1).
    #[must_use]
    pub const fn is_editable(self) -> bool {
        matches!(self, Self::InProgress | Self::ReturnedToProvider)
    }

    /// The status as the portal's screens spell it (ambiguity A-21).
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::InProgress => "In Progress",
            Self::Submitted => "Submitted",
            Self::ReturnedToProvider => "Returned to Provider",
            Self::DmsReviewInProgress => "DMS Review In Progress",
            Self::Approved => "Approved",
            Self::Denied => "Denied",
            Self::Withdrawn => "Withdrawn",
        }
    }

    /// The status that a text from elsewhere means: any case, spaces, hyphens or underscores, and "RTP" (domain section 4.1,
    /// detail X-10).
    #[must_use]
    pub fn recognise(text: &str) -> Option<Self> {
        match folded(text).as_str() {
            "rtp" => Some(Self::ReturnedToProvider),
            word => Self::parse(word),
        }
    }

    /// Whether the application may move to another agent (domain rule R-020).
    #[must_use]
    pub fn is_reassignable(self) -> bool {
        Self::REASSIGNABLE.contains(&self)
    }

    /// Whether inactivity withdraws the application (domain rules ).
    #[must_use]
    pub const fn is_auto_withdrawable(self) -> bool {
        matches!(self, Self::InProgress | Self::ReturnedToProvider)
    }
}

impl ApplicationType {
    /// The type as the portal's screens spell it.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Enrollment => "Enrollment",
            Self::Maintenance => "Maintenance",
            Self::Revalidation => "Revalidation",
            Self::Reapplication => "Reapplication",
            Self::Reinstatement => "Reinstatement",
            Self::ChangeOfOwnership => "Change of Ownership",
            Self::VoluntaryTermination => "Voluntary Termination",
            Self::LocumTenens => "Locum Tenens",
        }
    }

    /// The type that a text from elsewhere means: any case, spaces, hyphens or underscores, and the other names that the
    /// documents use (ambiguities ).
    #[must_use]
    pub fn recognise(text: &str) -> Option<Self> {
        match folded(text).as_str() {
            "application" | "new_enrollment" => Some(Self::Enrollment),
            "reappointment" => Some(Self::Reapplication),
            word => Self::parse(word),
        }
    }
}

/// A text in small letters, its white space (non-breaking included), hyphens and underscores become one underscore.
fn folded(text: &str) -> String {
    let words = text.split(|c: char| c.is_whitespace() || matches!(c, '-' | '_'));
    words.filter(|word| !word.is_empty()).map(str::to_lowercase).collect::<Vec<_>>().join("_")
}

vocabulary! {
    /// How an application was withdrawn.
    pub enum WithdrawalKind {
        /// For inactivity (domain rule R-060).
        Automatic = "automatic",
        /// By the person who started it (domain rule R-065).
        Manual = "manual",
    }
}

vocabulary! {
    /// What happened to an application.
    pub enum HistoryAction {
        /// It was taken over from elsewhere.
        Imported = "imported",
        /// Some of its screens were saved.
        Saved = "saved",
        /// A document was added.
        DocumentAdded = "document_added",
        /// A document was removed.
        DocumentRemoved = "document_removed",
        /// It was filed.
        Submitted = "submitted",
        /// It was filed again after it had been returned.
        Resubmitted = "resubmitted",
        /// The department took it into review.
        ReviewStarted = "review_started",
        /// The department returned it for correction.
        Returned = "returned",
        /// The department approved it.
        Approved = "approved",
        /// The department denied it.
        Denied = "denied",
        /// Its initiator withdrew it.
        Withdrawn = "withdrawn",
        /// It was withdrawn for inactivity.
        WithdrawnAutomatically = "withdrawn_automatically",
        /// An operator took its automatic withdrawal back.
        Restored = "restored",
        /// It was started.
        Started = "started",
        /// It moved to another agent.
        Reassigned = "reassigned",
        /// A reassignment was reverted and it moved back.
        ReassignmentReverted = "reassignment_reverted",
    }
}

/// The facts about one application that the work-assignment rules need.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorkItem {
    /// Its id.
    pub id: ApplicationId,
    /// Its application number, such as `APP0543`; a leading zero matters.
    pub number: String,
    /// The provider it is for, as displayed.
    pub provider_name: String,
    /// What it asks for.
    pub application_type: ApplicationType,
    /// Where it stands.
    pub status: ApplicationStatus,
    /// The agent who works on it.
    pub assigned_to: MembershipId,
    /// The last change by a person; reading, notices and (by default) reassignment are none (domain rule R-064).
    pub last_activity_at: Instant,
    /// Counts every change of the row.
    pub version: i64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r_020_exactly_the_four_open_statuses_may_move() {
        let movable: Vec<_> = ApplicationStatus::ALL
            .iter()
            .filter(|status| status.is_reassignable())
            .map(|s| s.as_str())
            .collect();
        assert_eq!(movable, ["in_progress", "submitted", "returned_to_provider", "dms_review_in_progress"]);
    }

    #[test]
    fn a_21_x_10_every_spelling_of_a_status_means_one_state() {
        for text in [
            "DMS Review In Progress",
            "DMS Review in Progress",
            "dms_review_in_progress",
            "DMS\u{a0}Review-in  progress",
        ] {
            assert_eq!(
                ApplicationStatus::recognise(text),
                Some(ApplicationStatus::DmsReviewInProgress),
                "{text}"
            );
        }
        for text in ["RTP", "rtp", "Returned-to-provider", "Returned to Provider"] {
            assert_eq!(
                ApplicationStatus::recognise(text),
                Some(ApplicationStatus::ReturnedToProvider),
                "{text}"
            );
        }
        assert_eq!(ApplicationStatus::recognise("In-Progress"), Some(ApplicationStatus::InProgress));
        assert_eq!(ApplicationStatus::recognise("Pending"), None);
        for status in ApplicationStatus::ALL {
            assert_eq!(ApplicationStatus::recognise(status.label()), Some(*status));
        }
    }

    #[test]
    fn a_01_a_10_other_names_of_types_are_understood() {
        for (text, meant) in [
            ("Application", ApplicationType::Enrollment),
            ("new enrollment", ApplicationType::Enrollment),
            ("Reappointment", ApplicationType::Reapplication),
            ("Change of Ownership", ApplicationType::ChangeOfOwnership),
        ] {
            assert_eq!(ApplicationType::recognise(text), Some(meant), "{text}");
        }
        assert!(
            ApplicationType::ALL.iter().all(|kind| ApplicationType::recognise(kind.label()) == Some(*kind))
        );
    }

    #[test]
    fn r_063_a_02_there_are_eight_types() {
        assert_eq!(ApplicationType::ALL.len(), 8);
    }

    #[test]
    fn r_060_r_061_only_two_statuses_are_withdrawn_for_inactivity() {
        let withdrawable: Vec<_> =
            ApplicationStatus::ALL.iter().filter(|s| s.is_auto_withdrawable()).map(|s| s.as_str()).collect();
        assert_eq!(withdrawable, ["in_progress", "returned_to_provider"]);
    }
}
