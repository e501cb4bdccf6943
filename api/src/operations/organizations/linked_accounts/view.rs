//! Bodies about linked accounts.

use portal_domain::ground::id::{MembershipId, OrganizationId};
use portal_domain::ground::plan_code::PlanCode;
use portal_domain::organizations::actor::Actor;
use portal_domain::organizations::membership::{MembershipStatus, NextStep, Permission, Role, next_step};
use portal_domain::organizations::organization::OrganizationKind;
use portal_domain::organizations::provider_record::ProviderRecordType;
use portal_persistence::organizations::linked_accounts::{Covered, CoveredProvider, LinkedAccount};
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::page::list_view;

/// A provider account linked to your login.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "membership_id": "mbr_01k2zqj5t8e4vbx9m3c7w6r1hd",
    "organization": {"id": "org_01k2zqj5t8e4vbx9m3c7w6r1hd", "name": "Harborlight Primary Care", "kind": "provider_account", "plan": "cca"},
    "username": "CCA200417",
    "provider_name": "Harborlight Primary Care",
    "provider_type": "group",
    "role": "organization_administrator",
    "permissions": ["claims", "eligibility"],
    "status": "active",
    "active": true,
    "covers": [
        {"provider_id": "CCA200417", "name": "Harborlight Primary Care", "provider_type": "group"},
        {"provider_id": "CCA200418", "name": "Noor Haddad", "provider_type": "practitioner"}
    ],
    "covers_total": 2
}))]
pub struct LinkedAccountView {
    /// Your membership in the account; use it to switch.
    pub membership_id: MembershipId,
    /// The account.
    pub organization: LinkedOrganizationView,
    /// The username: the Provider ID.
    pub username: String,
    /// The provider's name on file with the plan.
    pub provider_name: String,
    /// Practitioner or group.
    pub provider_type: ProviderRecordType,
    /// Your role in the account, once `status` is `active`.
    pub role: Role,
    /// Your permissions in the account. They apply to it alone, regardless of the active account.
    pub permissions: Vec<Permission>,
    /// The status of your membership. In an account that is `verification_pending`, you can do nothing
    /// yet.
    pub status: MembershipStatus,
    /// What must happen before it becomes active; absent if it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_step: Option<NextStep>,
    /// Whether it is the active account of this session.
    pub active: bool,
    /// The providers whose information it covers, by Provider ID; the first 20. A group covers all
    /// providers currently listed under the Group Tax ID. A practitioner covers that provider
    /// alone.
    #[schema(max_items = 20)]
    pub covers: Vec<CoveredProviderView>,
    /// The total number of covered providers.
    pub covers_total: i64,
}

/// The organization of a provider account, in brief.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct LinkedOrganizationView {
    /// The ID.
    pub id: OrganizationId,
    /// The name.
    pub name: String,
    /// The kind.
    pub kind: OrganizationKind,
    /// The organization's plan.
    pub plan: PlanCode,
}

/// A provider whose information an account covers.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CoveredProviderView {
    /// The Provider ID.
    pub provider_id: String,
    /// The name.
    pub name: String,
    /// Practitioner or group.
    pub provider_type: ProviderRecordType,
}

list_view! {
    /// Your linked accounts, by username.
    LinkedAccountList of LinkedAccountView
}

impl From<CoveredProvider> for CoveredProviderView {
    fn from(provider: CoveredProvider) -> Self {
        Self {
            provider_id: provider.provider_id,
            name: provider.name.display(),
            provider_type: provider.name.provider_type(),
        }
    }
}

impl LinkedAccountView {
    pub(super) fn of(account: LinkedAccount, covered: Covered, actor: &Actor) -> Self {
        let membership = actor.memberships.iter().find(|membership| membership.id == account.membership);
        let is_administrator =
            membership.is_some_and(|membership| membership.has_role(Role::OrganizationAdministrator));
        Self {
            membership_id: account.membership,
            organization: LinkedOrganizationView {
                id: account.organization,
                name: account.organization_name,
                kind: OrganizationKind::ProviderAccount,
                plan: account.plan,
            },
            username: account.username,
            provider_name: account.provider.display(),
            provider_type: account.provider.provider_type(),
            status: account.status,
            next_step: next_step(OrganizationKind::ProviderAccount, account.status),
            role: if is_administrator || account.status == MembershipStatus::VerificationPending {
                Role::OrganizationAdministrator
            } else {
                Role::AccountUser
            },
            permissions: membership.map(|membership| membership.permissions.clone()).unwrap_or_default(),
            active: account.active,
            covers: covered.providers.into_iter().map(Into::into).collect(),
            covers_total: covered.total,
        }
    }
}
