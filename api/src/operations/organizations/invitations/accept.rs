//! POST /invitations/accept

use actix_web::post;
use portal_domain::ground::email::EmailAddress;
use portal_domain::ground::id::{MembershipId, OrganizationId, UserId};
use portal_domain::identity::one_time_token::TokenPurpose;
use portal_domain::organizations::invitation::{
    self, Acceptance, Circumstances, InvitationRefusal, InvitationStatus,
};
use portal_domain::organizations::invitation_effects::{self, Accepted};
use portal_domain::organizations::member_words::MemberHistoryAction;
use portal_domain::organizations::membership::{MembershipStatus, Permission, Role};
use portal_domain::organizations::organization::OrganizationFacts;
use portal_domain::platform::plan::PlanProfile;
use portal_persistence::identity::users::{NewUser, Profile};
use portal_persistence::organizations::invitations::StoredInvitation;
use portal_persistence::organizations::memberships::NewMembership;
use portal_persistence::platform::audit::Author;
use portal_persistence::{Done, Tx};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;
use zeroize::Zeroizing;

use super::create::full_name;
use super::link::{dead, follow};
use crate::http::auth::optional::{OptionalCaller, SignedIn};
use crate::http::extract::Json;
use crate::http::openapi::{
    AnyProblems, BodyProblems, ConflictProblems, LinkProblems, RightProblems, SignedInProblems,
};
use crate::http::problem::{Code, FieldError, Problem};
use crate::http::reply::{Answered, Reply};
use crate::operations::ground::text::person_name;
use crate::operations::organizations::members::registration_link;
use crate::portal::one_time_token::OneTimeToken;
use crate::portal::request_id;
use crate::portal::services::Services;

/// How to accept: signed in, with the token alone; or as a new user, with a name and a password.
#[derive(Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "token": "ppi_3q2-7wAAAA",
    "first_name": "Nora",
    "last_name": "Fields",
    "password": "seven purple lanterns"
}))]
pub struct AcceptInvitationRequest {
    /// The token: the part of the email link after `#token=`.
    #[validate(length(min = 1, max = 200, code = "length", message = "must have 1 to 200 characters"))]
    #[schema(min_length = 1, max_length = 200)]
    pub token: String,
    /// For a new user: first name.
    #[serde(default, deserialize_with = "crate::http::extract::values::given_composed")]
    #[validate(custom(function = person_name))]
    #[schema(min_length = 1, max_length = 100)]
    pub first_name: Option<String>,
    /// For a new user: last name.
    #[serde(default, deserialize_with = "crate::http::extract::values::given_composed")]
    #[validate(custom(function = person_name))]
    #[schema(min_length = 1, max_length = 100)]
    pub last_name: Option<String>,
    /// For a new user: a password of at least 15 characters.
    #[serde(default, deserialize_with = "crate::http::extract::given")]
    #[schema(format = Password, min_length = 15, max_length = 256)]
    pub password: Option<String>,
}

/// The result of accepting an invitation.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "membership_id": "mbr_01k2zqj5t8e4vbx9m3c7w6r1hd",
    "organization_id": "org_01k2zqj5t8e4vbx9m3c7w6r1hd",
    "organization_name": "Bluegrass Family Health Group",
    "email": "nora.fields@bluegrass.example",
    "roles": ["ca_admin_manager"],
    "permissions": [],
    "status": "active"
}))]
pub struct AcceptedInvitationView {
    /// The membership.
    pub membership_id: MembershipId,
    /// The organization.
    pub organization_id: OrganizationId,
    /// The organization's name.
    pub organization_name: String,
    /// The email address to sign in with.
    pub email: String,
    /// All roles now held.
    pub roles: Vec<Role>,
    /// All permissions now held.
    pub permissions: Vec<Permission>,
    /// The status of the membership. `unverified` means that the user gets another email to
    /// complete the registration.
    pub status: MembershipStatus,
}

/// A new user, as far as the request describes one. The password is hashed before the transaction.
#[derive(Clone, Default)]
struct Newcomer {
    name: Option<(String, String)>,
    password_hash: Option<String>,
}

/// Accept an invitation
///
/// If the invited address has an account with a password, sign in with it and send the token alone.
/// Otherwise send a name and a password without a session, and sign in afterwards.
///
/// The link works once, even if several requests use it at the same time. The organization's
/// eligibility and the inviter's authority are checked again.
#[utoipa::path(
    tag = "invitations",
    request_body = AcceptInvitationRequest,
    responses(
        (status = 200, body = AcceptedInvitationView, description = "You are now a member."),
        AnyProblems, SignedInProblems, RightProblems, LinkProblems, BodyProblems, ConflictProblems,
    ),
    security((), ("bearer" = []), ("password" = [])),
)]
#[post("/invitations/accept")]
pub async fn accept_invitation(caller: OptionalCaller, body: Json<AcceptInvitationRequest>) -> Answered {
    let Json(body) = body;
    if caller.is_signed_in() {
        refuse_newcomer(&body)?;
    }
    let newcomer = prepare(&caller, &body).await?;
    caller.write(move |tx, services, signed_in| accept(tx, services, &body.token, signed_in, &newcomer)).await
}

