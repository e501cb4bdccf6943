//! Sessions. The session row is authoritative: a change takes effect on the next request.

use diesel::prelude::*;
use portal_domain::Instant;
use portal_domain::ground::id::{MembershipId, SessionId, UserId};
use portal_domain::identity::session::{MAX_SESSIONS_PER_USER, SessionEnd};

use crate::column::Sql;
pub use crate::database::Sessions;
use crate::dialect::with_short_timeout;
use crate::error::{StoreError, exactly};
use crate::page::Page;
use crate::query::{RunQueryDsl, SelectableHelper};
use crate::schema::sessions;

/// An entry in a user's list of sessions.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = sessions)]
pub struct SessionEntry {
    /// The id.
    pub id: SessionId,
    /// When it started.
    pub started_at: Instant,
    /// When it was last used, with a precision of one minute.
    pub last_seen_at: Instant,
    /// The device, as it identified itself.
    pub device: String,
    /// The IP address it was started from.
    pub ip_address: String,
    /// Incremented on every change of the row.
    pub version: i64,
}

/// A session to start, with its first refresh token.
#[derive(Clone, Debug)]
pub struct NewSession {
    /// The id.
    pub id: SessionId,
    /// The user it belongs to.
    pub user: UserId,
    /// The device, as it identifies itself.
    pub device: String,
    /// The IP address it is started from.
    pub ip_address: String,
    /// The SHA-256 hash of the first refresh token.
    pub token_hash: Vec<u8>,
}

/// A user's sessions that are neither ended nor expired.
macro_rules! live_entries {
    ($user:expr, $over_before:expr) => {
        sessions::table
            .filter(sessions::user_id.eq(Sql($user)))
            .filter(sessions::ended_at.is_null())
            .filter(sessions::started_at.gt(Sql($over_before.0)))
            .filter(sessions::last_seen_at.gt(Sql($over_before.1)))
            .select(SessionEntry::as_select())
    };
}
impl Sessions<'_, '_> {
    /// Records that the session was used, and with which generation of tokens. Runs with a short
    /// timeout.
    pub fn touch(&mut self, id: SessionId, generation: i64) -> Result<(), StoreError> {
        let now = self.tx.session_now;
        with_short_timeout(self.tx.connection, |connection| {
            // A slow request with older tokens must not overwrite what a newer one recorded.
            let session = sessions::table
                .find(Sql(id))
                .filter(sessions::ended_at.is_null())
                .filter(sessions::seen_generation.le(generation));
            diesel::update(session)
                .set((
                    sessions::last_seen_at.eq(Sql(now)),
                    sessions::seen_generation.eq(generation),
                    sessions::version.eq(sessions::version + 1),
                ))
                .execute(connection)
        })?;
        Ok(())
    }

    /// Starts a session. If the user has too many, the oldest ones end.
    pub fn start(&mut self, new: &NewSession) -> Result<(), StoreError> {
        diesel::insert_into(sessions::table)
            .values((
                sessions::id.eq(Sql(new.id)),
                sessions::user_id.eq(Sql(new.user)),
                sessions::started_at.eq(Sql(self.tx.session_now)),
                sessions::last_seen_at.eq(Sql(self.tx.session_now)),
                sessions::generation.eq(1),
                sessions::seen_generation.eq(0),
                sessions::device.eq(&new.device),
                sessions::ip_address.eq(&new.ip_address),
                sessions::version.eq(1),
            ))
            .execute(self.tx.connection)?;
        self.add_token(new.id, 1, &new.token_hash)?;
        // The session just started is always kept, whatever the clock says about the others.
        let others = sessions::table
            .filter(sessions::user_id.eq(Sql(new.user)))
            .filter(sessions::ended_at.is_null())
            .filter(sessions::id.ne(Sql(new.id)));
        let kept: Vec<SessionId> = others
            .order((sessions::started_at.desc(), sessions::id.desc()))
            .limit(i64::try_from(MAX_SESSIONS_PER_USER - 1).unwrap_or(i64::MAX))
            .select(sessions::id)
            .load(self.tx.connection)?;
        if kept.len() == MAX_SESSIONS_PER_USER - 1 {
            diesel::update(others.filter(sessions::id.ne_all(kept.into_iter().map(Sql))))
                .set(ended(self.tx.session_now, SessionEnd::TooMany))
                .execute(self.tx.connection)?;
        }
        Ok(())
    }

