//! GET /system/job-runs

use actix_web::get;
use portal_domain::Instant;
use portal_domain::ground::id::JobRunId;
use portal_domain::platform::job::JobName;
use serde::Deserialize;
use utoipa::IntoParams;
use validator::Validate;

use super::job_view::JobRunList;
use crate::http::auth::caller::May;
use crate::http::auth::permission::OperateSystem;
use crate::http::extract::Query;
use crate::http::openapi::{AnyProblems, RightProblems, SignedInProblems, ValueProblems};
use crate::http::page::PageRequest;
use crate::http::reply::Answered;

/// The query of the list of job runs.
#[derive(Clone, Debug, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct JobRunQuery {
    /// Only runs of this job.
    #[serde(default)]
    pub name: Option<JobName>,
    /// The number of items per page, 1 to 100; 50 by default.
    #[serde(default)]
    #[validate(range(min = 1, max = 100, code = "range", message = "must be 1 to 100"))]
    #[param(minimum = 1, maximum = 100, default = 50)]
    pub limit: Option<i64>,
    /// `next_cursor` of the previous page.
    #[serde(default)]
    #[param(min_length = 1, max_length = 2048, pattern = "^[A-Za-z0-9_-]+$")]
    pub cursor: Option<String>,
}

/// List job runs
///
/// For operators, newest first. A run without `finished_at` is in progress or failed. The server
/// log has the reason, and the schedule tries again.
#[utoipa::path(
    tag = "system",
    params(JobRunQuery),
    responses(
        (status = 200, body = JobRunList, description = "The runs.", headers(("Link" = String, description = "The next page, if there is one."))),
        AnyProblems, SignedInProblems, RightProblems, ValueProblems,
    ),
)]
#[get("/system/job-runs")]
pub async fn list_job_runs(caller: May<OperateSystem>, query: Query<JobRunQuery>) -> Answered {
    let Query(query) = query;
    caller
        .read(move |tx, call| {
            let page = PageRequest::new(query.limit, query.cursor, format!("job runs {:?}", query.name));
            let after = page.after::<(Instant, JobRunId)>()?;
            let found = tx.jobs().list(query.name, after, page.limit())?;
            let next_cursor = page.next(&found, |run| (run.started_at, run.id));
            let items = found.items.into_iter().map(Into::into).collect();
            call.list(&JobRunList { items, next_cursor })
        })
        .await
}
