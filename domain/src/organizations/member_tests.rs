use uuid::Uuid;

use super::*;
use crate::ground::id::{OrganizationId, SessionId};
use crate::ground::plan_code::PlanCode;
use crate::identity::user::HeldRole;
use crate::organizations::membership::Membership;
use crate::platform::plan::PlanProfile;

const AHW: &str = include_str!("../../../api/plans/ahw.toml");
const LHCC: &str = include_str!("../../../api/plans/lhcc.toml");
const KY: &str = include_str!("../../../api/plans/ky.toml");

fn plan(text: &str) -> PlanProfile {
    toml::from_str(text).unwrap()
}

fn organization(kind: OrganizationKind) -> OrganizationFacts {
    OrganizationFacts {
        id: OrganizationId::from_uuid(Uuid::from_u128(1)),
        name: "Riverbend Pediatrics".into(),
        kind,
        plan: PlanCode::Ahw,
        active_group_medicaid_ids: 1,
    }
}

fn manager(kind: OrganizationKind) -> Actor {
    let rights = match kind {
        OrganizationKind::TinPractice => Rights::new([Role::AccountUser], [Permission::ManageAccount]),
        _ => Rights::new([Role::OrganizationAdministrator], []),
    };
    Actor {
        user: UserId::from_uuid(Uuid::from_u128(2)),
        session: SessionId::from_uuid(Uuid::from_u128(3)),
        name: "Lena Ortiz".into(),
        platform_roles: vec![],
        memberships: vec![Membership {
            id: MembershipId::from_uuid(Uuid::from_u128(4)),
            organization: organization(kind).id,
            kind,
            plan: PlanCode::Ahw,
            status: MembershipStatus::Active,
            roles: rights.roles.into_iter().collect(),
            permissions: rights.permissions.into_iter().collect(),
        }],
    }
}

fn member(status: MembershipStatus) -> Member {
    Member {
        id: MembershipId::from_uuid(Uuid::from_u128(9)),
        user: UserId::from_uuid(Uuid::from_u128(9)),
        status,
        lock: None,
        verified: false,
        was_active: false,
        disabled_reason: None,
        rights: Rights::new([Role::AccountUser], [Permission::Claims]),
    }
}

fn locked(member: Member) -> Member {
    Member { lock: Some(LockReason::Inactivity), ..member }
}

fn refusals(
    kind: OrganizationKind,
    action: MemberAction,
    member: &Member,
    update: &Update,
) -> Vec<MemberRefusal> {
    let (actor, organization, plan) = (manager(kind), organization(kind), plan(AHW));
    let circumstances = Circumstances {
        actor: &actor,
        organization: &organization,
        policy: plan.members,
        offered: &plan.permissions,
        administrators: 1,
    };
    examine(action, &circumstances, member, update)
}

fn practice(action: MemberAction, member: &Member) -> Vec<MemberRefusal> {
    refusals(OrganizationKind::TinPractice, action, member, &Update::default())
}

#[test]
fn s3_68_78_each_status_offers_the_buttons_of_the_screenshot() {
    let buttons = |member: &Member| -> Vec<MemberAction> {
        let shown = [
            MemberAction::VerifyAccount,
            MemberAction::EnableUser,
            MemberAction::DisableUser,
            MemberAction::SendRegistrationEmail,
            MemberAction::SendPasswordResetEmail,
        ];
        shown.into_iter().filter(|action| practice(*action, member).is_empty()).collect()
    };
    use MemberAction::*;
    assert_eq!(
        buttons(&member(MembershipStatus::VerificationPending)),
        [VerifyAccount, EnableUser, DisableUser]
    );
    assert_eq!(buttons(&member(MembershipStatus::Unverified)), [DisableUser, SendRegistrationEmail]);
    assert_eq!(buttons(&member(MembershipStatus::Active)), [DisableUser, SendPasswordResetEmail]);
    assert_eq!(buttons(&locked(member(MembershipStatus::Active))), [DisableUser, SendPasswordResetEmail]);
    assert_eq!(buttons(&member(MembershipStatus::Disabled)), [EnableUser]);
    assert_eq!(buttons(&member(MembershipStatus::Revoked)), []);
}

