//! GET /organizations/{organization_id}/invitations/{invitation_id}

use actix_web::{get, web};
use portal_domain::ground::id::{InvitationId, OrganizationId};
use portal_domain::platform::read_event::ReadAction;
use portal_persistence::Tx;
use portal_persistence::organizations::invitations::StoredInvitation;
use serde::Deserialize;
use utoipa::IntoParams;

use super::view::InvitationView;
use crate::http::auth::caller::May;
use crate::http::auth::permission::ManageMembers;
use crate::http::auth::reads::{Looked, PurposeHeader};
use crate::http::openapi::{
    AnyProblems, ConditionalHeader, NotFoundProblems, RightProblems, SignedInProblems,
};
use crate::http::problem::Problem;
use crate::http::reply::{Answered, Reply};

/// The path of an invitation.
#[derive(Clone, Copy, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct InvitationPath {
    /// The organization.
    pub organization_id: OrganizationId,
    /// The invitation.
    pub invitation_id: InvitationId,
}

/// The invitation, if it belongs to that organization.
pub(super) fn find(
    tx: &mut Tx<'_>,
    organization: OrganizationId,
    id: InvitationId,
) -> Result<StoredInvitation, Problem> {
    let found = tx.invitations().find(id)?.filter(|found| found.invitation.organization == organization);
    found.ok_or_else(Problem::not_found)
}

/// Get an invitation
///
/// Requires `manage_members`.
#[utoipa::path(
    tag = "invitations",
    params(InvitationPath, PurposeHeader, ConditionalHeader),
    responses(
        (status = 200, body = InvitationView, description = "The invitation.", headers(("ETag" = String, description = "The entity tag of this representation."))),
        (status = 304, description = "Your cached representation is current."),
        AnyProblems, SignedInProblems, RightProblems, NotFoundProblems,
    ),
)]
#[get("/organizations/{organization_id}/invitations/{invitation_id}")]
pub async fn get_invitation(caller: May<ManageMembers>, path: web::Path<InvitationPath>) -> Answered {
    caller
        .read(move |tx, call| {
            let organization = call.organization(tx, path.organization_id)?.facts;
            let stored = find(tx, organization.id, path.invitation_id)?;
            let id = stored.invitation.id;
            call.looks_at([Looked::at(ReadAction::InvitationViewed, id, Some(organization.id))])?;
            let version = stored.version;
            Reply::resource(&InvitationView::one(tx, call, &organization, stored)?, version)
        })
        .await
}
