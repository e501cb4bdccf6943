//! Associations with provider accounts that the plan's staff confirm (domain rule R-203).

use diesel::prelude::*;
use portal_domain::Instant;
use portal_domain::ground::email::EmailAddress;
use portal_domain::ground::id::{AssociationId, MembershipId, OrganizationId, ProviderRecordId, UserId};
use portal_domain::ground::plan_code::{PlanCode, PlanScope};
use portal_domain::organizations::association_confirmation::{
    ConfirmationCause, ConfirmationDecision, ConfirmationStatus,
};
use portal_domain::organizations::membership::MembershipStatus;
use portal_domain::organizations::provider_record::{ProviderIdentifier, ProviderName};

use crate::column::Sql;
pub use crate::database::AssociationConfirmations;
use crate::error::{StoreError, exactly};
use crate::identity::users::{UserName, stored_address};
use crate::organizations::provider_records::NameRow;
use crate::page::Page;
use crate::query::{RunQueryDsl, SelectableHelper};
use crate::schema::{association_confirmations, memberships, provider_associations, provider_records, users};

/// An association with its confirmation.
#[derive(Clone, Debug)]
pub struct StoredConfirmation {
    /// The association.
    pub id: AssociationId,
    /// Why it must be confirmed.
    pub cause: ConfirmationCause,
    /// The status.
    pub status: ConfirmationStatus,
    /// When it began to wait.
    pub requested_at: Instant,
    /// When it was decided.
    pub decided_at: Option<Instant>,
    /// Why it was rejected.
    pub reason: Option<String>,
    /// The person.
    pub user: UserId,
    /// The person's name, "First Last".
    pub name: String,
    /// The person's email address.
    pub email: EmailAddress,
    /// The plan.
    pub plan: PlanCode,
    /// The Provider ID.
    pub provider_id: String,
    /// The provider's type and name.
    pub provider: ProviderName,
    /// The provider account, if it exists.
    pub organization: Option<OrganizationId>,
    /// The person's membership in it, and its status.
    pub membership: Option<(MembershipId, MembershipStatus)>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = association_confirmations)]
struct Row {
    association_id: AssociationId,
    cause: ConfirmationCause,
    status: ConfirmationStatus,
    requested_at: Instant,
    decided_at: Option<Instant>,
    reason: Option<String>,
    #[diesel(select_expression = users::id)]
    user: UserId,
    #[diesel(embed)]
    name: UserName,
    #[diesel(select_expression = users::email)]
    email: String,
    #[diesel(select_expression = provider_records::plan)]
    plan: PlanCode,
    #[diesel(select_expression = provider_records::provider_id)]
    provider_id: String,
    #[diesel(embed)]
    provider: NameRow,
    #[diesel(select_expression = provider_records::organization_id)]
    organization: Option<OrganizationId>,
    #[diesel(select_expression = memberships::id.nullable())]
    membership: Option<MembershipId>,
    #[diesel(select_expression = memberships::status.nullable())]
    membership_status: Option<MembershipStatus>,
}

macro_rules! rows {
    () => {
        association_confirmations::table
            .inner_join(
                provider_associations::table.inner_join(users::table).inner_join(provider_records::table),
            )
            .left_join(memberships::table)
            .select(Row::as_select())
    };
}

impl Row {
    fn shaped(self) -> Result<StoredConfirmation, StoreError> {
        Ok(StoredConfirmation {
            id: self.association_id,
            cause: self.cause,
            status: self.status,
            requested_at: self.requested_at,
            decided_at: self.decided_at,
            reason: self.reason,
            user: self.user,
            name: self.name.to_string(),
            email: stored_address(&self.email)?,
            plan: self.plan,
            provider_id: self.provider_id,
            provider: self.provider.shaped()?,
            organization: self.organization,
            membership: self.membership.zip(self.membership_status),
        })
    }
}

impl AssociationConfirmations<'_, '_> {
    /// Stores that an association waits for the plan's staff.
    pub fn insert(
        &mut self,
        association: AssociationId,
        membership: Option<MembershipId>,
        cause: ConfirmationCause,
    ) -> Result<(), StoreError> {
        diesel::insert_into(association_confirmations::table)
            .values((
                association_confirmations::association_id.eq(Sql(association)),
                association_confirmations::membership_id.eq(membership.map(Sql)),
                association_confirmations::cause.eq(Sql(cause)),
                association_confirmations::status.eq(Sql(ConfirmationStatus::Waiting)),
                association_confirmations::requested_at.eq(Sql(self.tx.now)),
            ))
            .execute(self.tx.connection)?;
        Ok(())
    }

    /// The association with this id, if it must be or was confirmed.
    pub fn find(&mut self, association: AssociationId) -> Result<Option<StoredConfirmation>, StoreError> {
        let row: Option<Row> = rows!()
            .filter(association_confirmations::association_id.eq(Sql(association)))
            .first(self.tx.connection)
            .optional()?;
        row.map(Row::shaped).transpose()
    }

