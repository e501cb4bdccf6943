//! Processes claims to act for a provider that were made after too many failures at its Provider ID
//! (domain rule R-203). Each was answered before, and always alike.

use portal_domain::ground::id::AssociationId;
use portal_domain::ground::plan_code::PlanCode;
use portal_domain::ground::tax_identifier::TaxId;
use portal_domain::identity::self_service::SelfServiceRequest;
use portal_domain::organizations::association::{self, Claim};
use portal_domain::organizations::association_confirmation::{Claimant, ConfirmationCause, review_received};
use portal_domain::organizations::provider_record::{ProviderIdentifier, ProviderName, Zip};
use portal_persistence::organizations::provider_records::NewAssociation;
use portal_persistence::{Done, Tx};

use super::worker;
use crate::portal::failure::Failure;

/// If the claim matches, stores it for the plan's staff and notifies them. Otherwise, does nothing.
/// Also does nothing if the person waits already, is a member, or if the account has an
/// administrator.
pub(super) fn process(tx: &mut Tx<'_>, request: SelfServiceRequest) -> Result<Done, Failure> {
    let SelfServiceRequest::AssociationReview { user, .. } = &request else {
        return Ok(Done::bookkeeping());
    };
    let user = *user;
    let Some((plan, claim)) = claim_of(request) else { return Ok(Done::bookkeeping()) };
    let found = tx.provider_records().find_by_provider_id(plan, &claim.provider_id)?;
    let Some(matched) = found.filter(|record| association::matches(&claim, record)) else {
        return Ok(Done::bookkeeping());
    };
    // Of several workers with a claim to the same record, the second one sees what the first stored.
    tx.provider_records().lock(matched.id)?;
    let Some(record) = tx.provider_records().find(matched.id)? else { return Ok(Done::bookkeeping()) };
    let relationship = tx.provider_records().relationship(record.organization, user)?;
    let refused = association::begin(relationship, tx.now()).is_err();
    if refused || tx.association_confirmations().is_waiting(user, record.id)? {
        return Ok(Done::bookkeeping());
    }
    let Some(person) = tx.access_requests().requester(user)? else { return Ok(Done::bookkeeping()) };
    let id: AssociationId = tx.new_id();
    // Step 2 is possible only after the plan's staff have confirmed it.
    let expires_at = tx.now();
    tx.provider_records().begin_association(&NewAssociation { id, user, record: record.id, expires_at })?;
    let cause = ConfirmationCause::TooManyFailures;
    tx.association_confirmations().insert(id, None, cause)?;
    let staff = tx.members().plan_staff(plan)?;
    let claimant = Claimant {
        association: id,
        plan,
        provider: &record.name.display(),
        username: record.provider_id.as_str(),
        name: &person.name,
        email: &person.email,
        cause,
    };
    Ok(tx.commit_effects(&review_received(&claimant, &staff), &worker())?)
}

/// The claim as it was made; `None` if it cannot be read.
fn claim_of(request: SelfServiceRequest) -> Option<(PlanCode, Claim)> {
    let SelfServiceRequest::AssociationReview {
        plan,
        practitioner,
        group_name,
        tax_id,
        provider_id,
        zip,
        ..
    } = request
    else {
        return None;
    };
    let name = match (practitioner, group_name) {
        (Some((first_name, last_name)), None) => ProviderName::Practitioner { first_name, last_name },
        (None, Some(group_name)) => ProviderName::Group { group_name },
        _ => return None,
    };
    let claim = Claim {
        name,
        tax_id: TaxId::parse(&tax_id).ok()?,
        provider_id: ProviderIdentifier::parse(&provider_id).ok()?,
        zip: Zip::parse(&zip).ok()?,
    };
    Some((plan, claim))
}
