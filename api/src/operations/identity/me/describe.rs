//! What users can see about themselves.

use portal_domain::ground::id::OrganizationId;
use portal_domain::organizations::actor::OrganizationReader;
use portal_domain::organizations::membership::next_step;
use portal_domain::organizations::organization::OrganizationFacts;
use portal_domain::platform::menu::menu;
use portal_persistence::Tx;
use portal_persistence::identity::users::Person;
use portal_persistence::organizations::organizations::Organization;

use super::view::{MeView, MembershipView, OrganizationBrief, SecondFactorView};
use crate::http::auth::call::Call;
use crate::http::auth::permission::Permission;
use crate::http::problem::Problem;

/// The caller with memberships and second factor, and the stored user, whose version applies to the
/// whole.
pub(super) fn describe<P: Permission>(tx: &mut Tx<'_>, call: &Call<P>) -> Result<(MeView, Person), Problem> {
    let person = tx.users().find(call.actor.user)?.ok_or_else(Problem::not_found)?;
    let ids: Vec<OrganizationId> = call.actor.memberships.iter().map(|m| m.organization).collect();
    let count = i64::try_from(ids.len()).unwrap_or(i64::MAX - 1);
    let organizations = match ids.is_empty() {
        true => vec![],
        false => tx.organizations().list(&OrganizationReader::of(ids), None, count)?.items,
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
            next_step: next_step(membership.kind, membership.status),
        })
    });
    let facts: Vec<OrganizationFacts> =
        organizations.iter().map(|organization| organization.facts.clone()).collect();
    let has_applications = |plan| call.plan(plan).is_ok_and(|plan| plan.credentialing.is_some());
    let menu = menu(&call.actor, &facts, has_applications);
    let registered = tx.mfa().list(person.id)?.iter().any(|method| method.counts());
    let view = MeView {
        id: person.id,
        name: person.name(),
        first_name: person.first_name.clone(),
        last_name: person.last_name.clone(),
        email: person.email.clone(),
        telephone: person.telephone.clone(),
        platform_roles: call.actor.platform_roles.iter().copied().map(Into::into).collect(),
        memberships: memberships.collect(),
        active_account: call.active_membership,
        second_factor: SecondFactorView { required: call.needs_second_factor(), registered },
        menu: menu.into_iter().map(Into::into).collect(),
        session_id: call.actor.session,
    };
    Ok((view, person))
}
