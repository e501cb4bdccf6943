//! Bodies about work assignments.

use chrono::NaiveDate;
use portal_domain::Instant;
use portal_domain::ground::application_status::ApplicationStatus;
use portal_domain::ground::application_type::ApplicationType;
use portal_domain::ground::id::ApplicationId;
use portal_domain::platform::plan::PlanProfile;
use portal_persistence::applications::applications::Application;
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::actions::ActionView;
use crate::http::page::list_view;
use crate::operations::applications::applications::reassign_action;
use crate::operations::medicaid::provider_type::ProviderTypeView;

/// An open application of an agent: the eight columns of the grid, in order, and further fields.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "app_01k2zqj5t8e4vbx9m3c7w6r1hd",
    "version": 1,
    "application_type": "enrollment",
    "application_number": "APP0543",
    "medicaid_id": "4444444",
    "provider_name": "Smith, Jane",
    "provider_type": {"code": "78", "label": "Advanced Practice Registered Nurse (APRN)"},
    "npi": "258963147",
    "npi_valid": false,
    "date_of_initiation": "2023-08-02",
    "application_status": "in_progress",
    "days_inactive": 31,
    "days_until_withdrawal": 89,
    "actions": [{"action": "reassign", "allowed": true, "reasons": []}]
}))]
pub struct WorkAssignmentView {
    /// The application.
    pub id: ApplicationId,
    /// The version; send it when you reassign the application.
    pub version: i64,
    /// The application type.
    pub application_type: ApplicationType,
    /// The application number; leading zeros are significant.
    pub application_number: String,
    /// The number of the Medicaid ID that it concerns; absent until there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub medicaid_id: Option<String>,
    /// The provider's name.
    pub provider_name: String,
    /// The provider type.
    pub provider_type: ProviderTypeView,
    /// The NPI as entered; absent if the provider type has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub npi: Option<String>,
    /// Whether the NPI is valid: ten digits, starting with 1 or 2, with a correct check digit.
    pub npi_valid: bool,
    /// The day it was started, in the plan's time zone.
    pub date_of_initiation: NaiveDate,
    /// The status.
    pub application_status: ApplicationStatus,
    /// Calendar days since the last activity.
    pub days_inactive: i64,
    /// Calendar days until the automatic withdrawal; absent in statuses without one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub days_until_withdrawal: Option<i64>,
    /// Whether you can take each action, and if not, why.
    pub actions: Vec<ActionView>,
}

list_view! {
    /// One agent's open applications, by date of initiation and number.
    WorkAssignmentList of WorkAssignmentView
}

impl WorkAssignmentView {
    pub(super) fn of(application: Application, plan: &PlanProfile, now: Instant) -> Self {
        let status = application.status;
        let inactivity = plan.inactivity.inactivity(&application.idle_facts(), now, plan.time_zone);
        Self {
            id: application.id,
            version: application.version,
            application_type: application.application_type,
            application_number: application.application_number,
            medicaid_id: application.medicaid_id,
            provider_name: application.provider_name,
            provider_type: ProviderTypeView {
                code: application.provider_type_code,
                label: application.provider_type_label,
            },
            npi: application.npi,
            npi_valid: application.npi_valid,
            date_of_initiation: application.date_of_initiation,
            application_status: status,
            days_inactive: inactivity.days_inactive,
            days_until_withdrawal: inactivity.days_until_withdrawal,
            actions: vec![reassign_action(status)],
        }
    }
}
