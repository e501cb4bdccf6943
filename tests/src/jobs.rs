//! Helpers that run jobs.

use std::sync::Arc;

use portal_api::background::jobs;
use portal_api::portal::clock::Clock;
use portal_api::portal::jobs::JobReport;
use portal_api::portal::keys::Keys;
use portal_api::portal::state::Portal;
use portal_domain::platform::job::{JobName, JobTrigger};

use crate::app::TestApp;

impl TestApp {
    /// Runs a job as the command line does.
    #[must_use]
    pub fn run_job(&self, job: JobName) -> JobReport {
        jobs::run(&self.portal, job, JobTrigger::CommandLine, false, None).unwrap()
    }

    /// Runs a job as the schedule does; returns `None` if it is not due.
    #[must_use]
    pub fn run_if_due(&self, job: JobName) -> Option<JobReport> {
        jobs::run_if_due(&self.portal, job).unwrap()
    }

    /// Another instance of the portal with the same database.
    #[must_use]
    pub fn another_instance(&self, clock: Arc<Clock>) -> Portal {
        let settings = self.portal.settings.clone();
        let keys = Keys::parse(settings.keys.as_deref().unwrap()).unwrap();
        Portal::new(settings, keys, clock, None).unwrap()
    }
}
