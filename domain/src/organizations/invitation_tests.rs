use chrono::Duration;
use uuid::Uuid;

use super::*;
use crate::ground::id::SessionId;
use crate::ground::plan_code::PlanCode;
use crate::identity::user::{HeldRole, PlatformRole};
use crate::organizations::membership::Membership;

fn organization(kind: OrganizationKind, group_ids: i64) -> OrganizationFacts {
    OrganizationFacts {
        id: OrganizationId::from_uuid(Uuid::from_u128(1)),
        name: "Bluegrass".into(),
        kind,
        plan: PlanCode::Ky,
        active_group_medicaid_ids: group_ids,
    }
}

fn person(role: Role) -> Actor {
    Actor {
        user: UserId::from_uuid(Uuid::from_u128(2)),
        session: SessionId::from_uuid(Uuid::from_u128(3)),
        name: "Katherine Tully".into(),
        platform_roles: vec![],
        memberships: vec![Membership {
            id: MembershipId::from_uuid(Uuid::from_u128(4)),
            organization: OrganizationId::from_uuid(Uuid::from_u128(1)),
            kind: OrganizationKind::ProviderGroup,
            plan: PlanCode::Ky,
            status: MembershipStatus::Active,
            roles: vec![role],
            permissions: vec![],
        }],
    }
}

fn manager_offer() -> Offer {
    Offer { role: Role::CaAdminManager, permissions: BTreeSet::new() }
}

fn refusals(inviter: Role, organization: &OrganizationFacts, agents: i64) -> Vec<InvitationRefusal> {
    let plan: crate::platform::plan::PlanProfile =
        toml::from_str(include_str!("../../../api/plans/ky.toml")).unwrap();
    let inviter = person(inviter);
    let circumstances = Circumstances {
        inviter: &inviter,
        organization,
        offered: &plan.permissions,
        active_credentialing_agents: agents,
    };
    examine(&circumstances, &manager_offer(), None, None)
}

#[test]
fn r_003_r_004_all_reasons_are_reported_together() {
    use InvitationRefusal::*;
    let administrator = Role::OrganizationAdministrator;
    let group = |ids| organization(OrganizationKind::ProviderGroup, ids);
    assert_eq!(refusals(administrator, &group(1), 2), []);
    assert_eq!(refusals(administrator, &group(0), 5), [NoGroupMedicaidId]);
    assert_eq!(refusals(administrator, &group(1), 1), [FewerThanTwoCredentialingAgents]);
    let third_party = organization(OrganizationKind::ThirdPartyCredentialing, 0);
    assert_eq!(
        refusals(administrator, &third_party, 0),
        [NoGroupMedicaidId, FewerThanTwoCredentialingAgents, ThirdPartyOrganization]
    );
    let eligible_but_third_party = organization(OrganizationKind::ThirdPartyCredentialing, 3);
    assert_eq!(
        refusals(administrator, &eligible_but_third_party, 5),
        [ThirdPartyOrganization],
        "a third-party organization is never eligible"
    );
}

#[test]
fn r_005_only_an_organization_administrator_invites_a_ca_admin_manager() {
    let group = organization(OrganizationKind::ProviderGroup, 1);
    for role in [Role::CaAdminManager, Role::CredentialingAgent, Role::AccountUser] {
        assert_eq!(refusals(role, &group, 2), [InvitationRefusal::OnlyOrganizationAdministrator], "{role}");
    }
}

fn known(status: MembershipStatus, roles: &[Role]) -> KnownMember {
    KnownMember {
        id: MembershipId::from_uuid(Uuid::from_u128(9)),
        user: UserId::from_uuid(Uuid::from_u128(9)),
        status,
        rights: Rights::new(roles.iter().copied(), []),
    }
}

fn accepted(
    known: Option<&KnownMember>,
    kind: OrganizationKind,
) -> Result<Acceptance, Vec<InvitationRefusal>> {
    let plan: crate::platform::plan::PlanProfile =
        toml::from_str(include_str!("../../../api/plans/ky.toml")).unwrap();
    let inviter = person(Role::OrganizationAdministrator);
    let organization = organization(kind, 1);
    let circumstances = Circumstances {
        inviter: &inviter,
        organization: &organization,
        offered: &plan.permissions,
        active_credentialing_agents: 2,
    };
    accept(&circumstances, &manager_offer(), known, known.map(|known| known.user))
}

