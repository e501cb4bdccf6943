//! Which reads of personal data are recorded, and for which a member of the staff must state a
//! purpose.
//!
//! Changes are recorded in the audit trail. A read event says who looked at whose data, when, from
//! where, and why.

use crate::ground::application_status::ApplicationStatus;
use crate::ground::id::OrganizationId;
use crate::identity::user::PlatformRole;
use crate::organizations::actor::Actor;
use crate::vocabulary;

vocabulary! {
    /// What was read.
    pub enum ReadAction {
        /// An application appeared in a list.
        ApplicationListed = "application.listed",
        /// An application was read.
        ApplicationViewed = "application.viewed",
        /// The history of an application was read.
        ApplicationHistoryViewed = "application.history_viewed",
        /// The notification history of an application was read.
        ApplicationNoticesViewed = "application.notices_viewed",
        /// The list of an application's documents was read.
        ApplicationDocumentsListed = "application.documents_listed",
        /// A document was downloaded.
        DocumentDownloaded = "document.downloaded",
        /// Correspondence about an application was read.
        CorrespondenceListed = "correspondence.listed",
        /// A Medicaid ID appeared in a list or a report.
        MedicaidIdListed = "medicaid_id.listed",
        /// An individual was searched for by Medicaid ID.
        MedicaidIdSearched = "medicaid_id.searched",
        /// The record of a Medicaid ID was read.
        MedicaidIdViewed = "medicaid_id.viewed",
        /// A member appeared in a list.
        MemberListed = "member.listed",
        /// A member was read.
        MemberViewed = "member.viewed",
        /// The history of a member was read.
        MemberHistoryViewed = "member.history_viewed",
        /// The sessions of a member were read.
        MemberSessionsViewed = "member.sessions_viewed",
        /// An invitation was read.
        InvitationViewed = "invitation.viewed",
        /// A request for access to a provider account was read.
        AccessRequestViewed = "access_request.viewed",
        /// A user appeared in the plan's queue of registrations.
        RegistrationListed = "registration.listed",
        /// A user appeared in the plan's queue of associations with provider accounts.
        AssociationListed = "association.listed",
        /// A user appeared in the list of users.
        UserListed = "user.listed",
        /// A user was searched for by email address.
        UserSearched = "user.searched",
        /// A user was read.
        UserViewed = "user.viewed",
        /// The address of an undelivered email was read.
        MailListed = "mail.listed",
        /// Applications were exported.
        ApplicationsExported = "applications.exported",
        /// Medicaid IDs were exported.
        MedicaidIdsExported = "medicaid_ids.exported",
        /// Licenses were exported.
        LicensesExported = "licenses.exported",
        /// Taxonomy codes were exported.
        TaxonomiesExported = "taxonomies.exported",
    }
}

vocabulary! {
    /// Why a member of the staff reads the data of an organization.
    pub enum Purpose {
        /// Deciding on an application.
        Review = "review",
        /// Admitting users and first administrators to the portal.
        Enrollment = "enrollment",
        /// Managing users and operating the portal.
        Administration = "administration",
        /// Answering a question of a provider or user.
        Support = "support",
        /// Checking the work of others.
        Audit = "audit",
        /// Investigating a security incident.
        Incident = "incident",
        /// Answering a court, an authority, or a request for disclosure.
        Legal = "legal",
    }
}

/// A read about to happen.
#[derive(Clone, Copy, Debug)]
pub struct Read {
    /// What is read.
    pub action: ReadAction,
    /// The organization whose data it is; `None` for data of the whole installation.
    pub organization: Option<OrganizationId>,
    /// The status of the application that is read, if it is one.
    pub status: Option<ApplicationStatus>,
}

/// Whether a read is recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recording {
    /// It is not recorded: members read the data of their own organization.
    Nothing,
    /// It is recorded, with this purpose if there is one.
    Event(Option<Purpose>),
}

/// A member of the staff did not state why they read this.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PurposeRequired;

impl ReadAction {
    /// Whether reads by members of the organization are recorded, too: downloads, and looking up
    /// individuals.
    const fn is_sensitive(self) -> bool {
        matches!(self, Self::DocumentDownloaded | Self::MedicaidIdSearched | Self::MedicaidIdViewed)
    }

    /// Whether the action is about an application.
    const fn is_about_an_application(self) -> bool {
        matches!(
            self,
            Self::ApplicationViewed
                | Self::ApplicationHistoryViewed
                | Self::ApplicationNoticesViewed
                | Self::ApplicationDocumentsListed
                | Self::DocumentDownloaded
        )
    }
}

/// Decides whether a read is recorded, and with which purpose.
///
/// Members read their own organization's data without a purpose. Staff state one, except for the
/// work of their own role: the queues of reviewers and plan staff, applications under review, and
/// the users and emails that operators manage.
pub fn judge(actor: &Actor, read: &Read, stated: Option<Purpose>) -> Result<Recording, PurposeRequired> {
    let is_member = read.organization.is_some_and(|id| actor.membership_in(id).is_some());
    if is_member || actor.platform_roles.is_empty() {
        let recorded = read.action.is_sensitive();
        return Ok(if recorded { Recording::Event(stated) } else { Recording::Nothing });
    }
    let purpose = stated.or_else(|| own_work(actor, read)).ok_or(PurposeRequired)?;
    Ok(Recording::Event(Some(purpose)))
}

