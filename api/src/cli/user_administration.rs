//! The `user` commands that find and contain users (domain rule R-209).

use clap::{Args, Subcommand};
use portal_domain::ground::email::EmailAddress;
use portal_domain::ground::plan_code::PlanCode;
use portal_domain::identity::user::{HeldRole, PlatformRole};
use portal_domain::identity::user_administration::{Circumstances, UserChange, UserState};
use portal_persistence::identity::user_administration::{UserEntry, UserFilter};
use portal_persistence::{Constraint, Done, StoreError};

use super::{COMMAND_LINE, Outcome, checked_reason, failed};
use crate::portal::state::Portal;
use crate::portal::user_administration::administer;

/// A user and the reason for a change.
#[derive(Args)]
pub(super) struct Target {
    /// The email address that the user signs in with
    #[arg(long)]
    email: String,
    /// Why, for the audit trail
    #[arg(long)]
    reason: String,
}

/// A user, a platform role, and the reason for the change.
#[derive(Args)]
pub(super) struct RoleTarget {
    #[command(flatten)]
    target: Target,
    /// The platform role: plan_staff, dms_reviewer, support, or operator
    #[arg(long, value_parser = parse_platform_role)]
    role: PlatformRole,
    /// The plan: ky, cca, ahw, or lhcc; by default, the role is granted for all plans, and revoked for
    /// every plan
    #[arg(long, value_parser = parse_plan)]
    plan: Option<PlanCode>,
}

impl RoleTarget {
    const fn held(&self) -> HeldRole {
        HeldRole { role: self.role, plan: self.plan }
    }
}

#[derive(Subcommand)]
pub(super) enum UserAdministration {
    /// List users, one per line
    List {
        /// Only users with this platform role, for any plan
        #[arg(long, value_parser = parse_platform_role)]
        platform_role: Option<PlatformRole>,
        /// Only users in this state: active, locked, or disabled
        #[arg(long, value_parser = parse_state)]
        state: Option<UserState>,
    },
    /// Show a user with memberships
    Show {
        /// The email address that the user signs in with
        #[arg(long)]
        email: String,
    },
    /// Lock a login: no request of the user succeeds
    Lock(Target),
    /// Unlock a login; after a lock by an operator, the user must set a new password
    Unlock(Target),
    /// Disable a user everywhere
    Disable(Target),
    /// Enable a user again; the user must set a new password
    Enable(Target),
    /// Grant a platform role, for one plan or for all plans
    GrantRole(RoleTarget),
    /// Revoke a platform role
    RevokeRole(RoleTarget),
    /// End all sessions of a user
    EndSessions(Target),
    /// Change the email address of a user; both addresses are notified
    SetEmail {
        #[command(flatten)]
        target: Target,
        /// The new address
        #[arg(long)]
        new_email: String,
    },
    /// Remove the second factors and recovery codes of a user who lost them; ends their sessions and
    /// notifies them by email
    RemoveFactor(Target),
}

pub(super) fn parse_platform_role(text: &str) -> Result<PlatformRole, String> {
    PlatformRole::parse(text).ok_or_else(|| "no such platform role".into())
}

pub(super) fn parse_plan(text: &str) -> Result<PlanCode, String> {
    PlanCode::parse(text).ok_or_else(|| "expected ky, cca, ahw, or lhcc".into())
}

fn parse_state(text: &str) -> Result<UserState, String> {
    UserState::parse(text).ok_or_else(|| "expected active, locked, or disabled".into())
}

