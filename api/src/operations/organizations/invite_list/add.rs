//! POST /organizations/{organization_id}/invite-list

use std::collections::BTreeSet;

use actix_web::{post, web};
use portal_domain::ground::email::EmailAddress;
use portal_domain::organizations::invitation::{Offer, examine_offer};
use portal_domain::organizations::invitation_effects;
use portal_domain::organizations::membership::{MembershipStatus, Permission, Role};
use portal_domain::organizations::organization::OrganizationKind;
use portal_persistence::organizations::invite_list::NewInviteListEntry;
use portal_persistence::{Constraint, StoreError, Tx};
use serde::Deserialize;
use utoipa::ToSchema;
use validator::Validate;

use super::view::InviteListEntryView;
use crate::http::auth::call::Call;
use crate::http::auth::caller::May;
use crate::http::auth::permission::ManageMembers;
use crate::http::auth::step_up::require_step_up;
use crate::http::extract::Json;
use crate::http::openapi::{
    AnyProblems, BodyProblems, ConflictProblems, IdempotencyHeader, NotFoundProblems, OrganizationPath,
    RightProblems, SignedInProblems,
};
use crate::http::problem::{Code, FieldError, Problem};
use crate::http::reply::{Answered, Reply};
use crate::operations::ground::person::{email_address, parsed_email, zip_code};
use crate::operations::ground::text::person_name;
use crate::operations::organizations::invitations::Inviter;

/// The maximum number of entries, because sending them is one transaction.
const MAX_ENTRIES: usize = 50;

/// The entry to add.
#[derive(Clone, Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "email": "sam.reed@commonwealth.example",
    "first_name": "Sam",
    "last_name": "Reed",
    "zip": "02108",
    "role": "account_user",
    "permissions": ["claims"]
}))]
pub struct InviteListEntryRequest {
    /// The email address to invite.
    #[validate(custom(function = email_address))]
    #[schema(format = Email, max_length = 254)]
    pub email: String,
    /// First name.
    #[serde(deserialize_with = "crate::http::extract::values::composed")]
    #[validate(custom(function = person_name))]
    #[schema(min_length = 1, max_length = 100)]
    pub first_name: String,
    /// Last name.
    #[serde(deserialize_with = "crate::http::extract::values::composed")]
    #[validate(custom(function = person_name))]
    #[schema(min_length = 1, max_length = 100)]
    pub last_name: String,
    /// Typically the remittance address ZIP code. If it does not match, try the practice address
    /// ZIP code.
    #[validate(custom(function = zip_code))]
    #[schema(pattern = r"^[0-9]{5}(-?[0-9]{4})?$")]
    pub zip: String,
    /// The role to offer: `account_user` or `organization_administrator`.
    pub role: Role,
    /// Permissions to offer with the role, from the plan's list.
    #[serde(default, deserialize_with = "crate::http::extract::given_set")]
    pub permissions: Option<BTreeSet<Permission>>,
}

/// Add a user to your invite list
///
/// Requires `manage_members`. Sends nothing yet: `POST …/invite-list/send` sends all invitations
/// together. Only provider accounts have invite lists.
///
/// To offer the role of an administrator, sign in or use `POST /me/step-up` within the five minutes
/// before; otherwise: 403 `step_up_required`.
#[utoipa::path(
    tag = "invitations",
    params(OrganizationPath, IdempotencyHeader),
    request_body = InviteListEntryRequest,
    responses(
        (status = 201, body = InviteListEntryView, description = "The entry.", headers(
            ("Location" = String, description = "The entry."),
            ("ETag" = String, description = "Send it as `If-Match` to remove this entry."),
        )),
        AnyProblems, SignedInProblems, RightProblems, NotFoundProblems, BodyProblems, ConflictProblems,
    ),
)]
#[post("/organizations/{organization_id}/invite-list")]
pub async fn add_to_invite_list(
    caller: May<ManageMembers>,
    path: web::Path<OrganizationPath>,
    body: Json<InviteListEntryRequest>,
) -> Answered {
    let Json(body) = body;
    caller
        .write(move |tx, call| {
            let organization = call.organization(tx, path.organization_id)?.facts;
            if organization.kind != OrganizationKind::ProviderAccount {
                return Err(Problem::new(
                    Code::action_not_offered,
                    "only provider accounts have an invite list",
                ));
            }
            let inviter = Inviter::locked(tx, call, &organization)?;
            let email = parsed_email(&body.email)?;
            let offer = Offer { role: body.role, permissions: body.permissions.clone().unwrap_or_default() };
            examine(tx, call, &inviter, &email, &offer)?;
            if offer.needs_step_up(organization.kind) {
                require_step_up(tx, call)?;
            }
            let id = tx.new_id();
            let added = tx.invitations().add_to_list(&NewInviteListEntry {
                id,
                organization: organization.id,
                created_by: call.actor.user,
                email,
                first_name: body.first_name.trim().to_owned(),
                last_name: body.last_name.trim().to_owned(),
                zip: body.zip.clone(),
                offer,
            });
            if let Err(StoreError::Taken(Constraint::InviteListEntry)) = added {
                return Err(Problem::new(Code::already_in_list, "the address is already on the list"));
            }
            added?;
            let entry = tx.invitations().list_entry(organization.id, call.actor.user, id)?;
            let entry = entry.ok_or_else(Problem::not_found)?;
            let done = tx.commit_effects(
                &invitation_effects::entry_added(organization.id, id, &entry.offer),
                &call.author(),
            )?;
            let view = InviteListEntryView::from(entry);
            let location = format!("/api/v1/organizations/{}/invite-list/{id}", organization.id);
            Ok(done.with(Reply::created(&view, view.version, location)?))
        })
        .await
}

/// Refuses an offer that the caller may not make, a member, and an entry beyond the limit.
fn examine(
    tx: &mut Tx<'_>,
    call: &Call<ManageMembers>,
    inviter: &Inviter<'_>,
    email: &EmailAddress,
    offer: &Offer,
) -> Result<(), Problem> {
    let refusals = examine_offer(&inviter.circumstances(), offer);
    if !refusals.is_empty() {
        return Err(refusals.into());
    }
    let organization = inviter.circumstances().organization.id;
    let known = tx.members().known_by_email(organization, email)?;
    if known.is_some_and(|known| known.status != MembershipStatus::Revoked) {
        return Err(Problem::new(Code::already_member, "the person is already a member"));
    }
    if tx.invitations().invite_list(organization, call.actor.user)?.len() >= MAX_ENTRIES {
        let full = FieldError::at("", "too_many_items", "the list is full: send it first");
        return Err(Problem::invalid(vec![full]));
    }
    Ok(())
}
