//! Random sequences of inviting, accepting, letting in, raising, disabling and removing, against an oracle that knows the
//! rules about authority by itself (decision D-09; domain sections 3.2, 4.2, 5.1, 5.9, 5.10).
//!
//! A case is a small world and a coalition of people who act in it; everybody else only follows links. Before the first
//! step the oracle computes what the coalition could ever grant, to itself and to others; after every step it accounts
//! for each change. Nothing here calls [`portal_domain::delegation`] to find out what is right: rights are bits, and the
//! tables are written down anew.
//!
//! `DELEGATION_CASES` raises the number of cases. A failure names the seed and lists the steps.

#![cfg(test)]

use std::thread;

use portal_domain::comment::Comment;
use portal_domain::delegation::Rights;
use portal_domain::id::{MembershipId, OrganizationId, SessionId, UserId};
use portal_domain::invitation::{self, Acceptance, InvitationRefusal, KnownMember, Offer};
use portal_domain::member::{self, Member, MemberAction, MemberRefusal, Update};
use portal_domain::membership::{Membership, MembershipStatus, Permission, Role};
use portal_domain::organization::{OrganizationFacts, OrganizationKind};
use portal_domain::plan::PlanProfile;
use portal_domain::policy::Actor;
use portal_domain::user::{LockReason, PlatformRole};
use uuid::Uuid;

const CASES: u64 = 10_000;
const STEPS: usize = 30;
const PEOPLE: usize = 8;
const HOUSES: usize = 8;

const GROUP: usize = 0;
const THIRD_PARTY: usize = 2;
const PRACTICE: usize = 6;

/// Rights as bits: four roles, then seven permissions, in the order of their vocabularies.
type Mask = u16;

const ADMINISTRATOR: Mask = role_bit(Role::OrganizationAdministrator);
const MANAGER: Mask = role_bit(Role::CaAdminManager);
const AGENT: Mask = role_bit(Role::CredentialingAgent);
const USER: Mask = role_bit(Role::AccountUser);
const ROLES: Mask = ADMINISTRATOR | MANAGER | AGENT | USER;
const MANAGE_ACCOUNT: Mask = permission_bit(Permission::ManageAccount);
const PERMISSIONS: Mask = 0b111_1111 << 4;

const fn role_bit(role: Role) -> Mask {
    1 << (role as Mask)
}

const fn permission_bit(permission: Permission) -> Mask {
    1 << (permission as Mask + 4)
}

fn roles_of(held: Mask) -> impl Iterator<Item = Role> {
    Role::ALL.iter().copied().filter(move |role| held & role_bit(*role) != 0)
}

fn permissions_of(held: Mask) -> impl Iterator<Item = Permission> {
    Permission::ALL.iter().copied().filter(move |permission| held & permission_bit(*permission) != 0)
}

fn rights(held: Mask) -> Rights {
    Rights::new(roles_of(held), permissions_of(held))
}

fn mask(rights: &Rights) -> Mask {
    let roles = rights.roles.iter().fold(0, |held, role| held | role_bit(*role));
    rights.permissions.iter().fold(roles, |held, permission| held | permission_bit(*permission))
}

/// SplitMix64.
struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, sides: usize) -> usize {
        (self.roll() % sides as u64) as usize
    }

    fn one_in(&mut self, sides: usize) -> bool {
        self.below(sides) == 0
    }

    fn any<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())]
    }

    fn permissions(&mut self, offered: Mask) -> Mask {
        let any = self.roll() as Mask & PERMISSIONS;
        if self.one_in(10) { any } else { any & offered }
    }

    /// Who acts: everybody, two or three together, or one alone.
    fn coalition(&mut self) -> Vec<usize> {
        let size = match self.below(10) {
            0..4 => PEOPLE,
            4..6 => 3,
            6..8 => 2,
            _ => 1,
        };
        let mut people: Vec<usize> = (0..PEOPLE).collect();
        while people.len() > size {
            let leaves = self.below(people.len());
            people.swap_remove(leaves);
        }
        people
    }
}

struct Plans {
    ky: PlanProfile,
    cca: PlanProfile,
    ahw: PlanProfile,
    lhcc: PlanProfile,
}

impl Plans {
    fn read() -> Self {
        Self {
            ky: toml::from_str(include_str!("../../api/plans/ky.toml")).unwrap(),
            cca: toml::from_str(include_str!("../../api/plans/cca.toml")).unwrap(),
            ahw: toml::from_str(include_str!("../../api/plans/ahw.toml")).unwrap(),
            lhcc: toml::from_str(include_str!("../../api/plans/lhcc.toml")).unwrap(),
        }
    }
}

struct House<'a> {
    facts: OrganizationFacts,
    plan: &'a PlanProfile,
    /// The plan's permissions.
    offered: Mask,
}

/// A membership.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Standing {
    status: MembershipStatus,
    held: Mask,
    verified: bool,
    was_active: bool,
}

/// Memberships by person, then by organization.
type Table = [[Option<Standing>; HOUSES]; PEOPLE];

/// Something done to a member.
#[derive(Clone, Copy, Debug)]
struct Deed {
    actor: usize,
    house: usize,
    target: usize,
    action: MemberAction,
    roles: Option<Mask>,
    permissions: Option<Mask>,
    comment: bool,
}

