//! The managers of an organization, and a user's roles in all organizations.

use std::collections::BTreeSet;

use diesel::prelude::*;
use portal_domain::ground::id::{MembershipId, OrganizationId, SessionId, UserId};
use portal_domain::ground::plan_code::PlanCode;
use portal_domain::identity::user::{HeldRole, PlatformRole};
use portal_domain::organizations::actor::Actor;
use portal_domain::organizations::addressee::Addressee;
use portal_domain::organizations::delegation::administering_right;
use portal_domain::organizations::membership::{Membership, MembershipStatus, Role};
use portal_domain::organizations::organization::OrganizationKind;

use crate::column::Sql;
use crate::error::StoreError;
use crate::identity::users::{UserName, not_contained, stored_address};
use crate::organizations::members::Members;
use crate::organizations::memberships::{ROLE, stored};
use crate::query::{RunQueryDsl, SelectableHelper};
use crate::schema::{membership_rights, memberships, organizations, user_platform_roles, users};

#[derive(Queryable, Selectable)]
#[diesel(table_name = users)]
struct AddresseeRow {
    #[diesel(column_name = id)]
    user: UserId,
    #[diesel(embed)]
    name: UserName,
    email: String,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = memberships)]
struct MembershipRow {
    id: MembershipId,
    #[diesel(column_name = organization_id)]
    organization: OrganizationId,
    #[diesel(select_expression = organizations::kind)]
    kind: OrganizationKind,
    #[diesel(select_expression = organizations::plan)]
    plan: PlanCode,
    status: MembershipStatus,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = memberships)]
struct AdministrationRow {
    #[diesel(column_name = organization_id)]
    organization: OrganizationId,
    #[diesel(select_expression = organizations::kind)]
    organization_kind: OrganizationKind,
    #[diesel(select_expression = membership_rights::kind)]
    right_kind: String,
    #[diesel(select_expression = membership_rights::name)]
    right: String,
}

impl AdministrationRow {
    /// Whether the right is the one that administers organizations of this kind.
    fn administers(&self) -> bool {
        stored(administering_right(self.organization_kind)) == (self.right_kind.as_str(), self.right.as_str())
    }
}

/// The rights of active members, with their organizations and users.
macro_rules! administrations {
    () => {
        memberships::table
            .inner_join(users::table)
            .inner_join(organizations::table)
            .inner_join(membership_rights::table)
            .filter(memberships::status.eq(Sql(MembershipStatus::Active)))
    };
}

impl Members<'_, '_> {
    /// The organization of a membership.
    pub fn organization_of(&mut self, id: MembershipId) -> Result<Option<OrganizationId>, StoreError> {
        Ok(memberships::table
            .find(Sql(id))
            .select(memberships::organization_id)
            .first(self.tx.connection)
            .optional()?)
    }

    /// The users who currently manage the members: active administrators, or account managers of a
    /// practice.
    pub fn administrators(
        &mut self,
        organization: OrganizationId,
        kind: OrganizationKind,
    ) -> Result<Vec<Addressee>, StoreError> {
        let (right_kind, name) = stored(administering_right(kind));
        let rows: Vec<AddresseeRow> = memberships::table
            .inner_join(users::table)
            .inner_join(membership_rights::table)
            .filter(memberships::organization_id.eq(Sql(organization)))
            .filter(memberships::status.eq(Sql(MembershipStatus::Active)))
            .filter(not_contained!())
            .filter(membership_rights::kind.eq(right_kind))
            .filter(membership_rights::name.eq(name))
            .order(memberships::id)
            .select(AddresseeRow::as_select())
            .load(self.tx.connection)?;
        addressees(rows)
    }

