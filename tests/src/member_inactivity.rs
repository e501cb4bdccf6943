//! Helpers that run the job for inactive members and read its effects.

use portal_domain::ground::id::MembershipId;
use portal_domain::ground::plan_code::PlanCode;
use portal_domain::organizations::membership::{MembershipStatus, Permission, Role};
use portal_domain::organizations::organization::OrganizationKind;
use portal_domain::platform::job::JobName;

use crate::app::TestApp;
use crate::given::{Organization, Person};
use crate::stored::sql_id;

/// The name of the job.
pub const JOB: JobName = JobName::MemberInactivity;

/// A practice of a plan that disables inactive members.
#[must_use]
pub fn practice<'a>(app: &'a TestApp, name: &str) -> Organization<'a> {
    app.organization(name, OrganizationKind::TinPractice, PlanCode::Lhcc)
}

/// A member with the account user role.
#[must_use]
pub fn user_of<'a>(org: &Organization<'a>, name: &str) -> Person<'a> {
    org.member_with(name, &[Role::AccountUser], &[Permission::Claims], MembershipStatus::Active)
}

/// The status of a membership.
#[must_use]
pub fn status_of(app: &TestApp, membership: MembershipId) -> String {
    let id = sql_id(app, membership);
    app.inspector().one_text(&format!("SELECT status AS value FROM memberships WHERE id = {id}"))
}

/// The status of a person's membership.
#[must_use]
pub fn status(app: &TestApp, person: &Person<'_>) -> String {
    status_of(app, person.membership)
}
