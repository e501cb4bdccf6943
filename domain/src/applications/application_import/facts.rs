//! The facts that decide about imported applications: the rows of the table, and what is on file.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use chrono_tz::Tz;

use crate::Instant;
use crate::applications::credentialing::CredentialingPolicy;
use crate::applications::inactivity::InactivityRule;
use crate::ground::application_status::ApplicationStatus;
use crate::ground::application_type::ApplicationType;
use crate::ground::cell_text::CellText;
use crate::ground::id::{ApplicationId, MembershipId, OrganizationId, UserId};
use crate::medicaid::medicaid_id::MedicaidIdCategory;

/// Whether the text is an application number: `APP` and 4 to 17 digits. Leading zeros are
/// significant (detail X-06).
#[must_use]
pub fn is_application_number(text: &str) -> bool {
    text.strip_prefix("APP").is_some_and(|digits| {
        (4..=17).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit())
    })
}

/// An application, as described by its row. Each cell is well-formed.
#[derive(Clone, Debug)]
pub struct ApplicationRow {
    /// The line on which the row begins.
    pub line: u64,
    /// The organization it belongs to.
    pub organization: OrganizationId,
    /// The application number. Leading zeros are significant.
    pub number: String,
    /// The application type.
    pub application_type: ApplicationType,
    /// The status.
    pub status: ApplicationStatus,
    /// The Medicaid ID it concerns.
    pub medicaid_id: Option<String>,
    /// The provider's display name.
    pub provider_name: CellText,
    /// The provider type's code.
    pub provider_type: String,
    /// The provider category; `None` if it follows from the provider type.
    pub category: Option<MedicaidIdCategory>,
    /// The NPI, valid or not.
    pub npi: CellText,
    /// The day it was started, in the plan's time zone.
    pub date_of_initiation: NaiveDate,
    /// The key of the email address of the user who started it.
    pub initiated_by: String,
    /// The key of the email address of the assigned agent.
    pub assigned_to: String,
    /// When a person last changed it.
    pub last_activity_at: Instant,
    /// The requested effective date.
    pub requested_effective_date: Option<NaiveDate>,
}

impl ApplicationRow {
    /// Whether it is an open revalidation. A Medicaid ID has at most one (domain rule R-075).
    #[must_use]
    pub fn is_open_revalidation(&self) -> bool {
        self.application_type == ApplicationType::Revalidation && self.status.is_open()
    }
}

/// An application on file, with the data that a row describes.
#[derive(Clone, Debug)]
pub struct StoredApplication {
    /// The id.
    pub id: ApplicationId,
    /// The organization it belongs to.
    pub organization: OrganizationId,
    /// The application type.
    pub application_type: ApplicationType,
    /// The application number. Leading zeros are significant.
    pub application_number: String,
    /// The status.
    pub status: ApplicationStatus,
    /// The Medicaid ID it concerns.
    pub medicaid_id: Option<String>,
    /// The provider's display name.
    pub provider_name: String,
    /// The provider type: code and label.
    pub provider_type: (String, String),
    /// The provider category.
    pub category: MedicaidIdCategory,
    /// The NPI as entered.
    pub npi: Option<String>,
    /// The day it was started, in the plan's time zone.
    pub date_of_initiation: NaiveDate,
    /// The user who started it.
    pub initiated_by: UserId,
    /// The assigned agent.
    pub assigned_to: MembershipId,
    /// When a person last changed it.
    pub last_activity_at: Instant,
    /// The requested effective date.
    pub requested_effective_date: Option<NaiveDate>,
    /// Incremented on every change of the row.
    pub version: i64,
}

/// A member to whom a row assigns an application.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Assignee {
    /// The membership.
    pub id: MembershipId,
    /// Whether the member has the credentialing agent role, whether active or not.
    pub is_agent: bool,
}

/// The rules of a plan that has applications.
#[derive(Clone, Copy, Debug)]
pub struct PlanRules<'a> {
    /// The policy for applications.
    pub policy: &'a CredentialingPolicy,
    /// When inactive applications are withdrawn.
    pub inactivity: &'a InactivityRule,
    /// The time zone in which days are counted.
    pub time_zone: Tz,
}

/// What is on file for the rows.
#[derive(Clone, Debug)]
pub struct Facts<'a> {
    /// The time of the import.
    pub now: Instant,
    /// The rules of each organization's plan; `None` if the plan has no applications.
    pub organizations: BTreeMap<OrganizationId, Option<PlanRules<'a>>>,
    /// The applications, by number.
    pub applications: BTreeMap<String, StoredApplication>,
    /// The users, by the key of their email address.
    pub users: BTreeMap<String, UserId>,
    /// The members, by organization and the key of their email address.
    pub members: BTreeMap<(OrganizationId, String), Assignee>,
    /// Applications that users have worked on in the portal.
    pub worked_on: BTreeSet<ApplicationId>,
    /// The numbers of open revalidations, by Medicaid ID.
    pub open_revalidations: BTreeMap<String, String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn x_06_an_application_number_has_four_to_seventeen_digits() {
        let longest = format!("APP{}", "0".repeat(17));
        for text in ["APP0543", "APP0000", longest.as_str()] {
            assert!(is_application_number(text), "{text}");
        }
        let too_long = format!("{longest}0");
        for text in ["", "APP", "APP543", "app0543", "0543", "APP 0543", "APP054x", "APP０５４３", &too_long]
        {
            assert!(!is_application_number(text), "{text}");
        }
    }
}
