//! Queries for members and their history.

use std::collections::BTreeMap;

use diesel::dsl::case_when;
use diesel::prelude::*;
use portal_domain::Instant;
use portal_domain::ground::email::EmailAddress;
use portal_domain::ground::id::{MembershipId, OrganizationId, UserId};
use portal_domain::ground::plan_code::PlanScope;
use portal_domain::organizations::delegation::{Rights, administering_right};
use portal_domain::organizations::invitation::KnownMember;
use portal_domain::organizations::member_words::MemberStatus;
use portal_domain::organizations::membership::{MembershipStatus, Permission, Role};
use portal_domain::organizations::organization::OrganizationKind;

use super::entry::*;
use crate::column::Sql;
use crate::error::{StoreError, known};
use crate::organizations::members::Members;
use crate::organizations::memberships::{ROLE, stored};
use crate::page::Page;
use crate::query::{RunQueryDsl, SelectableHelper};
use crate::schema::{member_history, membership_rights, memberships, organizations, users};

#[derive(Queryable, Selectable)]
#[diesel(table_name = memberships)]
struct KnownRow {
    #[diesel(select_expression = users::email_key)]
    email_key: String,
    id: MembershipId,
    #[diesel(column_name = user_id)]
    user: UserId,
    status: MembershipStatus,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = memberships)]
struct PendingRow {
    #[diesel(column_name = organization_id)]
    organization: OrganizationId,
    id: MembershipId,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = membership_rights)]
struct RightRow {
    #[diesel(column_name = membership_id)]
    membership: MembershipId,
    kind: String,
    name: String,
}

/// Whether a member is shown under the name given at registration, as `shown_profile` decides.
macro_rules! shows_given_name {
    () => {
        memberships::activated_at
            .is_null()
            .and(memberships::given_first_name.is_not_null())
            .and(memberships::given_last_name.is_not_null())
    };
}

macro_rules! shown_last_name {
    () => {
        case_when(shows_given_name!(), memberships::given_last_name.assume_not_null())
            .otherwise(users::last_name)
    };
}

macro_rules! shown_first_name {
    () => {
        case_when(shows_given_name!(), memberships::given_first_name.assume_not_null())
            .otherwise(users::first_name)
    };
}

impl Members<'_, '_> {
    /// The roles and permissions of these members.
    pub(super) fn rights_of(
        &mut self,
        ids: &[MembershipId],
    ) -> Result<BTreeMap<MembershipId, Rights>, StoreError> {
        let rows: Vec<RightRow> = membership_rights::table
            .filter(membership_rights::membership_id.eq_any(ids.iter().copied().map(Sql)))
            .select(RightRow::as_select())
            .load(self.tx.connection)?;
        let mut found: BTreeMap<MembershipId, Rights> = BTreeMap::new();
        for RightRow { membership, kind, name } in rows {
            let rights = found.entry(membership).or_default();
            if kind == ROLE {
                rights.roles.insert(known(Role::parse(&name), "membership_rights", "name", &name)?);
            } else {
                rights.permissions.insert(known(
                    Permission::parse(&name),
                    "membership_rights",
                    "name",
                    &name,
                )?);
            }
        }
        Ok(found)
    }

    /// The member of that organization with this id.
    pub fn find(
        &mut self,
        organization: OrganizationId,
        id: MembershipId,
    ) -> Result<Option<MemberEntry>, StoreError> {
        let row: Option<Row> =
            rows!(organization).filter(memberships::id.eq(Sql(id))).first(self.tx.connection).optional()?;
        let Some(row) = row else { return Ok(None) };
        let rights = self.rights_of(&[id])?.remove(&id).unwrap_or_default();
        Ok(Some(row.shaped(rights)))
    }

    /// The user's membership in that organization, if there is one.
    pub fn find_user(
        &mut self,
        organization: OrganizationId,
        user: UserId,
    ) -> Result<Option<MemberEntry>, StoreError> {
        let row: Option<Row> = rows!(organization)
            .filter(memberships::user_id.eq(Sql(user)))
            .first(self.tx.connection)
            .optional()?;
        let Some(row) = row else { return Ok(None) };
        let rights = self.rights_of(&[row.id])?.remove(&row.id).unwrap_or_default();
        Ok(Some(row.shaped(rights)))
    }

    /// The member with this email address, with the facts that an invitation needs.
    pub fn known_by_email(
        &mut self,
        organization: OrganizationId,
        email: &EmailAddress,
    ) -> Result<Option<KnownMember>, StoreError> {
        let row: Option<Row> = rows!(organization)
            .filter(users::email_key.eq(email.key()))
            .first(self.tx.connection)
            .optional()?;
        let Some(row) = row else { return Ok(None) };
        let rights = self.rights_of(&[row.id])?.remove(&row.id).unwrap_or_default();
        Ok(Some(KnownMember { id: row.id, user: row.user, status: row.status, rights }))
    }

