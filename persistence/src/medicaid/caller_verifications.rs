//! Verifications of callers by four facts. The facts themselves are not stored.

use diesel::prelude::*;
use portal_domain::ground::id::{CallerVerificationId, MedicaidIdId, OrganizationId, UserId};
use portal_domain::ground::plan_code::PlanCode;
use portal_domain::ground::tax_identifier::TaxId;
use portal_domain::medicaid::caller_verification::FactsOnFile;

use crate::column::Sql;
pub use crate::database::CallerVerifications;
use crate::error::StoreError;
use crate::field_keys::Place;
use crate::medicaid::medicaid_ids::{fein_place, ssn_place};
use crate::query::{RunQueryDsl, SelectableHelper};
use crate::schema::{attempt_counters, caller_verifications, medicaid_id_npis, medicaid_ids, organizations};

/// A verification to store.
#[derive(Clone, Copy, Debug)]
pub struct NewCallerVerification {
    /// The id.
    pub id: CallerVerificationId,
    /// The staff member who answered the call.
    pub staff: UserId,
    /// The record that the facts were compared with, if one exists.
    pub medicaid_id: Option<MedicaidIdId>,
    /// Whether all facts matched.
    pub verified: bool,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = medicaid_ids)]
struct Row {
    id: MedicaidIdId,
    medicaid_id: String,
    name: String,
    ssn_sealed: Option<Vec<u8>>,
    fein_sealed: Option<Vec<u8>>,
    #[diesel(select_expression = organizations::id.nullable())]
    organization: Option<OrganizationId>,
    #[diesel(select_expression = organizations::tax_id_sealed.nullable())]
    organization_tax_id_sealed: Option<Vec<u8>>,
}

impl CallerVerifications<'_, '_> {
    /// The facts on file about the plan's Medicaid ID with this number, for comparison with a
    /// caller's. The plan of a Medicaid ID is that of its owner, if it has one.
    pub fn facts_on_file(
        &mut self,
        plan: PlanCode,
        medicaid_id: &str,
    ) -> Result<Option<(MedicaidIdId, FactsOnFile)>, StoreError> {
        let row: Option<Row> = medicaid_ids::table
            .left_join(organizations::table)
            .filter(medicaid_ids::medicaid_id.eq(medicaid_id))
            .filter(organizations::id.is_null().or(organizations::plan.eq(Sql(plan))))
            .select(Row::as_select())
            .first(self.tx.connection)
            .optional()?;
        let Some(row) = row else { return Ok(None) };
        let npis: Vec<String> = medicaid_id_npis::table
            .filter(medicaid_id_npis::medicaid_id_id.eq(Sql(row.id)))
            .order(medicaid_id_npis::npi)
            .select(medicaid_id_npis::npi)
            .load(self.tx.connection)?;
        let keys = self.tx.field_keys;
        let tax_id_place = row.organization.map(|id| Place {
            table: "organizations",
            column: "tax_id_sealed",
            row: id.uuid(),
        });
        let sealed = [
            row.ssn_sealed.map(|sealed| (ssn_place(row.id), sealed)),
            row.fein_sealed.map(|sealed| (fein_place(row.id), sealed)),
            tax_id_place.zip(row.organization_tax_id_sealed),
        ];
        let mut tax_ids = Vec::new();
        for (place, sealed) in sealed.into_iter().flatten() {
            tax_ids.extend(TaxId::stored(&keys.open(place, &sealed)?).ok());
        }
        Ok(Some((row.id, FactsOnFile { medicaid_id: row.medicaid_id, name: row.name, npis, tax_ids })))
    }

    /// The subject under which a staff member's failed verifications for a Medicaid ID are counted.
    /// It is keyed, so that the rows do not reveal the numbers tried.
    pub fn subject(&mut self, staff: UserId, medicaid_id: &str) -> Result<String, StoreError> {
        let indexes = self.tx.field_keys.indexes("caller_verification", medicaid_id)?;
        let subject = |index: &Vec<u8>| {
            let index: String = index.iter().map(|byte| format!("{byte:02x}")).collect();
            format!("caller_verification|{staff}|{index}")
        };
        self.tx.sign_in_attempts().continued(indexes.iter().map(subject).collect())
    }

    /// Reverts an attempt that was counted in this transaction, because the facts matched: only
    /// mismatches count.
    pub fn take_back(&mut self, subject: &str) -> Result<(), StoreError> {
        let count = self.tx.sign_in_attempts().failures(subject)?;
        if count <= 1 {
            return self.tx.sign_in_attempts().reset(subject);
        }
        diesel::update(attempt_counters::table.filter(attempt_counters::subject.eq(subject)))
            .set(attempt_counters::failures.eq(count - 1))
            .execute(self.tx.connection)?;
        Ok(())
    }

    /// Records a verification and its result.
    pub fn insert(&mut self, new: &NewCallerVerification) -> Result<(), StoreError> {
        diesel::insert_into(caller_verifications::table)
            .values((
                caller_verifications::id.eq(Sql(new.id)),
                caller_verifications::staff_user_id.eq(Sql(new.staff)),
                caller_verifications::medicaid_id_id.eq(new.medicaid_id.map(Sql)),
                caller_verifications::verified.eq(new.verified),
                caller_verifications::verified_at.eq(Sql(self.tx.now)),
            ))
            .execute(self.tx.connection)?;
        Ok(())
    }
}