/// A signed-in user already has a name and a password.
fn refuse_newcomer(body: &AcceptInvitationRequest) -> Result<(), Problem> {
    let given = [
        ("/first_name", body.first_name.is_some()),
        ("/last_name", body.last_name.is_some()),
        ("/password", body.password.is_some()),
    ];
    let violation =
        |pointer| FieldError::at(pointer, "not_allowed", "you are signed in: send the token alone");
    let violations: Vec<_> =
        given.into_iter().filter(|(_, given)| *given).map(|(at, _)| violation(at)).collect();
    if violations.is_empty() { Ok(()) } else { Err(Problem::invalid(violations)) }
}

/// Follows the link before hashing, because hashing is expensive.
async fn prepare(caller: &OptionalCaller, body: &AcceptInvitationRequest) -> Result<Newcomer, Problem> {
    let name = full_name(body.first_name.as_deref(), body.last_name.as_deref())?;
    let Some(password) = body.password.clone().map(Zeroizing::new) else {
        return Ok(Newcomer { name, password_hash: None });
    };
    let (token, names) = (body.token.clone(), name.clone());
    let context = move |tx: &mut Tx<'_>| {
        let now = tx.now();
        let stored = follow(tx, &token, now)?;
        let organization = tx.organizations().find(stored.invitation.organization)?;
        let organization = organization.map(|found| found.facts.name).unwrap_or_default();
        let (first, last) = names.unwrap_or_default();
        Ok(vec![stored.invitation.email.as_str().to_owned(), organization, first, last])
    };
    Ok(Newcomer { name, password_hash: Some(caller.hash_new_password(password, context).await?) })
}

fn accept(
    tx: &mut Tx<'_>,
    services: &Services,
    token: &str,
    signed_in: Option<&SignedIn>,
    newcomer: &Newcomer,
) -> Result<(Reply, Done), Problem> {
    let now = tx.now();
    let organization_id = follow(tx, token, now)?.invitation.organization;
    tx.members().lock_organization(organization_id)?;
    // Follow the link again now that the organization is locked: a concurrent request may have used
    // it.
    let stored = follow(tx, token, now)?;
    let organization = tx.organizations().find(organization_id)?.ok_or_else(Problem::not_found)?.facts;
    let plan = services.plan(organization.plan)?;
    // Check the owner of the link first. Others must not learn of any further obstacle.
    let person = who_accepts(tx, &stored, signed_in)?;
    let acceptance = decide(tx, &stored, &organization, plan, person)?;
    let user = match person {
        Some(user) => user,
        None => newcomer_of(tx, &stored, newcomer)?,
    };
    // Of several concurrent requests, only one uses up the link.
    let hash = OneTimeToken::hash_of(token);
    let consumed = tx.one_time_tokens().consume(TokenPurpose::Invitation, &hash)?;
    let id = stored.invitation.id;
    if !consumed || !tx.invitations().resolve(id, InvitationStatus::Accepted, Some(user))? {
        let again = tx.invitations().find(id)?.ok_or_else(Problem::not_found)?;
        return Err(dead(again.invitation.shown_status(now))
            .unwrap_or_else(|| Problem::new(Code::invitation_used, "the invitation was accepted already")));
    }
    let administrators = tx.members().administrators(organization.id, organization.kind)?;
    let membership = admit(tx, &organization, user, &acceptance)?;
    let email = stored.invitation.email.as_str();
    let action = MemberHistoryAction::InvitationAccepted;
    tx.members().add_history(membership, action, Some(user), email, None)?;
    let entry = tx.members().find(organization.id, membership)?.ok_or_else(Problem::not_found)?;
    let registration = match acceptance.status() {
        MembershipStatus::Unverified => Some(registration_link(tx, plan, &entry)?),
        _ => None,
    };
    let others: Vec<_> = administrators.into_iter().filter(|other| other.user != user).collect();
    let effects = invitation_effects::accepted(
        &acceptance,
        Accepted {
            organization: &organization,
            invitation: id,
            offer: &stored.invitation.offer,
            inviter: &stored.created_by_name,
            email: &stored.invitation.email,
            membership,
            name: &entry.name(),
            registration: registration.as_ref(),
            administrators: &others,
            now,
        },
    );
    let request_id = request_id::current();
    let name = entry.name();
    let done =
        tx.commit_effects(&effects, &Author { user: Some(user), name: &name, request_id: &request_id })?;
    Ok(done.with(Reply::ok(&AcceptedInvitationView {
        membership_id: membership,
        organization_id: organization.id,
        organization_name: organization.name,
        email: email.to_owned(),
        roles: acceptance.rights().roles.iter().copied().collect(),
        permissions: acceptance.rights().permissions.iter().copied().collect(),
        status: acceptance.status(),
    })?))
}

