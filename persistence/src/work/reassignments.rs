//! Reassignment batches: immutable once written.

use diesel::prelude::*;
use portal_domain::Instant;
use portal_domain::ground::application_status::ApplicationStatus;
use portal_domain::ground::application_type::ApplicationType;
use portal_domain::ground::id::{ApplicationId, MembershipId, OrganizationId, ReassignmentId, UserId};
use portal_domain::work::reassignment::{ChosenItem, Reassignment};
use portal_domain::work::revert::Past;

use crate::column::Sql;
pub use crate::database::Reassignments;
use crate::dialect::{load_locked, on};
use crate::error::StoreError;
use crate::page::Page;
use crate::query::{RunQueryDsl, SelectableHelper};
use crate::schema::{applications, reassignment_items, reassignments, users};

/// A reassignment as stored.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = reassignments)]
pub struct StoredReassignment {
    /// The id.
    pub id: ReassignmentId,
    /// The agent who had the applications.
    #[diesel(column_name = from_membership_id)]
    pub from: MembershipId,
    /// The agent who received the applications.
    #[diesel(column_name = to_membership_id)]
    pub to: MembershipId,
    /// The user who created it.
    pub created_by: UserId,
    /// The creator's first name.
    #[diesel(select_expression = users::first_name)]
    pub creator_first_name: String,
    /// The creator's last name.
    #[diesel(select_expression = users::last_name)]
    pub creator_last_name: String,
    /// The number of reassigned applications.
    pub moved: i64,
    /// When the reassignment was created.
    pub created_at: Instant,
    /// The end of the period in which it may be reverted, exclusive.
    pub revertible_until: Instant,
    /// The reassignment that this one reverts, if it is a revert.
    pub reverts: Option<ReassignmentId>,
    /// The reassignment that reverted this one, if any.
    #[diesel(select_expression = reverting.field(reassignments::id).nullable())]
    pub reverted_by: Option<ReassignmentId>,
}

impl StoredReassignment {
    /// The facts that the revert rules need.
    #[must_use]
    pub const fn past(&self) -> Past {
        Past {
            id: self.id,
            revertible_until: self.revertible_until,
            reverted_by: self.reverted_by,
            reverts: self.reverts,
        }
    }
}

/// An application reassigned by a batch.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = applications)]
pub struct MovedItem {
    /// The application.
    pub id: ApplicationId,
    /// The application number.
    pub application_number: String,
    /// The application type.
    pub application_type: ApplicationType,
    /// The provider's display name.
    pub provider_name: String,
    /// The current status.
    pub status: ApplicationStatus,
    /// The application's version after the batch.
    #[diesel(select_expression = reassignment_items::version_after)]
    pub version_after: i64,
}

mod alias {
    use crate::schema::reassignments;
    diesel::alias!(reassignments as reverting: Reverting);
}
use alias::reverting;

macro_rules! rows {
    () => {
        reassignments::table
            .inner_join(users::table)
            .left_join(reverting.on(reverting.field(reassignments::reverts).eq(reassignments::id.nullable())))
            .select(StoredReassignment::as_select())
    };
}

impl Reassignments<'_, '_> {
    /// Stores a decision as a batch with its items.
    pub fn insert(&mut self, decision: &Reassignment, by: UserId) -> Result<(), StoreError> {
        diesel::insert_into(reassignments::table)
            .values((
                reassignments::id.eq(Sql(decision.id())),
                reassignments::organization_id.eq(Sql(decision.organization())),
                reassignments::from_membership_id.eq(Sql(decision.from().id)),
                reassignments::to_membership_id.eq(Sql(decision.to().id)),
                reassignments::created_by.eq(Sql(by)),
                reassignments::moved.eq(i64::try_from(decision.items().len()).unwrap_or(i64::MAX)),
                reassignments::created_at.eq(Sql(decision.decided_at())),
                reassignments::revertible_until.eq(Sql(decision.revertible_until())),
                reassignments::reverts.eq(decision.reverts().map(Sql)),
            ))
            .execute(self.tx.connection)?;
        let items: Vec<_> = decision
            .items()
            .iter()
            .map(|item| {
                (
                    reassignment_items::reassignment_id.eq(Sql(decision.id())),
                    reassignment_items::application_id.eq(Sql(item.id)),
                    reassignment_items::version_after.eq(item.version + 1),
                )
            })
            .collect();
        on!(&mut *self.tx.connection, c => {
            diesel::insert_into(reassignment_items::table).values(&items).insert_all(c)?
        });
        Ok(())
    }

    /// The batch with this id in that organization.
    pub fn find(
        &mut self,
        organization: OrganizationId,
        id: ReassignmentId,
    ) -> Result<Option<StoredReassignment>, StoreError> {
        Ok(rows!()
            .filter(reassignments::organization_id.eq(Sql(organization)))
            .filter(reassignments::id.eq(Sql(id)))
            .first(self.tx.connection)
            .optional()?)
    }

    /// Like [`Self::find`], but locks the batch, so that concurrent reverts run one after the
    /// other.
    pub fn find_locked(
        &mut self,
        organization: OrganizationId,
        id: ReassignmentId,
    ) -> Result<Option<StoredReassignment>, StoreError> {
        let query = reassignments::table.filter(reassignments::id.eq(Sql(id))).select(reassignments::id);
        let _locked: Vec<ReassignmentId> = load_locked!(&mut *self.tx.connection, query)?;
        self.find(organization, id)
    }

    /// An organization's batches, newest first, starting after `after`.
    pub fn list(
        &mut self,
        organization: OrganizationId,
        after: Option<(Instant, ReassignmentId)>,
        limit: i64,
    ) -> Result<Page<StoredReassignment>, StoreError> {
        let mut query = rows!().filter(reassignments::organization_id.eq(Sql(organization))).into_boxed();
        if let Some((created_at, id)) = after {
            query = query.filter(
                reassignments::created_at
                    .lt(Sql(created_at))
                    .or(reassignments::created_at.eq(Sql(created_at)).and(reassignments::id.lt(Sql(id)))),
            );
        }
        let rows = query
            .order((reassignments::created_at.desc(), reassignments::id.desc()))
            .limit(limit + 1)
            .load(self.tx.connection)?;
        Ok(Page::from_rows(rows, limit))
    }

    /// The applications reassigned by a batch, ordered by number.
    pub fn items(&mut self, id: ReassignmentId) -> Result<Vec<MovedItem>, StoreError> {
        Ok(reassignment_items::table
            .inner_join(applications::table)
            .filter(reassignment_items::reassignment_id.eq(Sql(id)))
            .order(applications::application_number)
            .select(MovedItem::as_select())
            .load(self.tx.connection)?)
    }
}

/// The items as a selection to move back, with their versions after the batch.
#[must_use]
pub fn as_choice(items: &[MovedItem]) -> Vec<ChosenItem> {
    items.iter().map(|item| ChosenItem { id: item.id, version: item.version_after }).collect()
}
