//! DELETE /organizations/{organization_id}/medicaid-ids/{medicaid_id}/link-consents/{link_consent_id}

use actix_web::{delete, web};
use portal_domain::medicaid::link_consent::Consent;

use super::found::{Individual, LinkConsentPath, LinkConsentsPath};
use super::view::LinkConsentView;
use crate::http::auth::caller::May;
use crate::http::auth::permission::ManageLinkConsents;
use crate::http::openapi::{
    AnyProblems, ConflictProblems, NotFoundProblems, RightProblems, SignedInProblems, VersionHeader,
    VersionProblems,
};
use crate::http::reply::{Answered, Reply, require_match};

/// Revoke a consent to link an individual
///
/// The consent no longer counts when a link is submitted or approved. Another consent or the group's
/// own scope can still allow the link. Approved links stay. For the callers who may consent.
#[utoipa::path(
    tag = "medicaid ids",
    params(LinkConsentPath, VersionHeader),
    responses(
        (status = 204, description = "The consent was revoked."),
        AnyProblems, SignedInProblems, RightProblems, NotFoundProblems, ConflictProblems, VersionProblems,
    ),
)]
#[delete("/organizations/{organization_id}/medicaid-ids/{medicaid_id}/link-consents/{link_consent_id}")]
pub async fn revoke_link_consent(
    caller: May<ManageLinkConsents>,
    path: web::Path<LinkConsentPath>,
) -> Answered {
    caller
        .write(move |tx, call| {
            let LinkConsentPath { organization_id, medicaid_id, link_consent_id } = *path;
            let individual = Individual::find(tx, call, LinkConsentsPath { organization_id, medicaid_id })?;
            let consent = individual.consent(tx, link_consent_id)?;
            let view = LinkConsentView::from(consent.clone());
            require_match(call.if_match(), view.version, &view)?;
            tx.link_consents().revoke(consent.id, consent.version)?;
            let done = tx.commit_effects(&Consent::from(consent).revoked(), &call.author())?;
            Ok(done.with(Reply::no_content()))
        })
        .await
}
