//! GET /system/job-runs/{job_run_id}

use actix_web::{get, web};

use super::job_view::{JobRunPath, JobRunView};
use crate::http::auth::caller::May;
use crate::http::auth::permission::OperateSystem;
use crate::http::openapi::{
    AnyProblems, ConditionalHeader, NotFoundProblems, RightProblems, SignedInProblems,
};
use crate::http::problem::Problem;
use crate::http::reply::{Answered, Reply};

/// Get a job run
///
/// For operators.
#[utoipa::path(
    tag = "system",
    params(JobRunPath, ConditionalHeader),
    responses(
        (status = 200, body = JobRunView, description = "The run.", headers(("ETag" = String, description = "The entity tag of this representation."))),
        (status = 304, description = "Your cached representation is current."),
        AnyProblems, SignedInProblems, RightProblems, NotFoundProblems,
    ),
)]
#[get("/system/job-runs/{job_run_id}")]
pub async fn get_job_run(caller: May<OperateSystem>, path: web::Path<JobRunPath>) -> Answered {
    caller
        .read(move |tx, _call| {
            let run = tx.jobs().find(path.job_run_id)?.ok_or_else(Problem::not_found)?;
            let version = 1 + i64::from(run.finished_at.is_some());
            Reply::resource(&JobRunView::from(run), version)
        })
        .await
}
