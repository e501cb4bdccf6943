use std::sync::LazyLock;

use uuid::Uuid;

use super::*;
use crate::Instant;
use crate::ground::application_status::ApplicationStatus;
use crate::ground::application_type::ApplicationType;
use crate::ground::cell_text::CellText;
use crate::ground::id::{ApplicationId, MembershipId, OrganizationId, UserId};
use crate::medicaid::medicaid_id::MedicaidIdCategory;
use crate::platform::plan::PlanProfile;

pub(super) const KY: &str = concat!(
    include_str!("../../../../api/plans/ky.toml"),
    include_str!("../../../../api/plans/ky-provider-types.toml")
);
pub(super) const ORGANIZATION: u128 = 1;
pub(super) const OTHER_ORGANIZATION: u128 = 2;
pub(super) const WITHOUT_APPLICATIONS: u128 = 3;
pub(super) const AGENT: &str = "marcus@example.org";
pub(super) const MANAGER: &str = "debi@example.org";

pub(super) fn at(text: &str) -> Instant {
    text.parse().unwrap()
}

pub(super) fn text(text: &str) -> CellText {
    CellText::read(text)
}

pub(super) fn organization(number: u128) -> OrganizationId {
    OrganizationId::from_uuid(Uuid::from_u128(number))
}

pub(super) fn membership(number: u128) -> MembershipId {
    MembershipId::from_uuid(Uuid::from_u128(number))
}

pub(super) fn user(number: u128) -> UserId {
    UserId::from_uuid(Uuid::from_u128(number))
}

/// The row of an enrollment in progress that is not on file.
pub(super) fn row() -> ApplicationRow {
    ApplicationRow {
        line: 2,
        organization: organization(ORGANIZATION),
        number: "APP0543".into(),
        application_type: ApplicationType::Enrollment,
        status: ApplicationStatus::InProgress,
        medicaid_id: None,
        provider_name: text("Doe, John"),
        provider_type: "64".into(),
        category: None,
        npi: text("1234567893"),
        date_of_initiation: "2026-01-15".parse().unwrap(),
        initiated_by: AGENT.into(),
        assigned_to: AGENT.into(),
        last_activity_at: at("2026-01-20T15:00:00Z"),
        requested_effective_date: None,
    }
}

/// The application on file after the import of [`row`].
pub(super) fn stored() -> StoredApplication {
    StoredApplication {
        id: ApplicationId::from_uuid(Uuid::from_u128(7)),
        organization: organization(ORGANIZATION),
        application_type: ApplicationType::Enrollment,
        application_number: "APP0543".into(),
        status: ApplicationStatus::InProgress,
        medicaid_id: None,
        provider_name: "Doe, John".into(),
        provider_type: ("64".into(), "Physician individual".into()),
        category: MedicaidIdCategory::Individual,
        npi: Some("1234567893".into()),
        date_of_initiation: "2026-01-15".parse().unwrap(),
        initiated_by: user(1),
        assigned_to: membership(1),
        last_activity_at: at("2026-01-20T15:00:00Z"),
        requested_effective_date: None,
        version: 4,
    }
}

pub(super) fn revalidation(line: u64, number: &str) -> ApplicationRow {
    ApplicationRow {
        line,
        number: number.into(),
        application_type: ApplicationType::Revalidation,
        medicaid_id: Some("7100000009".into()),
        ..row()
    }
}

pub(super) static PLAN: LazyLock<PlanProfile> = LazyLock::new(|| toml::from_str(KY).unwrap());

pub(super) fn facts(on_file: &[StoredApplication]) -> Facts<'static> {
    let plan: &PlanProfile = &PLAN;
    let rules = PlanRules {
        policy: plan.credentialing.as_ref().unwrap(),
        inactivity: &plan.inactivity,
        time_zone: plan.time_zone,
    };
    let organizations =
        [(ORGANIZATION, Some(rules)), (OTHER_ORGANIZATION, Some(rules)), (WITHOUT_APPLICATIONS, None)];
    let members = [
        (ORGANIZATION, AGENT, Assignee { id: membership(1), is_agent: true }),
        (ORGANIZATION, MANAGER, Assignee { id: membership(2), is_agent: false }),
        (OTHER_ORGANIZATION, AGENT, Assignee { id: membership(3), is_agent: true }),
    ];
    Facts {
        now: at("2026-02-01T17:00:00Z"),
        organizations: organizations.map(|(id, rules)| (organization(id), rules)).into(),
        applications: on_file.iter().map(|one| (one.application_number.clone(), one.clone())).collect(),
        users: [(AGENT, 1), (MANAGER, 2)].map(|(key, id)| (key.to_owned(), user(id))).into(),
        members: members.map(|(id, key, member)| ((organization(id), key.to_owned()), member)).into(),
        worked_on: [].into(),
        open_revalidations: [].into(),
    }
}

pub(super) fn examined(rows: &[ApplicationRow], facts: &Facts<'_>) -> Result<ApplicationImport, Vec<String>> {
    examine(rows, facts).map_err(|violations| violations.iter().map(ToString::to_string).collect())
}

/// The violations of one row, without the line number.
pub(super) fn violations(row: ApplicationRow, on_file: &[StoredApplication]) -> Vec<String> {
    let violations = examined(&[row], &facts(on_file)).err().unwrap_or_default();
    violations.iter().map(|violation| violation.strip_prefix("line 2, ").unwrap().to_owned()).collect()
}

pub(super) fn lines(row: ApplicationRow, on_file: &[StoredApplication]) -> Vec<String> {
    examined(&[row], &facts(on_file)).unwrap().difference().lines.clone()
}