#[test]
fn the_displayed_status_follows_the_order_of_precedence() {
    for (status, shown) in [
        (MembershipStatus::Revoked, MemberStatus::Revoked),
        (MembershipStatus::Disabled, MemberStatus::Disabled),
        (MembershipStatus::VerificationPending, MemberStatus::VerificationPending),
        (MembershipStatus::Unverified, MemberStatus::Locked),
        (MembershipStatus::Active, MemberStatus::Locked),
    ] {
        assert_eq!(locked(member(status)).shown_status(), shown);
    }
}

#[test]
fn r_176_enabling_an_active_or_locked_user_is_refused_and_a_locked_one_needs_a_reset() {
    assert_eq!(
        practice(MemberAction::EnableUser, &member(MembershipStatus::Active)),
        [MemberRefusal::InvalidTransition]
    );
    assert_eq!(
        practice(MemberAction::EnableUser, &locked(member(MembershipStatus::Active))),
        [MemberRefusal::UsePasswordReset]
    );
}

#[test]
fn r_182_a_password_reset_requires_a_completed_registration_and_an_enabled_user() {
    let reset = |status| practice(MemberAction::SendPasswordResetEmail, &member(status));
    assert_eq!(reset(MembershipStatus::Unverified), [MemberRefusal::RegistrationIncomplete]);
    assert_eq!(reset(MembershipStatus::VerificationPending), [MemberRefusal::RegistrationIncomplete]);
    assert_eq!(reset(MembershipStatus::Disabled), [MemberRefusal::UserDisabled]);
}

#[test]
fn r_181_the_last_account_manager_can_neither_be_disabled_nor_lose_the_permission() {
    let last = Member {
        rights: Rights::new([Role::AccountUser], [Permission::ManageAccount]),
        ..member(MembershipStatus::Active)
    };
    assert_eq!(practice(MemberAction::DisableUser, &last), [MemberRefusal::LastAccountManager]);
    let strip = Update { permissions: Some(BTreeSet::new()), ..Update::default() };
    let stripped = refusals(OrganizationKind::TinPractice, MemberAction::UpdatePermissions, &last, &strip);
    assert_eq!(stripped, [MemberRefusal::LastAccountManager]);
    let myself = Member { user: manager(OrganizationKind::TinPractice).user, ..last };
    assert_eq!(
        refusals(OrganizationKind::TinPractice, MemberAction::UpdatePermissions, &myself, &strip),
        [MemberRefusal::OwnRights, MemberRefusal::LastAccountManager],
        "all reasons"
    );
}

#[test]
fn r_156_the_last_administrator_cannot_be_revoked_and_one_of_two_can() {
    let kind = OrganizationKind::ProviderAccount;
    let administrator = Member {
        rights: Rights::new([Role::OrganizationAdministrator], []),
        ..member(MembershipStatus::Active)
    };
    assert_eq!(
        refusals(kind, MemberAction::RevokeUser, &administrator, &Update::default()),
        [MemberRefusal::LastAdministrator]
    );
    let (actor, organization, plan) = (manager(kind), organization(kind), plan(AHW));
    let two = Circumstances {
        actor: &actor,
        organization: &organization,
        policy: plan.members,
        offered: &plan.permissions,
        administrators: 2,
    };
    assert_eq!(examine(MemberAction::RevokeUser, &two, &administrator, &Update::default()), []);
}

