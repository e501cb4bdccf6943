//! Invitations.

use diesel::prelude::*;
use portal_domain::Instant;
use portal_domain::ground::email::EmailAddress;
use portal_domain::ground::id::{InvitationId, OrganizationId, UserId};
use portal_domain::organizations::invitation::{Invitation, InvitationStatus, Offer, ShownInvitationStatus};
use portal_domain::organizations::membership::{Permission, Role};
use serde_json::Value;

use crate::column::Sql;
pub use crate::database::Invitations;
use crate::error::{StoreError, known};
use crate::identity::users::UserName;
use crate::identity::users::stored_address;
use crate::page::Page;
use crate::query::{RunQueryDsl, SelectableHelper};
use crate::schema::{invitations, users};

/// An invitation to store.
#[derive(Clone, Debug)]
pub struct NewInvitation {
    /// The id.
    pub id: InvitationId,
    /// The organization.
    pub organization: OrganizationId,
    /// The invitee's email address.
    pub email: EmailAddress,
    /// The invitee's first and last name, as entered by the inviter.
    pub name: Option<(String, String)>,
    /// The offered role and permissions.
    pub offer: Offer,
    /// The inviter.
    pub created_by: UserId,
    /// When it expires.
    pub expires_at: Instant,
}

/// An invitation as stored.
#[derive(Clone, Debug)]
pub struct StoredInvitation {
    /// The facts that the rules need.
    pub invitation: Invitation,
    /// The invitee's first and last name, as entered by the inviter.
    pub name: Option<(String, String)>,
    /// The inviter.
    pub created_by: UserId,
    /// The inviter's name.
    pub created_by_name: String,
    /// When it was created.
    pub created_at: Instant,
    /// When it was accepted, canceled or superseded; `None` while pending.
    pub settled_at: Option<Instant>,
    /// Incremented on every change.
    pub version: i64,
}

pub(super) fn words(offer: &Offer) -> Value {
    Value::from(offer.permissions.iter().map(|permission| permission.as_str()).collect::<Vec<_>>())
}

pub(super) fn offer_of(role: Role, permissions: &Value, table: &'static str) -> Result<Offer, StoreError> {
    let words = permissions.as_array().into_iter().flatten().filter_map(Value::as_str);
    let permissions = words
        .map(|word| known(Permission::parse(word), table, "permissions", word))
        .collect::<Result<_, _>>()?;
    Ok(Offer { role, permissions })
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = invitations)]
struct Row {
    id: InvitationId,
    #[diesel(column_name = organization_id)]
    organization: OrganizationId,
    email: String,
    first_name: Option<String>,
    last_name: Option<String>,
    role: Role,
    permissions: Value,
    status: InvitationStatus,
    created_by: UserId,
    created_at: Instant,
    expires_at: Instant,
    settled_at: Option<Instant>,
    version: i64,
    #[diesel(embed)]
    inviter: UserName,
}

impl Row {
    fn shaped(self) -> Result<StoredInvitation, StoreError> {
        Ok(StoredInvitation {
            invitation: Invitation {
                id: self.id,
                organization: self.organization,
                email: stored_address(&self.email)?,
                offer: offer_of(self.role, &self.permissions, "invitations")?,
                status: self.status,
                expires_at: self.expires_at,
            },
            name: self.first_name.zip(self.last_name),
            created_by: self.created_by,
            created_by_name: self.inviter.to_string(),
            created_at: self.created_at,
            settled_at: self.settled_at,
            version: self.version,
        })
    }
}

macro_rules! rows {
    () => {
        invitations::table.inner_join(users::table).select(Row::as_select())
    };
}

