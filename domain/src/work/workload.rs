//! How much open work an agent has, for the manager who shares it out.

use std::collections::BTreeMap;

use crate::Instant;
use crate::ground::application_status::ApplicationStatus;
use crate::ground::application_type::ApplicationType;

/// One cell of the count: so many applications of one type and status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WorkloadCell {
    /// The type counted.
    pub application_type: ApplicationType,
    /// The status counted.
    pub status: ApplicationStatus,
    /// How many.
    pub count: i64,
    /// How many of them would be withdrawn soon.
    pub at_risk: i64,
    /// The oldest last activity among them.
    pub oldest_activity_at: Instant,
}

/// An agent's open work.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Workload {
    /// All open applications.
    pub total: i64,
    /// By type; types without any are left out.
    pub by_type: BTreeMap<ApplicationType, i64>,
    /// By status; statuses without any are left out.
    pub by_status: BTreeMap<ApplicationStatus, i64>,
    /// How many would be withdrawn for inactivity soon.
    pub at_risk: i64,
    /// The oldest last activity, if there is open work.
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