/// Repeats the checks made when the invitation was created (decision D-08): whether the
/// organization is still eligible, and the inviter still has the authority.
fn decide(
    tx: &mut Tx<'_>,
    stored: &StoredInvitation,
    organization: &OrganizationFacts,
    plan: &PlanProfile,
    person: Option<UserId>,
) -> Result<Acceptance, Problem> {
    let lost = || Problem::new(Code::inviter_lost_authority, "who invited you may not do so any more");
    let inviter = tx.members().actor(stored.created_by)?.ok_or_else(lost)?;
    let circumstances = Circumstances {
        inviter: &inviter,
        organization,
        offered: &plan.permissions,
        active_credentialing_agents: tx.members().active_credentialing_agents(organization.id)?,
    };
    let known = tx.members().known_by_email(organization.id, &stored.invitation.email)?;
    invitation::accept(&circumstances, &stored.invitation.offer, known.as_ref(), person).map_err(|refusals| {
        let lacking = [InvitationRefusal::BeyondAuthority, InvitationRefusal::OnlyOrganizationAdministrator];
        match refusals.iter().any(|refusal| lacking.contains(refusal)) {
            true => {
                let reasons: Vec<_> = refusals.iter().map(|refusal| refusal.as_str()).collect();
                lost().member("reasons", reasons)
            }
            false => refusals.into(),
        }
    })
}

/// The signed-in owner of the address, or `None` if the address has no account with a password.
/// Anyone else is refused.
fn who_accepts(
    tx: &mut Tx<'_>,
    stored: &StoredInvitation,
    signed_in: Option<&SignedIn>,
) -> Result<Option<UserId>, Problem> {
    let email = &stored.invitation.email;
    if let Some(signed_in) = signed_in {
        signed_in.actor_behind_lock(tx)?;
        let matches = EmailAddress::key_of(&signed_in.email) == email.key();
        return match matches {
            true => Ok(Some(signed_in.actor.user)),
            false => Err(Problem::new(
                Code::invitation_email_mismatch,
                "the invitation was sent to another address; its link still works",
            )),
        };
    }
    let account = tx.users().find_by_email(email.as_str())?;
    match account {
        Some(account) if account.has_password => Err(Problem::new(
            Code::unauthenticated,
            "the invited address has an account: sign in with it, then accept",
        )),
        _ => Ok(None),
    }
}

/// The user who sets a first password: new, or entered before by others. The user is locked and
/// checked again. If another link set a password meanwhile, this request is refused and the user
/// must sign in.
fn newcomer_of(tx: &mut Tx<'_>, stored: &StoredInvitation, newcomer: &Newcomer) -> Result<UserId, Problem> {
    let email = &stored.invitation.email;
    let Newcomer { name: Some((first_name, last_name)), password_hash: Some(password_hash) } = newcomer
    else {
        return Err(Problem::invalid(missing(newcomer)));
    };
    let Some(account) = tx.users().find_by_email(email.as_str())? else {
        let id = tx.new_id();
        tx.users().insert(&NewUser {
            id,
            email: email.clone(),
            first_name: first_name.clone(),
            last_name: last_name.clone(),
            password_hash: Some(password_hash.clone()),
            platform_roles: vec![],
        })?;
        return Ok(id);
    };
    let account = tx.users().lock(account.id)?.ok_or_else(Problem::not_found)?;
    if account.has_password {
        return Err(Problem::new(
            Code::unauthenticated,
            "the invited address now has an account: sign in with it",
        ));
    }
    // Others entered the user's name. Replace it with the owner's own.
    let profile = Profile {
        first_name: first_name.clone(),
        last_name: last_name.clone(),
        telephone: account.telephone.clone(),
    };
    tx.users().update_profile(account.id, account.version, &profile)?;
    tx.users().set_password(account.id, password_hash)?;
    tx.sign_in_attempts().rebind_password(account.id, email.as_str())?;
    Ok(account.id)
}

fn missing(newcomer: &Newcomer) -> Vec<FieldError> {
    let mut violations = Vec::new();
    if newcomer.name.is_none() {
        violations.push(FieldError::at("/first_name", "required", "first and last name are required"));
        violations.push(FieldError::at("/last_name", "required", "first and last name are required"));
    }
    if newcomer.password_hash.is_none() {
        violations.push(FieldError::at("/password", "required", "is required for a new person"));
    }
    violations
}

/// Grants the user the decided membership.
fn admit(
    tx: &mut Tx<'_>,
    organization: &OrganizationFacts,
    user: UserId,
    acceptance: &Acceptance,
) -> Result<MembershipId, Problem> {
    if let Some(id) = acceptance.membership() {
        let before = tx.members().find(organization.id, id)?.ok_or_else(Problem::not_found)?;
        tx.members().admit(id, before.member.status, acceptance.status())?;
        tx.memberships().set_rights(id, acceptance.rights())?;
        return Ok(id);
    }
    let id = tx.new_id();
    tx.memberships().insert(&NewMembership {
        id,
        organization: organization.id,
        user,
        status: acceptance.status(),
        roles: acceptance.rights().roles.iter().copied().collect(),
        permissions: acceptance.rights().permissions.iter().copied().collect(),
    })?;
    Ok(id)
}