    /// A user's live sessions, newest first, starting after `after`. `over_before` holds two
    /// limits: a session that started at or before the first, or was last used at or before the
    /// second, has expired.
    pub fn list(
        &mut self,
        user: UserId,
        over_before: (Instant, Instant),
        after: Option<(Instant, SessionId)>,
        limit: i64,
    ) -> Result<Page<SessionEntry>, StoreError> {
        let mut query = live_entries!(user, over_before).into_boxed();
        if let Some((started_at, id)) = after {
            query = query.filter(
                sessions::started_at
                    .lt(Sql(started_at))
                    .or(sessions::started_at.eq(Sql(started_at)).and(sessions::id.lt(Sql(id)))),
            );
        }
        let rows = query
            .order((sessions::started_at.desc(), sessions::id.desc()))
            .limit(limit + 1)
            .load(self.tx.connection)?;
        Ok(Page::from_rows(rows, limit))
    }

    /// The live session of a user with this id.
    pub fn find(
        &mut self,
        user: UserId,
        over_before: (Instant, Instant),
        id: SessionId,
    ) -> Result<Option<SessionEntry>, StoreError> {
        Ok(live_entries!(user, over_before)
            .filter(sessions::id.eq(Sql(id)))
            .first(self.tx.connection)
            .optional()?)
    }

    /// Ends one session. Returns `false` if it had already ended.
    pub fn end(&mut self, id: SessionId, reason: SessionEnd) -> Result<bool, StoreError> {
        let updated = diesel::update(sessions::table.find(Sql(id)).filter(sessions::ended_at.is_null()))
            .set(ended(self.tx.session_now, reason))
            .execute(self.tx.connection)?;
        Ok(updated == 1)
    }

    /// Ends the sessions of all users. Returns their number.
    pub fn end_everyones(&mut self, reason: SessionEnd) -> Result<usize, StoreError> {
        let open = sessions::table.filter(sessions::ended_at.is_null());
        Ok(diesel::update(open).set(ended(self.tx.session_now, reason)).execute(self.tx.connection)?)
    }

    /// Ends all of a user's sessions. Returns their number.
    pub fn end_all(&mut self, user: UserId, reason: SessionEnd) -> Result<usize, StoreError> {
        self.end_all_but(user, None, reason)
    }

    /// Ends all of a user's sessions, except `keep`. Returns their number.
    pub fn end_all_but(
        &mut self,
        user: UserId,
        keep: Option<SessionId>,
        reason: SessionEnd,
    ) -> Result<usize, StoreError> {
        let now = self.tx.session_now;
        let open =
            sessions::table.filter(sessions::user_id.eq(Sql(user))).filter(sessions::ended_at.is_null());
        Ok(match keep {
            Some(kept) => diesel::update(open.filter(sessions::id.ne(Sql(kept))))
                .set(ended(now, reason))
                .execute(self.tx.connection)?,
            None => diesel::update(open).set(ended(now, reason)).execute(self.tx.connection)?,
        })
    }

    /// Records that the user provided a second factor in this session.
    pub fn note_second_factor(&mut self, id: SessionId) -> Result<(), StoreError> {
        let open = sessions::table.find(Sql(id)).filter(sessions::ended_at.is_null());
        let updated = diesel::update(open)
            .set((
                sessions::second_factor_at.eq(Some(Sql(self.tx.session_now))),
                sessions::version.eq(sessions::version + 1),
            ))
            .execute(self.tx.connection)?;
        exactly(1, updated, "session")
    }

    /// Records that the user gave the password again in this session.
    pub fn note_password(&mut self, id: SessionId) -> Result<(), StoreError> {
        let open = sessions::table.find(Sql(id)).filter(sessions::ended_at.is_null());
        let updated = diesel::update(open)
            .set((
                sessions::password_at.eq(Some(Sql(self.tx.session_now))),
                sessions::version.eq(sessions::version + 1),
            ))
            .execute(self.tx.connection)?;
        exactly(1, updated, "session")
    }

    /// Records the account in which the user works in this session; `None` if they chose none.
    pub fn set_active_membership(
        &mut self,
        id: SessionId,
        membership: Option<MembershipId>,
    ) -> Result<(), StoreError> {
        let open = sessions::table.find(Sql(id)).filter(sessions::ended_at.is_null());
        let updated = diesel::update(open)
            .set((
                sessions::active_membership_id.eq(membership.map(Sql)),
                sessions::version.eq(sessions::version + 1),
            ))
            .execute(self.tx.connection)?;
        exactly(1, updated, "session")
    }
}

type Ended = (
    diesel::dsl::Eq<sessions::ended_at, Option<Sql<Instant>>>,
    diesel::dsl::Eq<sessions::end_reason, Option<Sql<SessionEnd>>>,
    diesel::dsl::Eq<sessions::version, diesel::dsl::Add<sessions::version, i64>>,
);

fn ended(now: Instant, reason: SessionEnd) -> Ended {
    (
        sessions::ended_at.eq(Some(Sql(now))),
        sessions::end_reason.eq(Some(Sql(reason))),
        sessions::version.eq(sessions::version + 1),
    )
}
