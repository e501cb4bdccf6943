//! The invite list: people to invite together.

use diesel::prelude::*;
use portal_domain::Instant;
use portal_domain::ground::email::EmailAddress;
use portal_domain::ground::id::{InviteListEntryId, OrganizationId, UserId};
use portal_domain::organizations::invitation::Offer;
use portal_domain::organizations::membership::Role;
use serde_json::Value;

use super::invitations::{offer_of, words};
use crate::column::Sql;
use crate::error::{StoreError, exactly};
use crate::identity::users::stored_address;
use crate::organizations::invitations::Invitations;
use crate::query::{RunQueryDsl, SelectableHelper};
use crate::schema::invite_list_entries;

/// An entry to add to an invite list.
#[derive(Clone, Debug)]
pub struct NewInviteListEntry {
    /// The id.
    pub id: InviteListEntryId,
    /// The organization.
    pub organization: OrganizationId,
    /// The user whose list it is.
    pub created_by: UserId,
    /// The invitee's email address.
    pub email: EmailAddress,
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// The ZIP code to match, as entered.
    pub zip: String,
    /// The offered role and permissions.
    pub offer: Offer,
}

/// An entry of an invite list.
#[derive(Clone, Debug)]
pub struct InviteListEntry {
    /// The id.
    pub id: InviteListEntryId,
    /// The invitee's email address.
    pub email: EmailAddress,
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// The ZIP code to match, as entered.
    pub zip: String,
    /// The offered role and permissions.
    pub offer: Offer,
    /// The machine-readable code of the last failure to invite; `None` if there was none.
    pub failure: Option<String>,
    /// When it was added.
    pub created_at: Instant,
    /// Incremented on every change.
    pub version: i64,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = invite_list_entries)]
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
            email: stored_address(&self.email)?,
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
            .select(EntryRow::as_select())
    };
}

impl Invitations<'_, '_> {
    /// Adds an entry to an invite list.
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

    /// A user's invite list for an organization, in the order of insertion.
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

    /// The entry with this id on a user's list.
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

    /// Removes entries from a list. Stale if one of them no longer exists.
    pub fn remove_from_list(&mut self, ids: &[InviteListEntryId]) -> Result<(), StoreError> {
        let entries =
            invite_list_entries::table.filter(invite_list_entries::id.eq_any(ids.iter().copied().map(Sql)));
        let removed = diesel::delete(entries).execute(self.tx.connection)?;
        exactly(ids.len(), removed, "invite list")
    }

    /// Records why an entry could not be invited.
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
