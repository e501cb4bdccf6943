//! Consents of an individual's side to a link with a group. A revoked or expired consent stays on
//! record but is never read.

use diesel::prelude::*;
use portal_domain::Instant;
use portal_domain::ground::id::{LinkConsentId, MedicaidIdId, OrganizationId, UserId};
use portal_domain::medicaid::link_consent::{Consent, valid_if_given_after};

use crate::column::Sql;
pub use crate::database::LinkConsents;
use crate::dialect::load_held;
use crate::error::{StoreError, exactly};
use crate::page::Page;
use crate::query::{RunQueryDsl, SelectableHelper};
use crate::schema::{link_consents, medicaid_ids};

/// A consent.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = link_consents)]
pub struct LinkConsent {
    /// The id.
    pub id: LinkConsentId,
    /// The organization that gave it.
    #[diesel(column_name = organization_id)]
    pub organization: OrganizationId,
    /// The record of the individual's Medicaid ID.
    #[diesel(column_name = medicaid_id_id)]
    pub individual: MedicaidIdId,
    /// The number of the individual's Medicaid ID.
    #[diesel(select_expression = medicaid_ids::medicaid_id)]
    pub individual_number: String,
    /// The number of the group's Medicaid ID, which need not be on file.
    #[diesel(column_name = group_medicaid_id)]
    pub group_number: String,
    /// The user who gave it.
    pub given_by: UserId,
    /// The name of the user who gave it, at the time.
    pub given_by_name: String,
    /// When it was given.
    pub given_at: Instant,
    /// Incremented on every change of the row.
    pub version: i64,
}

impl From<LinkConsent> for Consent {
    fn from(stored: LinkConsent) -> Self {
        Self {
            id: stored.id,
            organization: stored.organization,
            individual: stored.individual,
            individual_number: stored.individual_number,
            group_number: stored.group_number,
            given_at: stored.given_at,
        }
    }
}

/// The consents that are neither revoked nor expired.
macro_rules! valid {
    ($now:expr) => {
        link_consents::table
            .filter(link_consents::revoked_at.is_null())
            .filter(link_consents::given_at.gt(Sql(valid_if_given_after($now))))
    };
}

/// These consents with the individuals' numbers.
macro_rules! rows {
    ($now:expr) => {
        valid!($now).inner_join(medicaid_ids::table).select(LinkConsent::as_select())
    };
}

impl LinkConsents<'_, '_> {
    /// Stores a consent. It replaces an earlier one of the organization for the same individual and
    /// group, so that revoking it leaves none.
    pub fn give(&mut self, consent: &Consent, by: (UserId, &str)) -> Result<(), StoreError> {
        let replaced = link_consents::table
            .filter(link_consents::organization_id.eq(Sql(consent.organization)))
            .filter(link_consents::medicaid_id_id.eq(Sql(consent.individual)))
            .filter(link_consents::group_medicaid_id.eq(&consent.group_number))
            .filter(link_consents::revoked_at.is_null());
        diesel::update(replaced)
            .set((
                link_consents::revoked_at.eq(Some(Sql(self.tx.now))),
                link_consents::version.eq(link_consents::version + 1),
            ))
            .execute(self.tx.connection)?;
        diesel::insert_into(link_consents::table)
            .values((
                link_consents::id.eq(Sql(consent.id)),
                link_consents::organization_id.eq(Sql(consent.organization)),
                link_consents::medicaid_id_id.eq(Sql(consent.individual)),
                link_consents::group_medicaid_id.eq(&consent.group_number),
                link_consents::given_by.eq(Sql(by.0)),
                link_consents::given_by_name.eq(by.1),
                link_consents::given_at.eq(Sql(consent.given_at)),
                link_consents::version.eq(1),
            ))
            .execute(self.tx.connection)?;
        Ok(())
    }

