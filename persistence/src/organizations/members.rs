//! Members as their managers see them, and their history.

use std::collections::BTreeMap;

use diesel::prelude::*;
use portal_domain::Instant;
use portal_domain::ground::email::EmailAddress;
use portal_domain::ground::id::{MemberHistoryEntryId, MembershipId, OrganizationId, SessionId, UserId};
use portal_domain::ground::plan_code::PlanCode;
use portal_domain::identity::user::{LockReason, PlatformRole};
use portal_domain::organizations::actor::Actor;
use portal_domain::organizations::delegation::Rights;
use portal_domain::organizations::invitation::KnownMember;
use portal_domain::organizations::member::{Member, MemberChange, MemberHistoryAction, MemberStatus};
use portal_domain::organizations::membership::{
    DisabledReason, Membership, MembershipStatus, Permission, Role,
};
use portal_domain::organizations::organization::OrganizationKind;

use crate::column::Sql;
pub use crate::database::Members;
use crate::dialect::load_locked;
use crate::error::{StoreError, exactly, known};
use crate::organizations::memberships::{PERMISSION, ROLE};
use crate::page::Page;
use crate::query::RunQueryDsl;
use crate::schema::{
    member_history, membership_rights, memberships, organizations, user_platform_roles, users,
};

/// A member with what the screen shows.
#[derive(Clone, Debug)]
pub struct MemberEntry {
    /// What the rules need to know.
    pub member: Member,
    /// The address.
    pub email: String,
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// Telephone, ten digits.
    pub telephone: Option<String>,
    /// When the person last signed in.
    pub last_login_at: Option<Instant>,
    /// When the membership was last enabled.
    pub enabled_at: Option<Instant>,
    /// Since when there is a membership.
    pub created_at: Instant,
    /// Counts every change of the membership.
    pub version: i64,
}

impl MemberEntry {
    /// "First Last".
    #[must_use]
    pub fn name(&self) -> String {
        format!("{} {}", self.first_name, self.last_name)
    }

    /// The place in the list of members.
    #[must_use]
    pub fn place(&self) -> MemberPlace {
        (self.last_name.clone(), self.first_name.clone(), self.member.id)
    }
}

/// The place of a member in the list of members: last name, first name, id.
pub type MemberPlace = (String, String, MembershipId);

/// Which members are wanted.
#[derive(Clone, Debug, Default)]
pub struct MemberFilter {
    /// Part of "First Last", whatever the letter case.
    pub name: Option<String>,
    /// Part of the address, whatever the letter case.
    pub email: Option<String>,
    /// Any of these statuses; all when empty.
    pub statuses: Vec<MemberStatus>,
    /// Only those who have not signed in since this instant, or never.
    pub not_signed_in_since: Option<Instant>,
}

/// Who hears about what concerns the whole organization.
#[derive(Clone, Debug)]
pub struct Addressee {
    /// The person.
    pub user: UserId,
    /// "First Last".
    pub name: String,
    /// The address on file.
    pub email: EmailAddress,
}

/// An entry in a member's history.
#[derive(Clone, Debug, Queryable)]
pub struct MemberHistoryEntry {
    /// Its id.
    pub id: MemberHistoryEntryId,
    /// Its number, from 1 for each member.
    pub number: i64,
    /// What was done.
    pub action: MemberHistoryAction,
    /// When.
    pub occurred_at: Instant,
    /// Who did it, by the address at the time; later changes of it do not show.
    pub actor_email: String,
    /// The comment, word for word.
    pub comment: Option<String>,
}

#[derive(Queryable)]
struct Row {
    id: MembershipId,
    user: UserId,
    status: MembershipStatus,
    verified: bool,
    enabled_at: Option<Instant>,
    activated_at: Option<Instant>,
    disabled_reason: Option<DisabledReason>,
    created_at: Instant,
    version: i64,
    given_first_name: Option<String>,
    given_last_name: Option<String>,
    given_telephone: Option<String>,
    email: String,
    first_name: String,
    last_name: String,
    telephone: Option<String>,
    last_login_at: Option<Instant>,
    lock: Option<LockReason>,
}

macro_rules! rows {
    ($organization:expr) => {
        memberships::table
            .inner_join(users::table)
            .filter(memberships::organization_id.eq(Sql($organization)))
            .select((
                memberships::id,
                memberships::user_id,
                memberships::status,
                memberships::verified,
                memberships::enabled_at,
                memberships::activated_at,
                memberships::disabled_reason,
                memberships::created_at,
                memberships::version,
                memberships::given_first_name,
                memberships::given_last_name,
                memberships::given_telephone,
                users::email,
                users::first_name,
                users::last_name,
                users::telephone,
                users::last_login_at,
                users::lock_reason,
            ))
    };
}

