//! The plans' provider records, and the associations of users with them.

use diesel::prelude::*;
use portal_domain::Instant;
use portal_domain::ground::id::{AssociationId, MembershipId, OrganizationId, ProviderRecordId, UserId};
use portal_domain::ground::plan_code::PlanCode;
use portal_domain::ground::tax_identifier::TaxId;
use portal_domain::organizations::association::{
    AccountRelationship, Completed, OwnMembership, StartedAssociation,
};
use portal_domain::organizations::association_confirmation::ConfirmationStatus;
use portal_domain::organizations::membership::{MembershipStatus, Role};
use portal_domain::organizations::provider_record::{
    AddressKind, ProviderAddress, ProviderIdentifier, ProviderName, ProviderRecord, ProviderRecordType, Zip,
};

use crate::column::Sql;
pub use crate::database::ProviderRecords;
use crate::dialect::{load_locked, on};
use crate::error::{StoreError, exactly};
use crate::field_keys::Place;
use crate::organizations::memberships::ROLE;
use crate::query::{RunQueryDsl, SelectableHelper};
use crate::schema::{
    agreement_acceptances, association_confirmations, membership_rights, memberships, provider_associations,
    provider_record_addresses, provider_records,
};

/// The maximum number of rows per INSERT. It keeps a statement below the engines' limits on
/// parameters (32,766 on SQLite).
const ROWS: usize = 1000;

/// An association to start: a user matched a provider record.
#[derive(Clone, Copy, Debug)]
pub struct NewAssociation {
    /// The id.
    pub id: AssociationId,
    /// The user who matched the record.
    pub user: UserId,
    /// The matched record.
    pub record: ProviderRecordId,
    /// The deadline for accepting the agreement, exclusive.
    pub expires_at: Instant,
}

/// A record's type and name.
#[derive(Queryable, Selectable)]
#[diesel(table_name = provider_records)]
pub(crate) struct NameRow {
    pub(crate) id: ProviderRecordId,
    provider_type: ProviderRecordType,
    first_name: Option<String>,
    last_name: Option<String>,
    group_name: Option<String>,
}

impl NameRow {
    pub(crate) fn shaped(self) -> Result<ProviderName, StoreError> {
        let name = match self.provider_type {
            ProviderRecordType::Practitioner => self
                .first_name
                .zip(self.last_name)
                .map(|(first_name, last_name)| ProviderName::Practitioner { first_name, last_name }),
            ProviderRecordType::Group => self.group_name.map(|group_name| ProviderName::Group { group_name }),
        };
        name.ok_or_else(|| unreadable("provider_type", self.id))
    }
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = memberships)]
struct MemberRow {
    id: MembershipId,
    user_id: UserId,
    status: MembershipStatus,
    activated_at: Option<Instant>,
    #[diesel(select_expression = membership_rights::name.nullable())]
    administrates: Option<String>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = provider_records)]
struct RecordRow {
    #[diesel(embed)]
    name: NameRow,
    plan: PlanCode,
    provider_id: String,
    tax_id_sealed: Vec<u8>,
    #[diesel(column_name = organization_id)]
    organization: Option<OrganizationId>,
    #[diesel(select_expression = provider_record_addresses::kind.nullable())]
    kind: Option<AddressKind>,
    #[diesel(select_expression = provider_record_addresses::zip.nullable())]
    zip: Option<String>,
    #[diesel(select_expression = provider_record_addresses::on_letter.nullable())]
    on_letter: Option<bool>,
}

/// The rows of [`RecordRow`]: one per address, in the order of the profile. One statement runs
/// whether or not the record exists.
macro_rules! rows {
    () => {
        provider_records::table
            .left_join(provider_record_addresses::table)
            .order(provider_record_addresses::position)
            .select(RecordRow::as_select())
    };
}

