//! POST /system/jobs/{name}/run

use actix_web::{post, web};
use portal_domain::platform::job::{JobName, JobTrigger};
use portal_persistence::platform::audit::Author;

use super::job_view::{JobReportView, RunJobRequest};
use crate::http::auth::caller::May;
use crate::http::auth::permission::OperateSystem;
use crate::http::extract::Json;
use crate::http::openapi::{
    AnyProblems, BodyProblems, ConflictProblems, NotFoundProblems, RightProblems, SignedInProblems,
};
use crate::http::problem::Problem;
use crate::http::reply::{Answered, Reply};
use crate::portal::jobs::RunJobs;

/// Run a job
///
/// For operators. A dry run changes nothing and returns whom or what a run would affect, and when.
/// A run needs no further confirmation and ignores the safety threshold. Repeating it is safe,
/// because it does nothing twice.
///
/// The response is 409 `job_running` while another instance runs the job. A run that takes longer
/// than the request continues: find it with `GET /system/job-runs`.
#[utoipa::path(
    tag = "system",
    params(("name" = String, Path, description = "The job: `member_inactivity` or `application_inactivity`.", example = "member_inactivity")),
    request_body = RunJobRequest,
    responses(
        (status = 200, body = JobReportView, description = "The result of the run or dry run."),
        AnyProblems, SignedInProblems, RightProblems, NotFoundProblems, BodyProblems, ConflictProblems,
    ),
)]
#[post("/system/jobs/{name}/run")]
pub async fn run_job(
    caller: May<OperateSystem>,
    name: web::Path<String>,
    body: Json<RunJobRequest>,
    jobs: web::Data<dyn RunJobs>,
) -> Answered {
    let dry_run = body.0.dry_run.unwrap_or(true);
    caller
        .in_transactions(move |transactions| {
            let (user, person, request_id) = transactions.unrecorded(|_tx, call| {
                let author = call.author();
                Ok((author.user, author.name.to_owned(), author.request_id.to_owned()))
            })?;
            let name = JobName::parse(&name).ok_or_else(Problem::not_found)?;
            let author = Author { user, name: &person, request_id: &request_id };
            let report = jobs.run(name, JobTrigger::Operator, dry_run, Some(&author))?;
            Reply::ok(&JobReportView::from(report))
        })
        .await
}
