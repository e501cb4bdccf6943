//! The eight types of applications.

use crate::ground::text::folded;
use crate::vocabulary;
vocabulary! {
    /// The type of an application. All eight are subject to automatic withdrawal, and all eight may
    /// be reassigned (domain rule R-063). `application` and `new_enrollment` are accepted for
    /// `enrollment`, and `reappointment` for `reapplication`.
    pub enum ApplicationType {
        /// A new enrollment.
        #[serde(alias = "application", alias = "new_enrollment")]
        Enrollment = "enrollment",
        /// A change to an enrolled provider's data.
        Maintenance = "maintenance",
        /// The confirmation of a provider's data that is due every five years.
        Revalidation = "revalidation",
        /// A new application after an earlier enrollment ended.
        #[serde(alias = "reappointment")]
        Reapplication = "reapplication",
        /// The reinstatement of an inactive Medicaid ID.
        Reinstatement = "reinstatement",
        /// A change of ownership.
        ChangeOfOwnership = "change_of_ownership",
        /// The end of a provider's participation.
        VoluntaryTermination = "voluntary_termination",
        /// The enrollment of a temporary substitute.
        LocumTenens = "locum_tenens",
    }
}

impl ApplicationType {
    /// The type label shown on the portal's screens.
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

    /// Whether the department does not know the provider or owner of such an application yet.
    #[must_use]
    pub const fn is_new_provider(self) -> bool {
        matches!(self, Self::Enrollment | Self::ChangeOfOwnership)
    }

    /// Recognizes a type in imported text. Letter case is ignored, spaces, hyphens and underscores
    /// are equivalent, and the documents' alternative names are accepted (ambiguities ).
    #[must_use]
    pub fn recognise(text: &str) -> Option<Self> {
        match folded(text).as_str() {
            "application" | "new_enrollment" => Some(Self::Enrollment),
            "reappointment" => Some(Self::Reapplication),
            word => Self::parse(word),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_01_a_10_alternative_names_of_types_are_recognized() {
        for (text, expected) in [
            ("Application", ApplicationType::Enrollment),
            ("new enrollment", ApplicationType::Enrollment),
            ("Reappointment", ApplicationType::Reapplication),
            ("Change of Ownership", ApplicationType::ChangeOfOwnership),
        ] {
            assert_eq!(ApplicationType::recognise(text), Some(expected), "{text}");
        }
        assert!(
            ApplicationType::ALL.iter().all(|kind| ApplicationType::recognise(kind.label()) == Some(*kind))
        );
    }

    #[test]
    fn only_enrollments_and_changes_of_ownership_are_about_new_providers() {
        let new: Vec<_> = ApplicationType::ALL.iter().filter(|kind| kind.is_new_provider()).collect();
        assert_eq!(new, [&ApplicationType::Enrollment, &ApplicationType::ChangeOfOwnership]);
    }

    #[test]
    fn r_063_a_02_there_are_eight_application_types() {
        assert_eq!(ApplicationType::ALL.len(), 8);
    }
}