impl ProviderRecords<'_, '_> {
    /// Stores records. Their tax IDs are sealed.
    pub fn insert_all(&mut self, records: &[ProviderRecord]) -> Result<(), StoreError> {
        let keys = self.tx.field_keys;
        for records in records.chunks(ROWS) {
            let mut rows = Vec::with_capacity(records.len());
            for record in records {
                let digits = record.tax_id.expose_digits();
                let sealed = keys.seal(place(record.id), digits, self.tx.entropy)?;
                let index = keys.index("tax_id", digits)?;
                let (first_name, last_name, group_name) = match &record.name {
                    ProviderName::Practitioner { first_name, last_name } => {
                        (Some(first_name.as_str()), Some(last_name.as_str()), None)
                    }
                    ProviderName::Group { group_name } => (None, None, Some(group_name.as_str())),
                };
                rows.push((
                    provider_records::id.eq(Sql(record.id)),
                    provider_records::plan.eq(Sql(record.plan)),
                    provider_records::provider_id.eq(record.provider_id.as_str()),
                    provider_records::provider_id_key.eq(record.provider_id.key()),
                    provider_records::provider_type.eq(Sql(record.name.provider_type())),
                    provider_records::first_name.eq(first_name),
                    provider_records::last_name.eq(last_name),
                    provider_records::group_name.eq(group_name),
                    provider_records::tax_id_sealed.eq(sealed),
                    provider_records::tax_id_index.eq(index),
                    provider_records::organization_id.eq(record.organization.map(Sql)),
                    provider_records::created_at.eq(Sql(self.tx.now)),
                    provider_records::version.eq(1),
                ));
            }
            on!(&mut *self.tx.connection, c => {
                diesel::insert_into(provider_records::table).values(&rows).insert_all(c)?
            });
        }
        let addresses: Vec<_> = records
            .iter()
            .flat_map(|record| (0i64..).zip(&record.addresses).map(|(n, address)| (record.id, n, address)))
            .map(|(id, position, address)| {
                (
                    provider_record_addresses::provider_record_id.eq(Sql(id)),
                    provider_record_addresses::position.eq(position),
                    provider_record_addresses::kind.eq(Sql(address.kind)),
                    provider_record_addresses::zip.eq(address.zip.as_str()),
                    provider_record_addresses::on_letter.eq(address.on_letter),
                )
            })
            .collect();
        for rows in addresses.chunks(ROWS) {
            on!(&mut *self.tx.connection, c => {
                diesel::insert_into(provider_record_addresses::table).values(rows).insert_all(c)?
            });
        }
        Ok(())
    }

    /// The plans and keys of the given Provider IDs that are already on file.
    pub fn on_file(&mut self, wanted: &[&ProviderIdentifier]) -> Result<Vec<(PlanCode, String)>, StoreError> {
        let mut found = Vec::new();
        for some in wanted.chunks(ROWS) {
            let keys: Vec<String> = some.iter().map(|id| id.key().to_owned()).collect();
            let rows: Vec<(PlanCode, String)> = provider_records::table
                .filter(provider_records::provider_id_key.eq_any(keys))
                .select((provider_records::plan, provider_records::provider_id_key))
                .load(self.tx.connection)?;
            found.extend(rows);
        }
        Ok(found)
    }

    /// The record with this Provider ID, with its addresses.
    pub fn find_by_provider_id(
        &mut self,
        plan: PlanCode,
        provider_id: &ProviderIdentifier,
    ) -> Result<Option<ProviderRecord>, StoreError> {
        let rows: Vec<RecordRow> = rows!()
            .filter(provider_records::plan.eq(Sql(plan)))
            .filter(provider_records::provider_id_key.eq(provider_id.key()))
            .load(self.tx.connection)?;
        self.shaped(rows)
    }

    /// The record with this id, with its addresses.
    pub fn find(&mut self, id: ProviderRecordId) -> Result<Option<ProviderRecord>, StoreError> {
        let rows: Vec<RecordRow> =
            rows!().filter(provider_records::id.eq(Sql(id))).load(self.tx.connection)?;
        self.shaped(rows)
    }

    /// The record from which a provider account was created, with its addresses.
    pub fn find_by_organization(
        &mut self,
        organization: OrganizationId,
    ) -> Result<Option<ProviderRecord>, StoreError> {
        let rows: Vec<RecordRow> = rows!()
            .filter(provider_records::organization_id.eq(Some(Sql(organization))))
            .load(self.tx.connection)?;
        self.shaped(rows)
    }