#[test]
fn r_155_make_admin_promotes_a_user_and_is_refused_for_an_administrator() {
    let kind = OrganizationKind::ProviderAccount;
    let user = member(MembershipStatus::Active);
    assert_eq!(refusals(kind, MemberAction::MakeAdmin, &user, &Update::default()), []);
    let administrator = Member { rights: Rights::new([Role::OrganizationAdministrator], []), ..user };
    assert_eq!(
        refusals(kind, MemberAction::MakeAdmin, &administrator, &Update::default()),
        [MemberRefusal::AlreadyHasRole]
    );
}

#[test]
fn r_006_an_update_cannot_grant_the_ca_admin_manager_role() {
    let kind = OrganizationKind::ProviderGroup;
    let update = Update { roles: Some([Role::CaAdminManager].into()), ..Update::default() };
    let agent =
        Member { rights: Rights::new([Role::CredentialingAgent], []), ..member(MembershipStatus::Active) };
    assert_eq!(
        refusals(kind, MemberAction::UpdatePermissions, &agent, &update),
        [MemberRefusal::RoleRequiresInvitation]
    );
    let holder = Member { rights: Rights::new([Role::CaAdminManager], []), ..agent };
    assert_eq!(
        refusals(kind, MemberAction::UpdatePermissions, &holder, &update),
        [],
        "a role already held is kept"
    );
}

#[test]
fn r_183_only_permissions_offered_by_the_plan_or_none_can_be_set() {
    let organization = organization(OrganizationKind::TinPractice);
    let actor = manager(OrganizationKind::TinPractice);
    let passport = Update { permissions: Some([Permission::HealthPassport].into()), ..Update::default() };
    for (text, expected) in [(AHW, vec![]), (LHCC, vec![MemberRefusal::PermissionNotOffered])] {
        let plan = plan(text);
        let circumstances = Circumstances {
            actor: &actor,
            organization: &organization,
            policy: plan.members,
            offered: &plan.permissions,
            administrators: 1,
        };
        let found = examine(
            MemberAction::UpdatePermissions,
            &circumstances,
            &member(MembershipStatus::Active),
            &passport,
        );
        assert_eq!(found, expected);
    }
    let none = Update { permissions: Some(BTreeSet::new()), ..Update::default() };
    let kind = OrganizationKind::TinPractice;
    assert_eq!(refusals(kind, MemberAction::UpdatePermissions, &member(MembershipStatus::Active), &none), []);
}

#[test]
fn a_14_enabling_a_formerly_active_user_requires_registration_if_the_plan_says_so() {
    let (actor, organization) =
        (manager(OrganizationKind::ProviderGroup), organization(OrganizationKind::ProviderGroup));
    for (text, was_active, expected) in [
        (AHW, true, MembershipStatus::Unverified),
        (KY, true, MembershipStatus::Active),
        (KY, false, MembershipStatus::Unverified),
    ] {
        let plan = plan(text);
        let circumstances = Circumstances {
            actor: &actor,
            organization: &organization,
            policy: plan.members,
            offered: &plan.permissions,
            administrators: 1,
        };
        let disabled = Member { was_active, ..member(MembershipStatus::Disabled) };
        let change = decide(MemberAction::EnableUser, &circumstances, disabled, Update::default()).unwrap();
        assert_eq!((change.status(), change.verified()), (expected, true));
        assert!(change.is_enabled_anew());
    }
}

#[test]
fn r_171_without_an_account_manager_only_plan_staff_can_verify_registrations() {
    let organization = organization(OrganizationKind::TinPractice);
    let plan = plan(AHW);
    let mut staff = manager(OrganizationKind::TinPractice);
    staff.memberships.clear();
    staff.platform_roles = vec![HeldRole::of_plan(PlatformRole::PlanStaff, organization.plan)];
    let pending = member(MembershipStatus::VerificationPending);
    let with = |actor: &Actor, administrators| {
        let circumstances = Circumstances {
            actor,
            organization: &organization,
            policy: plan.members,
            offered: &plan.permissions,
            administrators,
        };
        examine(MemberAction::VerifyAccount, &circumstances, &pending, &Update::default())
    };
    assert_eq!(with(&staff, 0), []);
    assert_eq!(with(&manager(OrganizationKind::TinPractice), 0), [MemberRefusal::PlanStaffRequired]);
    // Domain rule R-208.
    for other in PlanCode::ALL.iter().filter(|plan| **plan != organization.plan) {
        staff.platform_roles = vec![HeldRole::of_plan(PlatformRole::PlanStaff, *other)];
        let refusals = with(&staff, 0);
        assert!(refusals.contains(&MemberRefusal::BeyondAuthority), "{other}");
        assert!(refusals.contains(&MemberRefusal::PlanStaffRequired), "{other}");
    }
}

