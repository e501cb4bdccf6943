//! Changes of members, and the data recorded with them.

use diesel::prelude::*;
use portal_domain::ground::disabled_reason::DisabledReason;
use portal_domain::ground::id::{MemberHistoryEntryId, MembershipId, OrganizationId, UserId};
use portal_domain::organizations::appointment::Appointment;
use portal_domain::organizations::member::MemberChange;
use portal_domain::organizations::member_words::MemberHistoryAction;
use portal_domain::organizations::membership::MembershipStatus;

use crate::column::Sql;
use crate::dialect::load_locked;
use crate::error::{StoreError, exactly};
use crate::organizations::members::Members;
use crate::query::RunQueryDsl;
use crate::schema::{member_history, memberships, organizations};

impl Members<'_, '_> {
    /// Locks an organization, so that changes of its members run one after the other: otherwise
    /// concurrent changes could remove the last administrator. Acquire this lock before every other
    /// lock.
    pub fn lock_organization(&mut self, organization: OrganizationId) -> Result<(), StoreError> {
        let query =
            organizations::table.filter(organizations::id.eq(Sql(organization))).select(organizations::id);
        let _locked: Vec<OrganizationId> = load_locked!(&mut *self.tx.connection, query)?;
        Ok(())
    }

    /// Stores a decided change and returns the new version. Stale if the membership has changed
    /// since the decision.
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

    /// Stores an appointment and returns the new version. Stale if the membership has changed since
    /// the decision.
    pub fn appoint(&mut self, appointment: &Appointment, version: i64) -> Result<i64, StoreError> {
        let member = appointment.member();
        let membership = memberships::table
            .filter(memberships::id.eq(Sql(member.id)))
            .filter(memberships::version.eq(version))
            .filter(memberships::status.eq(Sql(member.status)));
        let updated = diesel::update(membership)
            .set(memberships::version.eq(version + 1))
            .execute(self.tx.connection)?;
        exactly(1, updated, "membership")?;
        self.tx.memberships().set_rights(member.id, appointment.rights())?;
        Ok(version + 1)
    }

    pub(super) fn note_activation(&mut self, id: MembershipId) -> Result<(), StoreError> {
        diesel::update(memberships::table.find(Sql(id)).filter(memberships::activated_at.is_null()))
            .set(memberships::activated_at.eq(Some(Sql(self.tx.now))))
            .execute(self.tx.connection)?;
        Ok(())
    }

    /// Changes a membership's status from `from` to `to` when an invitation is accepted or a
    /// registration completed. Stale if the status is no longer `from`. Restarts the count of days
    /// without a sign-in.
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

    /// Revokes a membership that awaits verification. Stale if it no longer does.
    pub fn reject(&mut self, id: MembershipId) -> Result<(), StoreError> {
        let pending = memberships::table
            .filter(memberships::id.eq(Sql(id)))
            .filter(memberships::status.eq(Sql(MembershipStatus::VerificationPending)));
        let updated = diesel::update(pending)
            .set((
                memberships::status.eq(Sql(MembershipStatus::Revoked)),
                memberships::version.eq(memberships::version + 1),
            ))
            .execute(self.tx.connection)?;
        exactly(1, updated, "membership")
    }

    /// Records the data a registrant entered about themselves, to be shown until they are active.
    /// It stays on the membership: anyone can register with any address.
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

    /// Adds an entry to a member's history. Concurrent entries with the same number violate a
    /// unique constraint.
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
}
