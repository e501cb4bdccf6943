//! The applications a reader may see: the condition on rows, and the list.

use diesel::prelude::*;
use portal_domain::applications::visibility::ApplicationReader;
use portal_domain::ground::application_status::ApplicationStatus;
use portal_domain::ground::application_type::ApplicationType;
use portal_domain::ground::id::{ApplicationId, OrganizationId};

use super::access::{join_access, with_access};
use super::application::{Application, rows};
use crate::column::Sql;
use crate::database::Applications;
use crate::error::StoreError;
use crate::page::Page;
use crate::query::{RunQueryDsl, SelectableHelper};
use crate::schema::{applications, memberships, organizations, users};

/// The condition that a row of [`join_access`], joined with `organizations`, is visible to the reader. It implements
/// [`portal_domain::applications::visibility::sight_of_application`].
macro_rules! visible_to {
    ($reader:expr) => {{
        use $crate::column::Sql as Bound;
        let reader: &portal_domain::applications::visibility::ApplicationReader = $reader;
        let works_on_it = applications::assigned_to
            .eq_any(reader.own_memberships.iter().copied().map(Bound))
            .or(applications::initiated_by
                .eq(Bound(reader.user))
                .and(applications::organization_id.eq_any(reader.member_of.iter().copied().map(Bound))));
        organizations::plan
            .eq_any(reader.plans.codes().iter().copied().map(Bound))
            .and(applications::status.eq_any(reader.everywhere.iter().copied().map(Bound)))
            .and(
                applications::status_before_withdrawal.is_null().or(applications::status_before_withdrawal
                    .eq_any(reader.everywhere.iter().copied().map(|status| Some(Bound(status))))),
            )
            .or(applications::organization_id.eq_any(reader.managed.iter().copied().map(Bound)))
            .or(works_on_it.and($crate::applications::applications::with_access!()))
    }};
}
pub(crate) use visible_to;

/// A filter for applications.
#[derive(Clone, Debug, Default)]
pub struct ApplicationFilter {
    /// Only those of this organization.
    pub organization: Option<OrganizationId>,
    /// Any of these types; all when empty.
    pub types: Vec<ApplicationType>,
    /// Any of these statuses; all when empty.
    pub statuses: Vec<ApplicationStatus>,
    /// Only those assigned to the reader.
    pub assigned_to_me: bool,
}

impl Applications<'_, '_> {
    /// Of the given applications, those on which their organization's agents may not work.
    pub fn without_access(&mut self, ids: &[ApplicationId]) -> Result<Vec<ApplicationId>, StoreError> {
        let accessible: Vec<ApplicationId> = join_access!(applications::table)
            .filter(applications::id.eq_any(ids.iter().copied().map(Sql)))
            .filter(with_access!())
            .select(applications::id)
            .load(self.tx.connection)?;
        Ok(ids.iter().copied().filter(|id| !accessible.contains(id)).collect())
    }

    /// The applications that the reader may see, newest first, starting after `after`.
    pub fn list(
        &mut self,
        reader: &ApplicationReader,
        filter: &ApplicationFilter,
        after: Option<ApplicationId>,
        limit: i64,
    ) -> Result<Page<Application>, StoreError> {
        let mut query = rows!().filter(visible_to!(reader)).into_boxed();
        if let Some(organization) = filter.organization {
            query = query.filter(applications::organization_id.eq(Sql(organization)));
        }
        if !filter.types.is_empty() {
            query =
                query.filter(applications::application_type.eq_any(filter.types.iter().copied().map(Sql)));
        }
        if !filter.statuses.is_empty() {
            query = query.filter(applications::status.eq_any(filter.statuses.iter().copied().map(Sql)));
        }
        if filter.assigned_to_me {
            query = query
                .filter(applications::assigned_to.eq_any(reader.own_memberships.iter().copied().map(Sql)));
        }
        if let Some(after) = after {
            query = query.filter(applications::id.lt(Sql(after)));
        }
        let rows = query.order(applications::id.desc()).limit(limit + 1).load(self.tx.connection)?;
        Ok(Page::from_rows(rows, limit))
    }
}
