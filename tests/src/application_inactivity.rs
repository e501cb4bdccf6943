//! Helpers that run the job for inactive applications and read its effects.

use chrono::Duration;
use portal_api::portal::jobs::JobReport;
use portal_domain::applications::application::HistoryAction;
use portal_domain::applications::inactivity_conditions::DueForWarning;
use portal_domain::ground::application_status::ApplicationStatus;
use portal_domain::ground::application_type::ApplicationType;
use portal_domain::ground::calendar::EARLIEST;
use portal_domain::ground::id::ApplicationId;
use portal_domain::medicaid::medicaid_id::MedicaidIdCategory;
use portal_domain::platform::job::JobName;
use portal_persistence::StoreError;
use portal_persistence::applications::applications::{NewApplication, Step};
use serde_json::Value;

use crate::app::TestApp;
use crate::given::{Item, Organization, Person, reassignment};
use crate::life_cycle::path;

/// The name of the job.
pub const JOB: JobName = JobName::ApplicationInactivity;

/// The numbers of first warnings, second warnings, and withdrawals.
#[must_use]
pub fn outcome_counts(report: &JobReport) -> [i64; 3] {
    ["first_warnings", "second_warnings", "withdrawn"].map(|word| report.outcome[word])
}

/// Advances the clock by `days` and runs the job.
#[must_use]
pub fn run_after(app: &TestApp, days: i64) -> [i64; 3] {
    app.advance(Duration::days(days));
    outcome_counts(&app.run_job(JOB))
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
pub fn warned_days(person: &Person<'_>) -> Vec<i64> {
    notices_of_kind(person, "auto_withdrawal_warning")
        .iter()
        .map(|notice| notice["threshold_days"].as_i64().unwrap())
        .collect()
}

/// Records an activity of a user on an application.
pub fn record_activity(app: &TestApp, item: Item, by: &Person<'_>) {
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

impl TestApp {
    /// Records the last warning about an application as given that many days ago.
    pub fn warn_days_ago(&self, application: ApplicationId, days: i64) {
        let then = self.now() - Duration::days(days);
        let (active_from, active_before) = (EARLIEST, self.now() + Duration::days(1));
        let due = DueForWarning { threshold_days: 60, active_from, active_before };
        let warned: Result<(), StoreError> = self
            .portal
            .database
            .write_unrecorded(then, |tx| tx.applications().record_warnings(&[application], due));
        warned.unwrap();
    }
}

/// Reassigns an application from one agent to another.
pub fn reassign(
    org: &Organization<'_>,
    manager: &Person<'_>,
    item: Item,
    from: &Person<'_>,
    to: &Person<'_>,
) {
    let version = manager.client().get(&path(item.id, "")).expect(200).json()["version"].as_i64().unwrap();
    let body = reassignment(from, to, &[Item { version, ..item }]);
    let _ = manager.client().post(&org.path("/reassignments"), &body).expect(201);
}

/// An application about a Medicaid ID that is not the organization's own.
#[must_use]
pub fn application_about(
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
