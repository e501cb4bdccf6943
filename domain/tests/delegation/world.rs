//! The fixture of a case: organizations of every kind, a few users, their memberships, and how a
//! step is drawn.

use portal_domain::ground::disabled_reason::DisabledReason;
use portal_domain::ground::id::{MembershipId, OrganizationId, SessionId, UserId};
use portal_domain::identity::user::{LockReason, PlatformRole};
use portal_domain::organizations::actor::Actor;
use portal_domain::organizations::member_words::MemberAction;
use portal_domain::organizations::membership::{Membership, MembershipStatus, Role};
use portal_domain::organizations::organization::{OrganizationFacts, OrganizationKind};
use portal_domain::platform::plan::PlanProfile;
use uuid::Uuid;

use crate::oracle::roles_in;

pub(crate) use crate::rights::*;

pub(crate) const PEOPLE: usize = 8;
pub(crate) const HOUSES: usize = 8;

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

pub(crate) struct House<'a> {
    pub(crate) facts: OrganizationFacts,
    pub(crate) plan: &'a PlanProfile,
    /// The permissions that the plan offers.
    pub(crate) offered: Mask,
}

/// A membership.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Standing {
    pub(crate) status: MembershipStatus,
    pub(crate) held: Mask,
    pub(crate) verified: bool,
    pub(crate) was_active: bool,
    pub(crate) disabled_reason: Option<DisabledReason>,
}

/// Memberships by user, then by organization.
pub(crate) type Table = [[Option<Standing>; HOUSES]; PEOPLE];

/// An action on a member.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Deed {
    pub(crate) actor: usize,
    pub(crate) house: usize,
    pub(crate) target: usize,
    pub(crate) action: MemberAction,
    pub(crate) roles: Option<Mask>,
    pub(crate) permissions: Option<Mask>,
    pub(crate) comment: bool,
}

impl Deed {
    pub(crate) fn held_after(&self, held: Mask) -> Mask {
        let raised = if self.action == MemberAction::MakeAdmin { ADMINISTRATOR } else { 0 };
        self.roles.unwrap_or(held & ROLES) | self.permissions.unwrap_or(held & PERMISSIONS) | raised
    }
}

/// An invitation.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Letter {
    pub(crate) inviter: usize,
    pub(crate) house: usize,
    pub(crate) invitee: usize,
    pub(crate) role: Role,
    pub(crate) permissions: Mask,
}

impl Letter {
    pub(crate) fn offer(&self) -> Mask {
        role_bit(self.role) | self.permissions
    }
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Step {
    Act(Deed),
    Invite(Letter),
    /// The invitation with this number is accepted.
    Accept(usize),
    CompleteRegistration {
        person: usize,
        house: usize,
    },
    Register {
        person: usize,
        house: usize,
    },
    /// The scheduled job disables inactive members; one bit for each user.
    Sweep {
        house: usize,
        idle: usize,
    },
    MedicaidIds {
        house: usize,
        active: i64,
    },
    Lock {
        person: usize,
        reason: Option<LockReason>,
    },
}

pub(crate) struct World<'a> {
    pub(crate) houses: Vec<House<'a>>,
    pub(crate) platform_roles: [Option<PlatformRole>; PEOPLE],
    pub(crate) locks: [Option<LockReason>; PEOPLE],
    pub(crate) table: Table,
    pub(crate) letters: Vec<Letter>,
    /// Whether the invitation with this number is still pending.
    pub(crate) pending: Vec<bool>,
}

