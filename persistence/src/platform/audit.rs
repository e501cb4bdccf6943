//! The audit trail: one hash chain per organization and one for the platform. An event is written
//! in the transaction of the change it records, so that no change goes unrecorded and no chain has
//! a gap.

use std::collections::BTreeMap;

use diesel::dsl::max;
use diesel::prelude::*;
use portal_domain::Instant;
use portal_domain::ground::audit::{AuditAction, AuditEvent, Detail};
use portal_domain::ground::id::{AuditEventId, OrganizationId, UserId};
use portal_domain::platform::audit_anchor::ChainHead;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use crate::column::Sql;
pub use crate::database::Audit;
use crate::dialect::{ROWS, load_locked, on};
use crate::error::{StoreError, exactly};
use crate::page::Page;
use crate::query::{RunQueryDsl, SelectableHelper};
use crate::schema::{audit_events, audit_heads};

/// The chain of events that do not belong to an organization.
const PLATFORM: &str = "platform";

/// The author of an event, as recorded in the audit trail.
#[derive(Clone, Debug)]
pub struct Author<'a> {
    /// The user; `None` for jobs, the command line, the sandbox and unauthenticated callers.
    pub user: Option<UserId>,
    /// The author's name at the time.
    pub name: &'a str,
    /// The id of the request in which it happened.
    pub request_id: &'a str,
}

/// An event as stored.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = audit_events)]
pub struct StoredEvent {
    /// The id.
    pub id: AuditEventId,
    /// The sequence number in the chain, from 1.
    pub sequence: i64,
    /// When it occurred.
    pub occurred_at: Instant,
    /// The user who acted.
    #[diesel(column_name = actor_user_id)]
    pub actor_user: Option<UserId>,
    /// The author's name at the time.
    pub actor_name: String,
    /// The id of the request in which it happened.
    pub request_id: String,
    /// The action.
    pub action: AuditAction,
    /// The object of the action.
    pub object: String,
    /// The values before and after, and any other details.
    pub details: Value,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = audit_events)]
struct ChainedRow {
    chain: String,
    sequence: i64,
    occurred_at: Instant,
    #[diesel(column_name = actor_user_id)]
    actor_user: Option<UserId>,
    actor_name: String,
    request_id: String,
    action: AuditAction,
    object: String,
    details: Value,
    previous_hash: Vec<u8>,
    hash: Vec<u8>,
}

/// The result of verifying a chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ChainState {
    /// Every event follows from the previous one, up to the head.
    Intact {
        /// The number of events.
        events: i64,
    },
    /// The chain is broken.
    Broken {
        /// The first sequence number that does not follow.
        at: i64,
    },
}

struct Entry<'a> {
    chain: &'a str,
    sequence: i64,
    occurred_at: Instant,
    author: Author<'a>,
    action: AuditAction,
    object: &'a str,
    details: &'a Value,
    previous_hash: &'a [u8],
}

impl Entry<'_> {
    /// SHA-256 over every field, each prefixed with its length, so that no two entries hash the
    /// same bytes.
    fn hash(&self) -> Vec<u8> {
        let mut hasher = Sha256::new();
        let mut field = |bytes: &[u8]| {
            hasher.update(u64::try_from(bytes.len()).unwrap_or(u64::MAX).to_be_bytes());
            hasher.update(bytes);
        };
        field(self.chain.as_bytes());
        field(&self.sequence.to_be_bytes());
        field(&self.occurred_at.timestamp_micros().to_be_bytes());
        field(self.author.user.map(|user| user.to_string()).unwrap_or_default().as_bytes());
        field(self.author.name.as_bytes());
        field(self.author.request_id.as_bytes());
        field(self.action.as_str().as_bytes());
        field(self.object.as_bytes());
        field(canonical(self.details).as_bytes());
        field(self.previous_hash);
        hasher.finalize().to_vec()
    }
}

/// JSON with sorted keys: PostgreSQL reorders keys, SQLite keeps the order written.
fn canonical(value: &Value) -> String {
    match value {
        Value::Object(members) => {
            let mut keys: Vec<_> = members.iter().collect();
            keys.sort_by_key(|(key, _)| key.as_str());
            let members: Vec<_> = keys
                .into_iter()
                .map(|(key, member)| format!("{}:{}", Value::from(key.as_str()), canonical(member)))
                .collect();
            format!("{{{}}}", members.join(","))
        }
        Value::Array(items) => format!("[{}]", items.iter().map(canonical).collect::<Vec<_>>().join(",")),
        other => other.to_string(),
    }
}

