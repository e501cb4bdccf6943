//! POST /applications

use std::collections::BTreeSet;

use actix_web::post;
use chrono::NaiveDate;
use portal_domain::applications::application::HistoryAction;
use portal_domain::applications::credentialing::CredentialingPolicy;
use portal_domain::applications::life_cycle::ActionRefusal;
use portal_domain::applications::on_file::{OnFile, begins_filled};
use portal_domain::applications::starting::{
    self, Acknowledgement, Circumstances, Refusal, Start, Violation, Wish,
};
use portal_domain::ground::application_status::ApplicationStatus;
use portal_domain::ground::application_type::ApplicationType;
use portal_domain::ground::calendar::local_date;
use portal_domain::ground::id::{ApplicationId, OrganizationId};
use portal_domain::medicaid::medicaid_id::MedicaidIdCategory;
use portal_persistence::applications::applications::NewApplication;
use portal_persistence::{Constraint, StoreError, Tx};
use serde::Deserialize;
use utoipa::ToSchema;
use validator::Validate;

use super::found::{access_not_granted, may_be_replayed};
use super::on_file::{provider, provider_with_links};
use super::view::{ApplicationView, shown};
use crate::http::auth::call::Call;
use crate::http::auth::caller::May;
use crate::http::auth::permission::PrepareApplications;
use crate::http::extract::Json;
use crate::http::extract::values::given_iso_date;
use crate::http::openapi::{
    AnyProblems, BodyProblems, ConflictProblems, IdempotencyHeader, NotFoundProblems, SignedInProblems,
};
use crate::http::problem::{Code, FieldError, Problem};
use crate::http::reply::{Answered, Reply};
use crate::operations::medicaid::medicaid_ids::YES_OR_NO;

/// The application to start. An enrollment needs `category`, `provider_type`, and a name, and has
/// no `medicaid_id`. Every other type needs `medicaid_id` and takes the rest from its record.
#[derive(Clone, Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "organization_id": "org_01k2zqj5t8e4vbx9m3c7w6r1hd",
    "application_type": "enrollment",
    "category": "individual",
    "provider_type": "64",
    "first_name": "John",
    "last_name": "Doe"
}))]
pub struct StartRequest {
    /// The organization that submits it: one of your `memberships` in `GET /me`.
    pub organization_id: OrganizationId,
    /// The application type.
    pub application_type: ApplicationType,
    /// The number of the Medicaid ID that it concerns.
    #[serde(default, deserialize_with = "crate::http::extract::given")]
    pub medicaid_id: Option<String>,
    /// The category of the provider to enroll.
    #[serde(default, deserialize_with = "crate::http::extract::given")]
    pub category: Option<MedicaidIdCategory>,
    /// The code of a provider type in that category; leading zeros are significant.
    #[serde(default, deserialize_with = "crate::http::extract::given")]
    pub provider_type: Option<String>,
    /// First name of an individual, 1 to 100 characters.
    #[serde(default, deserialize_with = "crate::http::extract::given")]
    #[schema(min_length = 1, max_length = 100)]
    pub first_name: Option<String>,
    /// Last name of an individual, 1 to 100 characters.
    #[serde(default, deserialize_with = "crate::http::extract::given")]
    #[schema(min_length = 1, max_length = 100)]
    pub last_name: Option<String>,
    /// Name of a group or entity, 1 to 100 characters.
    #[serde(default, deserialize_with = "crate::http::extract::given")]
    #[schema(min_length = 1, max_length = 100)]
    pub business_name: Option<String>,
    /// The requested effective date: from one year ago to 90 days ahead. Discarded if you confirm
    /// an early revalidation, as the warning says.
    #[serde(default, deserialize_with = "given_iso_date")]
    pub requested_effective_date: Option<NaiveDate>,
    /// The warnings that you confirm: `acknowledge` from the 409 response.
    #[serde(default, deserialize_with = "crate::http::extract::given_set")]
    pub acknowledge: Option<BTreeSet<Acknowledgement>>,
}

/// Start an application
///
/// For active credentialing agents of the organization. The application is assigned to the caller.
/// A Medicaid ID must be the organization's own, or linked to one of its groups with access granted
/// to all agents.
///
/// The screens of a maintenance, revalidation, reapplication, or reinstatement begin with what is on
/// file. Social Security numbers and tax IDs stay masked.
///
/// Starting a revalidation a year or more before it is due returns 409 `confirmation_required` with
/// a warning. Repeat the request with `acknowledge`; the response then has `next`. A Medicaid ID
/// can have only one open revalidation.
#[utoipa::path(
    tag = "applications",
    params(IdempotencyHeader),
    request_body = StartRequest,
    responses(
        (status = 201, body = ApplicationView, description = "The application, in progress.", headers(
            ("Location" = String, description = "The application."),
            ("ETag" = String, description = "The entity tag of this representation."),
        )),
        AnyProblems, SignedInProblems, NotFoundProblems, BodyProblems, ConflictProblems,
    ),
)]
#[post("/applications")]
pub async fn start_application(caller: May<PrepareApplications>, body: Json<StartRequest>) -> Answered {
    let organization_id = body.0.organization_id;
    let wish = body.0.wish();
    caller
        .write_with_replay_check(may_be_replayed, move |tx, call| {
            let organization = call.organization(tx, organization_id)?.facts;
            starting::agent_of(&call.actor, organization.id).map_err(refused)?;
            let policy = call.credentialing(organization.plan)?;
            let today = local_date(call.now, call.plan(organization.plan)?.time_zone);
            let on_file = on_file(tx, policy, organization.id, &wish, today)?;
            let open = match &on_file {
                Some(on_file) => tx.medicaid_ids().open_revalidation(&on_file.number)?,
                None => None,
            };
            let circumstances =
                Circumstances { actor: &call.actor, organization: organization.id, policy, today };
            let start = starting::start(circumstances, &wish, on_file.as_ref(), open.as_ref());
            let start = start.map_err(refused)?;
            let (id, number) = put_on_file(tx, call, &start)?;
            let done = tx.commit_effects(&start.effects(id, &number), &call.author())?;
            let application = tx.applications().find(id)?.ok_or_else(Problem::not_found)?;
            let version = application.version;
            let next = start.leads_to_dashboard().then_some("dashboard");
            let view = ApplicationView { next, ..shown(tx, call, application)? };
            Ok(done.with(Reply::created(&view, version, format!("{}/{id}", call.path()))?))
        })
        .await
}

