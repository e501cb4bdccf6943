//! Processes registrations under a tax ID, after the HTTP request was answered.

use chrono::Duration;
use portal_domain::ground::effects::Effects;
use portal_domain::ground::email::EmailAddress;
use portal_domain::ground::id::{MembershipId, UserId};
use portal_domain::ground::plan_code::PlanCode;
use portal_domain::ground::tax_identifier::TaxId;
use portal_domain::identity::one_time_token::TokenPurpose;
use portal_domain::identity::self_service::SelfServiceRequest;
use portal_domain::organizations::member_words::MemberHistoryAction;
use portal_domain::organizations::membership::{MembershipStatus, Role};
use portal_domain::organizations::organization::OrganizationKind;
use portal_domain::organizations::registration;
use portal_persistence::identity::one_time_tokens::TokenSubject;
use portal_persistence::identity::users::NewUser;
use portal_persistence::organizations::memberships::NewMembership;
use portal_persistence::organizations::organizations::{NewOrganization, Organization};
use portal_persistence::{Done, Tx};

use super::worker;
use crate::portal::failure::Failure;
use crate::portal::one_time_token::OneTimeToken;
use crate::portal::state::Portal;

struct Registrant {
    email: EmailAddress,
    first_name: String,
    last_name: String,
    telephone: Option<String>,
}

/// Registers a user, or does nothing.
pub(super) fn process(
    tx: &mut Tx<'_>,
    portal: &Portal,
    request: SelfServiceRequest,
) -> Result<Done, Failure> {
    let SelfServiceRequest::Registration { plan, tax_id, email, first_name, last_name, telephone } = request
    else {
        return Ok(Done::bookkeeping());
    };
    let (Ok(tax_id), Ok(email)) = (TaxId::parse(&tax_id), EmailAddress::parse(&email)) else {
        return Ok(Done::bookkeeping());
    };
    let registrant = Registrant { email, first_name, last_name, telephone };
    register(tx, portal, plan, &tax_id, &registrant)
}

/// Adds a registrant to the practice with that tax id, pending verification. Notifies those who can
/// verify registrants: all active account managers (domain rule R-173), or the plan's staff if
/// there are none. A registration beyond a limit is dropped.
fn register(
    tx: &mut Tx<'_>,
    portal: &Portal,
    plan: PlanCode,
    tax_id: &TaxId,
    registrant: &Registrant,
) -> Result<Done, Failure> {
    let known = tx.organizations().find_by_tax_id(plan, tax_id)?;
    if known.as_ref().is_some_and(|practice| practice.facts.kind != OrganizationKind::TinPractice) {
        return Ok(Done::bookkeeping());
    }
    if let Some(practice) = &known {
        tx.members().lock_organization(practice.facts.id)?;
    }
    let person = tx.users().find_by_email(registrant.email.as_str())?;
    if let (Some(practice), Some(person)) = (&known, &person)
        && tx.members().find_user(practice.facts.id, person.id)?.is_some()
    {
        // Already a member, in any status: nothing changes, and no one is notified.
        return Ok(Done::bookkeeping());
    }
    if !is_within_limits(tx, portal, (plan, tax_id), registrant, known.is_none())? {
        tracing::warn!(%plan, "a registration was dropped: too many in a day");
        return Ok(Done::bookkeeping());
    }
    let practice = match known {
        Some(practice) => practice,
        None => found_practice(tx, plan, tax_id)?,
    };
    let organization = practice.facts.id;
    let user = match person {
        Some(person) => person.id,
        None => new_person(tx, registrant)?,
    };
    let membership: MembershipId = tx.new_id();
    tx.memberships().insert(&NewMembership {
        id: membership,
        organization,
        user,
        status: MembershipStatus::VerificationPending,
        roles: vec![Role::AccountUser],
        permissions: vec![],
    })?;
    let telephone = registrant.telephone.as_deref();
    tx.members().note_given(membership, &registrant.first_name, &registrant.last_name, telephone)?;
    let history = MemberHistoryAction::Registered;
    tx.members().add_history(membership, history, Some(user), registrant.email.as_str(), None)?;
    let effects = received(tx, portal, &practice, (user, membership))?;
    Ok(tx.commit_effects(&effects, &worker())?)
}

