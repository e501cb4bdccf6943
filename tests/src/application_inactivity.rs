//! Helpers that run the job for inactive applications and read its effects.

use chrono::Duration;
use portal_api::background::jobs;
use portal_api::portal::jobs::JobReport;
use portal_domain::applications::application::HistoryAction;
use portal_domain::ground::application_status::ApplicationStatus;
use portal_domain::ground::application_type::ApplicationType;
use portal_domain::identity::user::PlatformRole;
use portal_domain::medicaid::medicaid_id::MedicaidIdCategory;
use portal_domain::platform::job::{JobName, JobTrigger};
use portal_persistence::applications::applications::{NewApplication, Step};
use serde_json::Value;

use crate::app::TestApp;
use crate::client::Client;
use crate::given::{Item, Organization, Person, reassignment};

/// The name of the job.
pub const JOB: JobName = JobName::ApplicationInactivity;

/// An operator, signed in.
#[must_use]
pub fn operator(app: &TestApp) -> Client {
    app.signed_in(app.platform_user("Ruth Delgado", &[PlatformRole::Operator]))
}

/// Runs the job as the command line does.
#[must_use]
pub fn run_job(app: &TestApp) -> JobReport {
    jobs::run(&app.portal, JOB, JobTrigger::CommandLine, false, None).unwrap()
}

/// The numbers of first warnings, second warnings, and withdrawals.
#[must_use]
pub fn done(report: &JobReport) -> [i64; 3] {
    ["first_warnings", "second_warnings", "withdrawn"].map(|word| report.outcome[word])
}

/// Advances the clock by `days` and runs the job.
#[must_use]
pub fn after(app: &TestApp, days: i64) -> [i64; 3] {
    app.pass(Duration::days(days));
    done(&run_job(app))
}

fn one_text(app: &TestApp, query: &str) -> String {
    let mut texts = app.inspector().texts(query);
    assert_eq!(texts.len(), 1, "{query}");
    texts.remove(0)
}

/// The number of matching rows.
#[must_use]
pub fn count(app: &TestApp, rows: &str) -> i64 {
    one_text(app, &format!("SELECT CAST(count(*) AS text) AS value FROM {rows}")).parse().unwrap()
}

/// A path below an application.
#[must_use]
pub fn path(item: Item, rest: &str) -> String {
    format!("/api/v1/applications/{}{rest}", item.id)
}

/// The user's notices of this kind, oldest first.
#[must_use]
pub fn notices_of_kind(person: &Person<'_>, kind: &str) -> Vec<Value> {
    let mut notices = person.client().all("/api/v1/notifications");
    notices.retain(|notice| notice["kind"] == kind);
    notices.reverse();
    notices
}

/// The thresholds in days of the user's warnings, oldest first.
#[must_use]
pub fn warned(person: &Person<'_>) -> Vec<i64> {
    notices_of_kind(person, "auto_withdrawal_warning")
        .iter()
        .map(|notice| notice["threshold_days"].as_i64().unwrap())
        .collect()
}

/// Records an activity of a user on an application.
pub fn work_on(app: &TestApp, item: Item, by: &Person<'_>) {
    let version = app.read(|tx| tx.applications().find(item.id)).unwrap().version;
    app.write(|tx| {
        tx.applications().step(&Step {
            application: item.id,
            version,
            status: None,
            is_activity: true,
            action: HistoryAction::Saved,
            actor: (Some(by.user), &by.name),
            detail: None,
        })
    });
}

/// Reassigns an application from one agent to another.
pub fn reassign(
    org: &Organization<'_>,
    manager: &Person<'_>,
    item: Item,
    from: &Person<'_>,
    to: &Person<'_>,
) {
    let version = manager.client().get(&path(item, "")).expect(200).json()["version"].as_i64().unwrap();
    let body = reassignment(from, to, &[Item { version, ..item }]);
    let _ = manager.client().post(&org.path("/reassignments"), &body).expect(201);
}

/// An application about a Medicaid ID that is not the organization's own.
#[must_use]
pub fn about(
    app: &TestApp,
    org: &Organization<'_>,
    agent: &Person<'_>,
    application_type: ApplicationType,
    (number, medicaid_id): (&str, &str),
) -> Item {
    let id = app.write(|tx| {
        let id = tx.new_id();
        let now = tx.now();
        tx.applications().insert(&NewApplication {
            id,
            organization: org.id,
            application_type,
            application_number: number.into(),
            status: ApplicationStatus::InProgress,
            medicaid_id: Some(medicaid_id.into()),
            provider_name: "Doe, John".into(),
            provider_type: ("64".into(), "Physician individual".into()),
            npi: None,
            npi_valid: false,
            date_of_initiation: now.date_naive(),
            initiated_by: (agent.user, agent.name.clone()),
            assigned_to: agent.membership,
            last_activity_at: now,
            category: MedicaidIdCategory::Individual,
            requested_effective_date: None,
            origin: HistoryAction::Started,
        })?;
        Ok(id)
    });
    Item { id, version: 1 }
}