#[test]
fn disabling_a_pending_registration_records_the_rejection() {
    let kind = OrganizationKind::TinPractice;
    let (actor, organization, plan) = (manager(kind), organization(kind), plan(AHW));
    let circumstances = Circumstances {
        actor: &actor,
        organization: &organization,
        policy: plan.members,
        offered: &plan.permissions,
        administrators: 1,
    };
    for (status, reason) in [
        (MembershipStatus::VerificationPending, DisabledReason::Rejected),
        (MembershipStatus::Active, DisabledReason::ByAccountManager),
    ] {
        let change =
            decide(MemberAction::DisableUser, &circumstances, member(status), Update::default()).unwrap();
        assert_eq!(change.disabled_reason(), Some(reason));
    }
}

#[test]
fn a_29_practices_offer_neither_revoke_user_nor_make_admin() {
    for action in [MemberAction::RevokeUser, MemberAction::MakeAdmin] {
        let found = practice(action, &member(MembershipStatus::Active));
        assert!(found.contains(&MemberRefusal::ActionNotOffered), "{found:?}");
    }
}

#[test]
fn r_150_a_user_who_does_not_administer_members_cannot_act_on_them() {
    let kind = OrganizationKind::TinPractice;
    let (organization, plan) = (organization(kind), plan(AHW));
    let mut user = manager(kind);
    user.memberships[0].permissions = vec![Permission::Claims];
    let circumstances = Circumstances {
        actor: &user,
        organization: &organization,
        policy: plan.members,
        offered: &plan.permissions,
        administrators: 1,
    };
    for action in MemberAction::ALL {
        for status in MembershipStatus::ALL {
            let found = examine(*action, &circumstances, &member(*status), &Update::default());
            assert!(found.contains(&MemberRefusal::BeyondAuthority), "{action} {status}");
        }
    }
}

#[test]
fn a_manager_can_end_sessions_only_of_members_who_were_active_in_the_organization() {
    for (status, was_active, seen) in [
        (MembershipStatus::Active, true, true),
        (MembershipStatus::Disabled, true, true),
        (MembershipStatus::Disabled, false, false),
        (MembershipStatus::Unverified, true, true),
        (MembershipStatus::Unverified, false, false),
        (MembershipStatus::VerificationPending, false, false),
        (MembershipStatus::Revoked, true, false),
    ] {
        let member = Member { was_active, ..member(status) };
        assert_eq!(practice(MemberAction::EndSessions, &member).is_empty(), seen, "{status} {was_active}");
    }
}

#[test]
fn updating_a_disabled_member_keeps_the_reason() {
    let kind = OrganizationKind::TinPractice;
    let (actor, organization, plan) = (manager(kind), organization(kind), plan(AHW));
    let circumstances = Circumstances {
        actor: &actor,
        organization: &organization,
        policy: plan.members,
        offered: &plan.permissions,
        administrators: 1,
    };
    let idle =
        Member { disabled_reason: Some(DisabledReason::Inactivity), ..member(MembershipStatus::Disabled) };
    let change = decide(MemberAction::UpdatePermissions, &circumstances, idle, Update::default()).unwrap();
    assert_eq!(change.disabled_reason(), Some(DisabledReason::Inactivity));
}
