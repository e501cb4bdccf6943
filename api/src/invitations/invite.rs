//! Inviting somebody: looked at, stored and mailed. Every way of inviting goes through here.

use portal_domain::email::EmailAddress;
use portal_domain::id::InvitationId;
use portal_domain::invitation::{self, Circumstances, Offer, role_name};
use portal_domain::mail::{InvitationMail, MailContent, OutgoingMail};
use portal_domain::membership::Role;
use portal_domain::one_time_token::TokenPurpose;
use portal_domain::organization::{OrganizationFacts, OrganizationKind};
use portal_domain::plan::PlanProfile;
use portal_domain::policy::Actor;
use portal_persistence::Tx;
use portal_persistence::invitations::{NewInvitation, StoredInvitation};
use portal_persistence::one_time_tokens::TokenSubject;

use crate::auth::caller::{Call, Permission};
use crate::auth::one_time::OneTimeToken;
use crate::problem::{Code, FieldError, Problem};

/// Whom to invite to what.
#[derive(Clone, Debug)]
pub(crate) struct NewOffer {
    /// Whom.
    pub email: EmailAddress,
    /// First and last name, if given.
    pub name: Option<(String, String)>,
    /// To what.
    pub offer: Offer,
    /// The ZIP that proves that the provider account's people are meant (domain rule R-152).
    pub zip: Option<String>,
}

/// Who invites, read behind the lock of the organization.
pub(crate) struct Inviter<'a> {
    /// The person.
    pub actor: Actor,
    /// The organization.
    pub organization: &'a OrganizationFacts,
    /// Its plan.
    pub plan: &'a PlanProfile,
    agents: i64,
}

impl<'a> Inviter<'a> {
    /// Locks the organization and reads who acts again: what somebody else has just taken away does not count any more.
    pub(crate) fn locked<P: Permission>(
        tx: &mut Tx<'_>,
        call: &'a Call<P>,
        organization: &'a OrganizationFacts,
    ) -> Result<Self, Problem> {
        tx.members().lock_organization(organization.id)?;
        let again = tx.sessions().live(call.actor.session)?.filter(|live| !live.ended && !live.barred);
        let actor = again.ok_or_else(|| Problem::new(Code::unauthenticated, "the session is over"))?.actor;
        let agents = tx.members().active_credentialing_agents(organization.id)?;
        Ok(Self { actor, organization, plan: call.plan(organization.plan)?, agents })
    }

    /// What surrounds a decision.
    pub(crate) const fn circumstances(&self) -> Circumstances<'_> {
        Circumstances {
            inviter: &self.actor,
            organization: self.organization,
            plan: self.plan,
            active_credentialing_agents: self.agents,
        }
    }
}

/// Invites somebody, or tells why not. A refusal leaves nothing behind, so the transaction may go on.
pub(crate) fn invite(
    tx: &mut Tx<'_>,
    inviter: &Inviter<'_>,
    new: &NewOffer,
) -> Result<Result<StoredInvitation, Problem>, Problem> {
    match check_zip(tx, inviter.organization, new.zip.as_deref())? {
        Ok(()) => invite_again(tx, inviter, new),
        Err(problem) => Ok(Err(problem)),
    }
}

/// The same for somebody whose ZIP was matched before.
pub(super) fn invite_again(
    tx: &mut Tx<'_>,
    inviter: &Inviter<'_>,
    new: &NewOffer,
) -> Result<Result<StoredInvitation, Problem>, Problem> {
    let organization = inviter.organization;
    let known = tx.members().known_by_email(organization.id, &new.email)?;
    let refusals = invitation::examine(&inviter.circumstances(), &new.offer, known.as_ref());
    if !refusals.is_empty() {
        return Ok(Err(refusals.into()));
    }
    let id: InvitationId = tx.new_id();
    let expires_at = tx.now() + inviter.plan.links.invitation();
    tx.invitations().insert(&NewInvitation {
        id,
        organization: organization.id,
        email: new.email.clone(),
        name: new.name.clone(),
        offer: new.offer.clone(),
        created_by: inviter.actor.user,
        expires_at,
    })?;
    let token = OneTimeToken::generate(TokenPurpose::Invitation);
    let subject = TokenSubject::Invitation(id);
    tx.one_time_tokens().issue(TokenPurpose::Invitation, &token.hash(), subject, expires_at)?;
    let mail = InvitationMail {
        plan: organization.plan,
        inviter: inviter.actor.name.clone(),
        organization: organization.name.clone(),
        role_name: role_name(new.offer.role).to_owned(),
        token: token.expose().to_owned(),
        expires_at,
    };
    let content = match new.offer.role {
        Role::CaAdminManager => MailContent::CaAdminManagerInvitation(mail),
        _ => MailContent::Invitation(mail),
    };
    tx.outbox().post(&[OutgoingMail {
        key: format!("invitation:{id}"),
        recipient: new.email.clone(),
        organization: Some(organization.id),
        content,
    }])?;
    if let Some(known) = known {
        tx.access_requests().answer_open(organization.id, known.user)?;
    } else if let Some(person) = tx.users().credentials(new.email.as_str())? {
        tx.access_requests().answer_open(organization.id, person.id)?;
    }
    let stored = tx.invitations().find(id)?;
    stored.ok_or_else(|| Problem::new(Code::internal_error, "the invitation is gone")).map(Ok)
}

/// In a provider account the ZIP must be the remittance or practice ZIP of the provider (domain rule R-152).
fn check_zip(
    tx: &mut Tx<'_>,
    organization: &OrganizationFacts,
    zip: Option<&str>,
) -> Result<Result<(), Problem>, Problem> {
    if organization.kind != OrganizationKind::ProviderAccount {
        return Ok(Ok(()));
    }
    let fault = |code: &str, message: &str| Problem::invalid(vec![FieldError::at("/zip", code, message)]);
    let Some(zip) = zip else { return Ok(Err(fault("required", "is required"))) };
    let Ok(zip) = portal_domain::provider_record::Zip::parse(zip) else {
        return Ok(Err(fault("format", "must be a ZIP code: 5 digits, or 5 and 4")));
    };
    let record = tx.provider_records().find_by_organization(organization.id)?;
    let matches = record
        .is_some_and(|record| portal_domain::association::invitation_zip_matches(&record, &zip));
    Ok(match matches {
        true => Ok(()),
        false => Err(fault(
            "zip_not_matched",
            "does not match; it is typically the remittance address ZIP code, else try the practice address ZIP code",
        )),
    })
}
