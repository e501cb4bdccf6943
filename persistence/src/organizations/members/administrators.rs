//! The managers of an organization, and a user's roles in all organizations.

use diesel::prelude::*;
use portal_domain::Instant;
use portal_domain::ground::email::EmailAddress;
use portal_domain::ground::id::{MembershipId, OrganizationId, SessionId, UserId};
use portal_domain::ground::plan_code::PlanCode;
use portal_domain::identity::user::{LockReason, PlatformRole};
use portal_domain::organizations::actor::Actor;
use portal_domain::organizations::addressee::Addressee;
use portal_domain::organizations::membership::{Membership, MembershipStatus, Permission, Role};
use portal_domain::organizations::organization::OrganizationKind;

use crate::column::Sql;
use crate::error::StoreError;
use crate::organizations::members::Members;
use crate::organizations::memberships::{PERMISSION, ROLE};
use crate::query::RunQueryDsl;
use crate::schema::{membership_rights, memberships, organizations, user_platform_roles, users};

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
        let (right_kind, name) = match kind {
            OrganizationKind::TinPractice => (PERMISSION, Permission::ManageAccount.as_str()),
            _ => (ROLE, Role::OrganizationAdministrator.as_str()),
        };
        let rows: Vec<(UserId, String, String, String)> = memberships::table
            .inner_join(users::table)
            .inner_join(membership_rights::table)
            .filter(memberships::organization_id.eq(Sql(organization)))
            .filter(memberships::status.eq(Sql(MembershipStatus::Active)))
            .filter(users::disabled_at.is_null())
            .filter(membership_rights::kind.eq(right_kind))
            .filter(membership_rights::name.eq(name))
            .order(memberships::id)
            .select((users::id, users::first_name, users::last_name, users::email))
            .load(self.tx.connection)?;
        addressees(rows)
    }

    /// The plan's staff. They receive registrations that no one in the practice can process.
    pub fn plan_staff(&mut self) -> Result<Vec<Addressee>, StoreError> {
        let rows: Vec<(UserId, String, String, String)> = users::table
            .inner_join(user_platform_roles::table)
            .filter(user_platform_roles::role.eq(Sql(PlatformRole::PlanStaff)))
            .filter(users::disabled_at.is_null())
            .order(users::id)
            .select((users::id, users::first_name, users::last_name, users::email))
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
        type Row = (String, String, Option<LockReason>, Option<Instant>);
        let row: Option<Row> = users::table
            .find(Sql(user))
            .select((users::first_name, users::last_name, users::lock_reason, users::disabled_at))
            .first(self.tx.connection)
            .optional()?;
        let Some((first, last, _, None)) = row else { return Ok(None) };
        let platform_roles = user_platform_roles::table
            .filter(user_platform_roles::user_id.eq(Sql(user)))
            .select(user_platform_roles::role)
            .load(self.tx.connection)?;
        let rows: Vec<(MembershipId, OrganizationId, OrganizationKind, PlanCode, MembershipStatus)> =
            memberships::table
                .inner_join(organizations::table)
                .filter(memberships::user_id.eq(Sql(user)))
                .select((
                    memberships::id,
                    organizations::id,
                    organizations::kind,
                    organizations::plan,
                    memberships::status,
                ))
                .load(self.tx.connection)?;
        let ids: Vec<_> = rows.iter().map(|(id, ..)| *id).collect();
        let mut rights = self.rights_of(&ids)?;
        let memberships = rows.into_iter().map(|(id, organization, kind, plan, status)| {
            let held = rights.remove(&id).unwrap_or_default();
            Membership {
                id,
                organization,
                kind,
                plan,
                status,
                roles: held.roles.into_iter().collect(),
                permissions: held.permissions.into_iter().collect(),
            }
        });
        Ok(Some(Actor {
            user,
            session: SessionId::from_uuid(uuid::Uuid::nil()),
            name: format!("{first} {last}"),
            platform_roles,
            memberships: memberships.collect(),
        }))
    }
}

fn addressees(rows: Vec<(UserId, String, String, String)>) -> Result<Vec<Addressee>, StoreError> {
    rows.into_iter()
        .map(|(user, first, last, email)| {
            let email = EmailAddress::parse(&email)
                .map_err(|_error| StoreError::Schema("users.email holds no address".into()))?;
            Ok(Addressee { user, name: format!("{first} {last}"), email })
        })
        .collect()
}
