//! Memberships, and members as credentialing agents.

use std::collections::BTreeMap;

use diesel::prelude::*;
use portal_domain::ground::id::{MembershipId, OrganizationId, UserId};
use portal_domain::ground::notice::Recipient;
use portal_domain::organizations::delegation::{Right, Rights};
use portal_domain::organizations::membership::{
    Agent, Manager, MembershipStatus, NOTIFIED_ROLES, Permission, Role, managers_to_notify,
};

use crate::column::Sql;
pub use crate::database::Memberships;
use crate::dialect::{load_held, on};
use crate::error::{StoreError, exactly, known};
use crate::identity::users::UserName;
use crate::page::Page;
use crate::query::{RunQueryDsl, SelectableHelper};
use crate::schema::{membership_rights, memberships, organizations, users};

pub(crate) const ROLE: &str = "role";
const PERMISSION: &str = "permission";

/// The kind and name under which a right is stored.
pub(crate) const fn stored(right: Right) -> (&'static str, &'static str) {
    match right {
        Right::Role(role) => (ROLE, role.as_str()),
        Right::Permission(permission) => (PERMISSION, permission.as_str()),
    }
}

/// A membership to create.
#[derive(Clone, Debug)]
pub struct NewMembership {
    /// The id.
    pub id: MembershipId,
    /// The organization.
    pub organization: OrganizationId,
    /// The user.
    pub user: UserId,
    /// The status.
    pub status: MembershipStatus,
    /// The roles held.
    pub roles: Vec<Role>,
    /// The permissions held.
    pub permissions: Vec<Permission>,
}

/// The position of an agent in the list of agents: last name, first name, id.
pub type AgentPlace = (String, String, MembershipId);

#[derive(Queryable, Selectable)]
#[diesel(table_name = memberships)]
struct AgentRow {
    id: MembershipId,
    #[diesel(column_name = user_id)]
    user: UserId,
    #[diesel(embed)]
    name: UserName,
    status: MembershipStatus,
    #[diesel(select_expression = membership_rights::name.nullable())]
    role: Option<String>,
}

impl From<AgentRow> for Agent {
    fn from(row: AgentRow) -> Self {
        Self {
            id: row.id,
            user: row.user,
            name: row.name.to_string(),
            status: row.status,
            is_credentialing_agent: row.role.is_some(),
        }
    }
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = memberships)]
struct ManagerRow {
    #[diesel(column_name = organization_id)]
    organization: OrganizationId,
    #[diesel(column_name = user_id)]
    user: UserId,
    #[diesel(embed)]
    name: UserName,
    #[diesel(select_expression = membership_rights::name)]
    role: String,
}

/// Members, with their credentialing agent role if they have it.
macro_rules! agents {
    () => {
        memberships::table
            .inner_join(users::table)
            .left_join(
                membership_rights::table.on(membership_rights::membership_id
                    .eq(memberships::id)
                    .and(membership_rights::kind.eq(ROLE))
                    .and(membership_rights::name.eq(Role::CredentialingAgent.as_str()))),
            )
            .select(AgentRow::as_select())
    };
}

impl Memberships<'_, '_> {
    /// The members of that organization with these ids, whether or not they are agents.
    pub fn agents_by_id(
        &mut self,
        organization: OrganizationId,
        ids: &[MembershipId],
    ) -> Result<Vec<Agent>, StoreError> {
        let rows: Vec<AgentRow> = agents!()
            .filter(memberships::organization_id.eq(Sql(organization)))
            .filter(memberships::id.eq_any(ids.iter().copied().map(Sql)))
            .load(self.tx.connection)?;
        Ok(rows.into_iter().map(Agent::from).collect())
    }

    /// Like [`Self::agents_by_id`], but locks the memberships, so that no member is disabled or
    /// removed while work is being assigned to them.
    pub fn agents_by_id_held(
        &mut self,
        organization: OrganizationId,
        ids: &[MembershipId],
    ) -> Result<Vec<Agent>, StoreError> {
        let query = memberships::table
            .filter(memberships::organization_id.eq(Sql(organization)))
            .filter(memberships::id.eq_any(ids.iter().copied().map(Sql).collect::<Vec<_>>()))
            .order(memberships::id)
            .select(memberships::id);
        let _held: Vec<MembershipId> = load_held!(&mut *self.tx.connection, query)?;
        self.agents_by_id(organization, ids)
    }

    /// An organization's credentialing agents, ordered by name, each with their position in the
    /// list. It includes agents who were disabled or left, because their work needs another agent
    /// (domain rule R-021).
    pub fn list_agents(
        &mut self,
        organization: OrganizationId,
        after: Option<AgentPlace>,
        limit: i64,
    ) -> Result<Page<(Agent, AgentPlace)>, StoreError> {
        let mut query = agents!()
            .filter(memberships::organization_id.eq(Sql(organization)))
            .filter(membership_rights::name.is_not_null())
            .into_boxed();
        if let Some((last, first, id)) = after {
            query = query.filter(
                users::last_name.gt(last.clone()).or(users::last_name.eq(last).and(
                    users::first_name
                        .gt(first.clone())
                        .or(users::first_name.eq(first).and(memberships::id.gt(Sql(id)))),
                )),
            );
        }
        let rows: Vec<AgentRow> = query
            .order((users::last_name, users::first_name, memberships::id))
            .limit(limit + 1)
            .load(self.tx.connection)?;
        Page::from_rows(rows, limit).try_map(|row| {
            let place = (row.name.last_name.clone(), row.name.first_name.clone(), row.id);
            Ok((Agent::from(row), place))
        })
    }

