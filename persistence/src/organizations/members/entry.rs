//! Members as stored: the row, and its conversion.

use diesel::prelude::*;
use portal_domain::Instant;
use portal_domain::ground::disabled_reason::DisabledReason;
use portal_domain::ground::id::{MemberHistoryEntryId, MembershipId, UserId};
use portal_domain::identity::user::LockReason;
use portal_domain::organizations::delegation::Rights;
use portal_domain::organizations::member::Member;
use portal_domain::organizations::member_profile::{MemberProfile, shown_profile};
use portal_domain::organizations::member_words::{MemberHistoryAction, MemberStatus};
use portal_domain::organizations::membership::MembershipStatus;

use crate::identity::users::UserName;
use crate::schema::{member_history, memberships, users};

/// A member with the data that the screen shows.
#[derive(Clone, Debug)]
pub struct MemberEntry {
    /// The facts that the rules need.
    pub member: Member,
    /// The email address.
    pub email: String,
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// The telephone number, ten digits.
    pub telephone: Option<String>,
    /// When the user last signed in.
    pub last_login_at: Option<Instant>,
    /// When the membership was last enabled.
    pub enabled_at: Option<Instant>,
    /// When the membership was created.
    pub created_at: Instant,
    /// Incremented on every change of the membership.
    pub version: i64,
}

impl MemberEntry {
    /// The name, "First Last".
    #[must_use]
    pub fn name(&self) -> String {
        format!("{} {}", self.first_name, self.last_name)
    }

    /// The position in the list of members.
    #[must_use]
    pub fn place(&self) -> MemberPlace {
        (self.last_name.clone(), self.first_name.clone(), self.member.id)
    }
}

/// The position of a member in the list of members: last name, first name, id.
pub type MemberPlace = (String, String, MembershipId);

/// A filter for members.
#[derive(Clone, Debug, Default)]
pub struct MemberFilter {
    /// Part of the name "First Last", in any letter case.
    pub name: Option<String>,
    /// Part of the email address, in any letter case.
    pub email: Option<String>,
    /// Any of these statuses; all when empty.
    pub statuses: Vec<MemberStatus>,
    /// Only members who have not signed in since this instant, or never have.
    pub not_signed_in_since: Option<Instant>,
}

/// An entry in a member's history.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = member_history)]
pub struct MemberHistoryEntry {
    /// The id.
    pub id: MemberHistoryEntryId,
    /// Its number, from 1 for each member.
    pub number: i64,
    /// The action.
    pub action: MemberHistoryAction,
    /// When it occurred.
    pub occurred_at: Instant,
    /// The actor's email address at the time. Later changes of the address do not affect it.
    pub actor_email: String,
    /// The comment, verbatim.
    pub comment: Option<String>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = memberships)]
pub(super) struct Row {
    pub(super) id: MembershipId,
    #[diesel(column_name = user_id)]
    pub(super) user: UserId,
    pub(super) status: MembershipStatus,
    verified: bool,
    enabled_at: Option<Instant>,
    activated_at: Option<Instant>,
    disabled_reason: Option<DisabledReason>,
    created_at: Instant,
    version: i64,
    given_first_name: Option<String>,
    given_last_name: Option<String>,
    given_telephone: Option<String>,
    #[diesel(select_expression = users::email)]
    email: String,
    #[diesel(embed)]
    name: UserName,
    #[diesel(select_expression = users::telephone)]
    telephone: Option<String>,
    #[diesel(select_expression = users::last_login_at)]
    last_login_at: Option<Instant>,
    #[diesel(select_expression = users::lock_reason)]
    lock: Option<LockReason>,
    #[diesel(select_expression = users::disabled_at)]
    user_disabled_at: Option<Instant>,
}

macro_rules! rows {
    () => {
        memberships::table.inner_join(users::table).select(Row::as_select())
    };
    ($organization:expr) => {
        rows!().filter(memberships::organization_id.eq(Sql($organization)))
    };
}

pub(super) use rows;

impl Row {
    pub(super) fn shaped(self, rights: Rights) -> MemberEntry {
        let given = self.given_first_name.zip(self.given_last_name).map(|(first_name, last_name)| {
            MemberProfile { first_name, last_name, telephone: self.given_telephone }
        });
        let on_file = MemberProfile {
            first_name: self.name.first_name,
            last_name: self.name.last_name,
            telephone: self.telephone,
        };
        let MemberProfile { first_name, last_name, telephone } =
            shown_profile(self.activated_at.is_some(), on_file, given);
        MemberEntry {
            member: Member {
                id: self.id,
                user: self.user,
                status: self.status,
                // A user whom an operator disabled cannot sign in either.
                lock: self.lock.or(self.user_disabled_at.map(|_| LockReason::Staff)),
                verified: self.verified,
                was_active: self.activated_at.is_some(),
                disabled_reason: self.disabled_reason,
                rights,
            },
            email: self.email,
            first_name,
            last_name,
            telephone,
            last_login_at: self.last_login_at,
            enabled_at: self.enabled_at,
            created_at: self.created_at,
            version: self.version,
        }
    }
}
