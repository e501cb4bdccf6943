//! Rights as bits, and the random number generator that draws them.

use portal_domain::organizations::delegation::Rights;
use portal_domain::organizations::membership::{Permission, Role};

use crate::USER_COUNT;

/// Rights as bits: four roles, then seven permissions, in declaration order.
pub(crate) type Mask = u16;

pub(crate) const ADMINISTRATOR: Mask = role_bit(Role::OrganizationAdministrator);
pub(crate) const CA_ADMIN_MANAGER: Mask = role_bit(Role::CaAdminManager);
pub(crate) const AGENT: Mask = role_bit(Role::CredentialingAgent);
pub(crate) const ACCOUNT_USER: Mask = role_bit(Role::AccountUser);
pub(crate) const ROLES: Mask = ADMINISTRATOR | CA_ADMIN_MANAGER | AGENT | ACCOUNT_USER;
pub(crate) const MANAGE_ACCOUNT: Mask = permission_bit(Permission::ManageAccount);
pub(crate) const PERMISSIONS: Mask = 0b111_1111 << 4;

pub(crate) const fn role_bit(role: Role) -> Mask {
    1 << (role as Mask)
}

pub(crate) const fn permission_bit(permission: Permission) -> Mask {
    1 << (permission as Mask + 4)
}

pub(crate) fn roles_of(held: Mask) -> impl Iterator<Item = Role> {
    Role::ALL.iter().copied().filter(move |role| held & role_bit(*role) != 0)
}

pub(crate) fn permissions_of(held: Mask) -> impl Iterator<Item = Permission> {
    Permission::ALL.iter().copied().filter(move |permission| held & permission_bit(*permission) != 0)
}

pub(crate) fn rights(held: Mask) -> Rights {
    Rights::new(roles_of(held), permissions_of(held))
}

pub(crate) fn mask(rights: &Rights) -> Mask {
    let roles = rights.roles.iter().fold(0, |held, role| held | role_bit(*role));
    rights.permissions.iter().fold(roles, |held, permission| held | permission_bit(*permission))
}

/// A SplitMix64 random number generator.
pub(crate) struct Rng(pub(crate) u64);

impl Rng {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    pub(crate) fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound as u64) as usize
    }

    pub(crate) fn one_in(&mut self, count: usize) -> bool {
        self.below(count) == 0
    }

    pub(crate) fn pick<T: Copy>(&mut self, values: &[T]) -> T {
        values[self.below(values.len())]
    }

    pub(crate) fn permissions(&mut self, offered: Mask) -> Mask {
        let any = self.next() as Mask & PERMISSIONS;
        if self.one_in(10) { any } else { any & offered }
    }

    /// The acting users: all of them, three, two, or one.
    pub(crate) fn acting_users(&mut self) -> Vec<usize> {
        let size = match self.below(10) {
            0..4 => USER_COUNT,
            4..6 => 3,
            6..8 => 2,
            _ => 1,
        };
        let mut users: Vec<usize> = (0..USER_COUNT).collect();
        while users.len() > size {
            let removed = self.below(users.len());
            users.swap_remove(removed);
        }
        users
    }
}
