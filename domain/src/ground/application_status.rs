//! The statuses of applications.

use crate::ground::text::folded;
use crate::vocabulary;
vocabulary! {
    /// The status of an application (domain section 4.1).
    pub enum ApplicationStatus {
        /// The applicant is still preparing it.
        InProgress = "in_progress",
        /// Submitted and waiting for review.
        Submitted = "submitted",
        /// Returned to the provider for correction (RTP).
        ReturnedToProvider = "returned_to_provider",
        /// Under review by the Department for Medicaid Services.
        DmsReviewInProgress = "dms_review_in_progress",
        /// Approved; final.
        Approved = "approved",
        /// Denied; final.
        Denied = "denied",
        /// Withdrawn by its initiator or for inactivity; final unless an operator restores an
        /// automatic withdrawal.
        Withdrawn = "withdrawn",
    }
}

impl ApplicationStatus {
    /// The four statuses in which an application may be reassigned to another agent (domain rule
    ///
    pub const REASSIGNABLE: [Self; 4] =
        [Self::InProgress, Self::Submitted, Self::ReturnedToProvider, Self::DmsReviewInProgress];

    /// The statuses in which a decision is pending: the same four.
    pub const OPEN: [Self; 4] = Self::REASSIGNABLE;

    /// Whether a decision is pending.
    #[must_use]
    pub fn is_open(self) -> bool {
        Self::OPEN.contains(&self)
    }

    /// Whether the assigned agent may change the application (domain section 4.1).
    #[must_use]
    pub const fn is_editable(self) -> bool {
        matches!(self, Self::InProgress | Self::ReturnedToProvider)
    }

    /// Whether the department has the application and is to decide.
    #[must_use]
    pub const fn is_with_the_department(self) -> bool {
        matches!(self, Self::Submitted | Self::DmsReviewInProgress)
    }

    /// The status label shown on the portal's screens (ambiguity A-21).
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

    /// Recognizes a status in imported text. Letter case is ignored, spaces, hyphens and
    /// underscores are equivalent, and "RTP" is accepted (domain section 4.1, detail X-10).
    #[must_use]
    pub fn recognise(text: &str) -> Option<Self> {
        match folded(text).as_str() {
            "rtp" => Some(Self::ReturnedToProvider),
            word => Self::parse(word),
        }
    }

    /// Whether the application may be reassigned to another agent (domain rule R-020).
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r_020_exactly_the_four_open_statuses_can_be_reassigned() {
        let movable: Vec<_> = ApplicationStatus::ALL
            .iter()
            .filter(|status| status.is_reassignable())
            .map(|s| s.as_str())
            .collect();
        assert_eq!(movable, ["in_progress", "submitted", "returned_to_provider", "dms_review_in_progress"]);
    }

    #[test]
    fn the_department_decides_on_submitted_applications_and_those_under_review() {
        let of_department: Vec<_> =
            ApplicationStatus::ALL.iter().filter(|status| status.is_with_the_department()).collect();
        assert_eq!(of_department, [&ApplicationStatus::Submitted, &ApplicationStatus::DmsReviewInProgress]);
    }

    #[test]
    fn a_21_x_10_every_spelling_of_a_status_is_recognized() {
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
    fn r_060_r_061_only_two_statuses_are_withdrawn_for_inactivity() {
        let withdrawable: Vec<_> =
            ApplicationStatus::ALL.iter().filter(|s| s.is_auto_withdrawable()).map(|s| s.as_str()).collect();
        assert_eq!(withdrawable, ["in_progress", "returned_to_provider"]);
    }
}
