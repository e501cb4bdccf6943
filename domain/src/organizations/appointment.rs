//! Operators appoint an administrator of an organization that has none (domain rule R-209).

use crate::Instant;
use crate::ground::audit::{AuditAction, AuditEvent, Detail};
use crate::ground::effects::Effects;
use crate::ground::email::EmailAddress;
use crate::organizations::addressee::{Addressee, NewAdministrator, administrator_added};
use crate::organizations::delegation::{Right, Rights, administering_right};
use crate::organizations::member::Member;
use crate::organizations::membership::MembershipStatus;
use crate::organizations::organization::OrganizationFacts;
use crate::vocabulary;

vocabulary! {
    /// Why an appointment is refused.
    pub enum AppointmentRefusal {
        /// The organization has an administrator, who can make others administrators.
        AdministratorExists = "administrator_exists",
        /// The member cannot use the portal.
        MemberNotActive = "member_not_active",
    }
}

/// An allowed appointment. Only [`appoint`] creates one.
#[derive(Clone)]
pub struct Appointment {
    member: Member,
    rights: Rights,
    effects: Effects,
}

impl Appointment {
    /// The member before the appointment.
    #[must_use]
    pub const fn member(&self) -> &Member {
        &self.member
    }

    /// All rights afterward.
    #[must_use]
    pub const fn rights(&self) -> &Rights {
        &self.rights
    }

    /// The effects: the audit event with the reason, and a mail to the new administrator.
    #[must_use]
    pub const fn effects(&self) -> &Effects {
        &self.effects
    }
}

/// Who is appointed, by whom, and why.
#[derive(Clone, Copy, Debug)]
pub struct Nominee<'a> {
    /// The member.
    pub member: &'a Member,
    /// The member's name.
    pub name: &'a str,
    /// The member's email address on file.
    pub email: &'a EmailAddress,
    /// The operator's name.
    pub by: &'a str,
    /// The reason.
    pub reason: &'a str,
}

/// Gives the member the right that administers organizations of this kind, or returns every refusal.
/// `administrators` is the number of administrators whom no operator locked or disabled.
pub fn appoint(
    organization: &OrganizationFacts,
    administrators: usize,
    nominee: Nominee<'_>,
    now: Instant,
) -> Result<Appointment, Vec<AppointmentRefusal>> {
    let member = nominee.member;
    let exists = (administrators > 0).then_some(AppointmentRefusal::AdministratorExists);
    let usable = member.status == MembershipStatus::Active && member.lock.is_none();
    let inactive = (!usable).then_some(AppointmentRefusal::MemberNotActive);
    let refusals: Vec<_> = exists.into_iter().chain(inactive).collect();
    if !refusals.is_empty() {
        return Err(refusals);
    }
    let rights = member.rights.with(&match administering_right(organization.kind) {
        Right::Role(role) => Rights::new([role], []),
        Right::Permission(permission) => Rights::new([], [permission]),
    });
    let event = AuditEvent::bare(organization.id, AuditAction::AdministratorAppointed, member.id)
        .with("reason", Detail::text(nominee.reason));
    let addressee =
        Addressee { user: member.user, name: nominee.name.to_owned(), email: nominee.email.clone() };
    let new = NewAdministrator { membership: member.id, name: nominee.name, by: nominee.by };
    let effects =
        Effects::recorded_as(event).mailing(administrator_added(organization, &[addressee], new, now));
    Ok(Appointment { member: member.clone(), rights, effects })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ground::id::{MembershipId, OrganizationId, UserId};
    use crate::ground::plan_code::PlanCode;
    use crate::identity::user::LockReason;
    use crate::organizations::membership::{Permission, Role};
    use crate::organizations::organization::OrganizationKind;

    fn organization(kind: OrganizationKind) -> OrganizationFacts {
        OrganizationFacts {
            id: OrganizationId::new(0, [1; 10]),
            name: "Bluegrass".into(),
            kind,
            plan: PlanCode::Ky,
            active_group_medicaid_ids: 1,
        }
    }

    fn member(status: MembershipStatus) -> Member {
        Member {
            id: MembershipId::new(0, [2; 10]),
            user: UserId::new(0, [3; 10]),
            status,
            lock: None,
            verified: true,
            was_active: true,
            disabled_reason: None,
            rights: Rights { roles: [Role::CredentialingAgent].into(), permissions: [].into() },
        }
    }

    fn appointed(
        kind: OrganizationKind,
        administrators: usize,
        member: &Member,
    ) -> Result<Appointment, Vec<AppointmentRefusal>> {
        let email = EmailAddress::parse("priya@example.org").unwrap();
        let nominee =
            Nominee { member, name: "Priya Nair", email: &email, by: "Ruth Delgado", reason: "She left." };
        appoint(&organization(kind), administrators, nominee, Instant::UNIX_EPOCH)
    }

    #[test]
    fn r_209_the_right_follows_the_kind_of_the_organization_and_others_stay() {
        let group = appointed(OrganizationKind::ProviderGroup, 0, &member(MembershipStatus::Active)).unwrap();
        let roles = [Role::CredentialingAgent, Role::OrganizationAdministrator];
        assert_eq!(group.rights().roles, roles.into());
        let practice =
            appointed(OrganizationKind::TinPractice, 0, &member(MembershipStatus::Active)).unwrap();
        assert_eq!(practice.rights().permissions, [Permission::ManageAccount].into());
        assert_eq!(practice.effects().events()[0].details, [("reason", Detail::text("She left."))]);
        assert_eq!(practice.effects().mails().len(), 1);
    }

    #[test]
    fn r_209_only_an_active_member_is_appointed_and_only_without_an_administrator() {
        use AppointmentRefusal::{AdministratorExists, MemberNotActive};
        let refused = |administrators, member: &Member| {
            appointed(OrganizationKind::ProviderGroup, administrators, member).err().unwrap_or_default()
        };
        assert_eq!(refused(1, &member(MembershipStatus::Active)), [AdministratorExists]);
        for status in MembershipStatus::ALL.iter().filter(|status| **status != MembershipStatus::Active) {
            assert_eq!(refused(0, &member(*status)), [MemberNotActive], "{status}");
            assert_eq!(refused(2, &member(*status)), [AdministratorExists, MemberNotActive]);
        }
        let locked = Member { lock: Some(LockReason::Staff), ..member(MembershipStatus::Active) };
        assert_eq!(refused(0, &locked), [MemberNotActive]);
    }
}
