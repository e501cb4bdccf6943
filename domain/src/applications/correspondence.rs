//! Letters about applications (domain sections 1, 2.3; flow F-28), and the notices that go out with them (N-04, N-05).

use crate::applications::notification::{Notice, NotificationKind, Recipient};
use crate::ground::application_type::ApplicationType;
use crate::ground::id::{ApplicationId, MedicaidIdId, OrganizationId, ReassignmentId};
use crate::vocabulary;

vocabulary! {
    /// Which way a letter went.
    pub enum Direction {
        /// From the department to the provider.
        ToProvider = "to_provider",
        /// From the provider to the department.
        ToDepartment = "to_department",
    }
}

/// A letter to be put on file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    /// The organization it went to, or came from.
    pub organization: OrganizationId,
    /// The application it is about.
    pub application: ApplicationId,
    /// The Medicaid ID it is about, if one is on file.
    pub medicaid_id: Option<MedicaidIdId>,
    /// Which way it went.
    pub direction: Direction,
    /// What it is about, in a line.
    pub subject: String,
    /// What it says.
    pub body: String,
}

/// The application that letters and notices are about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Matter {
    /// The organization it belongs to.
    pub organization: OrganizationId,
    /// The application.
    pub application: ApplicationId,
    /// The record of the Medicaid ID it is about, if one is on file.
    pub medicaid_id: Option<MedicaidIdId>,
    /// Its number.
    pub number: String,
    /// What it asks for.
    pub application_type: ApplicationType,
    /// The provider it is for, as displayed.
    pub provider_name: String,
    /// The reassignment by which its agent has it (domain rule R-027).
    pub reassignment: Option<ReassignmentId>,
}

/// What the department tells the provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision<'a> {
    /// It is to be corrected, for that reason.
    Returned {
        /// Why.
        reason: &'a str,
    },
    /// It is approved.
    Approved {
        /// The number of the Medicaid ID that was issued, if one was.
        issued: Option<&'a str>,
    },
    /// It is denied, for that reason.
    Denied {
        /// Why.
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

    /// What it adds to the bare fact.
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

    fn letter(&self, direction: Direction, what: &str, addition: &str) -> Letter {
        Letter {
            organization: self.organization,
            application: self.application,
            medicaid_id: self.medicaid_id,
            direction,
            subject: format!("{} {} was {what}", self.application_type.label(), self.number),
            body: format!("{} was {what}.{addition}", self.title()),
        }
    }

    /// The letter that goes to the department with a filing.
    #[must_use]
    pub fn filed(&self, by: &str, again: bool) -> Letter {
        let what = if again { "submitted again" } else { "submitted" };
        self.letter(Direction::ToDepartment, what, &format!(" Submitted by {by}."))
    }

    /// The letter that tells the provider of a decision.
    #[must_use]
    pub fn decided(&self, decision: Decision<'_>) -> Letter {
        self.letter(Direction::ToProvider, decision.in_short(), &decision.addition())
    }

    /// The notices of a decision: to whoever works on the application now, so that after a reassignment it is the new agent
    /// and not the one before (domain rules; N-04, N-05).
    #[must_use]
    pub fn notices(&self, decision: Decision<'_>, recipients: &[Recipient]) -> Vec<Notice> {
        let text = format!("{} was {}.{}", self.title(), decision.in_short(), decision.addition());
        recipients
            .iter()
            .map(|recipient| Notice {
                recipient: recipient.user,
                recipient_name: recipient.name.clone(),
                organization: self.organization,
                application: self.application,
                reassignment: self.reassignment,
                kind: decision.kind(),
                threshold_days: None,
                text: text.clone(),
                dedupe_key: None,
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::ground::id::UserId;

    fn matter() -> Matter {
        Matter {
            organization: OrganizationId::from_uuid(Uuid::from_u128(1)),
            application: ApplicationId::from_uuid(Uuid::from_u128(2)),
            medicaid_id: None,
            number: "APP0543".into(),
            application_type: ApplicationType::Enrollment,
            provider_name: "Smith, Jane".into(),
            reassignment: Some(ReassignmentId::from_uuid(Uuid::from_u128(3))),
        }
    }

    #[test]
    fn f_28_a_letter_tells_what_happened_to_which_application_and_why() {
        let letter = matter().decided(Decision::Returned { reason: "The license has expired." });
        assert_eq!(letter.direction, Direction::ToProvider);
        assert_eq!(letter.subject, "Enrollment APP0543 was returned for correction");
        let text = "Enrollment APP0543 for Smith, Jane was returned for correction. Reason: The license has expired.";
        assert_eq!(letter.body, text);
        let filed = matter().filed("Priya Nair", true);
        assert_eq!(filed.direction, Direction::ToDepartment);
        assert_eq!(
            filed.body,
            "Enrollment APP0543 for Smith, Jane was submitted again. Submitted by Priya Nair."
        );
    }

    #[test]
    fn n_04_n_05_x_06_a_notice_says_the_same_and_names_the_reassignment_behind_it() {
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
