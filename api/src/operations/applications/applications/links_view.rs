//! The links of screen 5.1 as a reviewer sees them.

use chrono::{DateTime, Utc};
use portal_domain::applications::link_filing::{FiledLink, LinkBasis};
use portal_domain::applications::screen::Screens;
use portal_domain::ground::id::{LinkConsentId, OrganizationId};
use portal_domain::identity::user::PlatformRole;
use portal_domain::medicaid::link_consent::expires_at;
use portal_persistence::Tx;
use portal_persistence::applications::applications::Application;
use serde::Serialize;
use utoipa::ToSchema;

use super::links::{Hold, filed_links};
use crate::http::auth::call::Call;
use crate::http::auth::permission::Permission;
use crate::http::problem::Problem;

/// A link of screen 5.1, as reviewers see it.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "medicaid_id": "7200000025",
    "name": "Doe, John",
    "individual": {
        "medicaid_id": "7200000025",
        "name": "Doe, John",
        "owner": {"id": "org_01k2zqj5t8e4vbx9m3c7w6r1hd", "name": "John Doe, MD"}
    },
    "basis": "consent",
    "consent": {
        "id": "lkc_01k2zqj5t8e4vbx9m3c7w6r1hd",
        "organization": {"id": "org_01k2zqj5t8e4vbx9m3c7w6r1hd", "name": "John Doe, MD"},
        "expires_at": "2026-05-02T12:00:00Z"
    }
}))]
pub struct ReviewedLinkView {
    /// The number on the screen.
    pub medicaid_id: String,
    /// The name of the provider with this number; absent if it is not on file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The individual at one end of the link; absent if not on file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub individual: Option<LinkedIndividualView>,
    /// Why the link may be approved.
    pub basis: LinkBasis,
    /// The consent that names the group; absent if there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub consent: Option<ReviewedConsentView>,
}

/// The individual of a link.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct LinkedIndividualView {
    /// The number of the individual's Medicaid ID.
    pub medicaid_id: String,
    /// The name.
    pub name: String,
    /// The organization that owns the Medicaid ID; absent if none does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<NamedOrganizationView>,
}

/// A consent, as reviewers see it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ReviewedConsentView {
    /// The ID.
    pub id: LinkConsentId,
    /// The organization that gave it.
    pub organization: NamedOrganizationView,
    /// When it stops being valid.
    pub expires_at: DateTime<Utc>,
}

/// An organization, by name.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct NamedOrganizationView {
    /// The organization.
    pub id: OrganizationId,
    /// Its name.
    pub name: String,
}

/// The links of an application for a reviewer; `None` for every other caller, without links, and
/// unless the department is to decide: afterward, today's facts do not explain the decision.
pub(super) fn reviewed_links<P: Permission>(
    tx: &mut Tx<'_>,
    call: &Call<P>,
    application: &Application,
    screens: (&Screens, &Screens),
) -> Result<Option<Vec<ReviewedLinkView>>, Problem> {
    let reviews = call.actor.serves(&[PlatformRole::DmsReviewer], application.plan);
    if !reviews || !application.status.is_with_the_department() {
        return Ok(None);
    }
    let mut links = filed_links(tx, call, application, screens, Hold::No)?;
    links.retain(|filed| filed.standing.is_some());
    if links.is_empty() {
        return Ok(None);
    }
    let owners = links.iter().filter_map(|filed| filed.individual.as_ref()?.owner);
    let givers =
        links.iter().filter_map(|filed| Some(filed.standing.as_ref()?.consent.as_ref()?.organization));
    let involved: Vec<_> = owners.chain(givers).collect();
    let names = tx.organizations().names(&involved)?;
    Ok(Some(links.iter().map(|filed| shown(filed, &names)).collect()))
}

fn shown(filed: &FiledLink, names: &[(OrganizationId, String)]) -> ReviewedLinkView {
    let organization = |id: OrganizationId| {
        let name = names.iter().find(|(known, _)| *known == id).map(|(_, name)| name.clone());
        NamedOrganizationView { id, name: name.unwrap_or_default() }
    };
    let individual = filed.individual.as_ref().map(|individual| LinkedIndividualView {
        medicaid_id: individual.medicaid_id.clone(),
        name: individual.name.clone(),
        owner: individual.owner.map(organization),
    });
    let standing = filed.standing.clone().unwrap_or_default();
    ReviewedLinkView {
        medicaid_id: filed.link.medicaid_id.clone(),
        name: filed.named.as_ref().map(|named| named.name.clone()),
        individual,
        basis: standing.basis(&filed.link),
        consent: standing.consent.map(|consent| ReviewedConsentView {
            id: consent.id,
            organization: organization(consent.organization),
            expires_at: expires_at(consent.given_at),
        }),
    }
}