    /// The associations of these plans, oldest first, starting after `after`. `confirmed` restricts
    /// them to confirmed (`true`) or waiting ones (`false`).
    pub fn list(
        &mut self,
        plans: &PlanScope,
        confirmed: Option<bool>,
        after: Option<(Instant, AssociationId)>,
        limit: i64,
    ) -> Result<Page<StoredConfirmation>, StoreError> {
        let mut query = rows!().into_boxed();
        if let PlanScope::Only(plans) = plans {
            query = query.filter(provider_records::plan.eq_any(plans.iter().copied().map(Sql)));
        }
        if let Some(confirmed) = confirmed {
            let status = if confirmed { ConfirmationStatus::Confirmed } else { ConfirmationStatus::Waiting };
            query = query.filter(association_confirmations::status.eq(Sql(status)));
        }
        if let Some((requested_at, id)) = after {
            query = query.filter(
                association_confirmations::requested_at.gt(Sql(requested_at)).or(
                    association_confirmations::requested_at
                        .eq(Sql(requested_at))
                        .and(association_confirmations::association_id.gt(Sql(id))),
                ),
            );
        }
        let rows: Vec<Row> = query
            .order((association_confirmations::requested_at, association_confirmations::association_id))
            .limit(limit + 1)
            .load(self.tx.connection)?;
        Page::from_rows(rows, limit).try_map(Row::shaped)
    }

    /// Stores a decision. Stale if another one was stored meanwhile. A membership that ended
    /// otherwise is not affected, so the association no longer refers to it.
    pub fn decide(
        &mut self,
        decision: &ConfirmationDecision,
        by: UserId,
        reason: Option<&str>,
    ) -> Result<(), StoreError> {
        let waiting = association_confirmations::table
            .filter(association_confirmations::association_id.eq(Sql(decision.association().id)))
            .filter(association_confirmations::status.eq(Sql(ConfirmationStatus::Waiting)));
        let updated = diesel::update(waiting)
            .set((
                association_confirmations::status.eq(Sql(decision.status())),
                association_confirmations::decided_at.eq(Some(Sql(self.tx.now))),
                association_confirmations::decided_by.eq(Some(Sql(by))),
                association_confirmations::reason.eq(reason),
                association_confirmations::membership_id.eq(decision.membership().map(Sql)),
            ))
            .execute(self.tx.connection)?;
        exactly(1, updated, "association")
    }

    /// Stores the membership to which a confirmed association led.
    pub fn set_membership(
        &mut self,
        association: AssociationId,
        membership: MembershipId,
    ) -> Result<(), StoreError> {
        let confirmed = association_confirmations::table
            .filter(association_confirmations::association_id.eq(Sql(association)))
            .filter(association_confirmations::status.eq(Sql(ConfirmationStatus::Confirmed)));
        let updated = diesel::update(confirmed)
            .set(association_confirmations::membership_id.eq(Some(Sql(membership))))
            .execute(self.tx.connection)?;
        exactly(1, updated, "association")
    }

    /// The status of the newest claim that led to a membership, if there is one.
    pub fn newest_of(&mut self, membership: MembershipId) -> Result<Option<ConfirmationStatus>, StoreError> {
        Ok(association_confirmations::table
            .filter(association_confirmations::membership_id.eq(Some(Sql(membership))))
            .order((
                association_confirmations::requested_at.desc(),
                association_confirmations::association_id.desc(),
            ))
            .select(association_confirmations::status)
            .first(self.tx.connection)
            .optional()?)
    }

    /// Removes the person's claims to this provider record that wait without a membership. A claim
    /// that the person completed replaces them.
    pub fn remove_waiting(&mut self, user: UserId, record: ProviderRecordId) -> Result<(), StoreError> {
        let of_person = provider_associations::table
            .filter(provider_associations::user_id.eq(Sql(user)))
            .filter(provider_associations::provider_record_id.eq(Sql(record)))
            .select(provider_associations::id);
        let replaced = association_confirmations::table
            .filter(association_confirmations::association_id.eq_any(of_person))
            .filter(association_confirmations::membership_id.is_null())
            .filter(association_confirmations::status.eq(Sql(ConfirmationStatus::Waiting)));
        diesel::delete(replaced).execute(self.tx.connection)?;
        Ok(())
    }

    /// Whether the person already waits for the plan's staff with this provider record.
    pub fn is_waiting(&mut self, user: UserId, record: ProviderRecordId) -> Result<bool, StoreError> {
        let waiting = association_confirmations::table
            .inner_join(provider_associations::table)
            .filter(provider_associations::user_id.eq(Sql(user)))
            .filter(provider_associations::provider_record_id.eq(Sql(record)))
            .filter(association_confirmations::status.eq(Sql(ConfirmationStatus::Waiting)));
        Ok(diesel::select(diesel::dsl::exists(waiting)).get_result(self.tx.connection)?)
    }

    /// A confirmed association of the person with this Provider ID, and when its step 2 expires.
    /// Step 2 is still to be completed.
    pub fn to_complete(
        &mut self,
        user: UserId,
        plan: PlanCode,
        provider_id: &ProviderIdentifier,
    ) -> Result<Option<(AssociationId, Instant)>, StoreError> {
        Ok(association_confirmations::table
            .inner_join(provider_associations::table.inner_join(provider_records::table))
            .filter(provider_associations::user_id.eq(Sql(user)))
            .filter(provider_associations::consumed_at.is_null())
            .filter(provider_associations::expires_at.gt(Sql(self.tx.now)))
            .filter(provider_records::plan.eq(Sql(plan)))
            .filter(provider_records::provider_id_key.eq(provider_id.key()))
            .filter(association_confirmations::status.eq(Sql(ConfirmationStatus::Confirmed)))
            .order(association_confirmations::requested_at.desc())
            .select((provider_associations::id, provider_associations::expires_at))
            .first(self.tx.connection)
            .optional()?)
    }
}
