//! Links of individuals to groups, and the ties between Medicaid IDs and organizations that they
//! create.

use chrono::NaiveDate;
use diesel::prelude::*;
use portal_domain::ground::id::{MedicaidIdId, OrganizationId};
use portal_domain::medicaid::agent_access::{AgentAccessState, LinkSpan, MedicaidIdTie, OrganizationTie};
use portal_domain::medicaid::medicaid_id::MedicaidIdCategory;

use crate::column::Sql;
use crate::database::MedicaidIds;
use crate::dialect::on;
use crate::error::{StoreError, exactly};
use crate::query::{RunQueryDsl, SelectableHelper};
use crate::schema::{agent_access, group_links, medicaid_ids};

#[derive(Queryable, Selectable)]
#[diesel(table_name = medicaid_ids)]
struct AccessRow {
    id: MedicaidIdId,
    #[diesel(column_name = owning_organization_id)]
    owner: Option<OrganizationId>,
    #[diesel(select_expression = agent_access::organization_id.nullable())]
    grantee: Option<OrganizationId>,
    #[diesel(select_expression = agent_access::state.nullable())]
    state: Option<AgentAccessState>,
}

/// A link of an individual to a group of an organization.
#[derive(Queryable, Selectable)]
#[diesel(table_name = group_links)]
pub(super) struct Span {
    #[diesel(column_name = medicaid_id_id)]
    individual: MedicaidIdId,
    #[diesel(select_expression = medicaid_ids::owning_organization_id)]
    owner: Option<OrganizationId>,
    #[diesel(select_expression = medicaid_ids::medicaid_id)]
    group: String,
    effective_date: NaiveDate,
    end_date: Option<NaiveDate>,
}

/// The links of one individual to one organization's groups.
pub(super) fn between(
    spans: &[Span],
    individual: MedicaidIdId,
    organization: OrganizationId,
) -> Vec<LinkSpan> {
    spans
        .iter()
        .filter(|span| span.individual == individual && span.owner == Some(organization))
        .map(|span| LinkSpan {
            group_medicaid_id: span.group.clone(),
            effective_date: span.effective_date,
            end_date: span.end_date,
        })
        .collect()
}

impl MedicaidIds<'_, '_> {
    /// An organization's tie to a Medicaid ID on that day.
    pub fn tie(
        &mut self,
        organization: OrganizationId,
        id: MedicaidIdId,
        today: NaiveDate,
    ) -> Result<MedicaidIdTie, StoreError> {
        Ok(self.ties(&[organization], &[id], today)?.into_iter().next().map(|of| of.tie).unwrap_or_default())
    }

    /// The tie of each of the organizations to each of the Medicaid IDs on that day.
    pub fn ties(
        &mut self,
        organizations: &[OrganizationId],
        ids: &[MedicaidIdId],
        today: NaiveDate,
    ) -> Result<Vec<OrganizationTie>, StoreError> {
        let access: Vec<AccessRow> = medicaid_ids::table
            .left_join(
                agent_access::table.on(agent_access::medicaid_id_id
                    .eq(medicaid_ids::id)
                    .and(agent_access::organization_id.eq_any(organizations.iter().copied().map(Sql)))),
            )
            .filter(medicaid_ids::id.eq_any(ids.iter().copied().map(Sql)))
            .select(AccessRow::as_select())
            .load(self.tx.connection)?;
        let spans = self.spans(organizations, ids)?;
        let tie = |organization: OrganizationId, medicaid_id: MedicaidIdId| {
            let mut access = access.iter().filter(|row| row.id == medicaid_id);
            let is_own = access.clone().any(|row| row.owner == Some(organization));
            let state = access.find(|row| row.grantee == Some(organization)).and_then(|row| row.state);
            let links = between(&spans, medicaid_id, organization);
            let tie = MedicaidIdTie::of(is_own, state, &links, today);
            OrganizationTie { organization, medicaid_id, tie }
        };
        let pairs = organizations.iter().flat_map(|organization| ids.iter().map(|id| (*organization, *id)));
        Ok(pairs.map(|(organization, id)| tie(organization, id)).collect())
    }

    /// The links of the individuals to the organizations' groups.
    pub(super) fn spans(
        &mut self,
        organizations: &[OrganizationId],
        individuals: &[MedicaidIdId],
    ) -> Result<Vec<Span>, StoreError> {
        Ok(group_links::table
            .inner_join(medicaid_ids::table.on(medicaid_ids::id.eq(group_links::group_medicaid_id_id)))
            .filter(group_links::medicaid_id_id.eq_any(individuals.iter().copied().map(Sql)))
            .filter(medicaid_ids::owning_organization_id.eq_any(organizations.iter().copied().map(Sql)))
            .filter(medicaid_ids::category.eq(Sql(MedicaidIdCategory::Group)))
            .select(Span::as_select())
            .load(self.tx.connection)?)
    }

    /// Links an individual to a group from that day on. Returns `false` if there is a link without
    /// an end, which is left unchanged.
    pub fn link(
        &mut self,
        individual: MedicaidIdId,
        group: MedicaidIdId,
        effective_date: NaiveDate,
    ) -> Result<bool, StoreError> {
        let open: i64 = group_links::table
            .filter(group_links::medicaid_id_id.eq(Sql(individual)))
            .filter(group_links::group_medicaid_id_id.eq(Sql(group)))
            .filter(group_links::end_date.is_null())
            .count()
            .get_result(self.tx.connection)?;
        if open > 0 {
            return Ok(false);
        }
        let values = (
            group_links::medicaid_id_id.eq(Sql(individual)),
            group_links::group_medicaid_id_id.eq(Sql(group)),
            group_links::effective_date.eq(effective_date),
        );
        on!(&mut *self.tx.connection, c => {
            diesel::insert_into(group_links::table).values(values).on_conflict_do_nothing().execute(c)?
        });
        // A link that began on the same day but has an end date continues without one.
        let same = group_links::table
            .filter(group_links::medicaid_id_id.eq(Sql(individual)))
            .filter(group_links::group_medicaid_id_id.eq(Sql(group)))
            .filter(group_links::effective_date.eq(effective_date));
        let updated = diesel::update(same)
            .set(group_links::end_date.eq(None::<NaiveDate>))
            .execute(self.tx.connection)?;
        exactly(1, updated, "group link")?;
        Ok(true)
    }

    /// Ends the link of an individual to a group; `end_date` is its last day, before or after
    /// `today`. Returns `false` if no link lasts longer. A link that ended before `today` is not
    /// shortened. A link that begins after `end_date` is not affected.
    pub fn end_link(
        &mut self,
        individual: MedicaidIdId,
        group: MedicaidIdId,
        end_date: NaiveDate,
        today: NaiveDate,
    ) -> Result<bool, StoreError> {
        let ends_later = group_links::end_date.gt(Some(end_date)).and(group_links::end_date.ge(Some(today)));
        let going_on = group_links::table
            .filter(group_links::medicaid_id_id.eq(Sql(individual)))
            .filter(group_links::group_medicaid_id_id.eq(Sql(group)))
            .filter(group_links::effective_date.le(end_date))
            .filter(group_links::end_date.is_null().or(ends_later));
        let updated = diesel::update(going_on)
            .set(group_links::end_date.eq(Some(end_date)))
            .execute(self.tx.connection)?;
        Ok(updated > 0)
    }
}