impl<'a> World<'a> {
    pub(crate) fn empty(plans: &'a Plans) -> Self {
        let houses: [(&str, OrganizationKind, &'a PlanProfile, i64); HOUSES] = [
            ("Bluegrass Family Health Group", OrganizationKind::ProviderGroup, &plans.ky, 1),
            ("Cumberland Therapy Group", OrganizationKind::ProviderGroup, &plans.ky, 0),
            ("Credentials for Others", OrganizationKind::ThirdPartyCredentialing, &plans.ky, 2),
            ("Pine Mountain Hospital", OrganizationKind::Entity, &plans.ky, 1),
            ("Dr. June Abbott", OrganizationKind::IndividualProvider, &plans.ky, 1),
            ("Harbor Point Clinic", OrganizationKind::ProviderAccount, &plans.cca, 1),
            ("Riverbend Pediatrics", OrganizationKind::TinPractice, &plans.ahw, 1),
            ("Pelican Family Practice", OrganizationKind::TinPractice, &plans.lhcc, 0),
        ];
        let house = |(number, (name, kind, plan, active_group_medicaid_ids)): (
            usize,
            (&str, OrganizationKind, &'a PlanProfile, i64),
        )| House {
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
            houses: houses.into_iter().enumerate().map(house).collect(),
            platform_roles: [None; PEOPLE],
            locks: [None; PEOPLE],
            table: [[None; HOUSES]; PEOPLE],
            letters: Vec::new(),
            pending: Vec::new(),
        }
    }

    pub(crate) fn random(plans: &'a Plans, dice: &mut Dice) -> Self {
        let mut world = Self::empty(plans);
        world.platform_roles[0] = (!dice.one_in(4)).then_some(PlatformRole::PlanStaff);
        world.platform_roles[1] = Some(PlatformRole::Operator);
        world.platform_roles[2] =
            dice.any(&[None, Some(PlatformRole::PlanStaff), Some(PlatformRole::Support)]);
        for person in 0..PEOPLE {
            world.locks[person] = dice.one_in(8).then(|| dice.any(LockReason::ALL));
            for house in 0..HOUSES {
                if dice.below(10) < 6 {
                    world.table[person][house] = Some(world.random_standing(dice, house));
                }
            }
        }
        world
    }

    fn random_standing(&self, dice: &mut Dice, house: usize) -> Standing {
        let kind = self.kind(house);
        let status =
            if dice.below(10) < 5 { MembershipStatus::Active } else { dice.any(MembershipStatus::ALL) };
        let mut held = dice.permissions(self.houses[house].offered);
        for role in Role::ALL {
            // An old membership can hold more than anyone can grant now, but a third-party
            // organization never had a CA Admin Manager.
            let foreign = roles_in(kind) & role_bit(*role) == 0;
            let never = kind == OrganizationKind::ThirdPartyCredentialing && foreign;
            if !never && dice.one_in(if foreign { 30 } else { 3 }) {
                held |= role_bit(*role);
            }
        }
        let was_active = match status {
            MembershipStatus::Active => true,
            MembershipStatus::Invited | MembershipStatus::VerificationPending => false,
            _ => dice.one_in(2),
        };
        let verified = !matches!(status, MembershipStatus::Invited | MembershipStatus::VerificationPending);
        let disabled_reason = match status {
            MembershipStatus::Disabled if !dice.one_in(4) => Some(dice.any(DisabledReason::ALL)),
            _ => None,
        };
        Standing { status, held, verified, was_active, disabled_reason }
    }
}

impl World<'_> {
    pub(crate) fn kind(&self, house: usize) -> OrganizationKind {
        self.houses[house].facts.kind
    }

    pub(crate) fn is_staff(&self, person: usize) -> bool {
        self.platform_roles[person] == Some(PlatformRole::PlanStaff)
    }

    pub(crate) fn actor(&self, person: usize) -> Actor {
        let membership = |house: usize| {
            let standing = self.table[person][house]?;
            Some(Membership {
                id: membership_id(person, house),
                organization: organization_id(house),
                kind: self.kind(house),
                plan: self.houses[house].facts.plan,
                status: standing.status,
                roles: roles_of(standing.held).collect(),
                permissions: permissions_of(standing.held).collect(),
            })
        };
        Actor {
            user: user_id(person),
            session: SessionId::from_uuid(Uuid::nil()),
            name: String::new(),
            platform_roles: self.platform_roles[person].into_iter().collect(),
            memberships: (0..HOUSES).filter_map(membership).collect(),
        }
    }

    pub(crate) fn choose(&self, dice: &mut Dice, coalition: &[usize]) -> Step {
        let (person, house) = (dice.below(PEOPLE), dice.below(HOUSES));
        match dice.below(100) {
            0..52 => self.deed(dice, coalition),
            52..68 => self.letter(dice, coalition),
            68..82 => {
                let working: Vec<usize> = (0..self.letters.len()).filter(|it| self.pending[*it]).collect();
                if working.is_empty() {
                    self.letter(dice, coalition)
                } else {
                    Step::Accept(dice.any(&working))
                }
            }
            82..90 => {
                let unverified = |(person, house): &(usize, usize)| {
                    let standing = self.table[*person][*house];
                    standing.is_some_and(|standing| standing.status == MembershipStatus::Unverified)
                };
                let all = (0..PEOPLE).flat_map(|person| (0..HOUSES).map(move |house| (person, house)));
                let waiting: Vec<_> = all.filter(unverified).collect();
                let (person, house) = match waiting.is_empty() || dice.one_in(6) {
                    true => (person, house),
                    false => dice.any(&waiting),
                };
                Step::CompleteRegistration { person, house }
            }
            90..94 => Step::Register { person, house },
            94..96 => Step::Sweep { house, idle: dice.below(1 << PEOPLE) },
            96..98 => Step::MedicaidIds { house, active: dice.any(&[0, 0, 1, 2]) },
            _ => {
                let reason =
                    dice.any(&[None, None, Some(LockReason::FailedLogins), Some(LockReason::Inactivity)]);
                Step::Lock { person, reason }
            }
        }
    }

    /// A random organization, preferably one in which the coalition has authority.
    fn place(&self, dice: &mut Dice, coalition: &[usize]) -> usize {
        let has_a_say =
            |house: &usize| coalition.iter().any(|it| self.authority(&self.table, *it, *house) != 0);
        let own: Vec<usize> = (0..HOUSES).filter(has_a_say).collect();
        if own.is_empty() || dice.one_in(3) { dice.below(HOUSES) } else { dice.any(&own) }
    }

    /// A random member of the coalition, preferably one with authority there.
    fn somebody(&self, dice: &mut Dice, coalition: &[usize], house: usize) -> usize {
        let able: Vec<usize> = coalition
            .iter()
            .copied()
            .filter(|person| self.authority(&self.table, *person, house) != 0)
            .collect();
        if able.is_empty() || dice.one_in(4) { dice.any(coalition) } else { dice.any(&able) }
    }

    fn deed(&self, dice: &mut Dice, coalition: &[usize]) -> Step {
        let house = self.place(dice, coalition);
        let members: Vec<usize> = (0..PEOPLE).filter(|person| self.table[*person][house].is_some()).collect();
        if members.is_empty() {
            return self.letter(dice, coalition);
        }
        let target = dice.any(&members);
        let held = self.table[target][house].map_or(0, |standing| standing.held);
        let action = dice.any(MemberAction::ALL);
        let often = if action == MemberAction::UpdatePermissions { 2 } else { 6 };
        let roles = dice.one_in(often).then(|| {
            let other = dice.any(&[ADMINISTRATOR, MANAGER, AGENT, USER]);
            (held & ROLES) ^ other
        });
        let offered = self.houses[house].offered;
        let permissions = dice.one_in(often).then(|| match dice.below(3) {
            0 => offered,
            1 => (held & PERMISSIONS) ^ (MANAGE_ACCOUNT & offered),
            _ => dice.permissions(offered),
        });
        let (actor, comment) = (self.somebody(dice, coalition, house), dice.one_in(8));
        Step::Act(Deed { actor, house, target, action, roles, permissions, comment })
    }

    fn letter(&self, dice: &mut Dice, coalition: &[usize]) -> Step {
        let house = self.place(dice, coalition);
        let there: Vec<Role> = roles_of(roles_in(self.kind(house))).collect();
        let role = if dice.one_in(4) { dice.any(Role::ALL) } else { dice.any(&there) };
        Step::Invite(Letter {
            inviter: self.somebody(dice, coalition, house),
            house,
            invitee: dice.below(PEOPLE),
            role,
            permissions: dice.permissions(self.houses[house].offered),
        })
    }
}

pub(crate) fn user_id(person: usize) -> UserId {
    UserId::from_uuid(Uuid::from_u128(100 + person as u128))
}

pub(crate) fn organization_id(house: usize) -> OrganizationId {
    OrganizationId::from_uuid(Uuid::from_u128(200 + house as u128))
}

pub(crate) fn membership_id(person: usize, house: usize) -> MembershipId {
    MembershipId::from_uuid(Uuid::from_u128(1000 + (person * HOUSES + house) as u128))
}