    /// The members with these email addresses, by the key of the address.
    pub fn known_by_emails(
        &mut self,
        organization: OrganizationId,
        emails: &[&EmailAddress],
    ) -> Result<BTreeMap<String, KnownMember>, StoreError> {
        let keys: Vec<_> = emails.iter().map(|email| email.key()).collect();
        let rows: Vec<KnownRow> = memberships::table
            .inner_join(users::table)
            .filter(memberships::organization_id.eq(Sql(organization)))
            .filter(users::email_key.eq_any(keys))
            .select(KnownRow::as_select())
            .load(self.tx.connection)?;
        let ids: Vec<_> = rows.iter().map(|row| row.id).collect();
        let mut rights = self.rights_of(&ids)?;
        let known = rows.into_iter().map(|KnownRow { email_key, id, user, status }| {
            (email_key, KnownMember { id, user, status, rights: rights.remove(&id).unwrap_or_default() })
        });
        Ok(known.collect())
    }

    /// An organization's members that match the filter, ordered by name, starting after `after`.
    pub fn list(
        &mut self,
        organization: OrganizationId,
        filter: &MemberFilter,
        after: Option<MemberPlace>,
        limit: i64,
    ) -> Result<Page<MemberEntry>, StoreError> {
        let mut query = rows!(organization).into_boxed();
        // Filter and sort by what is shown, never by hidden data: see `shown_profile`.
        if let Some(name) = &filter.name {
            let given = self.given_names_with(organization, name)?;
            query = query.filter(
                diesel::dsl::not(shows_given_name!())
                    .and(users::name_key.like(containing(name)).escape('\\'))
                    .or(memberships::id.eq_any(given)),
            );
        }
        if let Some(email) = &filter.email {
            query = query.filter(users::email_key.like(containing(email)).escape('\\'));
        }
        if let Some(since) = filter.not_signed_in_since {
            // The same members as in `Member::used_the_portal`.
            let left = [MembershipStatus::Unverified, MembershipStatus::Disabled].map(Sql);
            let shows_last_login = memberships::status
                .eq(Sql(MembershipStatus::Active))
                .or(memberships::status.eq_any(left).and(memberships::activated_at.is_not_null()));
            query = query.filter(
                diesel::dsl::not(shows_last_login)
                    .or(users::last_login_at.is_null())
                    .or(users::last_login_at.lt(Some(Sql(since)))),
            );
        }
        if !filter.statuses.is_empty() {
            let [plain, open, locked] = shown_as(&filter.statuses);
            query = query.filter(
                memberships::status
                    .eq_any(plain)
                    .or(users::lock_reason
                        .is_null()
                        .and(users::disabled_at.is_null())
                        .and(memberships::status.eq_any(open)))
                    .or(users::lock_reason
                        .is_not_null()
                        .or(users::disabled_at.is_not_null())
                        .and(memberships::status.eq_any(locked))),
            );
        }
        if let Some((last, first, id)) = after {
            query = query.filter(
                shown_last_name!().gt(last.clone()).or(shown_last_name!().eq(last).and(
                    shown_first_name!()
                        .gt(first.clone())
                        .or(shown_first_name!().eq(first).and(memberships::id.gt(Sql(id)))),
                )),
            );
        }
        let rows: Vec<Row> = query
            .order((shown_last_name!(), shown_first_name!(), memberships::id))
            .limit(limit + 1)
            .load(self.tx.connection)?;
        let page = Page::from_rows(rows, limit);
        let ids: Vec<_> = page.items.iter().map(|row| row.id).collect();
        let mut rights = self.rights_of(&ids)?;
        page.try_map(|row| {
            let held = rights.remove(&row.id).unwrap_or_default();
            Ok(row.shaped(held))
        })
    }

    /// The members that are shown under the name they registered with, if it has this part. The name is
    /// compared here because SQLite folds only the case of ASCII letters. Few members have such a name.
    fn given_names_with(
        &mut self,
        organization: OrganizationId,
        part: &str,
    ) -> Result<Vec<Sql<MembershipId>>, StoreError> {
        let rows: Vec<(MembershipId, String, String)> = memberships::table
            .filter(memberships::organization_id.eq(Sql(organization)))
            .filter(shows_given_name!())
            .select((
                memberships::id,
                memberships::given_first_name.assume_not_null(),
                memberships::given_last_name.assume_not_null(),
            ))
            .load(self.tx.connection)?;
        let part = part.to_lowercase();
        let found = rows
            .into_iter()
            .filter(|(_, first, last)| format!("{first} {last}").to_lowercase().contains(&part));
        Ok(found.map(|(id, _, _)| Sql(id)).collect())
    }

