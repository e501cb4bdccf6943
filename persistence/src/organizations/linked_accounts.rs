//! The provider accounts linked to one login, and the providers whose information they cover.

use diesel::prelude::*;
use portal_domain::ground::id::{MembershipId, OrganizationId, ProviderRecordId, UserId};
use portal_domain::ground::plan_code::PlanCode;
use portal_domain::organizations::membership::MembershipStatus;
use portal_domain::organizations::organization::OrganizationKind;
use portal_domain::organizations::provider_record::{ProviderName, ProviderRecordType};

use crate::column::Sql;
use crate::database::ProviderRecords;
use crate::error::StoreError;
use crate::field_keys::FieldKeys;
use crate::organizations::provider_records::{NameRow, place};
use crate::page::Page;
use crate::query::{RunQueryDsl, SelectableHelper};
use crate::schema::{memberships, organizations, provider_records};

/// A provider account of which a user is an active member, or which the user waits for.
#[derive(Clone, Debug)]
pub struct LinkedAccount {
    /// The membership, which identifies the account when switching.
    pub membership: MembershipId,
    /// The account.
    pub organization: OrganizationId,
    /// The account's name.
    pub organization_name: String,
    /// The plan.
    pub plan: PlanCode,
    /// The Provider ID, which is the account's username.
    pub username: String,
    /// The provider's type and name, as currently on file with the plan.
    pub provider: ProviderName,
    /// The status of the membership: active, or awaiting the plan's confirmation.
    pub status: MembershipStatus,
    /// Whether it is the user's active account.
    pub active: bool,
    /// The position in the list.
    pub place: LinkedPlace,
    /// The blind indexes under which records with the same tax ID are stored.
    tax_id_indexes: Vec<Vec<u8>>,
}

/// The position of an account in the list of linked accounts: key of the Provider ID, membership.
pub type LinkedPlace = (String, MembershipId);

/// The maximum number of covered providers listed by name.
pub const MAX_COVERED: i64 = 20;

/// The providers whose information an account covers.
#[derive(Clone, Debug, Default)]
pub struct Covered {
    /// The first [`MAX_COVERED`] providers, ordered by Provider ID.
    pub providers: Vec<CoveredProvider>,
    /// The total number of providers.
    pub total: i64,
}

/// A provider whose information an account covers (domain rule R-134).
#[derive(Clone, Debug)]
pub struct CoveredProvider {
    /// The Provider ID.
    pub provider_id: String,
    /// The type and name.
    pub name: ProviderName,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = provider_records)]
struct LinkedRow {
    #[diesel(select_expression = memberships::id)]
    membership: MembershipId,
    #[diesel(select_expression = memberships::status)]
    status: MembershipStatus,
    #[diesel(select_expression = organizations::id)]
    organization: OrganizationId,
    #[diesel(select_expression = organizations::name)]
    organization_name: String,
    #[diesel(select_expression = organizations::plan)]
    plan: PlanCode,
    #[diesel(embed)]
    provider: NameRow,
    provider_id: String,
    provider_id_key: String,
    #[diesel(select_expression = provider_records::id)]
    record: ProviderRecordId,
    tax_id_sealed: Vec<u8>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = provider_records)]
struct CoveredRow {
    plan: PlanCode,
    tax_id_index: Vec<u8>,
    provider_id: String,
    #[diesel(embed)]
    name: NameRow,
}

macro_rules! linked {
    ($user:expr) => {
        organizations::table
            .inner_join(memberships::table)
            .inner_join(provider_records::table)
            .filter(memberships::user_id.eq(Sql($user)))
            .filter(organizations::kind.eq(Sql(OrganizationKind::ProviderAccount)))
            .select(LinkedRow::as_select())
    };
}

impl LinkedRow {
    fn shaped(self, keys: &FieldKeys, active: Option<MembershipId>) -> Result<LinkedAccount, StoreError> {
        let digits = keys.open(place(self.record), &self.tax_id_sealed)?;
        Ok(LinkedAccount {
            membership: self.membership,
            organization: self.organization,
            organization_name: self.organization_name,
            plan: self.plan,
            username: self.provider_id,
            provider: self.provider.shaped()?,
            active: active == Some(self.membership) && self.status == MembershipStatus::Active,
            status: self.status,
            place: (self.provider_id_key, self.membership),
            tax_id_indexes: keys.indexes("tax_id", &digits)?,
        })
    }
}

impl ProviderRecords<'_, '_> {
    /// The provider accounts of which a user is an active member or which the user waits for, ordered
    /// by Provider ID, starting after `after`. `active` is the membership of the user's active account.
    pub fn linked_accounts(
        &mut self,
        user: UserId,
        active: Option<MembershipId>,
        after: Option<LinkedPlace>,
        limit: i64,
    ) -> Result<Page<LinkedAccount>, StoreError> {
        let shown = [MembershipStatus::Active, MembershipStatus::VerificationPending];
        let mut query = linked!(user).filter(memberships::status.eq_any(shown.map(Sql))).into_boxed();
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
        Page::from_rows(rows, limit).try_map(|row| row.shaped(self.tx.field_keys, active))
    }

