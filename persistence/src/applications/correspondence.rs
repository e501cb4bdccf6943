//! Correspondence.

use diesel::prelude::*;
use portal_domain::Instant;
use portal_domain::applications::visibility::ApplicationReader;
use portal_domain::ground::correspondence::{CorrespondenceEntry, Direction};
use portal_domain::ground::id::{ApplicationId, CorrespondenceId, MedicaidIdId, OrganizationId};

use crate::applications::applications::{join_access, visible_to};
use crate::column::Sql;
pub use crate::database::Correspondence;
use crate::error::StoreError;
use crate::page::Page;
use crate::query::{RunQueryDsl, SelectableHelper};
use crate::schema::{applications, correspondence, organizations};

/// A correspondence entry as stored.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = correspondence)]
pub struct StoredCorrespondence {
    /// The id.
    pub id: CorrespondenceId,
    /// The organization that received or sent it.
    #[diesel(column_name = organization_id)]
    pub organization: OrganizationId,
    /// The application it concerns.
    #[diesel(column_name = application_id)]
    pub application: ApplicationId,
    /// The application's number.
    #[diesel(select_expression = applications::application_number)]
    pub application_number: String,
    /// The record of the Medicaid ID it concerns, if one is on file.
    #[diesel(column_name = medicaid_id_id)]
    pub medicaid_id: Option<MedicaidIdId>,
    /// The direction.
    pub direction: Direction,
    /// The subject line.
    pub subject: String,
    /// The body.
    pub body: String,
    /// When it was sent.
    pub sent_at: Instant,
}

/// A filter for correspondence.
#[derive(Clone, Copy, Debug, Default)]
pub struct CorrespondenceFilter {
    /// Only entries of this organization.
    pub organization: Option<OrganizationId>,
    /// Only entries about this application.
    pub application: Option<ApplicationId>,
    /// Only entries about the Medicaid ID of this record.
    pub medicaid_id: Option<MedicaidIdId>,
}

impl Correspondence<'_, '_> {
    /// Stores a correspondence entry, sent now.
    pub fn post(&mut self, entry: &CorrespondenceEntry) -> Result<(), StoreError> {
        let id: CorrespondenceId = self.tx.new_id();
        diesel::insert_into(correspondence::table)
            .values((
                correspondence::id.eq(Sql(id)),
                correspondence::organization_id.eq(Sql(entry.organization)),
                correspondence::application_id.eq(Sql(entry.application)),
                correspondence::medicaid_id_id.eq(entry.medicaid_id.map(Sql)),
                correspondence::direction.eq(Sql(entry.direction)),
                correspondence::subject.eq(&entry.subject),
                correspondence::body.eq(&entry.body),
                correspondence::sent_at.eq(Sql(self.tx.now)),
            ))
            .execute(self.tx.connection)?;
        Ok(())
    }

    /// The correspondence about applications that the reader may see, newest first, starting after
    /// `after`.
    pub fn list(
        &mut self,
        reader: &ApplicationReader,
        filter: &CorrespondenceFilter,
        after: Option<CorrespondenceId>,
        limit: i64,
    ) -> Result<Page<StoredCorrespondence>, StoreError> {
        // Not the Medicaid ID of the entry, but the one that decides who may see the application.
        let mut query = join_access!(
            correspondence::table
                .inner_join(applications::table)
                .inner_join(organizations::table.on(organizations::id.eq(applications::organization_id)))
        )
        .filter(visible_to!(reader))
        .select(StoredCorrespondence::as_select())
        .into_boxed();
        if let Some(organization) = filter.organization {
            query = query.filter(correspondence::organization_id.eq(Sql(organization)));
        }
        if let Some(application) = filter.application {
            query = query.filter(correspondence::application_id.eq(Sql(application)));
        }
        if let Some(medicaid_id) = filter.medicaid_id {
            query = query.filter(correspondence::medicaid_id_id.eq(Some(Sql(medicaid_id))));
        }
        if let Some(after) = after {
            query = query.filter(correspondence::id.lt(Sql(after)));
        }
        let rows = query.order(correspondence::id.desc()).limit(limit + 1).load(self.tx.connection)?;
        Ok(Page::from_rows(rows, limit))
    }
}
