//! Providers from the national registry, which the import writes in batches.

use std::collections::BTreeMap;

use diesel::prelude::*;
use portal_domain::ground::id::ProviderId;
use portal_domain::medicaid::provider::ProviderRecord;
use sha2::{Digest, Sha256};

use crate::column::Sql;
pub use crate::database::Providers;
use crate::dialect::on;
use crate::error::{StoreError, exactly};
use crate::query::RunQueryDsl;
use crate::schema::{provider_addresses, provider_identifiers, provider_taxonomies, providers};

/// The result of importing a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The record was not on file.
    Created,
    /// The record on file was different.
    Updated,
    /// The record on file was identical.
    Unchanged,
}

/// SHA-256 over all data of a record, to detect an unchanged record without comparing its rows.
fn digest(record: &ProviderRecord) -> Vec<u8> {
    // `Debug` output of plain data quotes and delimits every field. Only this program compares
    // these digests. If the output format changes, the same data is merely written again.
    Sha256::digest(format!("{record:?}").as_bytes()).to_vec()
}

struct Change<'r> {
    id: ProviderId,
    record: &'r ProviderRecord,
    digest: Vec<u8>,
    outcome: Outcome,
}

impl Providers<'_, '_> {
    /// Imports a batch of records. Returns the outcome of each, in order. The second occurrence of
    /// a record in a batch counts as unchanged or updated.
    pub fn bring(&mut self, records: &[ProviderRecord]) -> Result<Vec<Outcome>, StoreError> {
        let npis: Vec<&str> = records.iter().map(|record| record.npi.as_str()).collect();
        let found: Vec<(String, ProviderId, Vec<u8>)> = providers::table
            .filter(providers::npi.eq_any(npis))
            .select((providers::npi, providers::id, providers::digest))
            .load(self.tx.connection)?;
        let mut known: BTreeMap<String, (ProviderId, Vec<u8>)> =
            found.into_iter().map(|(npi, id, digest)| (npi, (id, digest))).collect();
        let mut outcomes = Vec::with_capacity(records.len());
        let mut changes: BTreeMap<ProviderId, Change<'_>> = BTreeMap::new();
        for record in records {
            let digest = digest(record);
            let (id, outcome) = match known.get(record.npi.as_str()) {
                Some((id, on_file)) if *on_file == digest => (*id, Outcome::Unchanged),
                Some((id, _)) => (*id, Outcome::Updated),
                None => (self.tx.new_id(), Outcome::Created),
            };
            outcomes.push(outcome);
            if outcome != Outcome::Unchanged {
                known.insert(record.npi.as_str().to_owned(), (id, digest.clone()));
                // The later of two records with the same NPI wins. It is still a creation if the
                // first one was.
                let outcome = changes.get(&id).map_or(outcome, |earlier| earlier.outcome);
                changes.insert(id, Change { id, record, digest, outcome });
            }
        }
        let changes: Vec<_> = changes.into_values().collect();
        if !changes.is_empty() {
            self.write_rows(&changes)?;
            self.write_details(&changes)?;
        }
        Ok(outcomes)
    }

