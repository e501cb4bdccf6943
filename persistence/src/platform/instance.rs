//! What the database is used for.

use diesel::dsl::exists;
use diesel::prelude::*;
use diesel::select;
use portal_domain::platform::instance::{DatabaseUse, InstanceKind};

use crate::column::Sql;
pub use crate::database::Instance;
use crate::dialect::on;
use crate::error::StoreError;
use crate::query::RunQueryDsl;
use crate::schema::{instance, organizations, users};

impl Instance<'_, '_> {
    /// The recorded kind, and whether the database has data.
    pub fn database_use(&mut self) -> Result<DatabaseUse, StoreError> {
        let recorded = instance::table.select(instance::kind).first(self.tx.connection).optional()?;
        let has_users: bool =
            select(exists(users::table.select(users::id))).get_result(self.tx.connection)?;
        let has_organizations: bool =
            select(exists(organizations::table.select(organizations::id))).get_result(self.tx.connection)?;
        Ok(DatabaseUse { recorded, has_data: has_users || has_organizations })
    }

    /// Records the kind, unless another start recorded one meanwhile.
    pub fn record(&mut self, kind: InstanceKind) -> Result<(), StoreError> {
        let now = self.tx.now;
        on!(&mut *self.tx.connection, c => {
            diesel::insert_into(instance::table)
                .values((instance::id.eq(1), instance::kind.eq(Sql(kind)), instance::created_at.eq(Sql(now))))
                .on_conflict_do_nothing()
                .execute(c)?
        });
        Ok(())
    }
}