impl StartRequest {
    fn wish(self) -> Wish {
        Wish {
            application_type: self.application_type,
            medicaid_id: self.medicaid_id,
            category: self.category,
            provider_type: self.provider_type,
            first_name: self.first_name,
            last_name: self.last_name,
            business_name: self.business_name,
            requested_effective_date: self.requested_effective_date,
            acknowledged: self.acknowledge.unwrap_or_default().into_iter().collect(),
        }
    }
}

/// The Medicaid ID that the request names, if it exists, and its tie to the organization.
fn on_file(
    tx: &mut Tx<'_>,
    policy: &CredentialingPolicy,
    organization: OrganizationId,
    wish: &Wish,
    today: NaiveDate,
) -> Result<Option<OnFile>, Problem> {
    let number = wish.medicaid_id.as_deref().filter(|number| policy.medicaid_id.accepts(number));
    let Some(number) = number else { return Ok(None) };
    let Some(record) = tx.medicaid_ids().find_by_number(number)? else { return Ok(None) };
    let tie = tx.medicaid_ids().tie(organization, record.id, today)?;
    let provider = match begins_filled(wish.application_type) {
        true => provider_with_links(tx, &record, organization, today)?,
        false => provider(tx, &record)?,
    };
    Ok(Some(OnFile {
        number: record.medicaid_id,
        provider_type: record.provider_type,
        npi: record.npi,
        revalidation_due_on: record.revalidation_due_on,
        tie,
        provider,
    }))
}

fn put_on_file(
    tx: &mut Tx<'_>,
    call: &Call<PrepareApplications>,
    start: &Start,
) -> Result<(ApplicationId, String), Problem> {
    let beginning = start.beginning();
    let id = tx.new_id();
    let number = tx.next_application_number()?;
    let new = NewApplication {
        id,
        organization: beginning.organization,
        application_type: beginning.application_type,
        application_number: number.clone(),
        status: ApplicationStatus::InProgress,
        medicaid_id: beginning.medicaid_id.clone(),
        provider_name: beginning.provider_name.clone(),
        provider_type: beginning.provider_type.clone(),
        npi: beginning.npi.clone(),
        npi_valid: beginning.npi_valid,
        date_of_initiation: beginning.date_of_initiation,
        initiated_by: (call.actor.user, call.actor.name.clone()),
        assigned_to: beginning.assigned_to,
        last_activity_at: call.now,
        category: beginning.category,
        requested_effective_date: beginning.requested_effective_date,
        origin: HistoryAction::Started,
    };
    tx.applications().insert(&new).map_err(|error| match error {
        // Two concurrent starts both find none open. The unique index decides, but does not tell
        // the number of the other one.
        StoreError::Taken(Constraint::OpenRevalidation) => open_item_exists(),
        other => other.into(),
    })?;
    tx.applications().save_screens(id, &beginning.screens, &call.actor.name)?;
    if let Some(filled) = &beginning.filled_with {
        tx.applications().set_filled_with(id, filled)?;
    }
    Ok((id, number))
}

fn refused(refusal: Refusal) -> Problem {
    match refusal {
        Refusal::RoleRequired => {
            let text = "only an active credentialing agent of the organization starts applications";
            Problem::refused(&[ActionRefusal::RoleRequired]).detail(text)
        }
        Refusal::Values(violations) => {
            let error = |violation: Violation| {
                FieldError::at(violation.pointer, violation.code, violation.message)
                    .between(violation.earliest, violation.latest)
            };
            Problem::invalid(violations.into_iter().map(error).collect())
        }
        Refusal::NotFound => Problem::not_found(),
        Refusal::AccessNotGranted => access_not_granted(),
        Refusal::OpenItemExists(open) => {
            open_item_exists().member("application_number", open.application_number)
        }
        Refusal::EarlyRevalidation(prompt) => {
            Problem::new(Code::confirmation_required, "the revalidation would be started early")
                .member("message", prompt.message)
                .member("consequence", prompt.consequence)
                .member("due_date", prompt.due_date)
                .member("days_until_due", prompt.days_until_due)
                .member("options", YES_OR_NO)
                .member("acknowledge", Acknowledgement::EarlyRevalidation)
        }
    }
}

fn open_item_exists() -> Problem {
    Problem::new(Code::open_item_exists, "a revalidation of this Medicaid ID is already open")
}
