//! One-time links (decision D-07). Only hashes are stored. A token is found only under its own
//! purpose.

use diesel::prelude::*;
use portal_domain::Instant;
use portal_domain::ground::id::{InvitationId, MembershipId, UserId};
use portal_domain::identity::one_time_token::{LinkState, TokenPurpose};

use crate::column::Sql;
pub use crate::database::OneTimeTokens;
use crate::error::StoreError;
use crate::query::{RunQueryDsl, SelectableHelper};
use crate::schema::one_time_tokens;

/// The subject of a link. A newer link with the same purpose and subject supersedes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenSubject {
    /// An invitation.
    Invitation(InvitationId),
    /// A user and their membership.
    Membership(UserId, MembershipId),
    /// A user.
    User(UserId),
}

/// A link as stored.
#[derive(Clone, Copy, Debug)]
pub struct StoredToken {
    /// The user it concerns.
    pub user: Option<UserId>,
    /// The membership it concerns.
    pub membership: Option<MembershipId>,
    /// The invitation it concerns.
    pub invitation: Option<InvitationId>,
    /// When it was issued.
    pub created_at: Instant,
    /// Its state, which decides whether it still works.
    pub state: LinkState,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = one_time_tokens)]
struct Row {
    #[diesel(column_name = user_id)]
    user: Option<UserId>,
    #[diesel(column_name = membership_id)]
    membership: Option<MembershipId>,
    #[diesel(column_name = invitation_id)]
    invitation: Option<InvitationId>,
    created_at: Instant,
    expires_at: Instant,
    consumed_at: Option<Instant>,
    superseded_at: Option<Instant>,
}

impl OneTimeTokens<'_, '_> {
    /// Issues a link. Earlier links with the same purpose and subject stop working.
    pub fn issue(
        &mut self,
        purpose: TokenPurpose,
        token_hash: &[u8],
        subject: TokenSubject,
        expires_at: Instant,
    ) -> Result<(), StoreError> {
        self.supersede(purpose, subject)?;
        self.issue_beside(purpose, token_hash, subject, expires_at)
    }

    /// Issues a link. Earlier links with the same purpose and subject keep working.
    pub fn issue_beside(
        &mut self,
        purpose: TokenPurpose,
        token_hash: &[u8],
        subject: TokenSubject,
        expires_at: Instant,
    ) -> Result<(), StoreError> {
        let (user, membership, invitation) = match subject {
            TokenSubject::Invitation(invitation) => (None, None, Some(invitation)),
            TokenSubject::Membership(user, membership) => (Some(user), Some(membership), None),
            TokenSubject::User(user) => (Some(user), None, None),
        };
        diesel::insert_into(one_time_tokens::table)
            .values((
                one_time_tokens::purpose.eq(Sql(purpose)),
                one_time_tokens::token_hash.eq(token_hash),
                one_time_tokens::user_id.eq(user.map(Sql)),
                one_time_tokens::membership_id.eq(membership.map(Sql)),
                one_time_tokens::invitation_id.eq(invitation.map(Sql)),
                one_time_tokens::created_at.eq(Sql(self.tx.now)),
                one_time_tokens::expires_at.eq(Sql(expires_at)),
            ))
            .execute(self.tx.connection)?;
        Ok(())
    }

    /// Replaces every link that was not used. Returns their number.
    pub fn supersede_all(&mut self) -> Result<usize, StoreError> {
        let unused = one_time_tokens::table
            .filter(one_time_tokens::consumed_at.is_null())
            .filter(one_time_tokens::superseded_at.is_null());
        let update = diesel::update(unused).set(one_time_tokens::superseded_at.eq(Some(Sql(self.tx.now))));
        Ok(update.execute(self.tx.connection)?)
    }

    /// Invalidates the unused links with this purpose and subject.
    pub fn supersede(&mut self, purpose: TokenPurpose, subject: TokenSubject) -> Result<(), StoreError> {
        let mut earlier = diesel::update(one_time_tokens::table)
            .filter(one_time_tokens::purpose.eq(Sql(purpose)))
            .filter(one_time_tokens::consumed_at.is_null())
            .filter(one_time_tokens::superseded_at.is_null())
            .into_boxed();
        earlier = match subject {
            TokenSubject::Invitation(invitation) => {
                earlier.filter(one_time_tokens::invitation_id.eq(Some(Sql(invitation))))
            }
            TokenSubject::Membership(_, membership) => {
                earlier.filter(one_time_tokens::membership_id.eq(Some(Sql(membership))))
            }
            TokenSubject::User(user) => earlier.filter(one_time_tokens::user_id.eq(Some(Sql(user)))),
        };
        earlier.set(one_time_tokens::superseded_at.eq(Some(Sql(self.tx.now)))).execute(self.tx.connection)?;
        Ok(())
    }

    /// The link of that purpose with this hash.
    pub fn find(
        &mut self,
        purpose: TokenPurpose,
        token_hash: &[u8],
    ) -> Result<Option<StoredToken>, StoreError> {
        let row: Option<Row> = one_time_tokens::table
            .find((Sql(purpose), token_hash))
            .select(Row::as_select())
            .first(self.tx.connection)
            .optional()?;
        Ok(row.map(|row| StoredToken {
            user: row.user,
            membership: row.membership,
            invitation: row.invitation,
            created_at: row.created_at,
            state: LinkState {
                expires_at: row.expires_at,
                consumed_at: row.consumed_at,
                superseded_at: row.superseded_at,
            },
        }))
    }

    /// Consumes a link in a single statement: of several concurrent calls, exactly one returns
    /// `true`.
    pub fn consume(&mut self, purpose: TokenPurpose, token_hash: &[u8]) -> Result<bool, StoreError> {
        let good = one_time_tokens::table
            .filter(one_time_tokens::purpose.eq(Sql(purpose)))
            .filter(one_time_tokens::token_hash.eq(token_hash))
            .filter(one_time_tokens::consumed_at.is_null())
            .filter(one_time_tokens::superseded_at.is_null())
            .filter(one_time_tokens::expires_at.gt(Sql(self.tx.now)));
        let used = diesel::update(good)
            .set(one_time_tokens::consumed_at.eq(Some(Sql(self.tx.now))))
            .execute(self.tx.connection)?;
        Ok(used == 1)
    }
}