    /// One of the provider accounts of which a user is an active member.
    pub fn linked_account(
        &mut self,
        user: UserId,
        active: Option<MembershipId>,
        membership: MembershipId,
    ) -> Result<Option<LinkedAccount>, StoreError> {
        let row: Option<LinkedRow> = linked!(user)
            .filter(memberships::status.eq(Sql(MembershipStatus::Active)))
            .filter(memberships::id.eq(Sql(membership)))
            .first(self.tx.connection)
            .optional()?;
        row.map(|row| row.shaped(self.tx.field_keys, active)).transpose()
    }

    /// The providers that each account covers. A group's account covers every provider currently
    /// listed under the Group Tax ID; a practitioner's account covers that provider alone (domain
    /// rule R-134). An account that the user waits for covers nothing.
    pub fn covered(&mut self, accounts: &[LinkedAccount]) -> Result<Vec<Covered>, StoreError> {
        let groups: Vec<&LinkedAccount> = accounts.iter().filter(|account| is_group(account)).collect();
        let listed = self.listed_under(&groups)?;
        let totals = self.totals_under(&groups)?;
        let covered = |account: &LinkedAccount| match account.provider {
            _ if account.status != MembershipStatus::Active => Covered::default(),
            ProviderName::Group { .. } => Covered {
                providers: listed
                    .iter()
                    .filter(|(plan, index, _)| {
                        *plan == account.plan && account.tax_id_indexes.contains(index)
                    })
                    .map(|(_, _, provider)| provider.clone())
                    .collect(),
                total: totals
                    .iter()
                    .filter(|(plan, index, _)| {
                        *plan == account.plan && account.tax_id_indexes.contains(index)
                    })
                    .map(|(_, _, total)| *total)
                    .sum(),
            },
            ProviderName::Practitioner { .. } => {
                let provider =
                    CoveredProvider { provider_id: account.username.clone(), name: account.provider.clone() };
                Covered { providers: vec![provider], total: 1 }
            }
        };
        Ok(accounts.iter().map(covered).collect())
    }

    /// The first [`MAX_COVERED`] providers under the tax ID of each of these groups, ordered by
    /// Provider ID.
    fn listed_under(
        &mut self,
        groups: &[&LinkedAccount],
    ) -> Result<Vec<(PlanCode, Vec<u8>, CoveredProvider)>, StoreError> {
        if groups.is_empty() {
            return Ok(vec![]);
        }
        let others = diesel::alias!(provider_records as others);
        let mut query = provider_records::table
            .select(CoveredRow::as_select())
            .order(provider_records::provider_id_key)
            .into_boxed();
        for group in groups {
            let first = others
                .filter(others.field(provider_records::plan).eq(Sql(group.plan)))
                .filter(others.field(provider_records::tax_id_index).eq_any(group.tax_id_indexes.clone()))
                .order(others.field(provider_records::provider_id_key))
                .limit(MAX_COVERED)
                .select(others.field(provider_records::id));
            // Plan and tax ID are repeated here, because an index serves them but not the list of
            // ids.
            query = query.or_filter(
                provider_records::plan
                    .eq(Sql(group.plan))
                    .and(provider_records::tax_id_index.eq_any(group.tax_id_indexes.clone()))
                    .and(provider_records::id.eq_any(first)),
            );
        }
        let rows: Vec<CoveredRow> = query.load(self.tx.connection)?;
        rows.into_iter()
            .map(|CoveredRow { plan, tax_id_index, provider_id, name }| {
                Ok((plan, tax_id_index, CoveredProvider { provider_id, name: name.shaped()? }))
            })
            .collect()
    }

    /// The number of providers under the tax ID of each of these groups. It may also contain
    /// combinations of plan and tax ID that were not asked for.
    fn totals_under(
        &mut self,
        groups: &[&LinkedAccount],
    ) -> Result<Vec<(PlanCode, Vec<u8>, i64)>, StoreError> {
        if groups.is_empty() {
            return Ok(vec![]);
        }
        let plans: Vec<_> = groups.iter().map(|group| Sql(group.plan)).collect();
        let indexes: Vec<Vec<u8>> = groups.iter().flat_map(|group| group.tax_id_indexes.clone()).collect();
        Ok(provider_records::table
            .filter(provider_records::plan.eq_any(plans))
            .filter(provider_records::tax_id_index.eq_any(indexes))
            .group_by((provider_records::plan, provider_records::tax_id_index))
            .select((provider_records::plan, provider_records::tax_id_index, diesel::dsl::count_star()))
            .load(self.tx.connection)?)
    }
}

/// Whether it is an active group's account.
fn is_group(account: &LinkedAccount) -> bool {
    account.status == MembershipStatus::Active
        && account.provider.provider_type() == ProviderRecordType::Group
}