    /// Builds a record from its rows, one per address.
    fn shaped(&self, rows: Vec<RecordRow>) -> Result<Option<ProviderRecord>, StoreError> {
        let mut addresses = Vec::new();
        for row in &rows {
            let (Some(kind), Some(zip), Some(on_letter)) = (row.kind, &row.zip, row.on_letter) else {
                continue;
            };
            let zip = Zip::parse(zip).map_err(|_error| unreadable("zip", row.name.id))?;
            addresses.push(ProviderAddress { kind, zip, on_letter });
        }
        let Some(row) = rows.into_iter().next() else { return Ok(None) };
        let id = row.name.id;
        let digits = self.tx.field_keys.open(place(id), &row.tax_id_sealed)?;
        Ok(Some(ProviderRecord {
            id,
            plan: row.plan,
            provider_id: ProviderIdentifier::stored(&row.provider_id)
                .map_err(|_error| unreadable("provider_id", id))?,
            name: row.name.shaped()?,
            tax_id: TaxId::stored(&digits).map_err(|_error| unreadable("tax_id_sealed", id))?,
            addresses,
            organization: row.organization,
        }))
    }

    /// Sets a record's provider account. Stale if it already has one.
    pub fn set_organization(
        &mut self,
        id: ProviderRecordId,
        organization: OrganizationId,
    ) -> Result<(), StoreError> {
        let without = provider_records::table
            .filter(provider_records::id.eq(Sql(id)))
            .filter(provider_records::organization_id.is_null());
        let updated = diesel::update(without)
            .set((
                provider_records::organization_id.eq(Some(Sql(organization))),
                provider_records::version.eq(provider_records::version + 1),
            ))
            .execute(self.tx.connection)?;
        exactly(1, updated, "provider record")
    }

    /// A user's membership in a provider account, and whether the account has another active
    /// administrator. The claim that led to the membership is read only if it is revoked.
    pub fn relationship(
        &mut self,
        organization: Option<OrganizationId>,
        user: UserId,
    ) -> Result<AccountRelationship, StoreError> {
        let Some(organization) = organization else { return Ok(AccountRelationship::default()) };
        let rows: Vec<MemberRow> = memberships::table
            .left_join(
                membership_rights::table.on(membership_rights::membership_id
                    .eq(memberships::id)
                    .and(membership_rights::kind.eq(ROLE))
                    .and(membership_rights::name.eq(Role::OrganizationAdministrator.as_str()))),
            )
            .filter(memberships::organization_id.eq(Sql(organization)))
            .filter(memberships::user_id.eq(Sql(user)).or(membership_rights::name.is_not_null()))
            .select(MemberRow::as_select())
            .load(self.tx.connection)?;
        let own = rows.iter().find(|row| row.user_id == user);
        let revoked = own.filter(|own| own.status == MembershipStatus::Revoked);
        let claim = revoked.map(|own| self.tx.association_confirmations().newest_of(own.id)).transpose()?;
        Ok(AccountRelationship {
            own: own.map(|row| OwnMembership {
                id: row.id,
                status: row.status,
                was_active: row.activated_at.is_some(),
                claim: claim.flatten(),
            }),
            administrator_exists: rows.iter().any(|row| {
                row.user_id != user && row.status == MembershipStatus::Active && row.administrates.is_some()
            }),
        })
    }

    /// Locks a record until the transaction ends, so that claims to it are processed one after the
    /// other.
    pub fn lock(&mut self, record: ProviderRecordId) -> Result<(), StoreError> {
        let query =
            provider_records::table.filter(provider_records::id.eq(Sql(record))).select(provider_records::id);
        let _locked: Vec<ProviderRecordId> = load_locked!(&mut *self.tx.connection, query)?;
        Ok(())
    }

