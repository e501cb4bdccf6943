//! Helpers that run the job for inactive members and read its effects.

use portal_api::background::jobs;
use portal_api::portal::jobs::JobReport;
use portal_domain::ground::id::MembershipId;
use portal_domain::ground::plan_code::PlanCode;
use portal_domain::organizations::membership::{MembershipStatus, Permission, Role};
use portal_domain::organizations::organization::OrganizationKind;
use portal_domain::platform::job::{JobName, JobTrigger};
use portal_persistence::Engine;

use crate::app::TestApp;
use crate::given::{Organization, Person};

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

/// Runs the job as the command line does.
#[must_use]
pub fn run_job(app: &TestApp) -> JobReport {
    jobs::run(&app.portal, JOB, JobTrigger::CommandLine, false, None).unwrap()
}

/// The id as an SQL literal.
#[must_use]
pub fn sql_id(app: &TestApp, id: MembershipId) -> String {
    match app.engine {
        Engine::Sqlite => format!("x'{}'", id.uuid().simple()),
        Engine::Postgres => format!("'{}'", id.uuid()),
    }
}

/// The only text that a query returns.
#[must_use]
pub fn one_text(app: &TestApp, query: &str) -> String {
    let mut texts = app.inspector().texts(query);
    assert_eq!(texts.len(), 1, "{query}");
    texts.remove(0)
}

/// The number of matching rows.
#[must_use]
pub fn count(app: &TestApp, rows: &str) -> i64 {
    one_text(app, &format!("SELECT CAST(count(*) AS text) AS value FROM {rows}")).parse().unwrap()
}

/// The status of a membership.
#[must_use]
pub fn status_of(app: &TestApp, membership: MembershipId) -> String {
    let id = sql_id(app, membership);
    one_text(app, &format!("SELECT status AS value FROM memberships WHERE id = {id}"))
}

/// The status of a person's membership.
#[must_use]
pub fn status(app: &TestApp, person: &Person<'_>) -> String {
    status_of(app, person.membership)
}
