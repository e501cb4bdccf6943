//! The `user` commands.

use std::collections::BTreeSet;

use clap::Subcommand;
use portal_domain::ground::email::EmailAddress;
use portal_domain::ground::id::{OrganizationId, UserId};
use portal_domain::ground::plan_code::PlanCode;
use portal_domain::ground::text::{self, NAME_MAX, TextKind};
use portal_domain::identity::user;
use portal_domain::identity::user::{HeldRole, PlatformRole};
use portal_domain::organizations::membership::{MembershipStatus, Role};
use portal_persistence::identity::users::NewUser;
use portal_persistence::organizations::memberships::NewMembership;
use portal_persistence::{Constraint, StoreError};

use super::user_administration::{self, UserAdministration, parse_plan, parse_platform_role};
use super::{COMMAND_LINE, Outcome, failed};
use crate::portal::passwords;
use crate::portal::state::Portal;

#[derive(Subcommand)]
pub(super) enum User {
    /// Create a user
    Create(NewPerson),
    #[command(flatten)]
    Administration(UserAdministration),
}

#[derive(clap::Args)]
pub(super) struct NewPerson {
    /// The email address to sign in with
    #[arg(long)]
    email: String,
    /// First name
    #[arg(long)]
    first_name: String,
    /// Last name
    #[arg(long)]
    last_name: String,
    /// Read the password from the first line of standard input (at least 15 characters)
    #[arg(long)]
    password_stdin: bool,
    /// A platform role: plan_staff, dms_reviewer, support, or operator
    #[arg(long = "platform-role", value_parser = parse_platform_role)]
    platform_roles: Vec<PlatformRole>,
    /// The plan of the platform roles: ky, cca, ahw, or lhcc; all plans by default
    #[arg(long, requires = "platform_roles", value_parser = parse_plan)]
    plan: Option<PlanCode>,
    /// The organization of which the user becomes an active member
    #[arg(long, requires = "roles")]
    organization: Option<OrganizationId>,
    /// A role in the organization: organization_administrator, credentialing_agent, or account_user
    #[arg(long = "role", requires = "organization", value_parser = parse_role)]
    roles: Vec<Role>,
}

fn parse_role(text: &str) -> Result<Role, String> {
    match Role::parse(text) {
        // Domain rule R-006: only an invitation gives this role.
        Some(Role::CaAdminManager) => Err("ca_admin_manager requires an invitation".into()),
        Some(role) => Ok(role),
        None => Err("no such role".into()),
    }
}

pub(super) fn run(portal: &Portal, what: &User) -> Outcome {
    match what {
        User::Create(person) => create_user(portal, person),
        User::Administration(what) => user_administration::run(portal, what),
    }
}

fn checked_name(option: &str, name: &str) -> Result<String, Vec<String>> {
    let name = text::composed(name.trim());
    if !(1..=NAME_MAX).contains(&name.chars().count()) {
        return Err(failed(format!("{option}: must have 1 to {NAME_MAX} characters")));
    }
    text::examine(TextKind::PersonName, &name)
        .map_err(|refusal| failed(format!("{option}: {}", refusal.message())))?;
    Ok(name.into_owned())
}

/// The platform roles for the plan, each once.
fn platform_roles_of(person: &NewPerson) -> Result<Vec<HeldRole>, Vec<String>> {
    if person.plan.is_some() && person.platform_roles.contains(&PlatformRole::Operator) {
        return Err(failed("--plan: operators act for all plans"));
    }
    let held = |role| HeldRole { role, plan: person.plan };
    let roles: BTreeSet<_> = person.platform_roles.iter().copied().map(held).collect();
    Ok(roles.into_iter().collect())
}

fn create_user(portal: &Portal, person: &NewPerson) -> Outcome {
    let email =
        EmailAddress::parse(&person.email).map_err(|_error| failed("--email: not an email address"))?;
    let first_name = checked_name("--first-name", &person.first_name)?;
    let last_name = checked_name("--last-name", &person.last_name)?;
    let platform_roles = platform_roles_of(person)?;
    if let Some(id) = person.organization {
        let found =
            portal.database.read(portal.moment(), |tx| tx.organizations().find(id)).map_err(failed)?;
        found.ok_or_else(|| failed("--organization: organization not found"))?;
    }
    let password_hash = if person.password_stdin {
        let mut line = String::new();
        std::io::stdin().read_line(&mut line).map_err(failed)?;
        let password = line.trim_end_matches(['\r', '\n']);
        let context = [person.email.as_str(), person.first_name.as_str(), person.last_name.as_str()];
        passwords::acceptable(password, &context)
            .map_err(|refusal| failed(format!("password: {}", refusal.message())))?;
        Some(portal.passwords.hash(password).map_err(failed)?)
    } else {
        None
    };
    let created: Result<UserId, StoreError> = portal.database.write(portal.moment(), |tx| {
        let id = tx.new_id();
        tx.users().insert(&NewUser {
            id,
            email: email.clone(),
            first_name: first_name.clone(),
            last_name: last_name.clone(),
            password_hash: password_hash.clone(),
            platform_roles: platform_roles.clone(),
        })?;
        if let Some(organization) = person.organization {
            let membership = tx.new_id();
            tx.memberships().insert(&NewMembership {
                id: membership,
                organization,
                user: id,
                status: MembershipStatus::Active,
                roles: person.roles.clone(),
                permissions: vec![],
            })?;
        }
        Ok(tx.commit_effects(&user::created(id, person.organization), &COMMAND_LINE)?.with(id))
    });
    match created {
        Ok(id) => {
            println!("{id}");
            Ok(())
        }
        Err(StoreError::Taken(Constraint::UserEmail)) => {
            Err(failed("--email: another user already has this address"))
        }
        Err(error) => Err(failed(error)),
    }
}
