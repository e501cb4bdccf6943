//! The state of a case: organizations of every kind, a few users, their memberships, and their
//! invitations.

use portal_domain::ground::disabled_reason::DisabledReason;
use portal_domain::ground::id::{MembershipId, OrganizationId, SessionId, UserId};
use portal_domain::identity::user::{HeldRole, LockReason, PlatformRole};
use portal_domain::organizations::actor::Actor;
use portal_domain::organizations::member_words::MemberAction;
use portal_domain::organizations::membership::{Membership, MembershipStatus, Role};
use portal_domain::organizations::organization::{OrganizationFacts, OrganizationKind};
use portal_domain::platform::plan::PlanProfile;
use uuid::Uuid;

use crate::reference::roles_in;

pub(crate) use crate::rights::*;

pub(crate) const USER_COUNT: usize = 8;
pub(crate) const ORGANIZATION_COUNT: usize = 8;

pub(crate) const GROUP: usize = 0;
pub(crate) const THIRD_PARTY: usize = 2;
pub(crate) const PRACTICE: usize = 6;

pub(crate) struct Plans {
    pub(crate) ky: PlanProfile,
    pub(crate) cca: PlanProfile,
    pub(crate) ahw: PlanProfile,
    pub(crate) lhcc: PlanProfile,
}

impl Plans {
    pub(crate) fn read() -> Self {
        Self {
            ky: toml::from_str(include_str!("../../../api/plans/ky.toml")).unwrap(),
            cca: toml::from_str(include_str!("../../../api/plans/cca.toml")).unwrap(),
            ahw: toml::from_str(include_str!("../../../api/plans/ahw.toml")).unwrap(),
            lhcc: toml::from_str(include_str!("../../../api/plans/lhcc.toml")).unwrap(),
        }
    }
}

pub(crate) struct Organization<'a> {
    pub(crate) facts: OrganizationFacts,
    pub(crate) plan: &'a PlanProfile,
    /// The permissions that the plan offers.
    pub(crate) offered: Mask,
}

/// A stored membership.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct MembershipRecord {
    pub(crate) status: MembershipStatus,
    pub(crate) held: Mask,
    pub(crate) verified: bool,
    pub(crate) was_active: bool,
    pub(crate) disabled_reason: Option<DisabledReason>,
}

/// Memberships by user, then by organization.
pub(crate) type Memberships = [[Option<MembershipRecord>; ORGANIZATION_COUNT]; USER_COUNT];

/// An action on a member.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ActionRequest {
    pub(crate) actor: usize,
    pub(crate) organization: usize,
    pub(crate) target: usize,
    pub(crate) action: MemberAction,
    pub(crate) roles: Option<Mask>,
    pub(crate) permissions: Option<Mask>,
    pub(crate) comment: bool,
}

impl ActionRequest {
    pub(crate) fn held_after(&self, held: Mask) -> Mask {
        let added = if self.action == MemberAction::MakeAdmin { ADMINISTRATOR } else { 0 };
        self.roles.unwrap_or(held & ROLES) | self.permissions.unwrap_or(held & PERMISSIONS) | added
    }
}

/// An invitation.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Invitation {
    pub(crate) inviter: usize,
    pub(crate) organization: usize,
    pub(crate) invitee: usize,
    pub(crate) role: Role,
    pub(crate) permissions: Mask,
}

impl Invitation {
    pub(crate) fn offered_rights(&self) -> Mask {
        role_bit(self.role) | self.permissions
    }
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Step {
    Act(ActionRequest),
    Invite(Invitation),
    /// The invitee accepts the invitation with this number.
    Accept(usize),
    CompleteRegistration {
        user: usize,
        organization: usize,
    },
    Register {
        user: usize,
        organization: usize,
    },
    /// The scheduled job disables inactive members. `inactive_users` has one bit for each user.
    RunInactivityJob {
        organization: usize,
        inactive_users: usize,
    },
    SetGroupMedicaidIds {
        organization: usize,
        active: i64,
    },
    SetLock {
        user: usize,
        reason: Option<LockReason>,
    },
}

pub(crate) struct State<'a> {
    pub(crate) organizations: Vec<Organization<'a>>,
    pub(crate) platform_roles: [Option<PlatformRole>; USER_COUNT],
    pub(crate) locks: [Option<LockReason>; USER_COUNT],
    pub(crate) memberships: Memberships,
    pub(crate) invitations: Vec<Invitation>,
    /// Whether the invitation with this number is still pending.
    pub(crate) pending: Vec<bool>,
}

