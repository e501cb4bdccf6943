//! Processes requests for access, after the HTTP request was answered.

use portal_domain::ground::id::{AccessRequestId, SelfServiceRequestId};
use portal_domain::identity::self_service::SelfServiceRequest;
use portal_domain::organizations::access_request;
use portal_domain::organizations::membership::MembershipStatus;
use portal_domain::organizations::organization::OrganizationKind;
use portal_domain::organizations::provider_record::ProviderIdentifier;
use portal_persistence::organizations::access_requests::NewAccessRequest;
use portal_persistence::{Done, Tx};

use super::worker;
use crate::portal::failure::Failure;

/// Notifies the administrators of the account if it has any (domain rule R-136, N-06). Otherwise,
/// does nothing. Also does nothing if the requester is an active member or has an open request
/// there.
pub(super) fn process(
    tx: &mut Tx<'_>,
    asked: SelfServiceRequestId,
    request: &SelfServiceRequest,
) -> Result<Done, Failure> {
    let SelfServiceRequest::AccessRequest { user, plan, provider_id, message } = request else {
        return Ok(Done::bookkeeping());
    };
    let Ok(provider_id) = ProviderIdentifier::parse(provider_id) else { return Ok(Done::bookkeeping()) };
    let record = tx.provider_records().find_by_provider_id(*plan, &provider_id)?;
    let Some(organization) = record.and_then(|record| record.organization) else {
        return Ok(Done::bookkeeping());
    };
    let Some(account) = tx.organizations().find(organization)? else { return Ok(Done::bookkeeping()) };
    let Some(requester) = tx.access_requests().requester(*user)? else { return Ok(Done::bookkeeping()) };
    let relationship = tx.provider_records().relationship(Some(organization), *user)?;
    let administrators = tx.members().administrators(organization, OrganizationKind::ProviderAccount)?;
    let is_member = relationship.own.is_some_and(|own| own.status == MembershipStatus::Active);
    if is_member || administrators.is_empty() {
        return Ok(Done::bookkeeping());
    }
    let id: AccessRequestId = tx.new_id();
    let new = NewAccessRequest { id, organization, user: *user, message: message.clone() };
    if !tx.access_requests().insert_open(&new)? {
        return Ok(Done::bookkeeping());
    }
    let requester = access_request::Requester {
        name: &requester.name,
        email: &requester.email,
        message: message.as_deref(),
    };
    let effects = access_request::received(&account.facts, id, asked, requester, &administrators);
    Ok(tx.commit_effects(&effects, &worker())?)
}
