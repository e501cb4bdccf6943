//! DELETE /organizations/{organization_id}/invite-list/{entry_id}

use actix_web::{delete, web};
use portal_domain::ground::id::{InviteListEntryId, OrganizationId};
use portal_domain::organizations::invitation_effects;
use serde::Deserialize;
use utoipa::IntoParams;

use super::view::InviteListEntryView;
use crate::http::auth::caller::May;
use crate::http::auth::permission::ManageMembers;
use crate::http::openapi::{
    AnyProblems, ConflictProblems, NotFoundProblems, RightProblems, SignedInProblems, VersionHeader,
    VersionProblems,
};
use crate::http::problem::Problem;
use crate::http::reply::{Answered, Reply, require_match};

/// The path of an invite list entry.
#[derive(Clone, Copy, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct InviteListEntryPath {
    /// The organization.
    pub organization_id: OrganizationId,
    /// The entry.
    pub entry_id: InviteListEntryId,
}

/// Remove a user from your invite list
///
/// Requires `manage_members`.
#[utoipa::path(
    tag = "invitations",
    params(InviteListEntryPath, VersionHeader),
    responses(
        (status = 204, description = "The entry was removed."),
        AnyProblems, SignedInProblems, RightProblems, NotFoundProblems, ConflictProblems, VersionProblems,
    ),
)]
#[delete("/organizations/{organization_id}/invite-list/{entry_id}")]
pub async fn remove_from_invite_list(
    caller: May<ManageMembers>,
    path: web::Path<InviteListEntryPath>,
) -> Answered {
    caller
        .write(move |tx, call| {
            let organization = call.organization(tx, path.organization_id)?.facts.id;
            let entry = tx.invitations().list_entry(organization, call.actor.user, path.entry_id)?;
            let view = InviteListEntryView::from(entry.ok_or_else(Problem::not_found)?);
            require_match(call.if_match(), view.version, &view)?;
            tx.invitations().remove_from_list(&[path.entry_id])?;
            let done = tx.commit_effects(
                &invitation_effects::entry_removed(organization, path.entry_id),
                &call.author(),
            )?;
            Ok(done.with(Reply::no_content()))
        })
        .await
}