impl Row {
    fn shaped(mut self, rights: Rights) -> MemberEntry {
        // Until somebody has verified that it is them, a registrant is shown as they gave themselves: whether the address
        // has an account, and in which name, is nobody's business here.
        if self.status == MembershipStatus::VerificationPending
            && let Some((first, last)) = self.given_first_name.take().zip(self.given_last_name.take())
        {
            (self.first_name, self.last_name, self.telephone) = (first, last, self.given_telephone.take());
        }
        MemberEntry {
            member: Member {
                id: self.id,
                user: self.user,
                status: self.status,
                lock: self.lock,
                verified: self.verified,
                was_active: self.activated_at.is_some(),
                disabled_reason: self.disabled_reason,
                rights,
            },
            email: self.email,
            first_name: self.first_name,
            last_name: self.last_name,
            telephone: self.telephone,
            last_login_at: self.last_login_at,
            enabled_at: self.enabled_at,
            created_at: self.created_at,
            version: self.version,
        }
    }
}

/// A pattern that finds `part` anywhere, whatever the letter case.
fn containing(part: &str) -> String {
    let escaped = part.to_lowercase().replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    format!("%{escaped}%")
}

impl Members<'_, '_> {
    /// Locks an organization, so that changes of its members take turns: who counts as the last administrator is decided
    /// one after the other. Taken before every other lock.
    pub fn lock_organization(&mut self, organization: OrganizationId) -> Result<(), StoreError> {
        let query =
            organizations::table.filter(organizations::id.eq(Sql(organization))).select(organizations::id);
        let _locked: Vec<OrganizationId> = load_locked!(&mut *self.tx.connection, query)?;
        Ok(())
    }