    /// The managers to notify in each organization when the agent concerned cannot act on an event
    /// ([`managers_to_notify`]), ordered by last name and first name. Organizations without managers
    /// are omitted.
    pub fn managers_to_notify(
        &mut self,
        organizations: &[OrganizationId],
    ) -> Result<BTreeMap<OrganizationId, Vec<Recipient>>, StoreError> {
        let rows: Vec<ManagerRow> = memberships::table
            .inner_join(users::table)
            .inner_join(membership_rights::table.on(
                membership_rights::membership_id.eq(memberships::id).and(membership_rights::kind.eq(ROLE)),
            ))
            .filter(memberships::organization_id.eq_any(organizations.iter().copied().map(Sql)))
            .filter(memberships::status.eq(Sql(MembershipStatus::Active)))
            .filter(membership_rights::name.eq_any(NOTIFIED_ROLES.map(|role| role.as_str())))
            .order((users::last_name, users::first_name, memberships::id))
            .select(ManagerRow::as_select())
            .load(self.tx.connection)?;
        let holders = rows.into_iter().map(|row| {
            Ok(Manager {
                organization: row.organization,
                user: row.user,
                name: row.name.to_string(),
                role: known(Role::parse(&row.role), "membership_rights", "name", &row.role)?,
            })
        });
        let mut managers: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for Manager { organization, user, name, .. } in
            managers_to_notify(holders.collect::<Result<_, StoreError>>()?)
        {
            managers.entry(organization).or_default().push(Recipient { user, name });
        }
        Ok(managers)
    }

    /// The managers to notify in one organization.
    pub fn managers_of(&mut self, organization: OrganizationId) -> Result<Vec<Recipient>, StoreError> {
        Ok(self.managers_to_notify(&[organization])?.remove(&organization).unwrap_or_default())
    }

    /// Creates a membership.
    pub fn insert(&mut self, new: &NewMembership) -> Result<(), StoreError> {
        diesel::insert_into(memberships::table)
            .values((
                memberships::id.eq(Sql(new.id)),
                memberships::organization_id.eq(Sql(new.organization)),
                memberships::user_id.eq(Sql(new.user)),
                memberships::status.eq(Sql(new.status)),
                memberships::verified.eq(!matches!(
                    new.status,
                    MembershipStatus::Invited | MembershipStatus::VerificationPending
                )),
                memberships::activated_at.eq(matches!(
                    new.status,
                    MembershipStatus::Active | MembershipStatus::Disabled
                )
                .then_some(Sql(self.tx.now))),
                memberships::version.eq(1),
                memberships::created_at.eq(Sql(self.tx.now)),
            ))
            .execute(self.tx.connection)?;
        self.insert_rights(new.id, &Rights::new(new.roles.iter().copied(), new.permissions.iter().copied()))
    }

    /// Starts a revoked membership again with this status and these rights. Stale if it is not
    /// revoked.
    pub fn restart(
        &mut self,
        id: MembershipId,
        status: MembershipStatus,
        rights: &Rights,
    ) -> Result<(), StoreError> {
        let active = status == MembershipStatus::Active;
        let revoked = memberships::table
            .filter(memberships::id.eq(Sql(id)))
            .filter(memberships::status.eq(Sql(MembershipStatus::Revoked)));
        let updated = diesel::update(revoked)
            .set((
                memberships::status.eq(Sql(status)),
                memberships::verified.eq(active),
                memberships::activated_at.eq(active.then_some(Sql(self.tx.now))),
                memberships::version.eq(memberships::version + 1),
            ))
            .execute(self.tx.connection)?;
        exactly(1, updated, "membership")?;
        self.set_rights(id, rights)
    }

    fn insert_rights(&mut self, membership: MembershipId, rights: &Rights) -> Result<(), StoreError> {
        let roles = rights.roles.iter().copied().map(Right::Role);
        let permissions = rights.permissions.iter().copied().map(Right::Permission);
        let rows: Vec<_> = roles
            .chain(permissions)
            .map(|right| {
                let (kind, name) = stored(right);
                (
                    membership_rights::membership_id.eq(Sql(membership)),
                    membership_rights::kind.eq(kind),
                    membership_rights::name.eq(name),
                )
            })
            .collect();
        if !rows.is_empty() {
            on!(&mut *self.tx.connection, c => {
                diesel::insert_into(membership_rights::table).values(&rows).insert_all(c)?
            });
        }
        Ok(())
    }

    /// The memberships of a user, in every status: id, organization, its name, and the status. By id.
    pub fn of_user(
        &mut self,
        user: UserId,
    ) -> Result<Vec<(MembershipId, OrganizationId, String, MembershipStatus)>, StoreError> {
        Ok(memberships::table
            .inner_join(organizations::table)
            .filter(memberships::user_id.eq(Sql(user)))
            .order(memberships::id)
            .select((memberships::id, memberships::organization_id, organizations::name, memberships::status))
            .load(self.tx.connection)?)
    }

    /// Replaces all roles and permissions of a member. The caller must have locked the membership's
    /// row, so that concurrent changes wait.
    pub fn set_rights(&mut self, membership: MembershipId, rights: &Rights) -> Result<(), StoreError> {
        diesel::delete(membership_rights::table.filter(membership_rights::membership_id.eq(Sql(membership))))
            .execute(self.tx.connection)?;
        self.insert_rights(membership, rights)
    }
}
