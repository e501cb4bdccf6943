//! A member as stored: the row, and what is made of it.

use diesel::prelude::*;
use portal_domain::Instant;
use portal_domain::ground::email::EmailAddress;
use portal_domain::ground::id::{MemberHistoryEntryId, MembershipId, UserId};
use portal_domain::identity::user::LockReason;
use portal_domain::organizations::delegation::Rights;
use portal_domain::organizations::member::Member;
use portal_domain::organizations::member_words::{MemberHistoryAction, MemberStatus};
use portal_domain::organizations::membership::{DisabledReason, MembershipStatus};

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
    /// The email address on file.
    pub email: EmailAddress,
}

/// An entry in a member's history.
#[derive(Clone, Debug, Queryable)]
pub struct MemberHistoryEntry {
    /// The id.
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
pub(super) struct Row {
    pub(crate) id: MembershipId,
    pub(crate) user: UserId,
    pub(crate) status: MembershipStatus,
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

pub(super) use rows;

impl Row {
    pub(super) fn shaped(mut self, rights: Rights) -> MemberEntry {
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
