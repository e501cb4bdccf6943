//! What filing, deciding and withdrawing leave on an application, besides the step that moves it.

use diesel::prelude::*;
use portal_domain::applications::application::WithdrawalKind;
use portal_domain::ground::application_status::ApplicationStatus;
use portal_domain::ground::id::ApplicationId;

use crate::column::Sql;
use crate::database::Applications;
use crate::error::{StoreError, exactly};
use crate::query::RunQueryDsl;
use crate::schema::applications;

/// How an application is withdrawn.
#[derive(Clone, Copy, Debug)]
pub struct NewWithdrawal<'a> {
    /// How.
    pub kind: WithdrawalKind,
    /// By whom, by name.
    pub by_name: &'a str,
    /// Why, in the words of who does it.
    pub reason: Option<&'a str>,
    /// Where it stands until then.
    pub status_before: ApplicationStatus,
}

impl Applications<'_, '_> {
    /// Notes that it was filed now.
    pub fn set_submitted(&mut self, id: ApplicationId) -> Result<(), StoreError> {
        let updated = diesel::update(applications::table.find(Sql(id)))
            .set(applications::submitted_at.eq(Some(Sql(self.tx.now))))
            .execute(self.tx.connection)?;
        exactly(1, updated, "application")
    }

    /// Notes why the department returned it.
    pub fn set_returned(&mut self, id: ApplicationId, reason: &str) -> Result<(), StoreError> {
        let updated = diesel::update(applications::table.find(Sql(id)))
            .set(applications::department_reason.eq(Some(reason)))
            .execute(self.tx.connection)?;
        exactly(1, updated, "application")
    }

    /// Notes that the department decided now; with a reason it denied. What it said on returning it before is no reason of an
    /// approval.
    pub fn set_decided(&mut self, id: ApplicationId, reason: Option<&str>) -> Result<(), StoreError> {
        let updated = diesel::update(applications::table.find(Sql(id)))
            .set((
                applications::decided_at.eq(Some(Sql(self.tx.now))),
                applications::department_reason.eq(reason),
            ))
            .execute(self.tx.connection)?;
        exactly(1, updated, "application")
    }

    /// Notes that it was withdrawn now, and how (domain rule R-066).
    pub fn set_withdrawn(
        &mut self,
        id: ApplicationId,
        withdrawal: &NewWithdrawal<'_>,
    ) -> Result<(), StoreError> {
        let updated = diesel::update(applications::table.find(Sql(id)))
            .set((
                applications::withdrawal_kind.eq(Some(Sql(withdrawal.kind))),
                applications::withdrawn_at.eq(Some(Sql(self.tx.now))),
                applications::withdrawn_by_name.eq(Some(withdrawal.by_name)),
                applications::withdrawal_reason.eq(withdrawal.reason),
                applications::status_before_withdrawal.eq(Some(Sql(withdrawal.status_before))),
            ))
            .execute(self.tx.connection)?;
        exactly(1, updated, "application")
    }

    /// Gives it the number of the Medicaid ID that was issued upon it.
    pub fn set_medicaid_id(&mut self, id: ApplicationId, medicaid_id: &str) -> Result<(), StoreError> {
        let updated = diesel::update(applications::table.find(Sql(id)))
            .set(applications::medicaid_id.eq(Some(medicaid_id)))
            .execute(self.tx.connection)?;
        exactly(1, updated, "application")
    }
}
