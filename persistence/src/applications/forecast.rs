//! The applications that a forecast of automatic withdrawals considers.

use diesel::prelude::*;
use portal_domain::Instant;
use portal_domain::applications::forecast::Withdrawable;
use portal_domain::applications::inactivity::IdleFacts;
use portal_domain::ground::application_status::ApplicationStatus;
use portal_domain::ground::application_type::ApplicationType;
use portal_domain::ground::id::{MembershipId, OrganizationId};

use crate::applications::application_inactivity::withdrawable_statuses;
use crate::applications::applications::StoredWarning;
use crate::column::Sql;
use crate::database::Applications;
use crate::error::StoreError;
use crate::identity::users::UserName;
use crate::page::Page;
use crate::query::{RunQueryDsl, SelectableHelper};
use crate::schema::{applications, memberships, users};

#[derive(Queryable, Selectable)]
#[diesel(table_name = applications)]
struct WithdrawableRow {
    #[diesel(column_name = assigned_to)]
    agent: MembershipId,
    #[diesel(embed)]
    name: UserName,
    application_type: ApplicationType,
    status: ApplicationStatus,
    last_activity_at: Instant,
    #[diesel(embed)]
    warning: StoredWarning,
}

impl Applications<'_, '_> {
    /// An organization's applications that are subject to automatic withdrawal, the longest
    /// inactive first, each with its agent's name.
    pub fn withdrawable_of(
        &mut self,
        organization: OrganizationId,
        limit: i64,
    ) -> Result<Page<(Withdrawable, String)>, StoreError> {
        let rows: Vec<WithdrawableRow> = applications::table
            .inner_join(memberships::table.on(memberships::id.eq(applications::assigned_to)))
            .inner_join(users::table.on(users::id.eq(memberships::user_id)))
            .filter(applications::organization_id.eq(Sql(organization)))
            .filter(applications::status.eq_any(withdrawable_statuses()))
            .order((applications::last_activity_at, applications::id))
            .limit(limit + 1)
            .select(WithdrawableRow::as_select())
            .load(self.tx.connection)?;
        Page::from_rows(rows, limit).try_map(|row| {
            let WithdrawableRow { agent, name, application_type, status, last_activity_at, warning } = row;
            let facts = IdleFacts { status, last_activity_at, last_warning: warning.given() };
            let withdrawable = Withdrawable { agent, application_type, facts };
            Ok((withdrawable, name.to_string()))
        })
    }
}
