//! GET /organizations/{organization_id}/invitations

use actix_web::{get, web};
use portal_domain::Instant;
use portal_domain::ground::id::InvitationId;
use portal_domain::organizations::invitation::ShownInvitationStatus;
use portal_domain::platform::read_event::ReadAction;
use serde::Deserialize;
use utoipa::IntoParams;
use validator::Validate;

use super::view::{InvitationList, InvitationView};
use crate::http::auth::caller::May;
use crate::http::auth::permission::ManageMembers;
use crate::http::auth::reads::{Looked, PurposeHeader};
use crate::http::extract::Query;
use crate::http::openapi::{
    AnyProblems, NotFoundProblems, OrganizationPath, RightProblems, SignedInProblems, ValueProblems,
};
use crate::http::page::PageRequest;
use crate::http::reply::Answered;

/// The query of the invitation list.
#[derive(Clone, Debug, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct InvitationQuery {
    /// Only invitations with this current status.
    #[serde(default)]
    pub status: Option<ShownInvitationStatus>,
    /// The number of items per page, 1 to 100; 50 by default.
    #[serde(default)]
    #[validate(range(min = 1, max = 100, code = "range", message = "must be 1 to 100"))]
    #[param(minimum = 1, maximum = 100, default = 50)]
    pub limit: Option<i64>,
    /// `next_cursor` of the previous page.
    #[serde(default)]
    #[param(min_length = 1, max_length = 2048, pattern = "^[A-Za-z0-9_-]+$")]
    pub cursor: Option<String>,
}

/// List invitations
///
/// Requires `manage_members`. Returns the organization's invitations with their status, newest
/// first.
#[utoipa::path(
    tag = "invitations",
    params(OrganizationPath, PurposeHeader, InvitationQuery),
    responses(
        (status = 200, body = InvitationList, description = "The invitations.", headers(("Link" = String, description = "The next page, if there is one."))),
        AnyProblems, SignedInProblems, RightProblems, NotFoundProblems, ValueProblems,
    ),
)]
#[get("/organizations/{organization_id}/invitations")]
pub async fn list_invitations(
    caller: May<ManageMembers>,
    path: web::Path<OrganizationPath>,
    query: Query<InvitationQuery>,
) -> Answered {
    let Query(query) = query;
    caller
        .read(move |tx, call| {
            let organization = call.organization(tx, path.organization_id)?.facts;
            let binding = format!("invitations {} {:?}", organization.id, query.status);
            let page = PageRequest::new(query.limit, query.cursor, binding);
            let after = page.after::<(Instant, InvitationId)>()?;
            let found = tx.invitations().list(organization.id, query.status, after, page.limit())?;
            let next_cursor = page.next(&found, |one| (one.created_at, one.invitation.id));
            let looked = |id| Looked::at(ReadAction::InvitationViewed, id, Some(organization.id));
            call.looks_at(found.items.iter().map(|one| looked(one.invitation.id)))?;
            let items = InvitationView::all(tx, call, &organization, found.items)?;
            call.list(&InvitationList { items, next_cursor })
        })
        .await
}