    /// Stores step 1 of an association.
    pub fn begin_association(&mut self, new: &NewAssociation) -> Result<(), StoreError> {
        diesel::insert_into(provider_associations::table)
            .values((
                provider_associations::id.eq(Sql(new.id)),
                provider_associations::user_id.eq(Sql(new.user)),
                provider_associations::provider_record_id.eq(Sql(new.record)),
                provider_associations::created_at.eq(Sql(self.tx.now)),
                provider_associations::expires_at.eq(Sql(new.expires_at)),
            ))
            .execute(self.tx.connection)?;
        Ok(())
    }

    /// A user's association with its record. The account, if there is one, and the record are
    /// locked. Of several concurrent completions, the second one then sees the result of the first.
    pub fn lock_association(
        &mut self,
        user: UserId,
        id: AssociationId,
    ) -> Result<Option<(StartedAssociation, ProviderRecord)>, StoreError> {
        let association = provider_associations::table
            .filter(provider_associations::id.eq(Sql(id)))
            .filter(provider_associations::user_id.eq(Sql(user)));
        let before: Option<(ProviderRecordId, Option<OrganizationId>)> = association
            .inner_join(provider_records::table)
            .select((provider_records::id, provider_records::organization_id))
            .first(self.tx.connection)
            .optional()?;
        let Some((record, organization)) = before else { return Ok(None) };
        if let Some(organization) = organization {
            self.tx.members().lock_organization(organization)?;
        }
        self.lock(record)?;
        // Read after locking: another user may have completed while this transaction waited.
        let started: Option<(Instant, Option<Instant>, Option<ConfirmationStatus>)> = association
            .left_join(association_confirmations::table)
            .select((
                provider_associations::expires_at,
                provider_associations::consumed_at,
                association_confirmations::status.nullable(),
            ))
            .first(self.tx.connection)
            .optional()?;
        let started = started.map(|(expires_at, consumed_at, status)| StartedAssociation {
            expires_at,
            consumed_at,
            confirmed: status == Some(ConfirmationStatus::Confirmed),
        });
        Ok(started.zip(self.find(record)?))
    }

    /// Sets when step 2 of an association expires.
    pub fn extend_association(&mut self, id: AssociationId, expires_at: Instant) -> Result<(), StoreError> {
        let updated = diesel::update(provider_associations::table.find(Sql(id)))
            .set(provider_associations::expires_at.eq(Sql(expires_at)))
            .execute(self.tx.connection)?;
        exactly(1, updated, "association")
    }

    /// Consumes an association in a single statement. Stale if it was used or has expired.
    pub fn consume_association(&mut self, id: AssociationId) -> Result<(), StoreError> {
        let good = provider_associations::table
            .filter(provider_associations::id.eq(Sql(id)))
            .filter(provider_associations::consumed_at.is_null())
            .filter(provider_associations::expires_at.gt(Sql(self.tx.now)));
        let used = diesel::update(good)
            .set(provider_associations::consumed_at.eq(Some(Sql(self.tx.now))))
            .execute(self.tx.connection)?;
        exactly(1, used, "association")
    }

    /// Records that a user accepted the provider agreement for an account. An earlier acceptance of
    /// the same version is kept.
    pub fn accept_agreement(
        &mut self,
        organization: OrganizationId,
        user: UserId,
        completed: &Completed,
    ) -> Result<(), StoreError> {
        let values = (
            agreement_acceptances::organization_id.eq(Sql(organization)),
            agreement_acceptances::user_id.eq(Sql(user)),
            agreement_acceptances::agreement_version.eq(completed.agreement_version()),
            agreement_acceptances::accepted_at.eq(Sql(completed.at())),
        );
        on!(&mut *self.tx.connection, c => {
            diesel::insert_into(agreement_acceptances::table).values(values).on_conflict_do_nothing().execute(c)?
        });
        Ok(())
    }
}

/// The error names the row, never its content.
fn unreadable(column: &'static str, id: ProviderRecordId) -> StoreError {
    StoreError::Inconsistent { table: "provider_records", column, value: id.to_string() }
}

pub(super) const fn place(id: ProviderRecordId) -> Place {
    Place { table: "provider_records", column: "tax_id_sealed", row: id.uuid() }
}