    /// The organizations of which the user is the only active administrator.
    pub fn sole_administrations(&mut self, user: UserId) -> Result<Vec<OrganizationId>, StoreError> {
        let own: Vec<AdministrationRow> = administrations!()
            .filter(memberships::user_id.eq(Sql(user)))
            .order(memberships::organization_id)
            .select(AdministrationRow::as_select())
            .load(self.tx.connection)?;
        let own: Vec<OrganizationId> =
            own.into_iter().filter(AdministrationRow::administers).map(|row| row.organization).collect();
        let others: Vec<AdministrationRow> = administrations!()
            .filter(memberships::organization_id.eq_any(own.iter().copied().map(Sql)))
            .filter(memberships::user_id.ne(Sql(user)))
            .filter(not_contained!())
            .select(AdministrationRow::as_select())
            .load(self.tx.connection)?;
        let shared: BTreeSet<OrganizationId> =
            others.into_iter().filter(AdministrationRow::administers).map(|row| row.organization).collect();
        Ok(own.into_iter().filter(|organization| !shared.contains(organization)).collect())
    }

    /// The staff of a plan. They receive registrations that no one in the practice can process.
    pub fn plan_staff(&mut self, plan: PlanCode) -> Result<Vec<Addressee>, StoreError> {
        let rows: Vec<AddresseeRow> = users::table
            .inner_join(user_platform_roles::table)
            .filter(user_platform_roles::role.eq(Sql(PlatformRole::PlanStaff)))
            .filter(user_platform_roles::plan.is_null().or(user_platform_roles::plan.eq(Some(Sql(plan)))))
            .filter(not_contained!())
            .order(users::id)
            .select(AddresseeRow::as_select())
            .load(self.tx.connection)?;
        addressees(rows)
    }

    /// The number of active credentialing agents (domain rule R-003).
    pub fn active_credentialing_agents(&mut self, organization: OrganizationId) -> Result<i64, StoreError> {
        Ok(memberships::table
            .inner_join(membership_rights::table)
            .filter(memberships::organization_id.eq(Sql(organization)))
            .filter(memberships::status.eq(Sql(MembershipStatus::Active)))
            .filter(membership_rights::kind.eq(ROLE))
            .filter(membership_rights::name.eq(Role::CredentialingAgent.as_str()))
            .count()
            .get_result(self.tx.connection)?)
    }

    /// A user as an actor without a session. When an invitation is accepted, this is used to check
    /// that the inviter may still invite (decision D-08). `None` if the user does not exist or is
    /// disabled.
    pub fn actor(&mut self, user: UserId) -> Result<Option<Actor>, StoreError> {
        let name: Option<UserName> = users::table
            .find(Sql(user))
            .filter(not_contained!())
            .select(UserName::as_select())
            .first(self.tx.connection)
            .optional()?;
        let Some(name) = name else { return Ok(None) };
        let platform_roles: Vec<(PlatformRole, Option<PlanCode>)> = user_platform_roles::table
            .filter(user_platform_roles::user_id.eq(Sql(user)))
            .select((user_platform_roles::role, user_platform_roles::plan))
            .load(self.tx.connection)?;
        let rows: Vec<MembershipRow> = memberships::table
            .inner_join(organizations::table)
            .filter(memberships::user_id.eq(Sql(user)))
            .select(MembershipRow::as_select())
            .load(self.tx.connection)?;
        let ids: Vec<_> = rows.iter().map(|row| row.id).collect();
        let mut rights = self.rights_of(&ids)?;
        let memberships = rows.into_iter().map(|row| {
            let held = rights.remove(&row.id).unwrap_or_default();
            Membership {
                id: row.id,
                organization: row.organization,
                kind: row.kind,
                plan: row.plan,
                status: row.status,
                roles: held.roles.into_iter().collect(),
                permissions: held.permissions.into_iter().collect(),
            }
        });
        Ok(Some(Actor {
            user,
            session: SessionId::from_uuid(uuid::Uuid::nil()),
            name: name.to_string(),
            platform_roles: platform_roles.into_iter().map(|(role, plan)| HeldRole { role, plan }).collect(),
            memberships: memberships.collect(),
        }))
    }
}

fn addressees(rows: Vec<AddresseeRow>) -> Result<Vec<Addressee>, StoreError> {
    rows.into_iter()
        .map(|AddresseeRow { user, name, email }| {
            Ok(Addressee { user, name: name.to_string(), email: stored_address(&email)? })
        })
        .collect()
}