    /// What these members hold.
    fn rights_of(&mut self, ids: &[MembershipId]) -> Result<BTreeMap<MembershipId, Rights>, StoreError> {
        let rows: Vec<(MembershipId, String, String)> = membership_rights::table
            .filter(membership_rights::membership_id.eq_any(ids.iter().copied().map(Sql)))
            .select((membership_rights::membership_id, membership_rights::kind, membership_rights::name))
            .load(self.tx.connection)?;
        let mut found: BTreeMap<MembershipId, Rights> = BTreeMap::new();
        for (id, kind, name) in rows {
            let rights = found.entry(id).or_default();
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

    /// One member of that organization.
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

    /// The member with this person behind it, if that organization has one.
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

    /// The member with this address, as an invitation needs to know them.
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

    /// The members with these addresses, by the key of the address.
    pub fn known_by_emails(
        &mut self,
        organization: OrganizationId,
        emails: &[&EmailAddress],
    ) -> Result<BTreeMap<String, KnownMember>, StoreError> {
        let keys: Vec<_> = emails.iter().map(|email| email.key()).collect();
        let rows: Vec<(String, MembershipId, UserId, MembershipStatus)> = memberships::table
            .inner_join(users::table)
            .filter(memberships::organization_id.eq(Sql(organization)))
            .filter(users::email_key.eq_any(keys))
            .select((users::email_key, memberships::id, memberships::user_id, memberships::status))
            .load(self.tx.connection)?;
        let ids: Vec<_> = rows.iter().map(|(_, id, ..)| *id).collect();
        let mut rights = self.rights_of(&ids)?;
        let known = rows.into_iter().map(|(key, id, user, status)| {
            (key, KnownMember { id, user, status, rights: rights.remove(&id).unwrap_or_default() })
        });
        Ok(known.collect())
    }

    /// An organization's members by name, after that place, as far as the filter wants them.
    pub fn list(
        &mut self,
        organization: OrganizationId,
        filter: &MemberFilter,
        after: Option<MemberPlace>,
        limit: i64,
    ) -> Result<Page<MemberEntry>, StoreError> {
        let mut query = rows!(organization).into_boxed();
        if let Some(name) = &filter.name {
            query = query.filter(users::name_key.like(containing(name)).escape('\\'));
        }
        if let Some(email) = &filter.email {
            query = query.filter(users::email_key.like(containing(email)).escape('\\'));
        }
        if let Some(since) = filter.not_signed_in_since {
            query =
                query.filter(users::last_login_at.is_null().or(users::last_login_at.lt(Some(Sql(since)))));
        }
        if !filter.statuses.is_empty() {
            let [plain, open, locked] = shown_as(&filter.statuses);
            query = query.filter(
                memberships::status
                    .eq_any(plain)
                    .or(users::lock_reason.is_null().and(memberships::status.eq_any(open)))
                    .or(users::lock_reason.is_not_null().and(memberships::status.eq_any(locked))),
            );
        }
        if let Some((last, first, id)) = after {
            query = query.filter(
                users::last_name.gt(last.clone()).or(users::last_name.eq(last).and(
                    users::first_name
                        .gt(first.clone())
                        .or(users::first_name.eq(first).and(memberships::id.gt(Sql(id)))),
                )),
            );
        }
        let rows: Vec<Row> = query
            .order((users::last_name, users::first_name, memberships::id))
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

    /// Members of practices of these plans that wait for verification, oldest first, after that place; only of practices
    /// without an active account manager if so wanted. Each comes with its organization.
    pub fn list_pending(
        &mut self,
        without_manager: Option<bool>,
        after: Option<(Instant, MembershipId)>,
        limit: i64,
    ) -> Result<Page<(OrganizationId, MemberEntry)>, StoreError> {
        let others = diesel::alias!(memberships as others);
        let managed = diesel::dsl::exists(
            others
                .inner_join(
                    membership_rights::table.on(membership_rights::membership_id
                        .eq(others.field(memberships::id))
                        .and(membership_rights::kind.eq(PERMISSION))
                        .and(membership_rights::name.eq(Permission::ManageAccount.as_str()))),
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
            .select((memberships::organization_id, memberships::id, memberships::created_at))
            .into_boxed();
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
        let places: Vec<(OrganizationId, MembershipId, Instant)> = query
            .order((memberships::created_at, memberships::id))
            .limit(limit + 1)
            .load(self.tx.connection)?;
        let page = Page::from_rows(places, limit);
        let ids: Vec<_> = page.items.iter().map(|(_, id, _)| *id).collect();
        let mut entries = self.by_ids(&ids)?;
        page.try_map(|(organization, id, _)| {
            let entry = entries.remove(&id).ok_or(StoreError::Stale("membership"))?;
            Ok((organization, entry))
        })
    }

    fn by_ids(&mut self, ids: &[MembershipId]) -> Result<BTreeMap<MembershipId, MemberEntry>, StoreError> {
        let rows: Vec<Row> = memberships::table
            .inner_join(users::table)
            .filter(memberships::id.eq_any(ids.iter().copied().map(Sql)))
            .select((
                memberships::id,
                memberships::user_id,
                memberships::status,
                memberships::verified,
                memberships::enabled_at,
                memberships::activated_at,
                memberships::disabled_reason,
                memberships::created_at,
                memberships::version,
                memberships::given_first_name,
                memberships::given_last_name,
                memberships::given_telephone,
                users::email,
                users::first_name,
                users::last_name,
                users::telephone,
                users::last_login_at,
                users::lock_reason,
            ))
            .load(self.tx.connection)?;
        let mut rights = self.rights_of(ids)?;
        Ok(rows
            .into_iter()
            .map(|row| {
                let id = row.id;
                (id, row.shaped(rights.remove(&id).unwrap_or_default()))
            })
            .collect())
    }

    /// The organization of a membership.
    pub fn organization_of(&mut self, id: MembershipId) -> Result<Option<OrganizationId>, StoreError> {
        Ok(memberships::table
            .find(Sql(id))
            .select(memberships::organization_id)
            .first(self.tx.connection)
            .optional()?)
    }

    /// Who looks after the members now: active administrators, or account managers of a practice.
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

    /// The plan's staff, to whom registrations go that nobody in the practice can look into.
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

    /// How many active credentialing agents there are (domain rule R-003).
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

    /// A person as somebody who acts, without a session: whether who invited may still do so is asked when the invitation
    /// is accepted (decision D-08).
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

    /// Stores a decided change, if the membership is still in the version it was decided on. Returns the new version.
    pub fn apply(&mut self, change: &MemberChange, version: i64) -> Result<i64, StoreError> {
        let id = change.before().id;
        let now = self.tx.now;
        let membership = memberships::table
            .filter(memberships::id.eq(Sql(id)))
            .filter(memberships::version.eq(version))
            .filter(memberships::status.eq(Sql(change.before().status)));
        let updated = diesel::update(membership)
            .set((
                memberships::status.eq(Sql(change.status())),
                memberships::verified.eq(change.verified()),
                memberships::disabled_reason.eq(change.disabled_reason().map(Sql)),
                memberships::version.eq(version + 1),
            ))
            .execute(self.tx.connection)?;
        exactly(1, updated, "membership")?;
        if change.is_enabled_anew() {
            diesel::update(memberships::table.find(Sql(id)))
                .set(memberships::enabled_at.eq(Some(Sql(now))))
                .execute(self.tx.connection)?;
        }
        if change.status() == MembershipStatus::Active {
            self.note_activation(id)?;
        }
        if *change.rights() != change.before().rights {
            self.tx.memberships().set_rights(id, change.rights())?;
        }
        Ok(version + 1)
    }

    fn note_activation(&mut self, id: MembershipId) -> Result<(), StoreError> {
        diesel::update(memberships::table.find(Sql(id)).filter(memberships::activated_at.is_null()))
            .set(memberships::activated_at.eq(Some(Sql(self.tx.now))))
            .execute(self.tx.connection)?;
        Ok(())
    }

    /// Puts a membership where accepting an invitation or completing a registration puts it, if it still is where that
    /// was decided. The count of days without a sign-in starts anew.
    pub fn admit(
        &mut self,
        id: MembershipId,
        from: MembershipStatus,
        to: MembershipStatus,
    ) -> Result<(), StoreError> {
        let membership =
            memberships::table.filter(memberships::id.eq(Sql(id))).filter(memberships::status.eq(Sql(from)));
        let updated = diesel::update(membership)
            .set((
                memberships::status.eq(Sql(to)),
                memberships::verified.eq(true),
                memberships::disabled_reason.eq(None::<Sql<DisabledReason>>),
                memberships::enabled_at.eq(Some(Sql(self.tx.now))),
                memberships::version.eq(memberships::version + 1),
            ))
            .execute(self.tx.connection)?;
        exactly(1, updated, "membership")?;
        if to == MembershipStatus::Active { self.note_activation(id) } else { Ok(()) }
    }

    /// Notes what a registrant said about themselves, to be shown until they are verified.
    pub fn note_given(
        &mut self,
        id: MembershipId,
        first_name: &str,
        last_name: &str,
        telephone: Option<&str>,
    ) -> Result<(), StoreError> {
        let updated = diesel::update(memberships::table.find(Sql(id)))
            .set((
                memberships::given_first_name.eq(Some(first_name)),
                memberships::given_last_name.eq(Some(last_name)),
                memberships::given_telephone.eq(telephone),
            ))
            .execute(self.tx.connection)?;
        exactly(1, updated, "membership")
    }

    /// Adds an entry to a member's history. Two that would get the same number collide in a unique constraint.
    pub fn add_history(
        &mut self,
        membership: MembershipId,
        action: MemberHistoryAction,
        actor: Option<UserId>,
        actor_email: &str,
        comment: Option<&str>,
    ) -> Result<(), StoreError> {
        let last: Option<i64> = member_history::table
            .filter(member_history::membership_id.eq(Sql(membership)))
            .select(diesel::dsl::max(member_history::number))
            .first(self.tx.connection)?;
        let id: MemberHistoryEntryId = self.tx.new_id();
        diesel::insert_into(member_history::table)
            .values((
                member_history::id.eq(Sql(id)),
                member_history::membership_id.eq(Sql(membership)),
                member_history::number.eq(last.unwrap_or_default() + 1),
                member_history::action.eq(Sql(action)),
                member_history::occurred_at.eq(Sql(self.tx.now)),
                member_history::actor_user_id.eq(actor.map(Sql)),
                member_history::actor_email.eq(actor_email),
                member_history::comment.eq(comment),
            ))
            .execute(self.tx.connection)?;
        Ok(())
    }

    /// A member's history, newest first, after that number.
    pub fn history(
        &mut self,
        membership: MembershipId,
        after: Option<i64>,
        limit: i64,
    ) -> Result<Page<MemberHistoryEntry>, StoreError> {
        let mut query = member_history::table
            .filter(member_history::membership_id.eq(Sql(membership)))
            .select((
                member_history::id,
                member_history::number,
                member_history::action,
                member_history::occurred_at,
                member_history::actor_email,
                member_history::comment,
            ))
            .into_boxed();
        if let Some(number) = after {
            query = query.filter(member_history::number.lt(number));
        }
        let rows = query.order(member_history::number.desc()).limit(limit + 1).load(self.tx.connection)?;
        Ok(Page::from_rows(rows, limit))
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

/// Statuses of memberships that show as one of these: as they are, with an open login, and with a locked one (domain
/// section 4.2).
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