impl Invitations<'_, '_> {
    /// Stores an invitation. It supersedes a pending one of the same address to the same role,
    /// whose id is returned (domain rule R-011).
    pub fn insert(&mut self, new: &NewInvitation) -> Result<Option<InvitationId>, StoreError> {
        let pending = invitations::table
            .filter(invitations::organization_id.eq(Sql(new.organization)))
            .filter(invitations::email_key.eq(new.email.key()))
            .filter(invitations::role.eq(Sql(new.offer.role)))
            .filter(invitations::status.eq(Sql(InvitationStatus::Pending)));
        let superseded = pending.clone().select(invitations::id).first(self.tx.connection).optional()?;
        diesel::update(pending)
            .set((
                invitations::status.eq(Sql(InvitationStatus::Superseded)),
                invitations::settled_at.eq(Some(Sql(self.tx.now))),
                invitations::version.eq(invitations::version + 1),
            ))
            .execute(self.tx.connection)?;
        let (first_name, last_name) = new.name.clone().unzip();
        diesel::insert_into(invitations::table)
            .values((
                invitations::id.eq(Sql(new.id)),
                invitations::organization_id.eq(Sql(new.organization)),
                invitations::email.eq(new.email.as_str()),
                invitations::email_key.eq(new.email.key()),
                invitations::first_name.eq(first_name),
                invitations::last_name.eq(last_name),
                invitations::role.eq(Sql(new.offer.role)),
                invitations::permissions.eq(Sql(words(&new.offer))),
                invitations::status.eq(Sql(InvitationStatus::Pending)),
                invitations::created_by.eq(Sql(new.created_by)),
                invitations::created_at.eq(Sql(self.tx.now)),
                invitations::expires_at.eq(Sql(new.expires_at)),
                invitations::version.eq(1),
            ))
            .execute(self.tx.connection)?;
        Ok(superseded)
    }

    /// The invitation with this id.
    pub fn find(&mut self, id: InvitationId) -> Result<Option<StoredInvitation>, StoreError> {
        let row: Option<Row> =
            rows!().filter(invitations::id.eq(Sql(id))).first(self.tx.connection).optional()?;
        row.map(Row::shaped).transpose()
    }

    /// An organization's invitations, newest first, starting after `after`. `status` restricts them
    /// to those that currently show as that status.
    pub fn list(
        &mut self,
        organization: OrganizationId,
        status: Option<ShownInvitationStatus>,
        after: Option<(Instant, InvitationId)>,
        limit: i64,
    ) -> Result<Page<StoredInvitation>, StoreError> {
        let mut query = rows!().filter(invitations::organization_id.eq(Sql(organization))).into_boxed();
        let now = Sql(self.tx.now);
        if let Some(status) = status {
            let noted = match status {
                ShownInvitationStatus::Pending => {
                    query = query.filter(invitations::expires_at.gt(now));
                    InvitationStatus::Pending
                }
                ShownInvitationStatus::Expired => {
                    query = query.filter(invitations::expires_at.le(now));
                    InvitationStatus::Pending
                }
                ShownInvitationStatus::Accepted => InvitationStatus::Accepted,
                ShownInvitationStatus::Cancelled => InvitationStatus::Cancelled,
                ShownInvitationStatus::Superseded => InvitationStatus::Superseded,
            };
            query = query.filter(invitations::status.eq(Sql(noted)));
        }
        if let Some((created_at, id)) = after {
            query = query.filter(
                invitations::created_at
                    .lt(Sql(created_at))
                    .or(invitations::created_at.eq(Sql(created_at)).and(invitations::id.lt(Sql(id)))),
            );
        }
        let rows: Vec<Row> = query
            .order((invitations::created_at.desc(), invitations::id.desc()))
            .limit(limit + 1)
            .load(self.tx.connection)?;
        Page::from_rows(rows, limit).try_map(Row::shaped)
    }

    /// Resolves a pending invitation in a single statement: of several concurrent calls, exactly
    /// one returns `true`. An expired invitation can be canceled or superseded, but not accepted.
    pub fn resolve(
        &mut self,
        id: InvitationId,
        status: InvitationStatus,
        accepted_by: Option<UserId>,
    ) -> Result<bool, StoreError> {
        let mut pending = diesel::update(invitations::table)
            .filter(invitations::id.eq(Sql(id)))
            .filter(invitations::status.eq(Sql(InvitationStatus::Pending)))
            .into_boxed();
        if status == InvitationStatus::Accepted {
            pending = pending.filter(invitations::expires_at.gt(Sql(self.tx.now)));
        }
        let resolved = pending
            .set((
                invitations::status.eq(Sql(status)),
                invitations::settled_at.eq(Some(Sql(self.tx.now))),
                invitations::accepted_by.eq(accepted_by.map(Sql)),
                invitations::version.eq(invitations::version + 1),
            ))
            .execute(self.tx.connection)?;
        Ok(resolved == 1)
    }
}
