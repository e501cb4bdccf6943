//! Correspondence about applications (domain sections 1, 2.3; flow F-28), and the notices sent with
//! it (N-04, N-05).

use crate::ground::application_status::ApplicationStatus;
use crate::ground::application_type::ApplicationType;
use crate::ground::correspondence::{CorrespondenceEntry, Direction};
use crate::ground::id::{ApplicationId, MedicaidIdId, OrganizationId, ReassignmentId};
use crate::ground::notice::{Notice, NotificationKind, Recipient};

/// The application that correspondence and notices are about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Matter {
    /// The organization it belongs to.
    pub organization: OrganizationId,
    /// The application.
    pub application: ApplicationId,
    /// The record of the Medicaid ID it is about, if on file.
    pub medicaid_id: Option<MedicaidIdId>,
    /// The application number.
    pub number: String,
    /// The application type.
    pub application_type: ApplicationType,
    /// The provider it is for, as displayed.
    pub provider_name: String,
    /// The reassignment that assigned it to the current agent (domain rule R-027).
    pub reassignment: Option<ReassignmentId>,
    /// Its status.
    pub status: ApplicationStatus,
    /// Its version.
    pub version: i64,
}

/// A decision of the department.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision<'a> {
    /// The application is returned for correction.
    Returned {
        /// The reason.
        reason: &'a str,
    },
    /// The application is approved.
    Approved {
        /// The number of the newly issued Medicaid ID, if any.
        issued: Option<&'a str>,
    },
    /// The application is denied.
    Denied {
        /// The reason.
        reason: &'a str,
    },
}

impl Decision<'_> {
    const fn in_short(self) -> &'static str {
        match self {
            Self::Returned { .. } => "returned for correction",
            Self::Approved { .. } => "approved",
            Self::Denied { .. } => "denied",
        }
    }

    const fn kind(self) -> NotificationKind {
        match self {
            Self::Returned { .. } => NotificationKind::ApplicationReturned,
            Self::Approved { .. } => NotificationKind::ApplicationApproved,
            Self::Denied { .. } => NotificationKind::ApplicationDenied,
        }
    }

    /// The additional sentence: the reason or the issued Medicaid ID.
    fn addition(self) -> String {
        match self {
            Self::Returned { reason } | Self::Denied { reason } => format!(" Reason: {reason}"),
            Self::Approved { issued: Some(medicaid_id) } => format!(" Medicaid ID {medicaid_id} was issued."),
            Self::Approved { issued: None } => String::new(),
        }
    }
}

impl Matter {
    fn title(&self) -> String {
        format!("{} {} for {}", self.application_type.label(), self.number, self.provider_name)
    }

    fn entry(&self, direction: Direction, what: &str, addition: &str) -> CorrespondenceEntry {
        CorrespondenceEntry {
            organization: self.organization,
            application: self.application,
            medicaid_id: self.medicaid_id,
            direction,
            subject: format!("{} {} was {what}", self.application_type.label(), self.number),
            body: format!("{} was {what}.{addition}", self.title()),
        }
    }

    /// The correspondence to the department about a submission.
    #[must_use]
    pub fn filed(&self, by: &str, again: bool) -> CorrespondenceEntry {
        let what = if again { "submitted again" } else { "submitted" };
        self.entry(Direction::ToDepartment, what, &format!(" Submitted by {by}."))
    }

    /// The correspondence to the provider about a decision.
    #[must_use]
    pub fn decided(&self, decision: Decision<'_>) -> CorrespondenceEntry {
        self.entry(Direction::ToProvider, decision.in_short(), &decision.addition())
    }

    /// The notices of a decision (N-04, N-05).
    ///
    /// The recipients are the current ones: after a reassignment, the new agent and not the
    /// previous one (domain rules ).
    #[must_use]
    pub fn notices(&self, decision: Decision<'_>, recipients: &[Recipient]) -> Vec<Notice> {
        let text = format!("{} was {}.{}", self.title(), decision.in_short(), decision.addition());
        recipients.iter().map(|recipient| self.notice(recipient, decision.kind(), text.clone())).collect()
    }

    pub(crate) fn notice(&self, recipient: &Recipient, kind: NotificationKind, text: String) -> Notice {
        Notice {
            recipient: recipient.user,
            recipient_name: recipient.name.clone(),
            organization: self.organization,
            application: Some(self.application),
            reassignment: self.reassignment,
            kind,
            threshold_days: None,
            text,
            dedupe_key: None,
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::ground::id::UserId;

    pub(crate) fn matter() -> Matter {
        Matter {
            organization: OrganizationId::from_uuid(Uuid::from_u128(1)),
            application: ApplicationId::from_uuid(Uuid::from_u128(2)),
            medicaid_id: None,
            number: "APP0543".into(),
            application_type: ApplicationType::Enrollment,
            provider_name: "Smith, Jane".into(),
            reassignment: Some(ReassignmentId::from_uuid(Uuid::from_u128(3))),
            status: ApplicationStatus::InProgress,
            version: 7,
        }
    }

    #[test]
    fn f_28_correspondence_states_the_application_the_decision_and_the_reason() {
        let entry = matter().decided(Decision::Returned { reason: "The license has expired." });
        assert_eq!(entry.direction, Direction::ToProvider);
        assert_eq!(entry.subject, "Enrollment APP0543 was returned for correction");
        let text = "Enrollment APP0543 for Smith, Jane was returned for correction. Reason: The license has expired.";
        assert_eq!(entry.body, text);
        let filed = matter().filed("Priya Nair", true);
        assert_eq!(filed.direction, Direction::ToDepartment);
        assert_eq!(
            filed.body,
            "Enrollment APP0543 for Smith, Jane was submitted again. Submitted by Priya Nair."
        );
    }

    #[test]
    fn n_04_n_05_x_06_a_notice_states_the_decision_and_refers_to_the_reassignment() {
        let reader = Recipient { user: UserId::from_uuid(Uuid::from_u128(4)), name: "Priya Nair".into() };
        for (decision, kind, ends) in [
            (Decision::Returned { reason: "Why." }, NotificationKind::ApplicationReturned, "Reason: Why."),
            (Decision::Denied { reason: "Why." }, NotificationKind::ApplicationDenied, "Reason: Why."),
            (Decision::Approved { issued: None }, NotificationKind::ApplicationApproved, "approved."),
            (
                Decision::Approved { issued: Some("7100000009") },
                NotificationKind::ApplicationApproved,
                "was issued.",
            ),
        ] {
            let notices = matter().notices(decision, std::slice::from_ref(&reader));
            assert_eq!(notices.len(), 1);
            assert_eq!((notices[0].kind, notices[0].recipient), (kind, reader.user));
            assert_eq!(notices[0].reassignment, matter().reassignment);
            assert!(
                notices[0].text.starts_with("Enrollment APP0543 for Smith, Jane was "),
                "{}",
                notices[0].text
            );
            assert!(notices[0].text.ends_with(ends), "{}", notices[0].text);
        }
    }
}
