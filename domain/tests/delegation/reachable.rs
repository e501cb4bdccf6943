//! The rights that users can reach by acting together, computed independently of the rules.

use portal_domain::organizations::membership::MembershipStatus;
use portal_domain::organizations::organization::OrganizationKind;

use crate::reference::*;
use crate::state::{
    ACCOUNT_USER, Mask, MembershipRecord, Memberships, ORGANIZATION_COUNT, PERMISSIONS, State, USER_COUNT,
};

/// Every change that the acting users can cause while all other users only follow links.
pub(crate) struct ReachableRights {
    initial: Memberships,
    /// The most rights that each user can ever hold.
    pub(crate) maximum: [[Mask; ORGANIZATION_COUNT]; USER_COUNT],
    /// The fewest rights that each user can be left with.
    pub(crate) minimum: [[Mask; ORGANIZATION_COUNT]; USER_COUNT],
    /// Whether each user can ever become active.
    pub(crate) can_become_active: [[bool; ORGANIZATION_COUNT]; USER_COUNT],
    /// Whether any acting user can grant rights in any organization.
    pub(crate) has_authority: bool,
}

impl ReachableRights {
    pub(crate) fn of(state: &State<'_>, actors: &[usize]) -> Self {
        let mut reachable = Self {
            initial: state.memberships,
            maximum: [[0; ORGANIZATION_COUNT]; USER_COUNT],
            minimum: [[0; ORGANIZATION_COUNT]; USER_COUNT],
            can_become_active: [[false; ORGANIZATION_COUNT]; USER_COUNT],
            has_authority: false,
        };
        for organization in 0..ORGANIZATION_COUNT {
            for user in 0..USER_COUNT {
                reachable.set_initial_bounds(state, user, organization);
            }
            while reachable.extend_bounds(state, actors, organization) {}
        }
        reachable
    }

    /// Sets the bounds that apply if no acting user does anything.
    fn set_initial_bounds(&mut self, state: &State<'_>, user: usize, organization: usize) {
        match state.memberships[user][organization] {
            Some(membership) => {
                let revoked = membership.status == MembershipStatus::Revoked;
                self.maximum[user][organization] = if revoked { 0 } else { membership.held };
                self.minimum[user][organization] = membership.held;
                // An admitted user can complete registration without anyone's help.
                let admitted =
                    matches!(membership.status, MembershipStatus::Active | MembershipStatus::Unverified);
                self.can_become_active[user][organization] = admitted;
            }
            // Anyone can register under a tax ID.
            None if state.kind(organization) == OrganizationKind::TinPractice => {
                self.maximum[user][organization] = ACCOUNT_USER
            }
            None => {}
        }
    }

    /// Lets each acting user grant all grantable rights to everyone else. Returns whether this
    /// extends the bounds.
    fn extend_bounds(&mut self, state: &State<'_>, actors: &[usize], organization: usize) -> bool {
        let kind = state.kind(organization);
        let grantable = roles_in(kind) | PERMISSIONS;
        let granted = roles_in(kind) | state.organizations[organization].offered;
        let mut extended = false;
        for granter in actors {
            let manages = self.can_become_active[*granter][organization]
                && manages_members(kind, self.maximum[*granter][organization]);
            let staff = kind == OrganizationKind::TinPractice && state.is_staff(*granter);
            if !manages && !staff {
                continue;
            }
            self.has_authority = true;
            for grantee in 0..USER_COUNT {
                let own = grantee == *granter;
                let held = if own {
                    self.maximum[grantee][organization]
                } else {
                    self.maximum[grantee][organization] | granted
                };
                let minimum = if own { self.minimum[grantee][organization] } else { 0 };
                // No one can change a member who holds rights that cannot be granted. After a
                // revocation, the member can be invited again.
                let unchangeable = state.memberships[grantee][organization].is_some_and(|membership| {
                    membership.status != MembershipStatus::Revoked && membership.held & !grantable != 0
                });
                let reached = (held, minimum, self.can_become_active[grantee][organization] || !own);
                let before = (
                    self.maximum[grantee][organization],
                    self.minimum[grantee][organization],
                    self.can_become_active[grantee][organization],
                );
                if !unchangeable && reached != before {
                    (
                        self.maximum[grantee][organization],
                        self.minimum[grantee][organization],
                        self.can_become_active[grantee][organization],
                    ) = reached;
                    extended = true;
                }
            }
        }
        extended
    }

    /// Checks that every changed membership is within the bounds.
    pub(crate) fn check(&self, state: &State<'_>) -> Result<(), String> {
        for (user, user_memberships) in state.memberships.iter().enumerate() {
            for (organization, current) in user_memberships.iter().enumerate() {
                if *current == self.initial[user][organization] {
                    continue;
                }
                let held = current.map_or(0, |membership| membership.held);
                ensure(
                    held & !self.maximum[user][organization] == 0,
                    "D-09: a member holds a right that no acting user could grant",
                )?;
                ensure(
                    self.minimum[user][organization] & !held == 0,
                    "D-09: a member lost a right that no acting user could remove",
                )?;
                let active = current.is_some_and(|membership| membership.status == MembershipStatus::Active);
                ensure(
                    self.can_become_active[user][organization] || !active,
                    "D-09: a member is active whom no acting user could admit",
                )?;
            }
        }
        Ok(())
    }

    /// Whether an acting user gained rights other than the account user role.
    pub(crate) fn gained(&self, state: &State<'_>, actors: &[usize]) -> bool {
        let held = |membership: Option<MembershipRecord>| membership.map_or(0, |membership| membership.held);
        actors.iter().any(|user| {
            (0..ORGANIZATION_COUNT).any(|organization| {
                held(state.memberships[*user][organization])
                    & !held(self.initial[*user][organization])
                    & !ACCOUNT_USER
                    != 0
            })
        })
    }
}