pub(super) fn run(portal: &Portal, what: &UserAdministration) -> Outcome {
    let change =
        |target: &Target, change: UserChange| change_user(portal, &target.email, &target.reason, &change);
    match what {
        UserAdministration::List { platform_role, state } => list(portal, *platform_role, *state),
        UserAdministration::Show { email } => show(portal, email),
        UserAdministration::Lock(target) => change(target, UserChange::Lock),
        UserAdministration::Unlock(target) => change(target, UserChange::Unlock),
        UserAdministration::Disable(target) => change(target, UserChange::Disable),
        UserAdministration::Enable(target) => change(target, UserChange::Enable),
        UserAdministration::GrantRole(given) => change(&given.target, UserChange::GrantRole(given.held())),
        UserAdministration::RevokeRole(given) => change(&given.target, UserChange::RevokeRole(given.held())),
        UserAdministration::EndSessions(target) => change(target, UserChange::EndSessions),
        UserAdministration::SetEmail { target, new_email } => {
            let new = EmailAddress::parse(new_email)
                .map_err(|_error| failed("--new-email: not an email address"))?;
            change(target, UserChange::SetEmail(new))
        }
        UserAdministration::RemoveFactor(target) => change(target, UserChange::RemoveFactors),
    }
}

/// The number of users read at a time.
const PAGE: i64 = 500;

fn list(portal: &Portal, role: Option<PlatformRole>, state: Option<UserState>) -> Outcome {
    let filter = UserFilter { email: None, role, state };
    let mut after = None;
    loop {
        let page: Result<_, StoreError> =
            portal.database.read(portal.moment(), |tx| tx.users().list_managed(&filter, after, PAGE));
        let page = page.map_err(failed)?;
        page.items.iter().for_each(|entry| println!("{}", line(entry)));
        after = page.items.last().map(|entry| entry.user.id);
        if !page.has_more {
            return Ok(());
        }
    }
}

fn line(entry: &UserEntry) -> String {
    let roles: Vec<_> = entry.user.roles.iter().map(ToString::to_string).collect();
    let lock = entry.user.lock.map(|reason| format!(" ({reason})")).unwrap_or_default();
    format!(
        "{}\t{}\t{}\t{}{lock}\t{}",
        entry.user.id,
        entry.user.email.as_str(),
        entry.user.name,
        entry.user.state(),
        roles.join(",")
    )
}

fn show(portal: &Portal, email: &str) -> Outcome {
    let filter = UserFilter { email: Some(email.to_owned()), ..UserFilter::default() };
    let found: Result<_, StoreError> = portal.database.read(portal.moment(), |tx| {
        let Some(entry) = tx.users().list_managed(&filter, None, 1)?.items.pop() else { return Ok(None) };
        let memberships = tx.memberships().of_user(entry.user.id)?;
        let sole = tx.members().sole_administrations(entry.user.id)?;
        Ok(Some((entry, memberships, sole)))
    });
    let (entry, memberships, sole) =
        found.map_err(failed)?.ok_or_else(|| failed("--email: no user has this address"))?;
    println!("{}", line(&entry));
    let last = entry.last_login_at.map_or_else(|| "never".to_owned(), |at| at.to_rfc3339());
    println!("last sign-in: {last}; second factors: {}", entry.user.factors.len());
    for (id, organization, name, status) in memberships {
        let only = if sole.contains(&organization) { "; the only administrator" } else { "" };
        println!("{id}\t{organization}\t{name}\t{status}{only}");
    }
    Ok(())
}

/// Changes the user with this email address, for this reason.
pub fn change_user(portal: &Portal, email: &str, reason: &str, change: &UserChange) -> Outcome {
    let reason = checked_reason(reason)?;
    let outcome: Result<Outcome, StoreError> = portal.database.write(portal.moment(), |tx| {
        let found = tx.users().find_by_email(email)?;
        let locked = found.map(|found| tx.users().lock_managed(found.id)).transpose()?.flatten();
        let Some((entry, other_operators)) = locked else {
            return Ok(Done::unchanged().with(Err(failed("--email: no user has this address"))));
        };
        let circumstances = Circumstances { actor: None, user: &entry.user, other_operators };
        Ok(match administer(tx, portal, &circumstances, change, &reason, &COMMAND_LINE)? {
            Ok(done) => done.with(Ok(())),
            Err(refusals) => Done::unchanged().with(Err(refusals.iter().map(ToString::to_string).collect())),
        })
    });
    match outcome {
        Ok(outcome) => outcome,
        Err(StoreError::Taken(Constraint::UserEmail)) => {
            Err(failed("--new-email: another user already has this address"))
        }
        Err(error) => Err(failed(error)),
    }
}
