//! The data that submission, decision and withdrawal store on an application, in addition to the
//! transition.

use diesel::prelude::*;
use portal_domain::applications::application::WithdrawalKind;
use portal_domain::ground::application_status::ApplicationStatus;
use portal_domain::ground::id::ApplicationId;

use crate::column::Sql;
use crate::database::Applications;
use crate::error::{StoreError, exactly};
use crate::query::RunQueryDsl;
use crate::schema::applications;

/// The withdrawal of an application.
#[derive(Clone, Copy, Debug)]
pub struct NewWithdrawal<'a> {
    /// The kind of withdrawal.
    pub kind: WithdrawalKind,
    /// The name of the user who withdraws it.
    pub by_name: &'a str,
    /// The reason, as entered.
    pub reason: Option<&'a str>,
    /// The status before the withdrawal.
    pub status_before: ApplicationStatus,
}

impl Applications<'_, '_> {
    /// Records that the application was submitted now.
    pub fn set_submitted(&mut self, id: ApplicationId) -> Result<(), StoreError> {
        let updated = diesel::update(applications::table.find(Sql(id)))
            .set(applications::submitted_at.eq(Some(Sql(self.tx.now))))
            .execute(self.tx.connection)?;
        exactly(1, updated, "application")
    }

    /// Records the department's reason for the return.
    pub fn set_returned(&mut self, id: ApplicationId, reason: &str) -> Result<(), StoreError> {
        let updated = diesel::update(applications::table.find(Sql(id)))
            .set(applications::department_reason.eq(Some(reason)))
            .execute(self.tx.connection)?;
        exactly(1, updated, "application")
    }

    /// Records that the department decided now. A denial has a reason. For an approval, the reason
    /// of an earlier return is cleared.
    pub fn set_decided(&mut self, id: ApplicationId, reason: Option<&str>) -> Result<(), StoreError> {
        let updated = diesel::update(applications::table.find(Sql(id)))
            .set((
                applications::decided_at.eq(Some(Sql(self.tx.now))),
                applications::department_reason.eq(reason),
            ))
            .execute(self.tx.connection)?;
        exactly(1, updated, "application")
    }

    /// Records that the application was withdrawn now, and how (domain rule R-066).
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

    /// Sets the number of the Medicaid ID issued for the application.
    pub fn set_medicaid_id(&mut self, id: ApplicationId, medicaid_id: &str) -> Result<(), StoreError> {
        let updated = diesel::update(applications::table.find(Sql(id)))
            .set(applications::medicaid_id.eq(Some(medicaid_id)))
            .execute(self.tx.connection)?;
        exactly(1, updated, "application")
    }
}
