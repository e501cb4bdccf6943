//! GET /applications/{application_id}/exit-prompt

use actix_web::{get, web};
use chrono::NaiveDate;
use portal_domain::ground::calendar::local_date;
use portal_domain::medicaid::revalidation::{Prompt, asks_on_exit, exit_prompt};
use portal_domain::platform::plan::PlanProfile;
use portal_domain::platform::read_event::ReadAction;
use portal_persistence::Tx;
use portal_persistence::applications::applications::Application;
use serde::Serialize;
use utoipa::ToSchema;

use super::found::{looked, visible};
use crate::http::auth::caller::May;
use crate::http::auth::permission::ViewApplications;
use crate::http::auth::reads::PurposeHeader;
use crate::http::openapi::{AnyProblems, ConditionalHeader, NotFoundProblems, SignedInProblems};
use crate::http::problem::Problem;
use crate::http::reply::{Answered, Reply};
use crate::operations::applications::applications::ApplicationPath;
use crate::operations::medicaid::medicaid_ids::YES_OR_NO;

/// The question for a user who leaves an application.
#[derive(Clone, Debug, Default, Serialize, ToSchema)]
#[schema(example = json!({
    "prompt_required": true,
    "message": "Your revalidation period will expire in 39 days. Are you sure you want to exit this application? Yes/No",
    "consequence": "If Yes you will lose information entered on this screen and be returned to the dashboard.",
    "due_date": "2026-12-31",
    "days_until_due": 39,
    "options": ["Yes", "No"]
}))]
pub struct ExitPromptView {
    /// Whether to ask. If `false`, all other fields are absent.
    pub prompt_required: bool,
    /// The question.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// What happens if the answer is Yes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub consequence: Option<String>,
    /// The due date of the revalidation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due_date: Option<NaiveDate>,
    /// Calendar days until the due date; negative once it has passed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub days_until_due: Option<i64>,
    /// The possible answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub options: Option<Vec<String>>,
}

impl From<Prompt> for ExitPromptView {
    fn from(prompt: Prompt) -> Self {
        Self {
            prompt_required: true,
            message: Some(prompt.message),
            consequence: Some(prompt.consequence),
            due_date: Some(prompt.due_date),
            days_until_due: Some(prompt.days_until_due),
            options: Some(YES_OR_NO.map(str::to_owned).to_vec()),
        }
    }
}

/// Get the question to ask before leaving an application
///
/// Only a revalidation that was never submitted and has a known due date has a question. The plan
/// sets the text; for an overdue revalidation it says since when. Answering Yes loses only what is
/// unsaved on the screen. The server needs no answer.
#[utoipa::path(
    tag = "applications",
    params(ApplicationPath, PurposeHeader, ConditionalHeader),
    responses(
        (status = 200, body = ExitPromptView, description = "The question.", headers(("ETag" = String, description = "The entity tag of this representation."))),
        (status = 304, description = "Your cached representation is current."),
        AnyProblems, SignedInProblems, NotFoundProblems,
    ),
)]
#[get("/applications/{application_id}/exit-prompt")]
pub async fn get_exit_prompt(caller: May<ViewApplications>, path: web::Path<ApplicationPath>) -> Answered {
    caller
        .read(move |tx, call| {
            let application = visible(tx, call, path.application_id)?;
            call.looks_at([looked(ReadAction::ApplicationViewed, &application)])?;
            let today = local_date(call.now, call.plan(application.plan)?.time_zone);
            let prompt = prompt_of(tx, &application, call.plan(application.plan)?, today)?;
            let view = prompt.map(ExitPromptView::from).unwrap_or_default();
            Reply::resource(&view, application.version)
        })
        .await
}

fn prompt_of(
    tx: &mut Tx<'_>,
    application: &Application,
    plan: &PlanProfile,
    today: NaiveDate,
) -> Result<Option<Prompt>, Problem> {
    let asks = asks_on_exit(application.application_type, application.status);
    let about = application.on_file.id.zip(plan.credentialing.as_ref()).filter(|_| asks);
    let Some((medicaid_id, policy)) = about else { return Ok(None) };
    let due = tx.medicaid_ids().find(medicaid_id)?.and_then(|record| record.revalidation_due_on);
    Ok(exit_prompt(due, today, &policy.revalidation))
}
