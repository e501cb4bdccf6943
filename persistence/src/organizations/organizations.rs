//! Organizations.

use diesel::prelude::*;
use portal_domain::ground::id::OrganizationId;
use portal_domain::ground::plan_code::{PlanCode, PlanScope};
use portal_domain::ground::tax_identifier::TaxId;
use portal_domain::medicaid::medicaid_id::{MedicaidIdCategory, MedicaidIdStatus};
use portal_domain::organizations::actor::OrganizationReader;
use portal_domain::organizations::organization::{OrganizationFacts, OrganizationKind};

use crate::column::Sql;
pub use crate::database::Organizations;
use crate::error::{StoreError, exactly};
use crate::field_keys::Place;
use crate::page::Page;
use crate::query::{RunQueryDsl, SelectableHelper};
use crate::schema::{medicaid_ids, organizations};

/// An organization as shown in lists.
#[derive(Clone, Debug)]
pub struct Organization {
    /// The facts that the rules need.
    pub facts: OrganizationFacts,
    /// The tax ID, masked; `None` if none is on file.
    pub tax_id_masked: Option<String>,
    /// Incremented on every change of the row.
    pub version: i64,
    /// The key by which the list is sorted.
    pub name_key: String,
}

/// An organization to create.
#[derive(Clone, Debug)]
pub struct NewOrganization {
    /// The id.
    pub id: OrganizationId,
    /// The name.
    pub name: String,
    /// The kind.
    pub kind: OrganizationKind,
    /// The plan it belongs to.
    pub plan: PlanCode,
    /// The tax ID.
    pub tax_id: Option<TaxId>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = organizations)]
struct Row {
    id: OrganizationId,
    name: String,
    name_key: String,
    kind: OrganizationKind,
    plan: PlanCode,
    tax_id_sealed: Option<Vec<u8>>,
    version: i64,
}

/// A row with the number of its active group Medicaid IDs, because most rules need it.
type Counted = (Row, Option<i64>);

macro_rules! rows {
    () => {
        organizations::table.select((
            Row::as_select(),
            medicaid_ids::table
                .filter(medicaid_ids::owning_organization_id.eq(organizations::id.nullable()))
                .filter(medicaid_ids::category.eq(Sql(MedicaidIdCategory::Group)))
                .filter(medicaid_ids::status.eq(Sql(MedicaidIdStatus::Active)))
                .select(diesel::dsl::count_star())
                .single_value(),
        ))
    };
}

impl Organizations<'_, '_> {
    fn shaped(&self, (row, active_group_medicaid_ids): Counted) -> Result<Organization, StoreError> {
        let place = place(row.id);
        let tax_id_masked = row
            .tax_id_sealed
            .map(|sealed| self.tx.field_keys.open(place, &sealed))
            .transpose()?
            .and_then(|digits| TaxId::stored(&digits).ok())
            .map(|tax_id| tax_id.masked());
        Ok(Organization {
            facts: OrganizationFacts {
                id: row.id,
                name: row.name,
                kind: row.kind,
                plan: row.plan,
                active_group_medicaid_ids: active_group_medicaid_ids.unwrap_or_default(),
            },
            tax_id_masked,
            version: row.version,
            name_key: row.name_key,
        })
    }

    /// The organization with this id.
    pub fn find(&mut self, id: OrganizationId) -> Result<Option<Organization>, StoreError> {
        let row: Option<Counted> =
            rows!().filter(organizations::id.eq(Sql(id))).first(self.tx.connection).optional()?;
        row.map(|row| self.shaped(row)).transpose()
    }

    /// The names of these organizations.
    pub fn names(&mut self, ids: &[OrganizationId]) -> Result<Vec<(OrganizationId, String)>, StoreError> {
        Ok(organizations::table
            .filter(organizations::id.eq_any(ids.iter().copied().map(Sql)))
            .select((organizations::id, organizations::name))
            .load(self.tx.connection)?)
    }

    /// The organizations that the reader sees, ordered by name, starting after `after`. It implements
    /// [`Actor::sees_organization`](portal_domain::organizations::actor::Actor::sees_organization).
    pub fn list(
        &mut self,
        reader: &OrganizationReader,
        after: Option<(String, OrganizationId)>,
        limit: i64,
    ) -> Result<Page<Organization>, StoreError> {
        let mut query = rows!().into_boxed();
        let own = || organizations::id.eq_any(reader.own.iter().copied().map(Sql).collect::<Vec<_>>());
        if let PlanScope::Only(plans) = &reader.plans {
            let of_plans = organizations::plan.eq_any(plans.iter().copied().map(Sql));
            // Each condition alone can use an index.
            query = match (plans.is_empty(), reader.own.is_empty()) {
                (true, _) => query.filter(own()),
                (false, true) => query.filter(of_plans),
                (false, false) => query.filter(of_plans.or(own())),
            };
        }
        if let Some((name_key, id)) = after {
            query = query.filter(
                organizations::name_key
                    .gt(name_key.clone())
                    .or(organizations::name_key.eq(name_key).and(organizations::id.gt(Sql(id)))),
            );
        }
        let rows: Vec<Counted> = query
            .order((organizations::name_key, organizations::id))
            .limit(limit + 1)
            .load(self.tx.connection)?;
        Page::from_rows(rows, limit).try_map(|row| self.shaped(row))
    }

    /// The organization of that plan with this tax ID.
    pub fn find_by_tax_id(
        &mut self,
        plan: PlanCode,
        tax_id: &TaxId,
    ) -> Result<Option<Organization>, StoreError> {
        let indexes = self.tx.field_keys.indexes("tax_id", tax_id.expose_digits())?;
        let row: Option<Counted> = rows!()
            .filter(organizations::plan.eq(Sql(plan)))
            .filter(organizations::tax_id_index.eq_any(indexes))
            .first(self.tx.connection)
            .optional()?;
        row.map(|row| self.shaped(row)).transpose()
    }

    /// Renames an organization.
    pub fn rename(&mut self, id: OrganizationId, name: &str) -> Result<(), StoreError> {
        let updated = diesel::update(organizations::table.find(Sql(id)))
            .set((
                organizations::name.eq(name),
                organizations::name_key.eq(name.to_lowercase()),
                organizations::version.eq(organizations::version + 1),
            ))
            .execute(self.tx.connection)?;
        exactly(1, updated, "organization")
    }

    /// Creates an organization; the tax ID is sealed.
    pub fn insert(&mut self, new: &NewOrganization) -> Result<(), StoreError> {
        let keys = self.tx.field_keys;
        let sealed = new
            .tax_id
            .as_ref()
            .map(|tax_id| keys.seal(place(new.id), tax_id.expose_digits(), self.tx.entropy))
            .transpose()?;
        let index =
            new.tax_id.as_ref().map(|tax_id| keys.index("tax_id", tax_id.expose_digits())).transpose()?;
        diesel::insert_into(organizations::table)
            .values((
                organizations::id.eq(Sql(new.id)),
                organizations::name.eq(&new.name),
                organizations::name_key.eq(new.name.to_lowercase()),
                organizations::kind.eq(Sql(new.kind)),
                organizations::plan.eq(Sql(new.plan)),
                organizations::tax_id_sealed.eq(sealed),
                organizations::tax_id_index.eq(index),
                organizations::version.eq(1),
                organizations::created_at.eq(Sql(self.tx.now)),
            ))
            .execute(self.tx.connection)?;
        Ok(())
    }
}

const fn place(id: OrganizationId) -> Place {
    Place { table: "organizations", column: "tax_id_sealed", row: id.uuid() }
}
