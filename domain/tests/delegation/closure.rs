//! The rights that a coalition of users can reach together, computed independently of the rules.

use portal_domain::organizations::membership::MembershipStatus;
use portal_domain::organizations::organization::OrganizationKind;

use crate::oracle::*;
use crate::world::{HOUSES, Mask, PEOPLE, PERMISSIONS, Standing, Table, USER, World};

/// The changes that a coalition can ever cause, while everyone else only follows links.
pub(crate) struct Closure {
    initial: Table,
    /// The most rights that each user can ever hold.
    pub(crate) ceiling: [[Mask; HOUSES]; PEOPLE],
    /// The fewest rights that each user can be left with.
    pub(crate) floor: [[Mask; HOUSES]; PEOPLE],
    /// Whether each user can ever become active.
    pub(crate) may_enter: [[bool; HOUSES]; PEOPLE],
    /// Whether any member of the coalition can grant rights anywhere.
    pub(crate) powerful: bool,
}

impl Closure {
    pub(crate) fn of(world: &World<'_>, coalition: &[usize]) -> Self {
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

    /// Sets the bounds that hold without any action of the coalition.
    fn begin(&mut self, world: &World<'_>, person: usize, house: usize) {
        match world.table[person][house] {
            Some(standing) => {
                let removed = standing.status == MembershipStatus::Revoked;
                self.ceiling[person][house] = if removed { 0 } else { standing.held };
                self.floor[person][house] = standing.held;
                // An admitted user can complete registration without anyone's help.
                let let_in =
                    matches!(standing.status, MembershipStatus::Active | MembershipStatus::Unverified);
                self.may_enter[person][house] = let_in;
            }
            // Anyone can register under a tax ID.
            None if world.kind(house) == OrganizationKind::TinPractice => self.ceiling[person][house] = USER,
            None => {}
        }
    }

    /// Lets each coalition member grant everything to everyone else. Returns whether this extends
    /// the bounds.
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
            for taker in 0..PEOPLE {
                let own = taker == *giver;
                let held = if own { self.ceiling[taker][house] } else { self.ceiling[taker][house] | gain };
                let floor = if own { self.floor[taker][house] } else { 0 };
                let lets_in = !own;
                // A member who holds more than anyone can grant is out of reach until revoked.
                let out_of_reach = world.table[taker][house].is_some_and(|standing| {
                    standing.status != MembershipStatus::Revoked && standing.held & !grantable != 0
                });
                let reached = (held, floor, self.may_enter[taker][house] || lets_in);
                let before =
                    (self.ceiling[taker][house], self.floor[taker][house], self.may_enter[taker][house]);
                if !out_of_reach && reached != before {
                    (self.ceiling[taker][house], self.floor[taker][house], self.may_enter[taker][house]) =
                        reached;
                    opened = true;
                }
            }
        }
        opened
    }

    pub(crate) fn holds(&self, world: &World<'_>) -> Result<(), String> {
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

    pub(crate) fn gained(&self, world: &World<'_>, coalition: &[usize]) -> bool {
        let held = |standing: Option<Standing>| standing.map_or(0, |standing| standing.held);
        coalition.iter().any(|person| {
            (0..HOUSES).any(|house| {
                held(world.table[*person][house]) & !held(self.initial[*person][house]) & !USER != 0
            })
        })
    }
}