impl Deed {
    fn held_after(&self, held: Mask) -> Mask {
        let raised = if self.action == MemberAction::MakeAdmin { ADMINISTRATOR } else { 0 };
        self.roles.unwrap_or(held & ROLES) | self.permissions.unwrap_or(held & PERMISSIONS) | raised
    }
}

/// An invitation.
#[derive(Clone, Copy, Debug)]
struct Letter {
    inviter: usize,
    house: usize,
    invitee: usize,
    role: Role,
    permissions: Mask,
}

impl Letter {
    fn offer(&self) -> Mask {
        role_bit(self.role) | self.permissions
    }
}

#[derive(Clone, Copy, Debug)]
enum Step {
    Act(Deed),
    Invite(Letter),
    /// The invitation of that number is accepted.
    Accept(usize),
    CompleteRegistration {
        person: usize,
        house: usize,
    },
    Register {
        person: usize,
        house: usize,
    },
    /// The timetable disables who has not signed in for long; a bit for each person.
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

/// What happened, so that a run in which nothing happens does not pass.
#[derive(Default)]
struct Tally {
    actions: [u64; 9],
    against_actions: [u64; 14],
    against_invitations: [u64; 11],
    invited: u64,
    accepted: u64,
    /// Acceptances refused because who invited may not do so any more.
    inviter_lost_authority: u64,
    /// People who tried to accept what they had sent to themselves.
    own_invitations: u64,
    new_managers: u64,
    completed: u64,
    registered: u64,
    swept: u64,
    /// Practices that lost their last account manager to the timetable.
    left_alone: u64,
    /// Cases at whose end a member of a small coalition held more than at the beginning.
    coalitions_that_gained: u64,
    /// Cases with a coalition that could grant nothing anywhere.
    powerless: u64,
}

impl Tally {
    fn all(&mut self) -> Vec<(String, &mut u64)> {
        let mut all: Vec<(String, &mut u64)> = Vec::new();
        for (action, count) in MemberAction::ALL.iter().zip(&mut self.actions) {
            all.push((format!("accepted: {action}"), count));
        }
        for (refusal, count) in MemberRefusal::ALL.iter().zip(&mut self.against_actions) {
            all.push((format!("refused to a member: {refusal}"), count));
        }
        for (refusal, count) in InvitationRefusal::ALL.iter().zip(&mut self.against_invitations) {
            all.push((format!("refused to an inviter: {refusal}"), count));
        }
        let others = [
            ("invited", &mut self.invited),
            ("invitations accepted", &mut self.accepted),
            ("acceptances without the inviter's authority", &mut self.inviter_lost_authority),
            ("invitations to oneself", &mut self.own_invitations),
            ("new CA Admin Managers", &mut self.new_managers),
            ("registrations completed", &mut self.completed),
            ("registrations received", &mut self.registered),
            ("disabled by the timetable", &mut self.swept),
            ("practices left without an account manager", &mut self.left_alone),
            ("coalitions that gained", &mut self.coalitions_that_gained),
            ("powerless coalitions", &mut self.powerless),
        ];
        all.extend(others.map(|(name, count)| (name.to_owned(), count)));
        all
    }

    fn add(&mut self, mut other: Self) {
        for ((_, total), (_, count)) in self.all().into_iter().zip(other.all()) {
            *total += *count;
        }
    }
}

fn demand(holds: bool, rule: &str) -> Result<(), String> {
    if holds { Ok(()) } else { Err(rule.to_owned()) }
}

// What the rules say.

/// The roles an organization of that kind can have at all (domain rules ).
fn roles_in(kind: OrganizationKind) -> Mask {
    match kind {
        OrganizationKind::TinPractice => USER,
        OrganizationKind::ProviderAccount => ADMINISTRATOR | USER,
        OrganizationKind::ThirdPartyCredentialing => ADMINISTRATOR | AGENT | USER,
        OrganizationKind::ProviderGroup | OrganizationKind::Entity | OrganizationKind::IndividualProvider => {
            ROLES
        }
    }
}

/// Whether these rights make their holder look after the members: Manage Account in a practice (domain section 3.3), the
/// administrator's role elsewhere.
fn looks_after(kind: OrganizationKind, held: Mask) -> bool {
    let needed = if kind == OrganizationKind::TinPractice { MANAGE_ACCOUNT } else { ADMINISTRATOR };
    held & needed != 0
}

/// Whether that authority turns what somebody holds into something else (decision D-09).
fn confers(authority: Mask, before: Mask, after: Mask) -> bool {
    authority != 0 && (before | after) & !authority == 0
}

/// The table of domain section 4.2, with `straight_back` where who was active before need not register again.
fn next(
    action: MemberAction,
    from: MembershipStatus,
    locked: bool,
    straight_back: bool,
) -> Result<MembershipStatus, MemberRefusal> {
    use MemberAction as Act;
    use MemberRefusal as Why;
    use MembershipStatus::{Active, Disabled, Invited, Revoked, Unverified, VerificationPending};
    match (action, from) {
        (Act::VerifyAccount | Act::EnableUser, VerificationPending) => Ok(Unverified),
        (Act::EnableUser, Disabled) => Ok(if straight_back { Active } else { Unverified }),
        (Act::EnableUser, Active | Unverified) if locked => Err(Why::UsePasswordReset),
        (Act::DisableUser, VerificationPending | Unverified | Active) => Ok(Disabled),
        (Act::RevokeUser, VerificationPending | Unverified | Active | Disabled) => Ok(Revoked),
        (Act::MakeAdmin, Unverified | Active) => Ok(from),
        (
            Act::UpdatePermissions | Act::EndSessions,
            Invited | VerificationPending | Unverified | Active | Disabled,
        ) => Ok(from),
        (Act::SendRegistrationEmail, Unverified) if locked => Err(Why::UsePasswordReset),
        (Act::SendRegistrationEmail, Unverified) => Ok(from),
        (Act::SendPasswordResetEmail, Active) => Ok(from),
        (Act::SendPasswordResetEmail, Unverified) if locked => Ok(from),
        (Act::SendPasswordResetEmail, Invited | VerificationPending | Unverified) => {
            Err(Why::RegistrationIncomplete)
        }
        (Act::SendPasswordResetEmail, Disabled) => Err(Why::UserDisabled),
        _ => Err(Why::InvalidTransition),
    }
}

// The world.

struct World<'a> {
    houses: Vec<House<'a>>,
    platform_roles: [Option<PlatformRole>; PEOPLE],
    locks: [Option<LockReason>; PEOPLE],
    table: Table,
    letters: Vec<Letter>,
    /// Whether the invitation of that number still works.
    pending: Vec<bool>,
}