fn details_of(event: &AuditEvent) -> Value {
    let members = event.details.iter().map(|(key, detail)| {
        let value = match detail {
            Detail::Text(text) => Value::from(text.as_str()),
            Detail::Number(number) => Value::from(*number),
            Detail::List(list) => Value::from(list.clone()),
        };
        ((*key).to_owned(), value)
    });
    Value::Object(members.collect::<Map<_, _>>())
}

impl Audit<'_, '_> {
    /// Appends an event to its chain. Acquire every other lock first: the head of the chain is
    /// locked last.
    pub(crate) fn record(&mut self, event: &AuditEvent, author: &Author<'_>) -> Result<(), StoreError> {
        let chain = event.organization.map_or_else(|| PLATFORM.to_owned(), |id| id.to_string());
        let (sequence, previous_hash) = self.lock_head(&chain)?;
        let details = details_of(event);
        let entry = Entry {
            chain: &chain,
            sequence: sequence + 1,
            occurred_at: self.tx.now,
            author: author.clone(),
            action: event.action,
            object: &event.object,
            details: &details,
            previous_hash: &previous_hash,
        };
        let hash = entry.hash();
        let id: AuditEventId = self.tx.new_id();
        diesel::insert_into(audit_events::table)
            .values((
                audit_events::id.eq(Sql(id)),
                audit_events::chain.eq(&chain),
                audit_events::sequence.eq(sequence + 1),
                audit_events::organization_id.eq(event.organization.map(Sql)),
                audit_events::occurred_at.eq(Sql(self.tx.now)),
                audit_events::actor_user_id.eq(author.user.map(Sql)),
                audit_events::actor_name.eq(author.name),
                audit_events::request_id.eq(author.request_id),
                audit_events::action.eq(Sql(event.action)),
                audit_events::object.eq(&event.object),
                audit_events::details.eq(Sql(details.clone())),
                audit_events::previous_hash.eq(&previous_hash),
                audit_events::hash.eq(&hash),
            ))
            .execute(self.tx.connection)?;
        let updated = diesel::update(audit_heads::table.find(&chain))
            .set((audit_heads::sequence.eq(sequence + 1), audit_heads::hash.eq(&hash)))
            .execute(self.tx.connection)?;
        exactly(1, updated, "audit head")
    }

    fn lock_head(&mut self, chain: &str) -> Result<(i64, Vec<u8>), StoreError> {
        let query = audit_heads::table
            .filter(audit_heads::chain.eq(chain))
            .select((audit_heads::sequence, audit_heads::hash));
        let heads: Vec<(i64, Vec<u8>)> = load_locked!(&mut *self.tx.connection, query)?;
        if let Some(head) = heads.into_iter().next() {
            return Ok(head);
        }
        // The first event of a chain: a concurrent transaction waits for the row inserted here and
        // then finds it.
        let values =
            (audit_heads::chain.eq(chain), audit_heads::sequence.eq(0), audit_heads::hash.eq(Vec::new()));
        on!(&mut *self.tx.connection, c => {
            diesel::insert_into(audit_heads::table).values(values).on_conflict_do_nothing().execute(c)?
        });
        let heads: Vec<(i64, Vec<u8>)> = load_locked!(&mut *self.tx.connection, query)?;
        heads.into_iter().next().ok_or(StoreError::Stale("audit head"))
    }

    /// An organization's events, newest first, starting after `after`. `action` restricts them to
    /// one action.
    pub fn list(
        &mut self,
        organization: OrganizationId,
        action: Option<AuditAction>,
        after: Option<i64>,
        limit: i64,
    ) -> Result<Page<StoredEvent>, StoreError> {
        let mut query = audit_events::table
            .filter(audit_events::organization_id.eq(Some(Sql(organization))))
            .select(StoredEvent::as_select())
            .into_boxed();
        if let Some(action) = action {
            query = query.filter(audit_events::action.eq(Sql(action)));
        }
        if let Some(sequence) = after {
            query = query.filter(audit_events::sequence.lt(sequence));
        }
        let rows = query.order(audit_events::sequence.desc()).limit(limit + 1).load(self.tx.connection)?;
        Ok(Page::from_rows(rows, limit))
    }