/// Counts a registration. Returns `false` if there were too many under its tax ID, with its email
/// address, or, if it creates a practice, in its plan.
fn is_within_limits(
    tx: &mut Tx<'_>,
    portal: &Portal,
    (plan, tax_id): (PlanCode, &TaxId),
    registrant: &Registrant,
    creates_practice: bool,
) -> Result<bool, Failure> {
    let limits = portal.settings.rate_limits;
    let day = Duration::days(1);
    let by_tax_id = tx.self_service().tax_id_subject(plan, tax_id)?;
    let by_email = tx.self_service().email_subject(&registrant.email)?;
    let mut limited = vec![(by_email, limits.registrations_per_email)];
    if creates_practice {
        limited.push((format!("new_practices|{plan}"), limits.new_practices_per_day));
    }
    // Last, so that one sender cannot use up what others may send under the tax ID.
    limited.push((by_tax_id, limits.registrations_per_tax_id));
    for (subject, limit) in limited {
        if !tx.sign_in_attempts().hit_window(&subject, limit.into(), day)? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Creates a practice for its first registrant. The plan's staff verify and name it.
fn found_practice(tx: &mut Tx<'_>, plan: PlanCode, tax_id: &TaxId) -> Result<Organization, Failure> {
    let id = tx.new_id();
    tx.organizations().insert(&NewOrganization {
        id,
        name: format!("Practice under tax id {}", tax_id.masked()),
        kind: OrganizationKind::TinPractice,
        plan,
        tax_id: Some(tax_id.clone()),
    })?;
    let found = tx.organizations().find(id)?;
    found.ok_or_else(|| Failure::Inconsistent("the practice is gone"))
}

/// Creates a user for an address that anyone may have entered. The telephone number stays on the
/// membership. So does the name: the user's own name is set when the owner of the address completes
/// the registration.
fn new_person(tx: &mut Tx<'_>, registrant: &Registrant) -> Result<UserId, Failure> {
    let id = tx.new_id();
    tx.users().insert(&NewUser {
        id,
        email: registrant.email.clone(),
        first_name: registrant.first_name.clone(),
        last_name: registrant.last_name.clone(),
        password_hash: None,
        platform_roles: vec![],
    })?;
    Ok(id)
}

/// The effects of a registration. For plans with a button to enable the user, issues its link
/// (domain rule R-187). If its recipients got too many emails, they find the registrant in the portal
/// only.
fn received(
    tx: &mut Tx<'_>,
    portal: &Portal,
    practice: &Organization,
    (user, membership): (UserId, MembershipId),
) -> Result<Effects, Failure> {
    let facts = &practice.facts;
    let plan = portal.plan(facts.plan)?;
    let mut verifiers = tx.members().administrators(facts.id, facts.kind)?;
    let managed = !verifiers.is_empty();
    let recipients = match managed {
        true => format!("registration_mails|{}", facts.id),
        false => format!("registration_mails|staff|{}", facts.plan),
    };
    let per_hour = portal.settings.rate_limits.registration_mails_per_hour;
    if !tx.sign_in_attempts().hit_window(&recipients, per_hour.into(), Duration::hours(1))? {
        verifiers = vec![];
    } else if !managed {
        verifiers = tx.members().plan_staff(facts.plan)?;
    }
    let enable_token = if plan.members.enable_link_in_mail && managed && !verifiers.is_empty() {
        let token = OneTimeToken::generate(TokenPurpose::EnableUser);
        let expires_at = tx.now() + plan.links.registration();
        let subject = TokenSubject::Membership(user, membership);
        tx.one_time_tokens().issue(TokenPurpose::EnableUser, &token.hash(), subject, expires_at)?;
        Some(token.expose().to_owned())
    } else {
        None
    };
    let entry = tx
        .members()
        .find(facts.id, membership)?
        .ok_or_else(|| Failure::Inconsistent("the membership is gone"))?;
    let registrant = registration::Registrant {
        membership,
        name: &entry.name(),
        email: &entry.email,
        tax_id_masked: practice.tax_id_masked.as_deref().unwrap_or_default(),
    };
    Ok(registration::received(facts, registrant, &verifiers, enable_token.as_deref()))
}
