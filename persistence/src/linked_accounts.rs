//! The provider accounts linked to one login, and whose information they give access to.

use diesel::prelude::*;
use portal_domain::id::{MembershipId, OrganizationId, ProviderRecordId, UserId};
use portal_domain::membership::MembershipStatus;
use portal_domain::organization::OrganizationKind;
use portal_domain::plan::PlanCode;
use portal_domain::provider_record::{ProviderName, ProviderRecordType};

use crate::column::Sql;
use crate::database::ProviderRecords;
use crate::error::StoreError;
use crate::page::Page;
use crate::provider_records::name_of;
use crate::schema::{memberships, organizations, provider_records};

/// A provider account that a person is an active member of.
#[derive(Clone, Debug)]
pub struct LinkedAccount {
    /// The membership, by which it is switched to.
    pub membership: MembershipId,
    /// The account.
    pub organization: OrganizationId,
    /// The account's name.
    pub organization_name: String,
    /// The plan.
    pub plan: PlanCode,
    /// The Provider ID, which is the account's username.
    pub username: String,
    /// The provider's type and name, as the plan has them on file now.
    pub provider: ProviderName,
    /// Whether it is the one the person works in at present.
    pub active: bool,
    /// The place in the list.
    pub place: LinkedPlace,
    tax_id_index: Vec<u8>,
}

/// The place of an account in the list of linked accounts: key of the Provider ID, membership.
pub type LinkedPlace = (String, MembershipId);

/// A provider whose information an account gives access to (domain rule R-134).
#[derive(Clone, Debug)]
pub struct CoveredProvider {
    /// The Provider ID.
    pub provider_id: String,
    /// Type and name.
    pub name: ProviderName,
}

#[derive(Queryable)]
struct LinkedRow {
    membership: MembershipId,
    organization: OrganizationId,
    organization_name: String,
    plan: PlanCode,
    record: ProviderRecordId,
    provider_id: String,
    provider_id_key: String,
    provider_type: ProviderRecordType,
    first_name: Option<String>,
    last_name: Option<String>,
    group_name: Option<String>,
    tax_id_index: Vec<u8>,
}

macro_rules! linked {
    ($user:expr) => {
        organizations::table
            .inner_join(memberships::table)
            .inner_join(provider_records::table)
            .filter(memberships::user_id.eq(Sql($user)))
            .filter(memberships::status.eq(Sql(MembershipStatus::Active)))
            .filter(organizations::kind.eq(Sql(OrganizationKind::ProviderAccount)))
            .select((
                memberships::id,
                organizations::id,
                organizations::name,
                organizations::plan,
                provider_records::id,
                provider_records::provider_id,
                provider_records::provider_id_key,
                provider_records::provider_type,
                provider_records::first_name,
                provider_records::last_name,
                provider_records::group_name,
                provider_records::tax_id_index,
            ))
    };
}

impl LinkedRow {
    fn shaped(self, active: Option<MembershipId>) -> Result<LinkedAccount, StoreError> {
        let provider =
            name_of(self.record, self.provider_type, self.first_name, self.last_name, self.group_name)?;
        Ok(LinkedAccount {
            membership: self.membership,
            organization: self.organization,
            organization_name: self.organization_name,
            plan: self.plan,
            username: self.provider_id,
            provider,
            active: active == Some(self.membership),
            place: (self.provider_id_key, self.membership),
            tax_id_index: self.tax_id_index,
        })
    }
}

impl ProviderRecords<'_, '_> {
    /// The provider accounts a person is an active member of, by Provider ID, after that place. `active` is the one they
    /// work in at present.
    pub fn linked_accounts(
        &mut self,
        user: UserId,
        active: Option<MembershipId>,
        after: Option<LinkedPlace>,
        limit: i64,
    ) -> Result<Page<LinkedAccount>, StoreError> {
        let mut query = linked!(user).into_boxed();
        if let Some((key, id)) = after {
            query = query.filter(
                provider_records::provider_id_key
                    .gt(key.clone())
                    .or(provider_records::provider_id_key.eq(key).and(memberships::id.gt(Sql(id)))),
            );
        }
        let rows: Vec<LinkedRow> = query
            .order((provider_records::provider_id_key, memberships::id))
            .limit(limit + 1)
            .load(self.tx.connection)?;
        Page::from_rows(rows, limit).try_map(|row| row.shaped(active))
    }

    /// One of the provider accounts a person is an active member of.
    pub fn linked_account(
        &mut self,
        user: UserId,
        active: Option<MembershipId>,
        membership: MembershipId,
    ) -> Result<Option<LinkedAccount>, StoreError> {
        let row: Option<LinkedRow> =
            linked!(user).filter(memberships::id.eq(Sql(membership))).first(self.tx.connection).optional()?;
        row.map(|row| row.shaped(active)).transpose()
    }

    /// For each of these accounts, whose information it gives access to: a group's, everybody who is listed under the
    /// Group Tax ID at this moment; a practitioner's, that provider alone (domain rule R-134).
    pub fn covered(&mut self, accounts: &[LinkedAccount]) -> Result<Vec<Vec<CoveredProvider>>, StoreError> {
        type Row = (
            PlanCode,
            Vec<u8>,
            ProviderRecordId,
            String,
            ProviderRecordType,
            Option<String>,
            Option<String>,
            Option<String>,
        );
        let mut listed: Vec<(PlanCode, Vec<u8>, CoveredProvider)> = Vec::new();
        if accounts.iter().any(is_group) {
            let mut query = provider_records::table
                .select((
                    provider_records::plan,
                    provider_records::tax_id_index,
                    provider_records::id,
                    provider_records::provider_id,
                    provider_records::provider_type,
                    provider_records::first_name,
                    provider_records::last_name,
                    provider_records::group_name,
                ))
                .order(provider_records::provider_id_key)
                .into_boxed();
            for account in accounts.iter().filter(|account| is_group(account)) {
                query = query.or_filter(
                    provider_records::plan
                        .eq(Sql(account.plan))
                        .and(provider_records::tax_id_index.eq(account.tax_id_index.clone())),
                );
            }
            let rows: Vec<Row> = query.load(self.tx.connection)?;
            for (plan, index, id, provider_id, provider_type, first_name, last_name, group_name) in rows {
                let name = name_of(id, provider_type, first_name, last_name, group_name)?;
                listed.push((plan, index, CoveredProvider { provider_id, name }));
            }
        }
        let covered = |account: &LinkedAccount| match account.provider {
            ProviderName::Group { .. } => listed
                .iter()
                .filter(|(plan, index, _)| *plan == account.plan && *index == account.tax_id_index)
                .map(|(_, _, provider)| provider.clone())
                .collect::<Vec<_>>(),
            ProviderName::Practitioner { .. } => {
                vec![CoveredProvider {
                    provider_id: account.username.clone(),
                    name: account.provider.clone(),
                }]
            }
        };
        Ok(accounts.iter().map(covered).collect())
    }
}

fn is_group(account: &LinkedAccount) -> bool {
    account.provider.provider_type() == ProviderRecordType::Group
}