    fn write_rows(&mut self, changes: &[Change<'_>]) -> Result<(), StoreError> {
        let created: Vec<_> = changes
            .iter()
            .filter(|change| change.outcome == Outcome::Created)
            .map(|change| {
                (
                    providers::id.eq(Sql(change.id)),
                    providers::npi.eq(change.record.npi.as_str()),
                    facts(change),
                    providers::version.eq(1),
                    providers::created_at.eq(Sql(self.tx.now)),
                    providers::updated_at.eq(Sql(self.tx.now)),
                )
            })
            .collect();
        if !created.is_empty() {
            on!(&mut *self.tx.connection, c => {
                diesel::insert_into(providers::table).values(&created).insert_all(c)?
            });
        }
        // One statement each: updates are rare after the first import, and each sets different
        // values.
        for change in changes.iter().filter(|change| change.outcome == Outcome::Updated) {
            let updated = diesel::update(providers::table.find(Sql(change.id)))
                .set((
                    facts(change),
                    providers::version.eq(providers::version + 1),
                    providers::updated_at.eq(Sql(self.tx.now)),
                ))
                .execute(self.tx.connection)?;
            exactly(1, updated, "provider")?;
        }
        Ok(())
    }

    fn write_details(&mut self, changes: &[Change<'_>]) -> Result<(), StoreError> {
        let updated: Vec<_> = changes
            .iter()
            .filter(|change| change.outcome == Outcome::Updated)
            .map(|change| Sql(change.id))
            .collect();
        if !updated.is_empty() {
            let ids = || updated.iter().copied();
            let c = &mut *self.tx.connection;
            diesel::delete(provider_taxonomies::table.filter(provider_taxonomies::provider_id.eq_any(ids())))
                .execute(c)?;
            diesel::delete(provider_addresses::table.filter(provider_addresses::provider_id.eq_any(ids())))
                .execute(c)?;
            diesel::delete(
                provider_identifiers::table.filter(provider_identifiers::provider_id.eq_any(ids())),
            )
            .execute(c)?;
        }
        let taxonomies: Vec<_> = changes
            .iter()
            .flat_map(|change| (0i64..).zip(&change.record.taxonomies).map(|(n, t)| (change.id, n, t)))
            .map(|(id, position, taxonomy)| {
                (
                    provider_taxonomies::provider_id.eq(Sql(id)),
                    provider_taxonomies::position.eq(position),
                    provider_taxonomies::code.eq(&taxonomy.code),
                    provider_taxonomies::description.eq(&taxonomy.description),
                    provider_taxonomies::is_primary.eq(taxonomy.primary),
                    provider_taxonomies::state.eq(&taxonomy.state),
                    provider_taxonomies::license.eq(&taxonomy.license),
                )
            })
            .collect();
        let addresses: Vec<_> = changes
            .iter()
            .flat_map(|change| (0i64..).zip(&change.record.addresses).map(|(n, a)| (change.id, n, a)))
            .map(|(id, position, address)| {
                (
                    provider_addresses::provider_id.eq(Sql(id)),
                    provider_addresses::position.eq(position),
                    provider_addresses::purpose.eq(Sql(address.purpose)),
                    provider_addresses::line1.eq(&address.line1),
                    provider_addresses::line2.eq(&address.line2),
                    provider_addresses::city.eq(&address.city),
                    provider_addresses::state.eq(&address.state),
                    provider_addresses::postal_code.eq(&address.postal_code),
                    provider_addresses::country.eq(&address.country),
                    provider_addresses::telephone.eq(&address.telephone),
                    provider_addresses::fax.eq(&address.fax),
                )
            })
            .collect();
        let identifiers: Vec<_> = changes
            .iter()
            .flat_map(|change| (0i64..).zip(&change.record.identifiers).map(|(n, i)| (change.id, n, i)))
            .map(|(id, position, identifier)| {
                (
                    provider_identifiers::provider_id.eq(Sql(id)),
                    provider_identifiers::position.eq(position),
                    provider_identifiers::code.eq(&identifier.code),
                    provider_identifiers::description.eq(&identifier.description),
                    provider_identifiers::identifier.eq(&identifier.identifier),
                    provider_identifiers::state.eq(&identifier.state),
                    provider_identifiers::issuer.eq(&identifier.issuer),
                )
            })
            .collect();
        // Chunks keep a statement below the engines' limits on parameters (32,766 on SQLite).
        const ROWS: usize = 2000;
        for rows in taxonomies.chunks(ROWS) {
            on!(&mut *self.tx.connection, c => {
                diesel::insert_into(provider_taxonomies::table).values(rows).insert_all(c)?
            });
        }
        for rows in addresses.chunks(ROWS) {
            on!(&mut *self.tx.connection, c => {
                diesel::insert_into(provider_addresses::table).values(rows).insert_all(c)?
            });
        }
        for rows in identifiers.chunks(ROWS) {
            on!(&mut *self.tx.connection, c => {
                diesel::insert_into(provider_identifiers::table).values(rows).insert_all(c)?
            });
        }
        Ok(())
    }
}

type Text<C> = diesel::dsl::Eq<C, Option<String>>;
type Facts = (
    diesel::dsl::Eq<providers::entity, Sql<portal_domain::medicaid::provider::ProviderEntity>>,
    diesel::dsl::Eq<providers::display_name, String>,
    Text<providers::first_name>,
    Text<providers::middle_name>,
    Text<providers::last_name>,
    Text<providers::credential>,
    Text<providers::organization_name>,
    diesel::dsl::Eq<providers::other_names, Sql<serde_json::Value>>,
    diesel::dsl::Eq<providers::enumeration_date, Option<chrono::NaiveDate>>,
    diesel::dsl::Eq<providers::registry_updated_on, Option<chrono::NaiveDate>>,
    diesel::dsl::Eq<providers::active, bool>,
    diesel::dsl::Eq<providers::digest, Vec<u8>>,
);

fn facts(change: &Change<'_>) -> Facts {
    let record = change.record;
    (
        providers::entity.eq(Sql(record.entity)),
        providers::display_name.eq(record.display_name.clone()),
        providers::first_name.eq(record.first_name.clone()),
        providers::middle_name.eq(record.middle_name.clone()),
        providers::last_name.eq(record.last_name.clone()),
        providers::credential.eq(record.credential.clone()),
        providers::organization_name.eq(record.organization_name.clone()),
        providers::other_names.eq(Sql(serde_json::Value::from(record.other_names.clone()))),
        providers::enumeration_date.eq(record.enumeration_date),
        providers::registry_updated_on.eq(record.registry_updated_on),
        providers::active.eq(record.active),
        providers::digest.eq(change.digest.clone()),
    )
}
