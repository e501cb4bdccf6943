//! GET /organizations/{organization_id}/grantable-roles

use std::collections::BTreeSet;

use actix_web::{get, web};
use portal_domain::organizations::delegation;
use portal_domain::organizations::invitation::{self, Circumstances, Offer, role_name};
use portal_domain::organizations::membership::{Permission, Role};
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::auth::caller::May;
use crate::http::auth::permission::ManageMembers;
use crate::http::openapi::{
    AnyProblems, NotFoundProblems, OrganizationPath, RightProblems, SignedInProblems,
};
use crate::http::reply::{Answered, Reply};

/// The roles and permissions that can be granted in an organization.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "roles": [
        {"role": "ca_admin_manager", "name": "AdminManager", "invitable": false, "reasons": ["fewer_than_two_credentialing_agents"]}
    ],
    "permissions": [{"permission": "claims", "label": "Claims", "description": "View and submit claims."}]
}))]
pub struct GrantableRolesView {
    /// The roles, and whether you can invite to them now.
    pub roles: Vec<GrantableRoleView>,
    /// The plan's permissions, with its own labels.
    pub permissions: Vec<GrantablePermissionView>,
}

/// Whether you can invite to a role.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct GrantableRoleView {
    /// The role.
    pub role: Role,
    /// The role's name in emails.
    pub name: &'static str,
    /// Whether you can invite a user to it now.
    pub invitable: bool,
    /// All reasons why not; empty if you can.
    pub reasons: Vec<&'static str>,
}

/// A permission that can be granted.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct GrantablePermissionView {
    /// The permission.
    pub permission: Permission,
    /// The plan's label for it.
    pub label: String,
    /// What it allows.
    pub description: String,
}

/// List roles and permissions to grant
///
/// Requires `manage_members`. Returns for each role whether you can invite a user to it now, and
/// all reasons if not. Also returns the plan's permissions.
#[utoipa::path(
    tag = "invitations",
    params(OrganizationPath),
    responses(
        (status = 200, body = GrantableRolesView, description = "The roles and permissions."),
        AnyProblems, SignedInProblems, RightProblems, NotFoundProblems,
    ),
)]
#[get("/organizations/{organization_id}/grantable-roles")]
pub async fn list_grantable_roles(caller: May<ManageMembers>, path: web::Path<OrganizationPath>) -> Answered {
    caller
        .read(move |tx, call| {
            let organization = call.organization(tx, path.organization_id)?.facts;
            let plan = call.plan(organization.plan)?;
            let circumstances = Circumstances {
                inviter: &call.actor,
                organization: &organization,
                offered: &plan.permissions,
                active_credentialing_agents: tx.members().active_credentialing_agents(organization.id)?,
            };
            let role = |role: &Role| {
                let offer = Offer { role: *role, permissions: BTreeSet::new() };
                let refusals = invitation::examine_offer(&circumstances, &offer);
                GrantableRoleView {
                    role: *role,
                    name: role_name(*role),
                    invitable: refusals.is_empty(),
                    reasons: refusals.iter().map(|refusal| refusal.as_str()).collect(),
                }
            };
            let offered = delegation::roles_of(organization.kind);
            // Explain to third-party organizations why they cannot have a CA Admin Manager.
            let shown = |role: &&Role| offered.contains(role) || **role == Role::CaAdminManager;
            let permissions = plan.permissions.iter().map(|entry| GrantablePermissionView {
                permission: entry.code,
                label: entry.label.clone(),
                description: entry.description.clone(),
            });
            Reply::ok(&GrantableRolesView {
                roles: Role::ALL.iter().filter(shown).map(role).collect(),
                permissions: permissions.collect(),
            })
        })
        .await
}
