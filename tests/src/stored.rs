//! Changes made directly in the tables, as another transaction or an earlier event made them.

use portal_domain::Instant;
use portal_domain::ground::application_status::ApplicationStatus;
use portal_domain::ground::id::{ApplicationId, Id, Kind, MedicaidIdId, MembershipId};
use portal_domain::medicaid::medicaid_id::{MedicaidIdCategory, MedicaidIdStatus};
use portal_domain::organizations::membership::MembershipStatus;

use crate::medicaid_ids::day;
use crate::{Engine, TestApp};

/// The id as an SQL literal.
#[must_use]
pub fn sql_id<K: Kind>(app: &TestApp, id: Id<K>) -> String {
    match app.engine {
        Engine::Sqlite => format!("x'{}'", id.uuid().simple()),
        Engine::Postgres => format!("'{}'", id.uuid()),
    }
}

/// The instant as an SQL literal.
#[must_use]
pub fn sql_time(app: &TestApp, instant: Instant) -> String {
    match app.engine {
        Engine::Sqlite => instant.timestamp_micros().to_string(),
        Engine::Postgres => format!("'{}'", instant.to_rfc3339()),
    }
}

impl TestApp {
    /// Changes one row and its version.
    fn change(&self, table: &str, values: &str, row: &str) {
        let statement = format!("UPDATE {table} SET version = version + 1, {values} WHERE {row}");
        assert_eq!(self.with_inspector(|inspector| inspector.execute(&statement)), 1, "{statement}");
    }

    /// Changes the status of an application, which counts as activity.
    pub fn set_application_status(&self, id: ApplicationId, status: ApplicationStatus) {
        let now = sql_time(self, self.now());
        let values =
            format!("status = '{status}', last_activity_at = {now}, warned_of_days = NULL, warned_at = NULL");
        self.change("applications", &values, &format!("id = {}", sql_id(self, id)));
    }

    /// Changes the provider type of an application, and the category.
    pub fn set_provider_type(&self, id: ApplicationId, code: &str, category: MedicaidIdCategory) {
        let values = format!("provider_type_code = '{code}', category = '{category}'");
        self.change("applications", &values, &format!("id = {}", sql_id(self, id)));
    }

    /// Changes the status of a membership.
    pub fn set_membership_status(&self, id: MembershipId, status: MembershipStatus) {
        let row = format!("id = {}", sql_id(self, id));
        self.change("memberships", &format!("status = '{status}'"), &row);
    }

    /// Changes the status of the Medicaid ID with this number.
    pub fn set_medicaid_id_status(&self, number: &str, status: MedicaidIdStatus) {
        let row = format!("medicaid_id = '{number}'");
        self.change("medicaid_ids", &format!("status = '{status}'"), &row);
    }

    /// Sets the date of the next revalidation of a Medicaid ID.
    pub fn set_revalidation_due(&self, id: MedicaidIdId, on: &str) {
        let due_on = day(on);
        let row = format!("id = {}", sql_id(self, id));
        self.change("medicaid_ids", &format!("revalidation_due_on = '{due_on}'"), &row);
    }
}