impl<'a> State<'a> {
    pub(crate) fn empty(plans: &'a Plans) -> Self {
        let organizations: [(&str, OrganizationKind, &'a PlanProfile, i64); ORGANIZATION_COUNT] = [
            ("Bluegrass Family Health Group", OrganizationKind::ProviderGroup, &plans.ky, 1),
            ("Cumberland Therapy Group", OrganizationKind::ProviderGroup, &plans.ky, 0),
            ("Credentials for Others", OrganizationKind::ThirdPartyCredentialing, &plans.ky, 2),
            ("Pine Mountain Hospital", OrganizationKind::Entity, &plans.ky, 1),
            ("Dr. June Abbott", OrganizationKind::IndividualProvider, &plans.ky, 1),
            ("Harbor Point Clinic", OrganizationKind::ProviderAccount, &plans.cca, 1),
            ("Riverbend Pediatrics", OrganizationKind::TinPractice, &plans.ahw, 1),
            ("Pelican Family Practice", OrganizationKind::TinPractice, &plans.lhcc, 0),
        ];
        let organization = |(number, (name, kind, plan, active_group_medicaid_ids)): (
            usize,
            (&str, OrganizationKind, &'a PlanProfile, i64),
        )| Organization {
            facts: OrganizationFacts {
                id: organization_id(number),
                name: name.to_owned(),
                kind,
                plan: plan.code,
                active_group_medicaid_ids,
            },
            plan,
            offered: plan.permissions.iter().fold(0, |held, entry| held | permission_bit(entry.code)),
        };
        Self {
            organizations: organizations.into_iter().enumerate().map(organization).collect(),
            platform_roles: [None; USER_COUNT],
            locks: [None; USER_COUNT],
            memberships: [[None; ORGANIZATION_COUNT]; USER_COUNT],
            invitations: Vec::new(),
            pending: Vec::new(),
        }
    }

    pub(crate) fn random(plans: &'a Plans, rng: &mut Rng) -> Self {
        let mut state = Self::empty(plans);
        state.platform_roles[0] = (!rng.one_in(4)).then_some(PlatformRole::PlanStaff);
        state.platform_roles[1] = Some(PlatformRole::Operator);
        state.platform_roles[2] =
            rng.pick(&[None, Some(PlatformRole::PlanStaff), Some(PlatformRole::Support)]);
        for user in 0..USER_COUNT {
            state.locks[user] = rng.one_in(8).then(|| rng.pick(LockReason::ALL));
            for organization in 0..ORGANIZATION_COUNT {
                if rng.below(10) < 6 {
                    state.memberships[user][organization] = Some(state.random_membership(rng, organization));
                }
            }
        }
        state
    }

    fn random_membership(&self, rng: &mut Rng, organization: usize) -> MembershipRecord {
        let kind = self.kind(organization);
        let status =
            if rng.below(10) < 5 { MembershipStatus::Active } else { rng.pick(MembershipStatus::ALL) };
        let mut held = rng.permissions(self.organizations[organization].offered);
        for role in Role::ALL {
            // An old membership can hold rights that can no longer be granted. A third-party
            // organization never had a CA Admin Manager.
            let unavailable = roles_in(kind) & role_bit(*role) == 0;
            let excluded = kind == OrganizationKind::ThirdPartyCredentialing && unavailable;
            if !excluded && rng.one_in(if unavailable { 30 } else { 3 }) {
                held |= role_bit(*role);
            }
        }
        let was_active = match status {
            MembershipStatus::Active => true,
            MembershipStatus::Invited | MembershipStatus::VerificationPending => false,
            _ => rng.one_in(2),
        };
        let verified = !matches!(status, MembershipStatus::Invited | MembershipStatus::VerificationPending);
        let disabled_reason = match status {
            MembershipStatus::Disabled if !rng.one_in(4) => Some(rng.pick(DisabledReason::ALL)),
            _ => None,
        };
        MembershipRecord { status, held, verified, was_active, disabled_reason }
    }
}

impl State<'_> {
    pub(crate) fn kind(&self, organization: usize) -> OrganizationKind {
        self.organizations[organization].facts.kind
    }

    pub(crate) fn is_staff(&self, user: usize) -> bool {
        self.platform_roles[user] == Some(PlatformRole::PlanStaff)
    }

    pub(crate) fn actor(&self, user: usize) -> Actor {
        let membership_in = |organization: usize| {
            let membership = self.memberships[user][organization]?;
            Some(Membership {
                id: membership_id(user, organization),
                organization: organization_id(organization),
                kind: self.kind(organization),
                plan: self.organizations[organization].facts.plan,
                status: membership.status,
                roles: roles_of(membership.held).collect(),
                permissions: permissions_of(membership.held).collect(),
            })
        };
        Actor {
            user: user_id(user),
            session: SessionId::from_uuid(Uuid::nil()),
            name: String::new(),
            platform_roles: self.platform_roles[user].map(HeldRole::of_all_plans).into_iter().collect(),
            memberships: (0..ORGANIZATION_COUNT).filter_map(membership_in).collect(),
        }
    }

    /// A random step.
    pub(crate) fn random_step(&self, rng: &mut Rng, actors: &[usize]) -> Step {
        let (user, organization) = (rng.below(USER_COUNT), rng.below(ORGANIZATION_COUNT));
        match rng.below(100) {
            0..52 => self.random_action(rng, actors),
            52..68 => self.random_invitation(rng, actors),
            68..82 => {
                let pending: Vec<usize> =
                    (0..self.invitations.len()).filter(|number| self.pending[*number]).collect();
                if pending.is_empty() {
                    self.random_invitation(rng, actors)
                } else {
                    Step::Accept(rng.pick(&pending))
                }
            }
            82..90 => {
                let unverified = |(user, organization): &(usize, usize)| {
                    let membership = self.memberships[*user][*organization];
                    membership.is_some_and(|membership| membership.status == MembershipStatus::Unverified)
                };
                let all = (0..USER_COUNT)
                    .flat_map(|user| (0..ORGANIZATION_COUNT).map(move |organization| (user, organization)));
                let candidates: Vec<_> = all.filter(unverified).collect();
                let (user, organization) = match candidates.is_empty() || rng.one_in(6) {
                    true => (user, organization),
                    false => rng.pick(&candidates),
                };
                Step::CompleteRegistration { user, organization }
            }
            90..94 => Step::Register { user, organization },
            94..96 => Step::RunInactivityJob { organization, inactive_users: rng.below(1 << USER_COUNT) },
            96..98 => Step::SetGroupMedicaidIds { organization, active: rng.pick(&[0, 0, 1, 2]) },
            _ => {
                let reason = rng.pick(&[None, None, Some(LockReason::Staff), Some(LockReason::Inactivity)]);
                Step::SetLock { user, reason }
            }
        }
    }

    /// A random organization, preferably one in which an acting user has authority.
    fn random_organization(&self, rng: &mut Rng, actors: &[usize]) -> usize {
        let has_authority = |organization: &usize| {
            actors.iter().any(|user| self.authority(&self.memberships, *user, *organization) != 0)
        };
        let preferred: Vec<usize> = (0..ORGANIZATION_COUNT).filter(has_authority).collect();
        if preferred.is_empty() || rng.one_in(3) {
            rng.below(ORGANIZATION_COUNT)
        } else {
            rng.pick(&preferred)
        }
    }

    /// A random acting user, preferably one with authority in the organization.
    fn random_actor(&self, rng: &mut Rng, actors: &[usize], organization: usize) -> usize {
        let preferred: Vec<usize> = actors
            .iter()
            .copied()
            .filter(|user| self.authority(&self.memberships, *user, organization) != 0)
            .collect();
        if preferred.is_empty() || rng.one_in(4) { rng.pick(actors) } else { rng.pick(&preferred) }
    }

    fn random_action(&self, rng: &mut Rng, actors: &[usize]) -> Step {
        let organization = self.random_organization(rng, actors);
        let members: Vec<usize> =
            (0..USER_COUNT).filter(|user| self.memberships[*user][organization].is_some()).collect();
        if members.is_empty() {
            return self.random_invitation(rng, actors);
        }
        let target = rng.pick(&members);
        let held = self.memberships[target][organization].map_or(0, |membership| membership.held);
        let action = rng.pick(MemberAction::ALL);
        let odds = if action == MemberAction::UpdatePermissions { 2 } else { 6 };
        let roles = rng.one_in(odds).then(|| {
            let other = rng.pick(&[ADMINISTRATOR, CA_ADMIN_MANAGER, AGENT, ACCOUNT_USER]);
            (held & ROLES) ^ other
        });
        let offered = self.organizations[organization].offered;
        let permissions = rng.one_in(odds).then(|| match rng.below(3) {
            0 => offered,
            1 => (held & PERMISSIONS) ^ (MANAGE_ACCOUNT & offered),
            _ => rng.permissions(offered),
        });
        let (actor, comment) = (self.random_actor(rng, actors, organization), rng.one_in(8));
        Step::Act(ActionRequest { actor, organization, target, action, roles, permissions, comment })
    }

    fn random_invitation(&self, rng: &mut Rng, actors: &[usize]) -> Step {
        let organization = self.random_organization(rng, actors);
        let available: Vec<Role> = roles_of(roles_in(self.kind(organization))).collect();
        let role = if rng.one_in(4) { rng.pick(Role::ALL) } else { rng.pick(&available) };
        Step::Invite(Invitation {
            inviter: self.random_actor(rng, actors, organization),
            organization,
            invitee: rng.below(USER_COUNT),
            role,
            permissions: rng.permissions(self.organizations[organization].offered),
        })
    }
}

pub(crate) fn user_id(user: usize) -> UserId {
    UserId::from_uuid(Uuid::from_u128(100 + user as u128))
}

pub(crate) fn organization_id(organization: usize) -> OrganizationId {
    OrganizationId::from_uuid(Uuid::from_u128(200 + organization as u128))
}

pub(crate) fn membership_id(user: usize, organization: usize) -> MembershipId {
    MembershipId::from_uuid(Uuid::from_u128(1000 + (user * ORGANIZATION_COUNT + organization) as u128))
}
