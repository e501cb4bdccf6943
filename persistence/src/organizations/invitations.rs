//! Invitations, and lists of people to be invited together.

use diesel::prelude::*;
use portal_domain::Instant;
use portal_domain::ground::email::EmailAddress;
use portal_domain::ground::id::{InvitationId, InviteListEntryId, OrganizationId, UserId};
use portal_domain::organizations::invitation::{Invitation, InvitationStatus, Offer, ShownInvitationStatus};
use portal_domain::organizations::membership::{Permission, Role};
use serde_json::Value;

use crate::column::Sql;
pub use crate::database::Invitations;
use crate::error::{StoreError, exactly, known};
use crate::page::Page;
use crate::query::RunQueryDsl;
use crate::schema::{invitations, invite_list_entries, users};

/// An invitation to be stored.
#[derive(Clone, Debug)]
pub struct NewInvitation {
    /// Its id.
    pub id: InvitationId,
    /// The organization.
    pub organization: OrganizationId,
    /// Whom it is for.
    pub email: EmailAddress,
    /// The name the inviter gave, first and last.
    pub name: Option<(String, String)>,
    /// What it offers.
    pub offer: Offer,
    /// Who invites.
    pub created_by: UserId,
    /// When it expires.
    pub expires_at: Instant,
}

/// An invitation as stored.
#[derive(Clone, Debug)]
pub struct StoredInvitation {
    /// What the rules need to know.
    pub invitation: Invitation,
    /// The name the inviter gave, first and last.
    pub name: Option<(String, String)>,
    /// Who invited.
    pub created_by: UserId,
    /// Who invited, by name.
    pub created_by_name: String,
    /// When.
    pub created_at: Instant,
    /// When it was accepted, cancelled or superseded.
    pub settled_at: Option<Instant>,
    /// Counts every change.
    pub version: i64,
}

/// Somebody to be put on a list.
#[derive(Clone, Debug)]
pub struct NewInviteListEntry {
    /// Its id.
    pub id: InviteListEntryId,
    /// The organization.
    pub organization: OrganizationId,
    /// Whose list it is.
    pub created_by: UserId,
    /// Whom to invite.
    pub email: EmailAddress,
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// The ZIP to be matched, as typed.
    pub zip: String,
    /// What is offered.
    pub offer: Offer,
}

/// Somebody on a list.
#[derive(Clone, Debug)]
pub struct InviteListEntry {
    /// Its id.
    pub id: InviteListEntryId,
    /// Whom to invite.
    pub email: EmailAddress,
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// The ZIP to be matched, as typed.
    pub zip: String,
    /// What is offered.
    pub offer: Offer,
    /// Why inviting failed the last time, in one word.
    pub failure: Option<String>,
    /// When it was added.
    pub created_at: Instant,
    /// Counts every change.
    pub version: i64,
}

fn words(offer: &Offer) -> Value {
    Value::from(offer.permissions.iter().map(|permission| permission.as_str()).collect::<Vec<_>>())
}

fn offer_of(role: Role, permissions: &Value, table: &'static str) -> Result<Offer, StoreError> {
    let words = permissions.as_array().into_iter().flatten().filter_map(Value::as_str);
    let permissions = words
        .map(|word| known(Permission::parse(word), table, "permissions", word))
        .collect::<Result<_, _>>()?;
    Ok(Offer { role, permissions })
}

fn address(text: &str) -> Result<EmailAddress, StoreError> {
    EmailAddress::parse(text).map_err(|_error| StoreError::Schema("a stored address is none".into()))
}

#[derive(Queryable)]
struct Row {
    id: InvitationId,
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
    inviter_first_name: String,
    inviter_last_name: String,
}

impl Row {
    fn shaped(self) -> Result<StoredInvitation, StoreError> {
        Ok(StoredInvitation {
            invitation: Invitation {
                id: self.id,
                organization: self.organization,
                email: address(&self.email)?,
                offer: offer_of(self.role, &self.permissions, "invitations")?,
                status: self.status,
                expires_at: self.expires_at,
            },
            name: self.first_name.zip(self.last_name),
            created_by: self.created_by,
            created_by_name: format!("{} {}", self.inviter_first_name, self.inviter_last_name),
            created_at: self.created_at,
            settled_at: self.settled_at,
            version: self.version,
        })
    }
}

macro_rules! rows {
    () => {
        invitations::table.inner_join(users::table).select((
            invitations::id,
            invitations::organization_id,
            invitations::email,
            invitations::first_name,
            invitations::last_name,
            invitations::role,
            invitations::permissions,
            invitations::status,
            invitations::created_by,
            invitations::created_at,
            invitations::expires_at,
            invitations::settled_at,
            invitations::version,
            users::first_name,
            users::last_name,
        ))
    };
}