    /// The valid consents for an individual, newest first, starting after `after`. `organization`
    /// restricts them to those that it gave.
    pub fn list(
        &mut self,
        individual: MedicaidIdId,
        organization: Option<OrganizationId>,
        after: Option<(Instant, LinkConsentId)>,
        limit: i64,
    ) -> Result<Page<LinkConsent>, StoreError> {
        let mut query =
            rows!(self.tx.now).filter(link_consents::medicaid_id_id.eq(Sql(individual))).into_boxed();
        if let Some(organization) = organization {
            query = query.filter(link_consents::organization_id.eq(Sql(organization)));
        }
        if let Some((given_at, id)) = after {
            query = query.filter(
                link_consents::given_at
                    .lt(Sql(given_at))
                    .or(link_consents::given_at.eq(Sql(given_at)).and(link_consents::id.lt(Sql(id)))),
            );
        }
        let rows = query
            .order((link_consents::given_at.desc(), link_consents::id.desc()))
            .limit(limit + 1)
            .load(self.tx.connection)?;
        Ok(Page::from_rows(rows, limit))
    }

    /// The consent for an individual with this id, if it is valid.
    pub fn find(
        &mut self,
        individual: MedicaidIdId,
        id: LinkConsentId,
    ) -> Result<Option<LinkConsent>, StoreError> {
        Ok(rows!(self.tx.now)
            .filter(link_consents::medicaid_id_id.eq(Sql(individual)))
            .filter(link_consents::id.eq(Sql(id)))
            .first(self.tx.connection)
            .optional()?)
    }

    /// The valid consents for these individuals that name one of these groups, oldest first.
    pub fn naming(
        &mut self,
        individuals: &[MedicaidIdId],
        groups: &[&str],
    ) -> Result<Vec<LinkConsent>, StoreError> {
        if individuals.is_empty() || groups.is_empty() {
            return Ok(vec![]);
        }
        Ok(rows!(self.tx.now)
            .filter(link_consents::medicaid_id_id.eq_any(individuals.iter().copied().map(Sql)))
            .filter(link_consents::group_medicaid_id.eq_any(groups.iter().copied()))
            .order((link_consents::given_at, link_consents::id))
            .load(self.tx.connection)?)
    }

    /// Like [`Self::naming`], but holds the consents until the transaction ends, so that none is
    /// revoked while a link relies on it.
    pub fn naming_held(
        &mut self,
        individuals: &[MedicaidIdId],
        groups: &[&str],
    ) -> Result<Vec<LinkConsent>, StoreError> {
        if individuals.is_empty() || groups.is_empty() {
            return Ok(vec![]);
        }
        let query = valid!(self.tx.now)
            .filter(
                link_consents::medicaid_id_id
                    .eq_any(individuals.iter().copied().map(Sql).collect::<Vec<_>>()),
            )
            .filter(
                link_consents::group_medicaid_id
                    .eq_any(groups.iter().map(|group| (*group).to_owned()).collect::<Vec<_>>()),
            )
            .order(link_consents::id)
            .select(link_consents::id);
        let held: Vec<LinkConsentId> = load_held!(&mut *self.tx.connection, query)?;
        // A consent given since is not held, so it does not count yet.
        Ok(rows!(self.tx.now)
            .filter(link_consents::id.eq_any(held.into_iter().map(Sql)))
            .order((link_consents::given_at, link_consents::id))
            .load(self.tx.connection)?)
    }

    /// Revokes a consent. Stale if its version has changed or it was already revoked.
    pub fn revoke(&mut self, id: LinkConsentId, version: i64) -> Result<(), StoreError> {
        let as_seen = link_consents::table
            .filter(link_consents::id.eq(Sql(id)))
            .filter(link_consents::version.eq(version))
            .filter(link_consents::revoked_at.is_null());
        let updated = diesel::update(as_seen)
            .set((
                link_consents::revoked_at.eq(Some(Sql(self.tx.now))),
                link_consents::version.eq(version + 1),
            ))
            .execute(self.tx.connection)?;
        exactly(1, updated, "link consent")
    }
}
