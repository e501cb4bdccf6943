//! The open work of an agent, for the manager who distributes it.

use std::collections::BTreeMap;

use crate::Instant;
use crate::ground::application_status::ApplicationStatus;
use crate::ground::application_type::ApplicationType;

/// A count of an agent's open applications by type and status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WorkloadCell {
    /// The application type.
    pub application_type: ApplicationType,
    /// The status.
    pub status: ApplicationStatus,
    /// The number of applications.
    pub count: i64,
    /// The number of them that are at risk of automatic withdrawal.
    pub at_risk: i64,
    /// The oldest last activity among them.
    pub oldest_activity_at: Instant,
}

/// An agent's open work.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Workload {
    /// The number of open applications.
    pub total: i64,
    /// By type; types without applications are omitted.
    pub by_type: BTreeMap<ApplicationType, i64>,
    /// By status; statuses without applications are omitted.
    pub by_status: BTreeMap<ApplicationStatus, i64>,
    /// The number of applications at risk of automatic withdrawal.
    pub at_risk: i64,
    /// The oldest last activity; `None` without open work.
    pub oldest_activity_at: Option<Instant>,
}

impl FromIterator<WorkloadCell> for Workload {
    fn from_iter<I: IntoIterator<Item = WorkloadCell>>(cells: I) -> Self {
        cells.into_iter().fold(Self::default(), |mut workload, cell| {
            workload.total += cell.count;
            *workload.by_type.entry(cell.application_type).or_default() += cell.count;
            *workload.by_status.entry(cell.status).or_default() += cell.count;
            workload.at_risk += cell.at_risk;
            let oldest = workload.oldest_activity_at.unwrap_or(cell.oldest_activity_at);
            workload.oldest_activity_at = Some(oldest.min(cell.oldest_activity_at));
            workload
        })
    }
}