    /// Members of practices of these plans that await verification, oldest first, starting after
    /// `after`, each with its organization. `without_manager` restricts them to practices without (`true`) or
    /// with (`false`) an active account manager.
    pub fn list_pending(
        &mut self,
        plans: &PlanScope,
        without_manager: Option<bool>,
        after: Option<(Instant, MembershipId)>,
        limit: i64,
    ) -> Result<Page<(OrganizationId, MemberEntry)>, StoreError> {
        let (right_kind, right) = stored(administering_right(OrganizationKind::TinPractice));
        let others = diesel::alias!(memberships as others);
        let managed = diesel::dsl::exists(
            others
                .inner_join(
                    membership_rights::table.on(membership_rights::membership_id
                        .eq(others.field(memberships::id))
                        .and(membership_rights::kind.eq(right_kind))
                        .and(membership_rights::name.eq(right))),
                )
                .filter(others.field(memberships::organization_id).eq(memberships::organization_id))
                .filter(others.field(memberships::status).eq(Sql(MembershipStatus::Active)))
                .select(others.field(memberships::id)),
        );
        let mut query = memberships::table
            .inner_join(users::table)
            .inner_join(organizations::table)
            .filter(memberships::status.eq(Sql(MembershipStatus::VerificationPending)))
            .filter(organizations::kind.eq(Sql(OrganizationKind::TinPractice)))
            .select(PendingRow::as_select())
            .into_boxed();
        if let PlanScope::Only(plans) = plans {
            query = query.filter(organizations::plan.eq_any(plans.iter().copied().map(Sql)));
        }
        match without_manager {
            Some(true) => query = query.filter(diesel::dsl::not(managed)),
            Some(false) => query = query.filter(managed),
            None => {}
        }
        if let Some((created_at, id)) = after {
            query = query.filter(
                memberships::created_at
                    .gt(Sql(created_at))
                    .or(memberships::created_at.eq(Sql(created_at)).and(memberships::id.gt(Sql(id)))),
            );
        }
        let places: Vec<PendingRow> = query
            .order((memberships::created_at, memberships::id))
            .limit(limit + 1)
            .load(self.tx.connection)?;
        let page = Page::from_rows(places, limit);
        let ids: Vec<_> = page.items.iter().map(|row| row.id).collect();
        let mut entries = self.by_ids(&ids)?;
        page.try_map(|PendingRow { organization, id }| {
            let entry = entries.remove(&id).ok_or(StoreError::Stale("membership"))?;
            Ok((organization, entry))
        })
    }

    pub(super) fn by_ids(
        &mut self,
        ids: &[MembershipId],
    ) -> Result<BTreeMap<MembershipId, MemberEntry>, StoreError> {
        let rows: Vec<Row> =
            rows!().filter(memberships::id.eq_any(ids.iter().copied().map(Sql))).load(self.tx.connection)?;
        let mut rights = self.rights_of(ids)?;
        Ok(rows
            .into_iter()
            .map(|row| {
                let id = row.id;
                (id, row.shaped(rights.remove(&id).unwrap_or_default()))
            })
            .collect())
    }

    /// A member's history, newest first, starting after the entry number `after`.
    pub fn history(
        &mut self,
        membership: MembershipId,
        after: Option<i64>,
        limit: i64,
    ) -> Result<Page<MemberHistoryEntry>, StoreError> {
        let mut query = member_history::table
            .filter(member_history::membership_id.eq(Sql(membership)))
            .select(MemberHistoryEntry::as_select())
            .into_boxed();
        if let Some(number) = after {
            query = query.filter(member_history::number.lt(number));
        }
        let rows = query.order(member_history::number.desc()).limit(limit + 1).load(self.tx.connection)?;
        Ok(Page::from_rows(rows, limit))
    }
}

/// A LIKE pattern that matches `part` anywhere. It is lowercase, for comparison with lowercase
/// columns.
fn containing(part: &str) -> String {
    let escaped = part.to_lowercase().replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    format!("%{escaped}%")
}

/// The membership statuses that show as one of `statuses`: with any login, with an unlocked login,
/// and with a locked one (domain section 4.2).
fn shown_as(statuses: &[MemberStatus]) -> [Vec<Sql<MembershipStatus>>; 3] {
    let [mut plain, mut open, mut locked] = [vec![], vec![], vec![]];
    for status in statuses {
        match status {
            MemberStatus::Invited => plain.push(Sql(MembershipStatus::Invited)),
            MemberStatus::VerificationPending => plain.push(Sql(MembershipStatus::VerificationPending)),
            MemberStatus::Disabled => plain.push(Sql(MembershipStatus::Disabled)),
            MemberStatus::Revoked => plain.push(Sql(MembershipStatus::Revoked)),
            MemberStatus::Unverified => open.push(Sql(MembershipStatus::Unverified)),
            MemberStatus::Active => open.push(Sql(MembershipStatus::Active)),
            MemberStatus::Locked => {
                locked.extend([Sql(MembershipStatus::Unverified), Sql(MembershipStatus::Active)]);
            }
        }
    }
    [plain, open, locked]
}