    /// The names of all chains.
    pub fn chains(&mut self) -> Result<Vec<String>, StoreError> {
        Ok(audit_heads::table
            .order(audit_heads::chain)
            .select(audit_heads::chain)
            .load(self.tx.connection)?)
    }

    /// The heads of all chains, by name.
    pub fn heads(&mut self) -> Result<Vec<ChainHead>, StoreError> {
        let heads: Vec<(String, i64, Vec<u8>)> = audit_heads::table
            .order(audit_heads::chain)
            .select((audit_heads::chain, audit_heads::sequence, audit_heads::hash))
            .load(self.tx.connection)?;
        Ok(heads.into_iter().map(|(chain, events, hash)| ChainHead { chain, events, hash }).collect())
    }

    /// The first of these events of a chain, in the order given, whose stored hash differs, or that
    /// is missing.
    pub fn first_different(
        &mut self,
        chain: &str,
        expected: &[(i64, Vec<u8>)],
    ) -> Result<Option<i64>, StoreError> {
        for some in expected.chunks(ROWS) {
            let sequences: Vec<i64> = some.iter().map(|(sequence, _)| *sequence).collect();
            let stored: Vec<(i64, Vec<u8>)> = audit_events::table
                .filter(audit_events::chain.eq(chain))
                .filter(audit_events::sequence.eq_any(sequences))
                .select((audit_events::sequence, audit_events::hash))
                .load(self.tx.connection)?;
            let stored: BTreeMap<i64, Vec<u8>> = stored.into_iter().collect();
            let different = some.iter().find(|(sequence, hash)| stored.get(sequence) != Some(hash));
            if let Some((sequence, _)) = different {
                return Ok(Some(*sequence));
            }
        }
        Ok(None)
    }

    /// Verifies a chain from its first event to its current head. Events appended meanwhile are
    /// ignored.
    pub fn verify(&mut self, chain: &str) -> Result<ChainState, StoreError> {
        const STEP: i64 = 1000;
        // Read before the head: an event and its head are stored together, so none can be above it.
        let highest: Option<i64> = audit_events::table
            .filter(audit_events::chain.eq(chain))
            .select(max(audit_events::sequence))
            .first(self.tx.connection)?;
        let head: Option<(i64, Vec<u8>)> = audit_heads::table
            .find(chain)
            .select((audit_heads::sequence, audit_heads::hash))
            .first(self.tx.connection)
            .optional()?;
        let Some((last, head_hash)) = head else { return Ok(ChainState::Broken { at: 1 }) };
        let (mut sequence, mut hash) = (0, Vec::new());
        while sequence < last {
            let rows: Vec<ChainedRow> = audit_events::table
                .filter(audit_events::chain.eq(chain))
                .filter(audit_events::sequence.gt(sequence))
                .filter(audit_events::sequence.le(last))
                .order(audit_events::sequence)
                .limit(STEP)
                .select(ChainedRow::as_select())
                .load(self.tx.connection)?;
            if rows.is_empty() {
                return Ok(ChainState::Broken { at: sequence + 1 });
            }
            for row in rows {
                let follows = row.sequence == sequence + 1 && row.previous_hash == hash;
                if !follows || entry_of(&row).hash() != row.hash {
                    return Ok(ChainState::Broken { at: sequence + 1 });
                }
                (sequence, hash) = (row.sequence, row.hash);
            }
        }
        if hash != head_hash {
            Ok(ChainState::Broken { at: last })
        } else if highest.is_some_and(|highest| highest > last) {
            Ok(ChainState::Broken { at: last + 1 })
        } else {
            Ok(ChainState::Intact { events: sequence })
        }
    }
}

fn entry_of(row: &ChainedRow) -> Entry<'_> {
    Entry {
        chain: &row.chain,
        sequence: row.sequence,
        occurred_at: row.occurred_at,
        author: Author { user: row.actor_user, name: &row.actor_name, request_id: &row.request_id },
        action: row.action,
        object: &row.object,
        details: &row.details,
        previous_hash: &row.previous_hash,
    }
}
