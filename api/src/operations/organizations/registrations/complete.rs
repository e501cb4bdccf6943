//! POST /registrations/complete

use actix_web::post;
use portal_domain::ground::id::{MembershipId, OrganizationId};
use portal_domain::identity::one_time_token::TokenPurpose;
use portal_domain::organizations::member::complete_registration as completed;
use portal_domain::organizations::member_words::MemberHistoryAction;
use portal_domain::organizations::membership::MembershipStatus;
use portal_domain::organizations::registration;
use portal_persistence::identity::users::{Person, Profile};
use portal_persistence::organizations::members::MemberEntry;
use portal_persistence::platform::audit::Author;
use portal_persistence::{Done, Tx};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;
use zeroize::Zeroizing;

use crate::http::auth::optional::{OptionalCaller, SignedIn};
use crate::http::extract::Json;
use crate::http::openapi::{
    AnyProblems, BodyProblems, ConflictProblems, LinkProblems, RightProblems, SignedInProblems,
};
use crate::http::problem::{Code, FieldError, Problem};
use crate::http::reply::{Answered, Reply};
use crate::operations::identity::links::{follow_link, use_up};
use crate::portal::request_id;

/// How to complete a registration.
#[derive(Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"token": "ppg_3q2-7wAAAA", "password": "seven purple lanterns"}))]
pub struct CompleteRegistrationRequest {
    /// The token: the part of the email link after `#token=`.
    #[validate(length(min = 1, max = 200, code = "length", message = "must have 1 to 200 characters"))]
    #[schema(min_length = 1, max_length = 200)]
    pub token: String,
    /// A password of at least 15 characters, for users who have none. Others sign in instead.
    #[serde(default, deserialize_with = "crate::http::extract::given")]
    #[schema(format = Password, min_length = 15, max_length = 256)]
    pub password: Option<String>,
}

/// A completed registration.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "membership_id": "mbr_01k2zqj5t8e4vbx9m3c7w6r1hd",
    "organization_id": "org_01k2zqj5t8e4vbx9m3c7w6r1hd",
    "organization_name": "Riverbend Pediatrics",
    "email": "jeremy.huang@riverbend.example",
    "status": "active"
}))]
pub struct CompletedRegistrationView {
    /// The membership.
    pub membership_id: MembershipId,
    /// The organization.
    pub organization_id: OrganizationId,
    /// The organization's name.
    pub organization_name: String,
    /// The email address to sign in with.
    pub email: String,
    /// The status of the membership: `active`.
    pub status: MembershipStatus,
}

/// Complete a registration
///
/// Uses up the link of the registration email and activates the membership. Users without a
/// password set one. Users who have one sign in and send the token, so that others cannot add a
/// membership to their account.
#[utoipa::path(
    tag = "registrations",
    request_body = CompleteRegistrationRequest,
    responses(
        (status = 200, body = CompletedRegistrationView, description = "The membership is active."),
        AnyProblems, SignedInProblems, RightProblems, LinkProblems, BodyProblems, ConflictProblems,
    ),
    security((), ("bearer" = []), ("password" = [])),
)]
#[post("/registrations/complete")]
pub async fn complete_registration(
    caller: OptionalCaller,
    body: Json<CompleteRegistrationRequest>,
) -> Answered {
    let Json(body) = body;
    let hash = match body.password.clone().map(Zeroizing::new) {
        Some(password) => {
            let token = body.token.clone();
            Some(caller.hash_new_password(password, move |tx| context(tx, &token)).await?)
        }
        None => None,
    };
    caller.write(move |tx, _services, signed_in| complete(tx, &body.token, signed_in, hash.as_deref())).await
}

/// Facts about the owner that a password must not be made of.
fn context(tx: &mut Tx<'_>, token: &str) -> Result<Vec<String>, Problem> {
    let stored = follow_link(tx, TokenPurpose::Registration, token)?;
    let (Some(user), Some(membership)) = (stored.user, stored.membership) else {
        return Err(Problem::not_found());
    };
    let person = tx.users().find(user)?.ok_or_else(Problem::not_found)?;
    let organization = tx.members().organization_of(membership)?.ok_or_else(Problem::not_found)?;
    let organization = tx.organizations().find(organization)?.ok_or_else(Problem::not_found)?;
    Ok(vec![person.email, person.first_name, person.last_name, organization.facts.name])
}

