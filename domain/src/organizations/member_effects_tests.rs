use uuid::Uuid;

use super::*;
use crate::ground::id::{MembershipId, OrganizationId, SessionId, UserId};
use crate::ground::mail::MailTemplate;
use crate::ground::plan_code::PlanCode;
use crate::organizations::actor::Actor;
use crate::organizations::delegation::Rights;
use crate::organizations::member::{Circumstances, Member, Update, decide};
use crate::organizations::membership::{Membership, Permission, Role};
use crate::organizations::organization::OrganizationKind;
use crate::platform::plan::PlanProfile;

fn practice() -> OrganizationFacts {
    OrganizationFacts {
        id: OrganizationId::from_uuid(Uuid::from_u128(1)),
        name: "Riverbend Pediatrics".into(),
        kind: OrganizationKind::TinPractice,
        plan: PlanCode::Ahw,
        active_group_medicaid_ids: 0,
    }
}

fn manager(practice: &OrganizationFacts) -> Actor {
    Actor {
        user: UserId::from_uuid(Uuid::from_u128(2)),
        session: SessionId::from_uuid(Uuid::from_u128(3)),
        name: "Lena Ortiz".into(),
        platform_roles: vec![],
        memberships: vec![Membership {
            id: MembershipId::from_uuid(Uuid::from_u128(4)),
            organization: practice.id,
            kind: practice.kind,
            plan: practice.plan,
            status: MembershipStatus::Active,
            roles: vec![Role::AccountUser],
            permissions: vec![Permission::ManageAccount],
        }],
    }
}

fn changed(action: MemberAction, status: MembershipStatus, update: Update) -> MemberChange {
    let practice = practice();
    let plan: PlanProfile = toml::from_str(include_str!("../../../api/plans/ahw.toml")).unwrap();
    let actor = manager(&practice);
    let circumstances = Circumstances {
        actor: &actor,
        organization: &practice,
        policy: plan.members,
        offered: &plan.permissions,
        administrators: 1,
    };
    let member = Member {
        id: MembershipId::from_uuid(Uuid::from_u128(9)),
        user: UserId::from_uuid(Uuid::from_u128(9)),
        status,
        lock: None,
        verified: true,
        was_active: true,
        disabled_reason: None,
        rights: Rights::new([Role::AccountUser], []),
    };
    decide(action, &circumstances, member, update).unwrap()
}

/// The templates and recipients of the emails.
fn mails(change: &MemberChange, mail_on_status_change: bool) -> Vec<(MailTemplate, String)> {
    let (practice, email) = (practice(), EmailAddress::parse("member@riverbend.example").unwrap());
    let link = MailedLink { token: "ppw_1".into(), expires_at: Instant::UNIX_EPOCH };
    let lena = Addressee {
        user: UserId::from_uuid(Uuid::from_u128(2)),
        name: "Lena Ortiz".into(),
        email: EmailAddress::parse("lena@riverbend.example").unwrap(),
    };
    let effects = change.effects(Recorded {
        organization: &practice,
        name: "Jo Park",
        email: &email,
        version: 7,
        mail_on_status_change,
        link: Some(&link),
        original_registrant: None,
        renamed: None,
        ended_sessions: None,
        administrators: &[lena],
        by: "Lena Ortiz",
        now: Instant::UNIX_EPOCH,
    });
    let summary = |mail: &OutgoingMail| (mail.content.template(), mail.recipient.as_str().to_owned());
    effects.mails().iter().map(summary).collect()
}

fn to_member(template: MailTemplate) -> Vec<(MailTemplate, String)> {
    vec![(template, "member@riverbend.example".to_owned())]
}

#[test]
fn members_are_emailed_about_their_status_if_the_plan_enables_it() {
    let disabled = changed(MemberAction::DisableUser, MembershipStatus::Active, Update::default());
    assert_eq!(mails(&disabled, true), to_member(MailTemplate::MemberDisabled));
    assert_eq!(mails(&disabled, false), []);
    let enabled = changed(MemberAction::EnableUser, MembershipStatus::Disabled, Update::default());
    assert_eq!(mails(&enabled, true), to_member(MailTemplate::MemberEnabled));
}

#[test]
fn links_and_ended_sessions_are_emailed_whatever_the_plan() {
    for (action, status, template) in [
        (MemberAction::SendPasswordResetEmail, MembershipStatus::Active, MailTemplate::PasswordReset),
        (MemberAction::SendRegistrationEmail, MembershipStatus::Unverified, MailTemplate::Registration),
        (MemberAction::EndSessions, MembershipStatus::Active, MailTemplate::SecurityNotice),
    ] {
        let change = changed(action, status, Update::default());
        assert_eq!(mails(&change, false), to_member(template), "{action}");
    }
}

#[test]
fn administrators_are_emailed_about_a_new_administrator_only_if_that_member_is_active() {
    let rights = || Update { permissions: Some([Permission::ManageAccount].into()), ..Update::default() };
    let promoted = changed(MemberAction::UpdatePermissions, MembershipStatus::Active, rights());
    let expected = vec![(MailTemplate::AdministratorAdded, "lena@riverbend.example".to_owned())];
    assert_eq!(mails(&promoted, true), expected);
    let unregistered = changed(MemberAction::UpdatePermissions, MembershipStatus::Unverified, rights());
    assert_eq!(mails(&unregistered, true), []);
}