impl<'a> World<'a> {
    fn empty(plans: &'a Plans) -> Self {
        let houses = [
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

    fn random(plans: &'a Plans, dice: &mut Dice) -> Self {
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
            // What somebody got long ago may be more than anybody can grant here; a CA Admin Manager of a third-party
            // organization never was.
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
        Standing { status, held, verified, was_active }
    }

    fn kind(&self, house: usize) -> OrganizationKind {
        self.houses[house].facts.kind
    }

    fn is_staff(&self, person: usize) -> bool {
        self.platform_roles[person] == Some(PlatformRole::PlanStaff)
    }

    /// What somebody may grant and take away there: everything there is, or nothing (domain section 3.2).
    fn authority(&self, table: &Table, person: usize, house: usize) -> Mask {
        let kind = self.kind(house);
        let looks_after_them = table[person][house].is_some_and(|standing| {
            standing.status == MembershipStatus::Active && looks_after(kind, standing.held)
        });
        let staff = kind == OrganizationKind::TinPractice && self.is_staff(person);
        if looks_after_them || staff { roles_in(kind) | PERMISSIONS } else { 0 }
    }

    fn active_with(&self, table: &Table, house: usize, right: impl Fn(Mask) -> bool) -> i64 {
        let mut count = 0;
        for memberships in table {
            if let Some(standing) = memberships[house]
                && standing.status == MembershipStatus::Active
                && right(standing.held)
            {
                count += 1;
            }
        }
        count
    }

    /// How many look after the members now.
    fn caretakers(&self, table: &Table, house: usize) -> i64 {
        let kind = self.kind(house);
        self.active_with(table, house, |held| looks_after(kind, held))
    }

    fn agents(&self, table: &Table, house: usize) -> i64 {
        self.active_with(table, house, |held| held & AGENT != 0)
    }

    fn actor(&self, person: usize) -> Actor {
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

    // Choosing a step.

    fn choose(&self, dice: &mut Dice, coalition: &[usize]) -> Step {
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

    /// An organization, more often than not one in which the coalition has a say.
    fn place(&self, dice: &mut Dice, coalition: &[usize]) -> usize {
        let has_a_say =
            |house: &usize| coalition.iter().any(|it| self.authority(&self.table, *it, *house) != 0);
        let own: Vec<usize> = (0..HOUSES).filter(has_a_say).collect();
        if own.is_empty() || dice.one_in(3) { dice.below(HOUSES) } else { dice.any(&own) }
    }

    /// Somebody of the coalition, more often than not one who has a say there.
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

    // Taking it: the rules decide, what they decided is stored as the database stores it.

    /// Whether something came of it.
    fn take(&mut self, step: Step, tally: &mut Tally) -> Result<bool, String> {
        match step {
            Step::Act(deed) => self.act(&deed, tally),
            Step::Invite(letter) => self.invite(letter, tally),
            Step::Accept(number) => self.accept(number, tally),
            Step::CompleteRegistration { person, house } => {
                let standing = self.table[person][house];
                let completed = standing.and_then(|standing| {
                    Some(Standing {
                        status: member::complete_registration(standing.status)?,
                        verified: true,
                        was_active: true,
                        ..standing
                    })
                });
                tally.completed += u64::from(completed.is_some());
                self.table[person][house] = completed.or(standing);
                Ok(completed.is_some())
            }
            Step::Register { person, house } => {
                let practice = self.kind(house) == OrganizationKind::TinPractice;
                if !practice || self.table[person][house].is_some() {
                    return Ok(false);
                }
                self.table[person][house] = Some(Standing {
                    status: MembershipStatus::VerificationPending,
                    held: USER,
                    verified: false,
                    was_active: false,
                });
                tally.registered += 1;
                Ok(true)
            }
            Step::Sweep { house, idle } => Ok(self.sweep(house, idle, tally)),
            Step::MedicaidIds { house, active } => {
                self.houses[house].facts.active_group_medicaid_ids = active;
                Ok(true)
            }
            Step::Lock { person, reason } => {
                self.locks[person] = reason;
                Ok(true)
            }
        }
    }

    fn act(&mut self, deed: &Deed, tally: &mut Tally) -> Result<bool, String> {
        let Deed { house, target, action, .. } = *deed;
        let Some(standing) = self.table[target][house] else { return Ok(false) };
        let actor = self.actor(deed.actor);
        let member = Member {
            id: membership_id(target, house),
            user: user_id(target),
            status: standing.status,
            lock: self.locks[target],
            verified: standing.verified,
            was_active: standing.was_active,
            rights: rights(standing.held),
        };
        let update = Update {
            roles: deed.roles.map(|held| roles_of(held).collect()),
            permissions: deed.permissions.map(|held| permissions_of(held).collect()),
            comment: deed.comment.then(|| Comment::parse("Left the practice", 200).unwrap()),
        };
        let place = &self.houses[house];
        let circumstances = member::Circumstances {
            actor: &actor,
            organization: &place.facts,
            plan: place.plan,
            administrators: self.caretakers(&self.table, house),
        };
        let found = member::examine(action, &circumstances, &member, &update);
        let due = self.against_deed(deed, standing);
        if !same(&found, &due) {
            return Err(format!("the reasons against it are {due:?}, listed are {found:?}"));
        }
        for refusal in &found {
            tally.against_actions[*refusal as usize] += 1;
        }
        let change = match member::decide(action, &circumstances, member, update) {
            Ok(change) => change,
            Err(again) => {
                demand(!found.is_empty() && again == found, "asked twice, the rules answer differently")?;
                return Ok(false);
            }
        };
        demand(found.is_empty(), "decided in spite of a reason against it")?;
        let lets_in = matches!(action, MemberAction::VerifyAccount | MemberAction::EnableUser);
        let after = Standing {
            status: change.status(),
            held: mask(change.rights()),
            verified: change.verified(),
            was_active: standing.was_active || change.status() == MembershipStatus::Active,
        };
        demand(Ok(after.status) == self.status_after(deed, standing), "it ends in another status")?;
        demand(after.held == deed.held_after(standing.held), "other rights than asked for are set")?;
        demand(after.verified == (standing.verified || lets_in), "letting in verifies, nothing else does")?;
        self.table[target][house] = Some(after);
        tally.actions[action as usize] += 1;
        Ok(true)
    }

    fn status_after(&self, deed: &Deed, standing: Standing) -> Result<MembershipStatus, MemberRefusal> {
        let again = self.houses[deed.house].plan.members.reenable_requires_registration;
        let locked = self.locks[deed.target].is_some();
        next(deed.action, standing.status, locked, standing.was_active && !again)
    }

    /// Every reason against it, each for itself: that one applies hides no other.
    fn against_deed(&self, deed: &Deed, standing: Standing) -> Vec<MemberRefusal> {
        let Deed { actor, house, action, .. } = *deed;
        let kind = self.kind(house);
        let practice = kind == OrganizationKind::TinPractice;
        let (before, after) = (standing.held, deed.held_after(standing.held));
        let gained = after & !before;
        let caretakers = self.caretakers(&self.table, house);
        let status = self.status_after(deed, standing);
        let lets_in = matches!(action, MemberAction::VerifyAccount | MemberAction::EnableUser);
        let only_elsewhere = matches!(action, MemberAction::RevokeUser | MemberAction::MakeAdmin);
        let looked = standing.status == MembershipStatus::Active && looks_after(kind, before);
        let looks = status == Ok(MembershipStatus::Active) && looks_after(kind, after);
        let last = status.is_ok() && looked && !looks && caretakers <= 1;
        let mut due = Vec::new();
        let mut list = |applies: bool, refusal: MemberRefusal| {
            if applies {
                due.push(refusal);
            }
        };
        let authority = self.authority(&self.table, actor, house);
        list(!confers(authority, before, after), MemberRefusal::BeyondAuthority);
        let own = actor == deed.target;
        list(own && (after != before || action == MemberAction::EndSessions), MemberRefusal::OwnRights);
        list(
            practice && lets_in && caretakers == 0 && !self.is_staff(actor),
            MemberRefusal::PlanStaffRequired,
        );
        list(last && !practice, MemberRefusal::LastAdministrator);
        list(last && practice, MemberRefusal::LastAccountManager);
        list(action == MemberAction::MakeAdmin && looks_after(kind, before), MemberRefusal::AlreadyHasRole);
        list(practice && only_elsewhere, MemberRefusal::ActionNotOffered);
        list(gained & MANAGER != 0, MemberRefusal::RoleRequiresInvitation);
        list(gained & ROLES & !MANAGER & !roles_in(kind) != 0, MemberRefusal::RoleNotOffered);
        let unknown = gained & PERMISSIONS & !self.houses[house].offered;
        list(unknown != 0, MemberRefusal::PermissionNotOffered);
        if let Err(refusal) = status {
            list(true, refusal);
        }
        due
    }

    fn invite(&mut self, letter: Letter, tally: &mut Tally) -> Result<bool, String> {
        if self.weigh(&letter, tally)?.is_none() {
            return Ok(false);
        }
        for (older, pending) in self.letters.iter().zip(&mut self.pending) {
            if (older.house, older.invitee, older.role) == (letter.house, letter.invitee, letter.role) {
                *pending = false;
            }
        }
        self.letters.push(letter);
        self.pending.push(true);
        tally.invited += 1;
        Ok(true)
    }

    fn accept(&mut self, number: usize, tally: &mut Tally) -> Result<bool, String> {
        let letter = self.letters[number];
        let Letter { inviter, house, invitee, .. } = letter;
        let Some(acceptance) = self.weigh(&letter, tally)? else {
            let lost = self.authority(&self.table, inviter, house) == 0;
            tally.inviter_lost_authority += u64::from(lost);
            return Ok(false);
        };
        let before = self.table[invitee][house];
        let fresh = match self.kind(house) {
            OrganizationKind::TinPractice => MembershipStatus::Unverified,
            _ => MembershipStatus::Active,
        };
        let had = before.filter(|standing| standing.status != MembershipStatus::Revoked);
        let due = match had {
            Some(standing) if standing.status == MembershipStatus::Active => {
                (MembershipStatus::Active, standing.held | letter.offer())
            }
            Some(standing) => (fresh, standing.held | letter.offer()),
            None => (fresh, letter.offer()),
        };
        let (status, held) = (acceptance.status(), mask(acceptance.rights()));
        demand((status, held) == due, "accepting adds what was offered to what is held (R-001, A-38)")?;
        let membership = before.map(|_standing| membership_id(invitee, house));
        demand(acceptance.membership() == membership, "another membership than the invited person's")?;
        let was_active = before.is_some_and(|standing| standing.was_active);
        let active = status == MembershipStatus::Active;
        self.table[invitee][house] =
            Some(Standing { status, held, verified: true, was_active: was_active || active });
        self.pending[number] = false;
        tally.accepted += 1;
        tally.new_managers += u64::from(letter.role == Role::CaAdminManager);
        Ok(true)
    }

    /// Asks the rules about an invitation, when it is made and when it is accepted alike.
    fn weigh(&self, letter: &Letter, tally: &mut Tally) -> Result<Option<Acceptance>, String> {
        let Letter { inviter, house, invitee, .. } = *letter;
        let actor = self.actor(inviter);
        let place = &self.houses[house];
        let known = self.table[invitee][house].map(|standing| KnownMember {
            id: membership_id(invitee, house),
            user: user_id(invitee),
            status: standing.status,
            rights: rights(standing.held),
        });
        let offer = Offer { role: letter.role, permissions: permissions_of(letter.permissions).collect() };
        let circumstances = invitation::Circumstances {
            inviter: &actor,
            organization: &place.facts,
            plan: place.plan,
            active_credentialing_agents: self.agents(&self.table, house),
        };
        let found = invitation::examine(&circumstances, &offer, known.as_ref());
        let (mut due, mut listed) = (self.against_letter(letter), found.clone());
        if found.contains(&InvitationRefusal::RoleNotOffered) {
            // A role that does not exist there is beyond everybody; whether that is said as well is open.
            due.retain(|refusal| *refusal != InvitationRefusal::BeyondAuthority);
            listed.retain(|refusal| *refusal != InvitationRefusal::BeyondAuthority);
        }
        if !same(&listed, &due) {
            return Err(format!("the reasons against it are {due:?}, listed are {found:?}"));
        }
        for refusal in &found {
            tally.against_invitations[*refusal as usize] += 1;
        }
        match invitation::accept(&circumstances, &offer, known.as_ref()) {
            Err(again) => {
                demand(!found.is_empty() && again == found, "asked twice, the rules answer differently")?;
                Ok(None)
            }
            // The rules know who is invited only by a membership. Without one, an address proves to be the inviter's own
            // when the link is followed, and whoever stores the acceptance refuses it there.
            Ok(_) if inviter == invitee && known.is_none() => {
                tally.own_invitations += 1;
                Ok(None)
            }
            Ok(acceptance) => {
                demand(found.is_empty(), "accepted in spite of a reason against it")?;
                Ok(Some(acceptance))
            }
        }
    }

    /// Why the organization may not get another CA Admin Manager now (domain rules ).
    fn ineligibility(&self, table: &Table, house: usize) -> Vec<InvitationRefusal> {
        let mut reasons = Vec::new();
        if self.houses[house].facts.active_group_medicaid_ids < 1 {
            reasons.push(InvitationRefusal::NoGroupMedicaidId);
        }
        if self.agents(table, house) < 2 {
            reasons.push(InvitationRefusal::FewerThanTwoCredentialingAgents);
        }
        if self.kind(house) == OrganizationKind::ThirdPartyCredentialing {
            reasons.push(InvitationRefusal::ThirdPartyOrganization);
        }
        reasons
    }

    /// Every reason against inviting, each for itself.
    fn against_letter(&self, letter: &Letter) -> Vec<InvitationRefusal> {
        let Letter { inviter, house, invitee, role, .. } = *letter;
        let kind = self.kind(house);
        let authority = self.authority(&self.table, inviter, house);
        let manager = role == Role::CaAdminManager;
        let third_party = kind == OrganizationKind::ThirdPartyCredentialing;
        let mut due = Vec::new();
        if roles_in(kind) & role_bit(role) == 0 && !(manager && third_party) {
            due.push(InvitationRefusal::RoleNotOffered);
        } else if manager {
            if authority & ADMINISTRATOR == 0 {
                due.push(InvitationRefusal::OnlyOrganizationAdministrator);
            }
            due.extend(self.ineligibility(&self.table, house));
        }
        if letter.permissions & !self.houses[house].offered != 0 {
            due.push(InvitationRefusal::PermissionNotOffered);
        }
        let known = self.table[invitee][house];
        let had = known.filter(|standing| standing.status != MembershipStatus::Revoked);
        let held = had.map_or(0, |standing| standing.held);
        if !manager && !confers(authority, held, held | letter.offer()) {
            due.push(InvitationRefusal::BeyondAuthority);
        }
        if known.is_some() && inviter == invitee {
            due.push(InvitationRefusal::OwnRights);
        }
        match had {
            Some(standing) if standing.status == MembershipStatus::Disabled => {
                due.push(InvitationRefusal::UserDisabled);
            }
            _ if held & role_bit(role) == 0 => {}
            _ if matches!(role, Role::CaAdminManager | Role::OrganizationAdministrator) => {
                due.push(InvitationRefusal::AlreadyHasRole);
            }
            _ => due.push(InvitationRefusal::AlreadyMember),
        }
        due
    }

    /// Only active members, and only where the plan wants it (domain rule R-178).
    fn sweep(&mut self, house: usize, idle: usize, tally: &mut Tally) -> bool {
        if self.houses[house].plan.members.disable_after_days.is_none() {
            return false;
        }
        let before = self.caretakers(&self.table, house);
        for (person, memberships) in self.table.iter_mut().enumerate() {
            if let Some(standing) = &mut memberships[house]
                && standing.status == MembershipStatus::Active
                && idle & (1 << person) != 0
            {
                standing.status = MembershipStatus::Disabled;
                tally.swept += 1;
            }
        }
        tally.left_alone += u64::from(before > 0 && self.caretakers(&self.table, house) == 0);
        true
    }

    // Accounting for what happened.

    /// Everything that must hold after a step, whoever acts.
    fn account_for(&self, before: &Table, step: Step, accepted: bool) -> Result<(), String> {
        for house in 0..HOUSES {
            let manual = !matches!(step, Step::Sweep { .. });
            if manual && self.caretakers(&self.table, house) == 0 {
                let same = self.caretakers(before, house) == 0;
                demand(same, "R-156, R-181: somebody took away the last one who looked after the members")?;
            }
        }
        match step {
            Step::Act(deed) if accepted => {
                let authority = self.authority(before, deed.actor, deed.house);
                demand(authority != 0, "D-09: somebody without authority did something to a member")?;
            }
            Step::Accept(number) if accepted => {
                let letter = self.letters[number];
                let authority = self.authority(before, letter.inviter, letter.house);
                demand(authority != 0, "D-08: the inviter had no authority when it was accepted")?;
            }
            _ => {}
        }
        for (person, memberships) in self.table.iter().enumerate() {
            for (house, new) in memberships.iter().enumerate() {
                let third_party = self.kind(house) == OrganizationKind::ThirdPartyCredentialing;
                if third_party && let Some(new) = new {
                    demand(
                        new.held & MANAGER == 0,
                        "R-004: a third-party organization has a CA Admin Manager",
                    )?;
                }
                let old = before[person][house];
                if old == *new {
                    continue;
                }
                demand(accepted, "a refusal changed something")?;
                let Some(new) = *new else { return Err("a membership vanished".into()) };
                self.explain(before, step, (person, house), old, new)?;
            }
        }
        Ok(())
    }

    /// How one membership may have changed by that step.
    fn explain(
        &self,
        before: &Table,
        step: Step,
        (person, house): (usize, usize),
        old: Option<Standing>,
        new: Standing,
    ) -> Result<(), String> {
        const ELSEWHERE: &str = "it changed somebody else, too";
        match (step, old) {
            (Step::Act(deed), Some(old)) => {
                demand((deed.target, deed.house) == (person, house), ELSEWHERE)?;
                demand(old.status != MembershipStatus::Revoked, "something became of a revoked membership")?;
                let authority = self.authority(before, deed.actor, house);
                demand(confers(authority, old.held, new.held), "D-09: beyond the authority of who did it")?;
                demand(new.held & !old.held & MANAGER == 0, "R-006: a CA Admin Manager without invitation")?;
                if deed.actor == person {
                    demand(new.held == old.held, "somebody changed their own rights")?;
                    // The plan's staff let anybody in, which gives nothing that was not held.
                    let staff = self.is_staff(person) && self.kind(house) == OrganizationKind::TinPractice;
                    let gives_up =
                        matches!(new.status, MembershipStatus::Disabled | MembershipStatus::Revoked);
                    demand(staff || gives_up || new.status == old.status, "somebody raised themselves")?;
                }
                Ok(())
            }
            (Step::Accept(number), old) => {
                let letter = self.letters[number];
                demand((letter.invitee, letter.house) == (person, house), ELSEWHERE)?;
                demand(letter.inviter != person, "somebody invited themselves")?;
                let disabled = old.is_some_and(|old| old.status == MembershipStatus::Disabled);
                demand(!disabled, "an invitation enabled somebody who is disabled")?;
                // Of what somebody held who was removed for good, nothing comes back.
                let old = old.filter(|old| old.status != MembershipStatus::Revoked);
                let held = old.map_or(0, |old| old.held);
                demand(new.held == held | letter.offer(), "it gave something else than was offered")?;
                let authority = self.authority(before, letter.inviter, house);
                demand(confers(authority, held, new.held), "D-09: beyond the authority of who invited")?;
                if new.held & !held & MANAGER != 0 {
                    demand(
                        self.ineligibility(before, house).is_empty(),
                        "R-003: not eligible when accepted",
                    )?;
                    let inviter = before[letter.inviter][house].filter(|standing| {
                        standing.status == MembershipStatus::Active && standing.held & ADMINISTRATOR != 0
                    });
                    demand(inviter.is_some(), "R-005: not invited by an active administrator")?;
                }
                Ok(())
            }
            (Step::CompleteRegistration { person: who, house: place }, Some(old)) => {
                demand((who, place) == (person, house), ELSEWHERE)?;
                demand(new.held == old.held, "completing a registration changed rights")?;
                let statuses = (old.status, new.status);
                let due = (MembershipStatus::Unverified, MembershipStatus::Active);
                demand(statuses == due, "R-177: only who was let in completes a registration")
            }
            (Step::Register { person: who, house: place }, None) => {
                demand((who, place) == (person, house), ELSEWHERE)?;
                let pending = new.status == MembershipStatus::VerificationPending && new.held == USER;
                demand(pending, "R-173: who registers waits, and holds nothing")
            }
            (Step::Sweep { house: place, .. }, Some(old)) => {
                demand(place == house, ELSEWHERE)?;
                demand(new.held == old.held, "the timetable changed rights")?;
                let statuses = (old.status, new.status);
                let due = (MembershipStatus::Active, MembershipStatus::Disabled);
                demand(statuses == due, "R-178: the timetable disables active members only")
            }
            _ => Err("it changed a membership, though nothing was done to any".into()),
        }
    }
}

fn user_id(person: usize) -> UserId {
    UserId::from_uuid(Uuid::from_u128(100 + person as u128))
}

fn organization_id(house: usize) -> OrganizationId {
    OrganizationId::from_uuid(Uuid::from_u128(200 + house as u128))
}

fn membership_id(person: usize, house: usize) -> MembershipId {
    MembershipId::from_uuid(Uuid::from_u128(1000 + (person * HOUSES + house) as u128))
}

/// Whether both lists have the same entries, each once.
fn same<T: PartialEq>(some: &[T], others: &[T]) -> bool {
    some.len() == others.len() && some.iter().all(|it| others.contains(it))
}

/// What a coalition could ever bring about by acting, while everybody else only follows links.
struct Closure {
    initial: Table,
    /// The most somebody can come to hold.
    ceiling: [[Mask; HOUSES]; PEOPLE],
    /// The least somebody can be left with.
    floor: [[Mask; HOUSES]; PEOPLE],
    /// Whether somebody can be active there at some time.
    may_enter: [[bool; HOUSES]; PEOPLE],
    /// Whether anybody in the coalition has authority anywhere.
    powerful: bool,
}

impl Closure {
    fn of(world: &World<'_>, coalition: &[usize]) -> Self {
        let mut closure = Self {
            initial: world.table,
            ceiling: [[0; HOUSES]; PEOPLE],
            floor: [[0; HOUSES]; PEOPLE],
            may_enter: [[false; HOUSES]; PEOPLE],
            powerful: false,
        };
        for house in 0..HOUSES {
            for person in 0..PEOPLE {
                closure.begin(world, person, house);
            }
            while closure.spread(world, coalition, house) {}
        }
        closure
    }

    /// What somebody has without anybody's doing.
    fn begin(&mut self, world: &World<'_>, person: usize, house: usize) {
        match world.table[person][house] {
            Some(standing) => {
                let removed = standing.status == MembershipStatus::Revoked;
                self.ceiling[person][house] = if removed { 0 } else { standing.held };
                self.floor[person][house] = standing.held;
                // Who was let in completes the registration alone.
                let let_in =
                    matches!(standing.status, MembershipStatus::Active | MembershipStatus::Unverified);
                self.may_enter[person][house] = let_in;
            }
            // Whoever likes registers under a tax id.
            None if world.kind(house) == OrganizationKind::TinPractice => self.ceiling[person][house] = USER,
            None => {}
        }
    }

    /// Lets everybody in the coalition grant everything to everybody but themselves; whether that opened anything new.
    fn spread(&mut self, world: &World<'_>, coalition: &[usize], house: usize) -> bool {
        let kind = world.kind(house);
        let grantable = roles_in(kind) | PERMISSIONS;
        let gain = roles_in(kind) | world.houses[house].offered;
        let mut opened = false;
        for giver in coalition {
            let looks = self.may_enter[*giver][house] && looks_after(kind, self.ceiling[*giver][house]);
            let staff = kind == OrganizationKind::TinPractice && world.is_staff(*giver);
            if !looks && !staff {
                continue;
            }
            self.powerful = true;
            for taker in (0..PEOPLE).filter(|taker| taker != giver) {
                // Who holds more than anybody can grant is out of everybody's reach, until removed for good.
                let out_of_reach = world.table[taker][house].is_some_and(|standing| {
                    standing.status != MembershipStatus::Revoked && standing.held & !grantable != 0
                });
                let ceiling = self.ceiling[taker][house] | gain;
                if out_of_reach
                    || (ceiling == self.ceiling[taker][house]
                        && self.may_enter[taker][house]
                        && self.floor[taker][house] == 0)
                {
                    continue;
                }
                self.ceiling[taker][house] = ceiling;
                self.floor[taker][house] = 0;
                self.may_enter[taker][house] = true;
                opened = true;
            }
        }
        opened
    }

    fn holds(&self, world: &World<'_>) -> Result<(), String> {
        for (person, memberships) in world.table.iter().enumerate() {
            for (house, now) in memberships.iter().enumerate() {
                if *now == self.initial[person][house] {
                    continue;
                }
                let held = now.map_or(0, |standing| standing.held);
                demand(
                    held & !self.ceiling[person][house] == 0,
                    "D-09: somebody holds more than could be granted",
                )?;
                demand(
                    self.floor[person][house] & !held == 0,
                    "D-09: somebody lost what could not be taken",
                )?;
                let active = now.is_some_and(|standing| standing.status == MembershipStatus::Active);
                demand(
                    self.may_enter[person][house] || !active,
                    "D-09: somebody is in whom nobody could let in",
                )?;
            }
        }
        Ok(())
    }

    fn gained(&self, world: &World<'_>, coalition: &[usize]) -> bool {
        let held = |standing: Option<Standing>| standing.map_or(0, |standing| standing.held);
        coalition.iter().any(|person| {
            (0..HOUSES).any(|house| {
                held(world.table[*person][house]) & !held(self.initial[*person][house]) & !USER != 0
            })
        })
    }
}

fn run(plans: &Plans, case: u64, tally: &mut Tally) -> Result<(), String> {
    let seed = Dice(case).roll();
    let mut dice = Dice(seed);
    let mut world = World::random(plans, &mut dice);
    let coalition = dice.coalition();
    let closure = Closure::of(&world, &coalition);
    let mut steps = Vec::with_capacity(STEPS);
    for _ in 0..STEPS {
        let step = world.choose(&mut dice, &coalition);
        steps.push(format!("{step:?}"));
        let before = world.table;
        let taken = world.take(step, tally);
        let judged = taken.and_then(|accepted| world.account_for(&before, step, accepted));
        if let Err(fault) = judged.and_then(|()| closure.holds(&world)) {
            let steps = steps.join("\n  ");
            return Err(format!(
                "{fault}\ncase {case}, seed {seed:#018x}, coalition {coalition:?}, platform roles {:?}\n  {steps}\n\
                 before the last step: {before:?}",
                world.platform_roles
            ));
        }
    }
    let small = coalition.len() < PEOPLE;
    tally.coalitions_that_gained += u64::from(small && closure.gained(&world, &coalition));
    tally.powerless += u64::from(!closure.powerful);
    Ok(())
}

fn run_every(plans: &Plans, cases: impl Iterator<Item = u64>) -> Result<Tally, String> {
    let mut tally = Tally::default();
    for case in cases {
        run(plans, case, &mut tally)?;
    }
    Ok(tally)
}

#[test]
fn d_09_no_coalition_ever_gains_more_than_it_could_grant() {
    let asked = std::env::var("DELEGATION_CASES").ok().and_then(|cases| cases.parse().ok());
    let cases = asked.unwrap_or(CASES).max(CASES);
    let plans = Plans::read();
    let shares = thread::available_parallelism().map_or(1, |count| count.get().min(16));
    let outcomes: Vec<Result<Tally, String>> = thread::scope(|scope| {
        let plans = &plans;
        let share =
            |first: usize| scope.spawn(move || run_every(plans, (first as u64..cases).step_by(shares)));
        let workers: Vec<_> = (0..shares).map(share).collect();
        workers.into_iter().map(|worker| worker.join().unwrap()).collect()
    });
    let mut total = Tally::default();
    for outcome in outcomes {
        match outcome {
            Ok(tally) => total.add(tally),
            Err(fault) => panic!("{fault}"),
        }
    }
    for (what, count) in total.all() {
        assert!(*count > 0, "this never happened, so nothing was shown about it: {what}");
    }
}

fn active(held: Mask) -> Option<Standing> {
    Some(Standing { status: MembershipStatus::Active, held, verified: true, was_active: true })
}

#[test]
fn the_oracle_gives_a_lone_administrator_nothing_new_and_two_people_everything_there_is() {
    let plans = Plans::read();
    let mut world = World::empty(&plans);
    for house in [GROUP, THIRD_PARTY] {
        world.table[3][house] = active(ADMINISTRATOR);
        world.table[4][house] = active(AGENT);
    }
    let alone = Closure::of(&world, &[3]);
    assert_eq!(alone.ceiling[3][GROUP], ADMINISTRATOR, "nobody changes their own rights");
    assert_eq!(alone.floor[3][GROUP], ADMINISTRATOR);
    assert_eq!(alone.ceiling[4][GROUP], ROLES);
    let together = Closure::of(&world, &[3, 4]);
    assert_eq!(together.ceiling[3][GROUP], ROLES);
    assert_eq!(together.ceiling[3][THIRD_PARTY], ROLES & !MANAGER);
    let agent = Closure::of(&world, &[4]);
    assert_eq!((agent.ceiling[3][GROUP], agent.ceiling[4][GROUP]), (ADMINISTRATOR, AGENT));
    assert!(!agent.powerful);
}

#[test]
fn the_oracle_gives_a_disabled_account_manager_nothing_until_the_plans_staff_joins_in() {
    let plans = Plans::read();
    let mut world = World::empty(&plans);
    let manager = active(USER | MANAGE_ACCOUNT);
    world.table[3][PRACTICE] =
        manager.map(|standing| Standing { status: MembershipStatus::Disabled, ..standing });
    world.table[4][PRACTICE] = active(USER);
    let helpless = Closure::of(&world, &[3, 4]);
    assert!(!helpless.powerful && !helpless.may_enter[3][PRACTICE]);
    assert_eq!(helpless.ceiling[4][PRACTICE], USER);
    world.platform_roles[5] = Some(PlatformRole::PlanStaff);
    let helped = Closure::of(&world, &[3, 5]);
    assert!(helped.may_enter[3][PRACTICE]);
    assert_eq!(helped.ceiling[4][PRACTICE], USER | world.houses[PRACTICE].offered);
}