fn complete(
    tx: &mut Tx<'_>,
    token: &str,
    signed_in: Option<&SignedIn>,
    hash: Option<&str>,
) -> Result<(Reply, Done), Problem> {
    let purpose = TokenPurpose::Registration;
    let stored = follow_link(tx, purpose, token)?;
    let (Some(user), Some(membership)) = (stored.user, stored.membership) else {
        return Err(Problem::not_found());
    };
    let organization = tx.members().organization_of(membership)?.ok_or_else(Problem::not_found)?;
    tx.members().lock_organization(organization)?;
    follow_link(tx, purpose, token)?;
    let organization = tx.organizations().find(organization)?.ok_or_else(Problem::not_found)?.facts;
    // Lock the user: if two links set a first password concurrently, the second request must sign
    // in.
    let person = tx.users().lock(user)?.ok_or_else(Problem::not_found)?;
    if let Some(signed_in) = signed_in {
        signed_in.actor_behind_lock(tx)?;
    }
    prove(signed_in, hash, &person)?;
    let entry = tx.members().find(organization.id, membership)?.ok_or_else(Problem::not_found)?;
    let status = completed(entry.member.status).ok_or_else(|| {
        Problem::new(Code::invalid_transition, "the registration cannot be completed now")
            .member("from", entry.member.shown_status())
            .member("allowed", Vec::<String>::new())
    })?;
    use_up(tx, purpose, token)?;
    if let Some(hash) = hash {
        adopt_name(tx, &person, &entry)?;
        tx.users().set_password(user, hash)?;
        tx.sign_in_attempts().rebind_password(user, &person.email)?;
    }
    let administrators = tx.members().administrators(organization.id, organization.kind)?;
    tx.members().admit(membership, entry.member.status, status)?;
    let others: Vec<_> = administrators.into_iter().filter(|other| other.user != user).collect();
    let action = MemberHistoryAction::RegistrationCompleted;
    tx.members().add_history(membership, action, Some(user), &person.email, None)?;
    // With a first password, the user takes over the name of the registration.
    let name = if hash.is_some() { entry.name() } else { person.name() };
    let request_id = request_id::current();
    let done = tx.commit_effects(
        &registration::completed(
            &organization,
            (membership, &name),
            entry.member.rights.administer(organization.kind),
            &others,
            tx.now(),
        ),
        &Author { user: Some(user), name: &name, request_id: &request_id },
    )?;
    Ok(done.with(Reply::ok(&CompletedRegistrationView {
        membership_id: membership,
        organization_id: organization.id,
        organization_name: organization.name,
        email: person.email,
        status,
    })?))
}

/// The owner of an address who sets a first password takes over the name of the registration that
/// they complete. Another registration with the address may have given another name. The telephone
/// number stays on the membership, because they did not see it.
fn adopt_name(tx: &mut Tx<'_>, person: &Person, entry: &MemberEntry) -> Result<(), Problem> {
    if (&person.first_name, &person.last_name) == (&entry.first_name, &entry.last_name) {
        return Ok(());
    }
    let profile = Profile {
        first_name: entry.first_name.clone(),
        last_name: entry.last_name.clone(),
        telephone: person.telephone.clone(),
    };
    Ok(tx.users().update_profile(person.id, person.version, &profile)?)
}

/// Users with a password prove their identity by signing in; others set a password.
fn prove(signed_in: Option<&SignedIn>, hash: Option<&str>, person: &Person) -> Result<(), Problem> {
    match signed_in {
        Some(signed_in) if signed_in.actor.user == person.id => match hash {
            None => Ok(()),
            Some(_) => Err(Problem::invalid(vec![FieldError::at(
                "/password",
                "not_allowed",
                "you have a password; change it with PUT /api/v1/me/password",
            )])),
        },
        Some(_) => Err(Problem::new(
            Code::invitation_email_mismatch,
            "the link was sent to another user and still works for them",
        )),
        None if person.has_password => Err(Problem::new(
            Code::unauthenticated,
            "you have an account: sign in with it, then complete the registration",
        )),
        None if hash.is_none() => {
            let text = "is required for users without a password";
            Err(Problem::invalid(vec![FieldError::at("/password", "required", text)]))
        }
        None => Ok(()),
    }
}
