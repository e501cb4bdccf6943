//! The individual Medicaid ID that consents are about, as far as the caller may manage them.

use portal_domain::ground::calendar::local_date;
use portal_domain::ground::id::{LinkConsentId, MedicaidIdId, OrganizationId};
use portal_domain::medicaid::link_consent::{Refusal, may_manage};
use portal_domain::organizations::organization::OrganizationFacts;
use portal_persistence::Tx;
use portal_persistence::medicaid::link_consents::LinkConsent;
use portal_persistence::medicaid::medicaid_ids::MedicaidIdRecord;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::http::auth::call::Call;
use crate::http::auth::permission::ManageLinkConsents;
use crate::http::problem::Problem;

/// The path of the consents for an individual Medicaid ID.
#[derive(Clone, Copy, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct LinkConsentsPath {
    /// The organization.
    pub organization_id: OrganizationId,
    /// The record ID of the Medicaid ID, not the number.
    pub medicaid_id: MedicaidIdId,
}

/// The path of a consent.
#[derive(Clone, Copy, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct LinkConsentPath {
    /// The organization.
    pub organization_id: OrganizationId,
    /// The record ID of the Medicaid ID, not the number.
    pub medicaid_id: MedicaidIdId,
    /// The consent.
    pub link_consent_id: LinkConsentId,
}

/// An individual Medicaid ID whose consents the caller may manage.
pub(super) struct Individual {
    pub(super) organization: OrganizationFacts,
    pub(super) record: MedicaidIdRecord,
    pub(super) is_own: bool,
}

impl Individual {
    /// Finds it. One outside the organization's scope gets the same response as an unknown one
    /// (domain rules ).
    pub(super) fn find(
        tx: &mut Tx<'_>,
        call: &Call<ManageLinkConsents>,
        path: LinkConsentsPath,
    ) -> Result<Self, Problem> {
        let organization = call.organization(tx, path.organization_id)?.facts;
        Self::reached(tx, call, organization, path.medicaid_id)
    }

    /// Like [`Self::find`], but locks the Medicaid ID until the transaction ends, so that consents for
    /// it are given one after the other.
    pub(super) fn locked(
        tx: &mut Tx<'_>,
        call: &Call<ManageLinkConsents>,
        path: LinkConsentsPath,
    ) -> Result<Self, Problem> {
        let organization = call.organization(tx, path.organization_id)?.facts;
        tx.medicaid_ids().lock(path.medicaid_id)?;
        Self::reached(tx, call, organization, path.medicaid_id)
    }

    fn reached(
        tx: &mut Tx<'_>,
        call: &Call<ManageLinkConsents>,
        organization: OrganizationFacts,
        id: MedicaidIdId,
    ) -> Result<Self, Problem> {
        let record = tx.medicaid_ids().find(id)?.ok_or_else(Problem::not_found)?;
        let today = local_date(call.now, call.plan(organization.plan)?.time_zone);
        let tie = tx.medicaid_ids().tie(organization.id, record.id, today)?;
        may_manage(&call.actor, &organization, record.category, &tie).map_err(|refusal| match refusal {
            Refusal::Hidden => Problem::not_found(),
            Refusal::NotAllowed(refusal) => refusal.into(),
        })?;
        Ok(Self { organization, record, is_own: tie.is_own })
    }

    /// The organization whose consents the caller sees; `None` for all. The individual's own
    /// organization sees and revokes those of others, too.
    pub(super) fn giver(&self) -> Option<OrganizationId> {
        (!self.is_own).then_some(self.organization.id)
    }

    /// The consent with this id, if it is valid and the caller sees it.
    pub(super) fn consent(&self, tx: &mut Tx<'_>, id: LinkConsentId) -> Result<LinkConsent, Problem> {
        tx.link_consents()
            .find(self.record.id, id)?
            .filter(|consent| self.giver().is_none_or(|giver| giver == consent.organization))
            .ok_or_else(Problem::not_found)
    }
}
