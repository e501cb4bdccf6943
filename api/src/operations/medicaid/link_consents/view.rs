//! Bodies about consents.

use chrono::{DateTime, Utc};
use portal_domain::ground::id::{LinkConsentId, MedicaidIdId, OrganizationId};
use portal_domain::medicaid::link_consent::expires_at;
use portal_persistence::medicaid::link_consents::LinkConsent;
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::page::list_view;
use crate::operations::ground::person::PersonBrief;

/// A consent to link an individual to a group.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "lkc_01k2zqj5t8e4vbx9m3c7w6r1hd",
    "version": 1,
    "organization_id": "org_01k2zqj5t8e4vbx9m3c7w6r1hd",
    "medicaid_id": "1111111",
    "medicaid_id_record": "mid_01k2zqj5t8e4vbx9m3c7w6r1hd",
    "group_medicaid_id": "7100000001",
    "given_by": {"id": "usr_01k2zqj5t8e4vbx9m3c7w6r1hd", "name": "Debi Henderson"},
    "given_at": "2026-02-01T12:00:00Z",
    "expires_at": "2026-05-02T12:00:00Z"
}))]
pub struct LinkConsentView {
    /// The ID.
    pub id: LinkConsentId,
    /// The version; incremented on every change.
    pub version: i64,
    /// The organization that gave it.
    pub organization_id: OrganizationId,
    /// The number of the individual's Medicaid ID.
    pub medicaid_id: String,
    /// The record ID of the individual's Medicaid ID.
    pub medicaid_id_record: MedicaidIdId,
    /// The number of the group's Medicaid ID, as given.
    pub group_medicaid_id: String,
    /// The user who gave it.
    pub given_by: PersonBrief,
    /// When it was given.
    pub given_at: DateTime<Utc>,
    /// When it stops being valid, unless it is revoked before.
    pub expires_at: DateTime<Utc>,
}

list_view! {
    /// Valid consents, newest first.
    LinkConsentList of LinkConsentView
}

impl From<LinkConsent> for LinkConsentView {
    fn from(consent: LinkConsent) -> Self {
        Self {
            id: consent.id,
            version: consent.version,
            organization_id: consent.organization,
            medicaid_id: consent.individual_number,
            medicaid_id_record: consent.individual,
            group_medicaid_id: consent.group_number,
            given_by: PersonBrief { id: consent.given_by, name: consent.given_by_name },
            given_at: consent.given_at,
            expires_at: expires_at(consent.given_at),
        }
    }
}
