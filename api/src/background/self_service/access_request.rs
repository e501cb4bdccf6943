//! What becomes of a request for access, away from the request that made it.

use portal_domain::ground::audit::{AuditAction, AuditEvent};
use portal_domain::ground::id::{AccessRequestId, SelfServiceRequestId};
use portal_domain::ground::mail::{MailContent, OutgoingMail};
use portal_domain::identity::self_service::SelfServiceRequest;
use portal_domain::organizations::membership::MembershipStatus;
use portal_domain::organizations::organization::OrganizationKind;
use portal_domain::organizations::provider_record::ProviderIdentifier;
use portal_persistence::Tx;
use portal_persistence::organizations::access_requests::NewAccessRequest;

use super::worker;
use crate::portal::failure::Failure;

/// Tells the administrators of the account, where there is one that has any (domain rule R-136, N-06). Otherwise nothing
/// happens, nor when the person is an active member already or has an open request there.
pub(super) fn look_into(
    tx: &mut Tx<'_>,
    asked: SelfServiceRequestId,
    request: &SelfServiceRequest,
) -> Result<(), Failure> {
    let SelfServiceRequest::AccessRequest { user, plan, provider_id, message } = request else {
        return Ok(());
    };
    let Ok(provider_id) = ProviderIdentifier::parse(provider_id) else { return Ok(()) };
    let record = tx.provider_records().find_by_provider_id(*plan, &provider_id)?;
    let Some(organization) = record.and_then(|record| record.organization) else { return Ok(()) };
    let Some(account) = tx.organizations().find(organization)? else { return Ok(()) };
    let Some(requester) = tx.access_requests().requester(*user)? else { return Ok(()) };
    let standing = tx.provider_records().standing(Some(organization), *user)?;
    let administrators = tx.members().administrators(organization, OrganizationKind::ProviderAccount)?;
    if standing.own == Some(MembershipStatus::Active) || administrators.is_empty() {
        return Ok(());
    }
    let id: AccessRequestId = tx.new_id();
    let new = NewAccessRequest { id, organization, user: *user, message: message.clone() };
    if !tx.access_requests().insert_open(&new)? {
        return Ok(());
    }
    let mails: Vec<_> = administrators
        .into_iter()
        .map(|administrator| OutgoingMail {
            key: format!("access_request:{asked}:{}", administrator.user),
            recipient: administrator.email,
            organization: Some(organization),
            content: MailContent::AccessRequest {
                organization: account.facts.name.clone(),
                requester: requester.name.clone(),
                requester_email: requester.email.clone(),
                message: message.clone(),
            },
        })
        .collect();
    tx.outbox().post(&mails)?;
    let event = AuditEvent {
        organization: Some(organization),
        action: AuditAction::AccessRequestReceived,
        object: id.to_string(),
        details: vec![],
    };
    tx.audit().record(&event, &worker())?;
    Ok(())
}