#[derive(Queryable)]
struct EntryRow {
    id: InviteListEntryId,
    email: String,
    first_name: String,
    last_name: String,
    zip: String,
    role: Role,
    permissions: Value,
    failure: Option<String>,
    created_at: Instant,
    version: i64,
}

impl EntryRow {
    fn shaped(self) -> Result<InviteListEntry, StoreError> {
        Ok(InviteListEntry {
            id: self.id,
            email: address(&self.email)?,
            first_name: self.first_name,
            last_name: self.last_name,
            zip: self.zip,
            offer: offer_of(self.role, &self.permissions, "invite_list_entries")?,
            failure: self.failure,
            created_at: self.created_at,
            version: self.version,
        })
    }
}

macro_rules! entries {
    ($organization:expr, $owner:expr) => {
        invite_list_entries::table
            .filter(invite_list_entries::organization_id.eq(Sql($organization)))
            .filter(invite_list_entries::created_by.eq(Sql($owner)))
            .select((
                invite_list_entries::id,
                invite_list_entries::email,
                invite_list_entries::first_name,
                invite_list_entries::last_name,
                invite_list_entries::zip,
                invite_list_entries::role,
                invite_list_entries::permissions,
                invite_list_entries::failure,
                invite_list_entries::created_at,
                invite_list_entries::version,
            ))
    };
}

impl Invitations<'_, '_> {
    /// Stores an invitation. A pending one of the same address to the same role is superseded (domain rule R-011); returns
    /// which.
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

    /// An organization's invitations, newest first, after that place; only those that show as this status now.
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

    /// Settles a pending invitation, in one statement: of several who try at once, exactly one gets `true`. An expired one
    /// can be cancelled or superseded, but not accepted.
    pub fn settle(
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
        let settled = pending
            .set((
                invitations::status.eq(Sql(status)),
                invitations::settled_at.eq(Some(Sql(self.tx.now))),
                invitations::accepted_by.eq(accepted_by.map(Sql)),
                invitations::version.eq(invitations::version + 1),
            ))
            .execute(self.tx.connection)?;
        Ok(settled == 1)
    }

    /// Puts somebody on a list.
    pub fn add_to_list(&mut self, new: &NewInviteListEntry) -> Result<(), StoreError> {
        diesel::insert_into(invite_list_entries::table)
            .values((
                invite_list_entries::id.eq(Sql(new.id)),
                invite_list_entries::organization_id.eq(Sql(new.organization)),
                invite_list_entries::created_by.eq(Sql(new.created_by)),
                invite_list_entries::email.eq(new.email.as_str()),
                invite_list_entries::email_key.eq(new.email.key()),
                invite_list_entries::first_name.eq(&new.first_name),
                invite_list_entries::last_name.eq(&new.last_name),
                invite_list_entries::zip.eq(&new.zip),
                invite_list_entries::role.eq(Sql(new.offer.role)),
                invite_list_entries::permissions.eq(Sql(words(&new.offer))),
                invite_list_entries::created_at.eq(Sql(self.tx.now)),
                invite_list_entries::version.eq(1),
            ))
            .execute(self.tx.connection)?;
        Ok(())
    }

    /// A person's list for an organization, in the order it was made.
    pub fn invite_list(
        &mut self,
        organization: OrganizationId,
        owner: UserId,
    ) -> Result<Vec<InviteListEntry>, StoreError> {
        let rows: Vec<EntryRow> = entries!(organization, owner)
            .order((invite_list_entries::created_at, invite_list_entries::id))
            .load(self.tx.connection)?;
        rows.into_iter().map(EntryRow::shaped).collect()
    }

    /// One entry of a person's list.
    pub fn list_entry(
        &mut self,
        organization: OrganizationId,
        owner: UserId,
        id: InviteListEntryId,
    ) -> Result<Option<InviteListEntry>, StoreError> {
        let row: Option<EntryRow> = entries!(organization, owner)
            .filter(invite_list_entries::id.eq(Sql(id)))
            .first(self.tx.connection)
            .optional()?;
        row.map(EntryRow::shaped).transpose()
    }

    /// Takes entries off a list; all of them must still be there.
    pub fn remove_from_list(&mut self, ids: &[InviteListEntryId]) -> Result<(), StoreError> {
        let entries =
            invite_list_entries::table.filter(invite_list_entries::id.eq_any(ids.iter().copied().map(Sql)));
        let removed = diesel::delete(entries).execute(self.tx.connection)?;
        exactly(ids.len(), removed, "invite list")
    }

    /// Notes why an entry could not be invited.
    pub fn note_failure(&mut self, id: InviteListEntryId, failure: &str) -> Result<(), StoreError> {
        let updated = diesel::update(invite_list_entries::table.find(Sql(id)))
            .set((
                invite_list_entries::failure.eq(Some(failure)),
                invite_list_entries::version.eq(invite_list_entries::version + 1),
            ))
            .execute(self.tx.connection)?;
        exactly(1, updated, "invite list")
    }
}
