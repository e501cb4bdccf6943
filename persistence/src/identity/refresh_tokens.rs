//! Refresh tokens: each works once and is replaced by the next.

use diesel::prelude::*;
use portal_domain::Instant;
use portal_domain::ground::id::{SessionId, UserId};

use crate::column::Sql;
use crate::database::Sessions;
use crate::dialect::load_locked;
use crate::error::{StoreError, exactly};
use crate::query::{RunQueryDsl, SelectableHelper};
use crate::schema::{refresh_tokens, sessions};

/// A session locked for the refresh of its tokens.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = sessions)]
pub struct RefreshState {
    /// The id.
    pub id: SessionId,
    /// The user it belongs to.
    #[diesel(column_name = user_id)]
    pub user: UserId,
    /// When it started.
    pub started_at: Instant,
    /// When it was last used, with a precision of one minute.
    pub last_seen_at: Instant,
    /// When it was ended; `None` if it was not.
    pub ended_at: Option<Instant>,
    /// The latest generation of tokens issued.
    pub generation: i64,
    /// The latest generation of tokens used.
    pub seen_generation: i64,
    /// When the user last provided a second factor in it, if ever.
    pub second_factor_at: Option<Instant>,
}

/// A refresh token's row.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = refresh_tokens)]
pub struct RefreshToken {
    /// The generation.
    pub generation: i64,
    /// When it was used; `None` if it was not.
    pub used_at: Option<Instant>,
    /// When it was withdrawn because its delivery failed; `None` if it was not.
    pub withdrawn_at: Option<Instant>,
}

impl Sessions<'_, '_> {
    pub(crate) fn add_token(
        &mut self,
        session: SessionId,
        generation: i64,
        hash: &[u8],
    ) -> Result<(), StoreError> {
        diesel::insert_into(refresh_tokens::table)
            .values((
                refresh_tokens::session_id.eq(Sql(session)),
                refresh_tokens::generation.eq(generation),
                refresh_tokens::token_hash.eq(hash),
                refresh_tokens::issued_at.eq(Sql(self.tx.session_now)),
            ))
            .execute(self.tx.connection)?;
        Ok(())
    }

    /// The session of a refresh token, locked against a concurrent refresh or end, and the token's
    /// row.
    pub fn lock_for_refresh(
        &mut self,
        token_hash: &[u8],
    ) -> Result<Option<(RefreshState, RefreshToken)>, StoreError> {
        let owner: Option<SessionId> = refresh_tokens::table
            .filter(refresh_tokens::token_hash.eq(token_hash))
            .select(refresh_tokens::session_id)
            .first(self.tx.connection)
            .optional()?;
        let Some(owner) = owner else { return Ok(None) };
        let query = sessions::table.filter(sessions::id.eq(Sql(owner))).select(RefreshState::as_select());
        let states: Vec<RefreshState> = load_locked!(&mut *self.tx.connection, query)?;
        // Read after locking: another refresh may have used the token while this one waited.
        let token: Option<RefreshToken> = refresh_tokens::table
            .filter(refresh_tokens::token_hash.eq(token_hash))
            .select(RefreshToken::as_select())
            .first(self.tx.connection)
            .optional()?;
        Ok(states.into_iter().next().zip(token))
    }

    /// The refresh token of a session in that generation.
    pub fn token(&mut self, session: SessionId, generation: i64) -> Result<Option<RefreshToken>, StoreError> {
        Ok(refresh_tokens::table
            .find((Sql(session), generation))
            .select(RefreshToken::as_select())
            .first(self.tx.connection)
            .optional()?)
    }

    /// Consumes a refresh token and issues the next one. Returns the new generation. Stale if the
    /// token was used meanwhile.
    pub fn rotate(&mut self, state: &RefreshState, used: i64, next_hash: &[u8]) -> Result<i64, StoreError> {
        let updated = diesel::update(
            refresh_tokens::table.find((Sql(state.id), used)).filter(refresh_tokens::used_at.is_null()),
        )
        .set(refresh_tokens::used_at.eq(Some(Sql(self.tx.session_now))))
        .execute(self.tx.connection)?;
        exactly(1, updated, "refresh token")?;
        self.advance(state, next_hash)
    }

    /// Withdraws the latest refresh token, whose delivery was lost, and issues another one. Returns
    /// the new generation.
    pub fn reissue(&mut self, state: &RefreshState, next_hash: &[u8]) -> Result<i64, StoreError> {
        let newest = refresh_tokens::table.find((Sql(state.id), state.generation));
        let updated = diesel::update(newest.filter(refresh_tokens::used_at.is_null()))
            .set(refresh_tokens::withdrawn_at.eq(Some(Sql(self.tx.session_now))))
            .execute(self.tx.connection)?;
        exactly(1, updated, "refresh token")?;
        self.advance(state, next_hash)
    }

    fn advance(&mut self, state: &RefreshState, next_hash: &[u8]) -> Result<i64, StoreError> {
        let next = state.generation + 1;
        self.add_token(state.id, next, next_hash)?;
        let updated = diesel::update(
            sessions::table.find(Sql(state.id)).filter(sessions::generation.eq(state.generation)),
        )
        .set((
            sessions::generation.eq(next),
            sessions::last_seen_at.eq(Sql(self.tx.session_now)),
            sessions::version.eq(sessions::version + 1),
        ))
        .execute(self.tx.connection)?;
        exactly(1, updated, "session")?;
        Ok(next)
    }
}
