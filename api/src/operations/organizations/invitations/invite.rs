//! Inviting a user: checked and stored. All operations that invite use this module.

use portal_domain::ground::email::EmailAddress;
use portal_domain::ground::id::InvitationId;
use portal_domain::ground::mail::OutgoingMail;
use portal_domain::identity::one_time_token::TokenPurpose;
use portal_domain::organizations::actor::Actor;
use portal_domain::organizations::addressee::MailedLink;
use portal_domain::organizations::association::invitation_zip_matches;
use portal_domain::organizations::invitation::{self, Circumstances, Offer};
use portal_domain::organizations::invitation_effects;
use portal_domain::organizations::organization::{OrganizationFacts, OrganizationKind};
use portal_domain::organizations::provider_record::{ProviderRecord, Zip};
use portal_domain::platform::plan::PlanProfile;
use portal_persistence::Tx;
use portal_persistence::identity::one_time_tokens::TokenSubject;
use portal_persistence::organizations::invitations::{NewInvitation, StoredInvitation};

use crate::http::auth::call::Call;
use crate::http::auth::permission::Permission;
use crate::http::problem::{Code, FieldError, Problem};
use crate::portal::one_time_token::OneTimeToken;

/// The recipient and the offer of a new invitation.
#[derive(Clone, Debug)]
pub(crate) struct NewOffer {
    /// The recipient's address.
    pub email: EmailAddress,
    /// First and last name, if given.
    pub name: Option<(String, String)>,
    /// The offer.
    pub offer: Offer,
    /// A ZIP code that proves knowledge of the provider account (domain rule R-152).
    pub zip: Option<String>,
}

/// The inviter, read after the organization was locked.
pub(crate) struct Inviter<'a> {
    /// The inviter as an actor.
    pub actor: Actor,
    /// The organization.
    pub organization: &'a OrganizationFacts,
    /// Its plan.
    pub plan: &'a PlanProfile,
    agents: i64,
    per_hour: i64,
    /// The plan's record of the provider, for provider accounts.
    record: Option<ProviderRecord>,
}

impl<'a> Inviter<'a> {
    /// Locks the organization and reads the inviter again, so that rights revoked meanwhile do not
    /// count.
    pub(crate) fn locked<P: Permission>(
        tx: &mut Tx<'_>,
        call: &'a Call<P>,
        organization: &'a OrganizationFacts,
    ) -> Result<Self, Problem> {
        tx.members().lock_organization(organization.id)?;
        let actor = call.actor_behind_lock(tx)?;
        let agents = tx.members().active_credentialing_agents(organization.id)?;
        let record = match organization.kind {
            OrganizationKind::ProviderAccount => {
                tx.provider_records().find_by_organization(organization.id)?
            }
            _ => None,
        };
        let per_hour = i64::from(call.services().settings.rate_limits.invitations_per_hour);
        Ok(Self { actor, organization, plan: call.plan(organization.plan)?, agents, per_hour, record })
    }

    /// The circumstances for the rules.
    pub(crate) fn circumstances(&self) -> Circumstances<'_> {
        Circumstances {
            inviter: &self.actor,
            organization: self.organization,
            offered: &self.plan.permissions,
            active_credentialing_agents: self.agents,
        }
    }
}

/// A stored invitation, with its mail to post.
pub(crate) struct Invited {
    /// The invitation.
    pub stored: StoredInvitation,
    /// The mail with its link.
    pub mail: OutgoingMail,
}

/// Invites a user, or returns the refusal. A refusal changes nothing, so the transaction can
/// continue.
pub(crate) fn invite(
    tx: &mut Tx<'_>,
    inviter: &Inviter<'_>,
    new: &NewOffer,
) -> Result<Result<Invited, Problem>, Problem> {
    match check_zip(inviter, new.zip.as_deref()) {
        Ok(()) => invite_again(tx, inviter, new),
        Err(problem) => Ok(Err(problem)),
    }
}

/// The same without a ZIP check, because the ZIP code was matched before.
pub(super) fn invite_again(
    tx: &mut Tx<'_>,
    inviter: &Inviter<'_>,
    new: &NewOffer,
) -> Result<Result<Invited, Problem>, Problem> {
    let organization = inviter.organization;
    let known = tx.members().known_by_email(organization.id, &new.email)?;
    let person = tx.users().find_by_email(new.email.as_str())?.map(|person| person.id);
    let refusals = invitation::examine(&inviter.circumstances(), &new.offer, known.as_ref(), person);
    if !refusals.is_empty() {
        return Ok(Err(refusals.into()));
    }
    let subject = format!("invitations|{}", organization.id);
    if !tx.sign_in_attempts().hit_window(&subject, inviter.per_hour, chrono::Duration::hours(1))? {
        return Ok(Err(Problem::new(
            Code::too_many_requests,
            "the organization has sent enough invitations for this hour",
        )
        .retry_after(3600)));
    }
    let id: InvitationId = tx.new_id();
    let expires_at = tx.now() + inviter.plan.links.invitation();
    let superseded = tx.invitations().insert(&NewInvitation {
        id,
        organization: organization.id,
        email: new.email.clone(),
        name: new.name.clone(),
        offer: new.offer.clone(),
        created_by: inviter.actor.user,
        expires_at,
    })?;
    if let Some(superseded) = superseded {
        tx.outbox().withdraw(&invitation_effects::mail_key(superseded))?;
    }
    let token = OneTimeToken::generate(TokenPurpose::Invitation);
    let subject = TokenSubject::Invitation(id);
    tx.one_time_tokens().issue(TokenPurpose::Invitation, &token.hash(), subject, expires_at)?;
    let link = MailedLink { token: token.expose().to_owned(), expires_at };
    let recipient = (new.email.clone(), new.offer.role);
    let mail = invitation_effects::mail(id, organization, &inviter.actor.name, recipient, link);
    if let Some(person) = person {
        tx.access_requests().answer_open(organization.id, person)?;
    }
    let stored = tx.invitations().find(id)?;
    let stored = stored.ok_or_else(|| Problem::new(Code::internal_error, "the invitation is gone"))?;
    Ok(Ok(Invited { stored, mail }))
}

/// Requires the provider's remittance or practice ZIP code in a provider account (domain rule
///
fn check_zip(inviter: &Inviter<'_>, zip: Option<&str>) -> Result<(), Problem> {
    if inviter.organization.kind != OrganizationKind::ProviderAccount {
        return Ok(());
    }
    let violation = |code: &str, message: &str| Problem::invalid(vec![FieldError::at("/zip", code, message)]);
    let zip = zip.ok_or_else(|| violation("required", "is required"))?;
    let zip =
        Zip::parse(zip).map_err(|_error| violation("format", "must be a ZIP code: 5 digits, or 5 and 4"))?;
    let record = inviter.record.as_ref();
    match record.is_some_and(|record| invitation_zip_matches(record, &zip)) {
        true => Ok(()),
        false => Err(violation(
            "zip_not_matched",
            "does not match; it is typically the remittance address ZIP code, else try the practice address ZIP code",
        )),
    }
}
