//! GET /me

use actix_web::get;
use portal_domain::id::OrganizationId;
use portal_persistence::organizations::Organization;

use super::view::{MeView, MembershipView, OrganizationBrief};
use crate::auth::caller::{May, UsePortal};
use crate::openapi::{AnyProblems, ConditionalHeader, SignedInProblems};
use crate::reply::{Answered, Reply};

/// Who am I
///
/// You, your memberships with their roles and permissions, and your roles on the platform, as they are at this moment.
#[utoipa::path(
    tag = "me",
    operation_id = "getMe",
    params(ConditionalHeader),
    responses(
        (status = 200, body = MeView, description = "You.", headers(("ETag" = String, description = "Names this very representation."))),
        (status = 304, description = "You have this very representation."),
        AnyProblems, SignedInProblems,
    ),
)]
#[get("/me")]
pub async fn get_me(caller: May<UsePortal>) -> Answered {
    caller
        .read(|tx, call| {
            let ids: Vec<OrganizationId> = call.actor.memberships.iter().map(|m| m.organization).collect();
            let count = i64::try_from(ids.len()).unwrap_or(i64::MAX - 1);
            let organizations = match ids.is_empty() {
                true => vec![],
                false => tx.organizations().list(Some(&ids), None, count)?.items,
            };
            let brief = |id: OrganizationId| {
                let found = organizations.iter().find(|organization| organization.facts.id == id);
                found.map(|Organization { facts, .. }| OrganizationBrief {
                    id,
                    name: facts.name.clone(),
                    kind: facts.kind,
                    plan: facts.plan,
                })
            };
            let memberships = call.actor.memberships.iter().filter_map(|membership| {
                Some(MembershipView {
                    id: membership.id,
                    organization: brief(membership.organization)?,
                    roles: membership.roles.clone(),
                    permissions: membership.permissions.clone(),
                    status: membership.status,
                })
            });
            let view = MeView {
                id: call.actor.user,
                name: call.actor.name.clone(),
                email: call.email.clone(),
                platform_roles: call.actor.platform_roles.clone(),
                memberships: memberships.collect(),
                session_id: call.actor.session,
            };
            Reply::resource(&view, 1)
        })
        .await
}