/// The purpose of the reader's own work, if this is part of it.
fn own_work(actor: &Actor, read: &Read) -> Option<Purpose> {
    let reviews = actor.serves_any_plan(&[PlatformRole::DmsReviewer]);
    match read.action {
        ReadAction::RegistrationListed | ReadAction::AssociationListed => Some(Purpose::Enrollment),
        ReadAction::UserListed
        | ReadAction::UserSearched
        | ReadAction::UserViewed
        | ReadAction::MailListed => Some(Purpose::Administration),
        ReadAction::ApplicationListed | ReadAction::CorrespondenceListed if reviews => Some(Purpose::Review),
        action if reviews && action.is_about_an_application() => {
            let open = [
                ApplicationStatus::Submitted,
                ApplicationStatus::DmsReviewInProgress,
                ApplicationStatus::ReturnedToProvider,
            ];
            read.status.filter(|status| open.contains(status)).map(|_| Purpose::Review)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::ground::id::{MembershipId, SessionId, UserId};
    use crate::ground::plan_code::PlanCode;
    use crate::identity::user::HeldRole;
    use crate::organizations::membership::{Membership, MembershipStatus};
    use crate::organizations::organization::OrganizationKind;

    const OPEN: [ApplicationStatus; 3] = [
        ApplicationStatus::Submitted,
        ApplicationStatus::DmsReviewInProgress,
        ApplicationStatus::ReturnedToProvider,
    ];

    fn organization() -> OrganizationId {
        OrganizationId::from_uuid(Uuid::from_u128(1))
    }

    fn staff(roles: &[PlatformRole]) -> Actor {
        Actor {
            user: UserId::from_uuid(Uuid::from_u128(2)),
            session: SessionId::from_uuid(Uuid::from_u128(3)),
            name: "Grace Oyelaran".into(),
            platform_roles: roles.iter().copied().map(HeldRole::of_all_plans).collect(),
            memberships: vec![],
        }
    }

    fn member(status: MembershipStatus, roles: &[PlatformRole]) -> Actor {
        let membership = Membership {
            id: MembershipId::from_uuid(Uuid::from_u128(4)),
            organization: organization(),
            kind: OrganizationKind::ProviderGroup,
            plan: PlanCode::Ky,
            status,
            roles: vec![],
            permissions: vec![],
        };
        Actor { memberships: vec![membership], ..staff(roles) }
    }

    fn of(action: ReadAction) -> Read {
        Read { action, organization: Some(organization()), status: None }
    }

    #[test]
    fn only_downloads_and_look_ups_of_individuals_by_members_are_recorded() {
        let sensitive =
            [ReadAction::DocumentDownloaded, ReadAction::MedicaidIdSearched, ReadAction::MedicaidIdViewed];
        for action in ReadAction::ALL {
            let expected =
                if sensitive.contains(action) { Recording::Event(None) } else { Recording::Nothing };
            for roles in [&[][..], &[PlatformRole::Operator]] {
                let reader = member(MembershipStatus::Active, roles);
                assert_eq!(judge(&reader, &of(*action), None), Ok(expected), "{action}");
            }
        }
    }

    #[test]
    fn staff_state_a_purpose_for_everything_that_is_not_the_work_of_their_role() {
        use ReadAction::{
            AssociationListed, MailListed, RegistrationListed, UserListed, UserSearched, UserViewed,
        };
        for role in [PlatformRole::PlanStaff, PlatformRole::Support, PlatformRole::Operator] {
            for action in ReadAction::ALL {
                let implied = match action {
                    RegistrationListed | AssociationListed => Some(Purpose::Enrollment),
                    UserListed | UserSearched | UserViewed | MailListed => Some(Purpose::Administration),
                    _ => None,
                };
                let expected = implied.map(|purpose| Recording::Event(Some(purpose))).ok_or(PurposeRequired);
                assert_eq!(judge(&staff(&[role]), &of(*action), None), expected, "{role} {action}");
                let stated = judge(&staff(&[role]), &of(*action), Some(Purpose::Legal));
                assert_eq!(stated, Ok(Recording::Event(Some(Purpose::Legal))), "{role} {action}");
            }
        }
    }

    #[test]
    fn a_review_is_the_purpose_of_reviewers_only_while_the_application_is_open() {
        let reviewer = staff(&[PlatformRole::DmsReviewer]);
        let review = Ok(Recording::Event(Some(Purpose::Review)));
        for action in ReadAction::ALL.iter().filter(|action| action.is_about_an_application()) {
            for status in ApplicationStatus::ALL {
                let read = Read { status: Some(*status), ..of(*action) };
                let expected = if OPEN.contains(status) { review } else { Err(PurposeRequired) };
                assert_eq!(judge(&reviewer, &read, None), expected, "{action} {status}");
                let operator = judge(&staff(&[PlatformRole::Operator]), &read, None);
                assert_eq!(operator, Err(PurposeRequired), "{action} {status}");
            }
        }
        for action in [ReadAction::ApplicationListed, ReadAction::CorrespondenceListed] {
            assert_eq!(judge(&reviewer, &of(action), None), review, "{action}");
        }
        let medicaid_id = judge(&reviewer, &of(ReadAction::MedicaidIdViewed), None);
        assert_eq!(medicaid_id, Err(PurposeRequired));
    }

    #[test]
    fn a_former_member_with_a_platform_role_is_staff() {
        let reader = member(MembershipStatus::Disabled, &[PlatformRole::Operator]);
        assert_eq!(judge(&reader, &of(ReadAction::ApplicationViewed), None), Err(PurposeRequired));
        let elsewhere = Read { organization: None, ..of(ReadAction::ApplicationViewed) };
        let reader = member(MembershipStatus::Active, &[PlatformRole::Operator]);
        assert_eq!(judge(&reader, &elsewhere, None), Err(PurposeRequired));
    }
}