#[test]
fn r_001_r_011_roles_accumulate_and_a_role_already_held_is_refused() {
    let kind = OrganizationKind::ProviderGroup;
    let agent = known(MembershipStatus::Active, &[Role::CredentialingAgent]);
    let accepted_by_agent = accepted(Some(&agent), kind).unwrap();
    assert_eq!(accepted_by_agent.rights().roles, [Role::CaAdminManager, Role::CredentialingAgent].into());
    assert_eq!(accepted_by_agent.status(), MembershipStatus::Active);
    let manager = known(MembershipStatus::Active, &[Role::CaAdminManager]);
    assert_eq!(accepted(Some(&manager), kind).unwrap_err(), [InvitationRefusal::AlreadyHasRole]);
    assert_eq!(accepted(None, kind).unwrap().status(), MembershipStatus::Active);
}

#[test]
fn a_disabled_user_cannot_be_invited_and_a_revoked_user_regains_no_earlier_rights() {
    let kind = OrganizationKind::ProviderGroup;
    let disabled = known(MembershipStatus::Disabled, &[Role::CredentialingAgent]);
    assert_eq!(accepted(Some(&disabled), kind).unwrap_err(), [InvitationRefusal::UserDisabled]);
    let revoked = known(MembershipStatus::Revoked, &[Role::OrganizationAdministrator]);
    let accepted_again = accepted(Some(&revoked), kind).unwrap();
    assert_eq!(
        accepted_again.rights().roles,
        [Role::CaAdminManager].into(),
        "earlier rights are not restored"
    );
    assert_eq!(accepted_again.membership(), Some(revoked.id));
}

#[test]
fn d_09_inviting_oneself_is_refused_even_without_a_membership() {
    let plan: crate::platform::plan::PlanProfile =
        toml::from_str(include_str!("../../../api/plans/ahw.toml")).unwrap();
    let mut staff = person(Role::AccountUser);
    staff.memberships.clear();
    staff.platform_roles = vec![HeldRole::of_all_plans(PlatformRole::PlanStaff)];
    let practice = organization(OrganizationKind::TinPractice, 0);
    let circumstances = Circumstances {
        inviter: &staff,
        organization: &practice,
        offered: &plan.permissions,
        active_credentialing_agents: 0,
    };
    let offer = Offer { role: Role::AccountUser, permissions: [Permission::ManageAccount].into() };
    assert_eq!(examine(&circumstances, &offer, None, Some(staff.user)), [InvitationRefusal::OwnRights]);
    assert_eq!(examine(&circumstances, &offer, None, None), []);
}

#[test]
fn r_008_an_invitation_is_expired_at_the_instant_of_its_expiry() {
    let invitation = Invitation {
        id: InvitationId::from_uuid(Uuid::from_u128(5)),
        organization: OrganizationId::from_uuid(Uuid::from_u128(1)),
        email: EmailAddress::parse("new@example.org").unwrap(),
        offer: manager_offer(),
        status: InvitationStatus::Pending,
        expires_at: Instant::UNIX_EPOCH + Duration::hours(72),
    };
    let just_before = invitation.expires_at - Duration::microseconds(1);
    assert_eq!(invitation.shown_status(just_before), ShownInvitationStatus::Pending);
    assert_eq!(invitation.shown_status(invitation.expires_at), ShownInvitationStatus::Expired);
}

#[test]
fn an_inviter_who_can_grant_nothing_is_refused_before_any_lookup() {
    let group = organization(OrganizationKind::ProviderGroup, 1);
    let refusal = |by, role| may_invite_no_one(&person(by), &group, role);
    assert_eq!(refusal(Role::OrganizationAdministrator, Role::CaAdminManager), None);
    assert_eq!(
        refusal(Role::CredentialingAgent, Role::CaAdminManager),
        Some(InvitationRefusal::OnlyOrganizationAdministrator)
    );
    assert_eq!(
        refusal(Role::CredentialingAgent, Role::CredentialingAgent),
        Some(InvitationRefusal::BeyondAuthority)
    );
}
