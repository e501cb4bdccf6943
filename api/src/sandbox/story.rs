//! The demonstration data: the organization and the four applications of the job aid, exactly as
//! printed, and the people around them.

use chrono::{Duration, NaiveDate};
use portal_domain::applications::application::HistoryAction;
use portal_domain::ground::application_status::ApplicationStatus;
use portal_domain::ground::application_type::ApplicationType;
use portal_domain::ground::calendar::local_date;
use portal_domain::ground::email::EmailAddress;
use portal_domain::ground::id::{MedicaidIdId, MembershipId, OrganizationId, UserId};
use portal_domain::ground::npi::Npi;
use portal_domain::ground::plan_code::PlanCode;
use portal_domain::ground::tax_identifier::{Ssn, TaxId};
use portal_domain::medicaid::agent_access::AgentAccessState;
use portal_domain::medicaid::medicaid_id::{MedicaidIdCategory, MedicaidIdStatus};
use portal_domain::organizations::organization;
use portal_domain::organizations::organization::OrganizationKind;
use portal_persistence::applications::applications::NewApplication;
use portal_persistence::identity::users::NewUser;
use portal_persistence::medicaid::medicaid_ids::{MedicaidIdDetails, NewMedicaidId};
use portal_persistence::organizations::memberships::NewMembership;
use portal_persistence::organizations::organizations::NewOrganization;
use portal_persistence::platform::audit::Author;
use portal_persistence::{StoreError, Tx};

use super::personas::{PASSWORD, PERSONAS, Persona, Place};
use super::{cca, practices};
use crate::http::problem::Problem;
use crate::portal::state::Portal;

/// A row of the job aid's grid.
struct Printed {
    number: &'static str,
    medicaid_id: &'static str,
    provider: &'static str,
    provider_type: (&'static str, &'static str),
    // Kept as printed. None of the four is a valid NPI, and none may be corrected.
    npi: &'static str,
    initiated: (i32, u32, u32),
    status: ApplicationStatus,
    rested_days: i64,
    // Days until the provider's revalidation is due. One is past due, one is due soon, and one is
    // far enough away for the early warning.
    revalidation_in_days: Option<i64>,
}

/// Days until the revalidation of the group's transportation service is due.
const TRANSPORT_REVALIDATION_IN_DAYS: i64 = 120;

const PHYSICIAN: (&str, &str) = ("64", "Physician individual");
const APRN: (&str, &str) = ("78", "Advanced Practice Registered Nurse (APRN)");

const GRID: [Printed; 4] = [
    Printed {
        number: "APP1234",
        medicaid_id: "1111111",
        provider: "Doe, John",
        provider_type: PHYSICIAN,
        npi: "1234567890",
        initiated: (2023, 7, 1),
        status: ApplicationStatus::InProgress,
        rested_days: 95,
        revalidation_in_days: Some(500),
    },
    Printed {
        number: "APP5678",
        medicaid_id: "2222222",
        provider: "Doe, Jane",
        provider_type: APRN,
        npi: "147852360",
        initiated: (2023, 6, 15),
        status: ApplicationStatus::DmsReviewInProgress,
        rested_days: 12,
        revalidation_in_days: Some(-40),
    },
    Printed {
        number: "APP9876",
        medicaid_id: "3333333",
        provider: "Smith, John",
        provider_type: PHYSICIAN,
        npi: "369852147",
        initiated: (2023, 7, 15),
        status: ApplicationStatus::Submitted,
        rested_days: 3,
        revalidation_in_days: Some(45),
    },
    Printed {
        number: "APP0543",
        medicaid_id: "4444444",
        provider: "Smith, Jane",
        provider_type: APRN,
        npi: "258963147",
        initiated: (2023, 8, 2),
        status: ApplicationStatus::InProgress,
        rested_days: 31,
        revalidation_in_days: None,
    },
];

/// Seeds the sandbox if it is empty; with `erase`, erases everything first. Slow, because it hashes
/// the personas' password.
pub fn fill(portal: &Portal, erase: bool) -> Result<(), Problem> {
    let internal = |error: String| {
        tracing::error!(%error, "the sandbox could not be seeded");
        Problem::new(crate::http::problem::Code::internal_error, "the sandbox could not be seeded")
    };
    let password_hash = portal.passwords.hash(PASSWORD).map_err(internal)?;
    portal.database.write_unrecorded(portal.moment(), |tx| {
        if erase {
            tx.erase_everything()?;
        }
        if tx.users().credentials(manager().email)?.is_none() {
            tell(tx, portal, &password_hash)?;
        }
        Ok(())
    })
}

/// The CA Admin Manager. A sandbox with this user counts as seeded.
#[must_use]
pub const fn manager() -> &'static Persona {
    let [manager, ..] = &PERSONAS;
    manager
}

fn tell(tx: &mut Tx<'_>, portal: &Portal, password_hash: &str) -> Result<(), StoreError> {
    let group = NewOrganization {
        id: tx.new_id(),
        name: "Bluegrass Family Health Group".into(),
        kind: OrganizationKind::ProviderGroup,
        plan: PlanCode::Ky,
        tax_id: TaxId::parse("61-1234321").ok(),
    };
    let practice = NewOrganization {
        id: tx.new_id(),
        name: "Riverbend Pediatrics".into(),
        kind: OrganizationKind::TinPractice,
        plan: PlanCode::Lhcc,
        tax_id: TaxId::parse("72-7654321").ok(),
    };
    let account = NewOrganization {
        id: tx.new_id(),
        name: cca::ACCOUNT_NAME.into(),
        kind: OrganizationKind::ProviderAccount,
        plan: PlanCode::Cca,
        tax_id: None,
    };
    for organization in [&group, &practice, &account] {
        tx.organizations().insert(organization)?;
    }
    let (mut agent, mut account_manager, mut ca_manager) = (None, None, None);
    for persona in &PERSONAS {
        let user = insert_person(tx, persona, password_hash)?;
        let organization = match persona.place {
            Place::ProviderGroup => group.id,
            Place::Practice => practice.id,
            Place::ProviderAccount => account.id,
            Place::Platform => continue,
        };
        let membership = insert_membership(tx, persona, user, organization)?;
        let name = format!("{} {}", persona.first_name, persona.last_name);
        if persona.name == "credentialing-agent" {
            agent = Some((user, name.clone(), membership));
        }
        if persona.name == manager().name {
            ca_manager = Some((user, name));
        }
        if persona.place == Place::Practice {
            account_manager = Some((user, persona.email));
        }
    }
    if let Some(account_manager) = account_manager {
        practices::insert_members(tx, portal, practice.id, account_manager, password_hash)?;
    }
    practices::insert_waiting_registrant(tx)?;
    cca::insert_provider_records(tx, account.id)?;
    let plan = portal.plans.get(group.plan);
    let plan = plan.ok_or_else(|| StoreError::Schema(format!("unknown plan {}", group.plan)))?;
    let today = local_date(tx.now(), plan.time_zone);
    let individuals = insert_medicaid_ids(tx, &group, today)?;
    if let Some((user, name)) = ca_manager {
        for individual in individuals {
            tx.agent_access().set(group.id, individual, AgentAccessState::Granted, (user, &name), 0)?;
        }
    }
    if let Some(agent) = agent {
        insert_applications(tx, group.id, &agent)?;
    }
    let author = Author { user: None, name: "sandbox", request_id: "" };
    tx.commit_effects(&organization::seeded(group.id), &author).map(drop)
}

fn insert_person(tx: &mut Tx<'_>, persona: &Persona, hash: &str) -> Result<UserId, StoreError> {
    let id = tx.new_id();
    let email = EmailAddress::parse(persona.email)
        .map_err(|_error| StoreError::Schema(format!("{} is not an email address", persona.email)))?;
    tx.users().insert(&NewUser {
        id,
        email,
        first_name: persona.first_name.into(),
        last_name: persona.last_name.into(),
        password_hash: Some(hash.into()),
        platform_roles: persona.platform_roles.to_vec(),
    })?;
    Ok(id)
}

fn insert_membership(
    tx: &mut Tx<'_>,
    persona: &Persona,
    user: UserId,
    organization: OrganizationId,
) -> Result<MembershipId, StoreError> {
    let id = tx.new_id();
    tx.memberships().insert(&NewMembership {
        id,
        organization,
        user,
        status: persona.status,
        roles: persona.roles.to_vec(),
        permissions: persona.permissions.to_vec(),
    })?;
    Ok(id)
}

/// Inserts the organization's own Medicaid IDs, and the individuals linked to its group. Returns
/// those of the four applications, to which agents get access. No access is granted to the one of
/// the second grid. Due dates count from `today`, a day in the plan's time zone.
fn insert_medicaid_ids(
    tx: &mut Tx<'_>,
    owner: &NewOrganization,
    today: NaiveDate,
) -> Result<Vec<MedicaidIdId>, StoreError> {
    let joined = NaiveDate::from_ymd_opt(2018, 1, 1);
    let group = NewMedicaidId {
        id: tx.new_id(),
        medicaid_id: "7100000001".into(),
        category: MedicaidIdCategory::Group,
        provider_type: "65".into(),
        status: MedicaidIdStatus::Active,
        name: owner.name.clone(),
        npi: Some("1245319599".into()),
        ssn: None,
        owning_organization: Some(owner.id),
        effective_date: NaiveDate::from_ymd_opt(1999, 10, 4),
        details: MedicaidIdDetails { fein: owner.tax_id.clone(), ..MedicaidIdDetails::default() },
    };
    // Exempt from licensure. It bills under the group's NPI. So that NPI belongs to two provider
    // types, and claims need a taxonomy code.
    let transport = NewMedicaidId {
        id: tx.new_id(),
        medicaid_id: "7100000056".into(),
        category: MedicaidIdCategory::Entity,
        provider_type: "56".into(),
        name: "Bluegrass Family Health Transport".into(),
        effective_date: joined,
        details: MedicaidIdDetails {
            revalidation_due_on: Some(today + Duration::days(TRANSPORT_REVALIDATION_IN_DAYS)),
            ..group.details.clone()
        },
        ..group.clone()
    };
    for own in [&group, &transport] {
        tx.medicaid_ids().insert(own)?;
    }
    let mut individuals = Vec::with_capacity(GRID.len());
    for (printed, serial) in GRID.iter().zip(1..) {
        let due_on = printed.revalidation_in_days.map(|days| today + Duration::days(days));
        individuals.push(NewMedicaidId {
            id: tx.new_id(),
            medicaid_id: printed.medicaid_id.into(),
            category: MedicaidIdCategory::Individual,
            provider_type: printed.provider_type.0.into(),
            name: printed.provider.into(),
            npi: Some(printed.npi.into()),
            ssn: Ssn::parse(&format!("40055000{serial}")).ok(),
            owning_organization: None,
            effective_date: joined,
            details: MedicaidIdDetails { revalidation_due_on: due_on, ..MedicaidIdDetails::default() },
            ..group.clone()
        });
    }
    // The row of the job aid's second grid, whose numbers and name are blurred. These are made up.
    // Its status is Active although it ended long ago, and it has no address and no email address.
    let second_grid = NewMedicaidId {
        id: tx.new_id(),
        medicaid_id: "7100126126".into(),
        category: MedicaidIdCategory::Individual,
        provider_type: "64".into(),
        name: "Blake, Lee".into(),
        npi: Some("1700126125".into()),
        ssn: Ssn::parse("400550005").ok(),
        owning_organization: None,
        effective_date: NaiveDate::from_ymd_opt(1999, 10, 4),
        details: MedicaidIdDetails {
            end_date: NaiveDate::from_ymd_opt(2020, 2, 28),
            ..MedicaidIdDetails::default()
        },
        ..group.clone()
    };
    for individual in individuals.iter().chain([&second_grid]) {
        tx.medicaid_ids().insert(individual)?;
        tx.medicaid_ids().link(individual.id, group.id, joined.unwrap_or(today))?;
    }
    Ok(individuals.iter().map(|individual| individual.id).collect())
}

fn insert_applications(
    tx: &mut Tx<'_>,
    organization: OrganizationId,
    (user, name, membership): &(UserId, String, MembershipId),
) -> Result<(), StoreError> {
    for printed in &GRID {
        let (year, month, day) = printed.initiated;
        let id = tx.new_id();
        let last_activity_at = tx.now() - Duration::days(printed.rested_days);
        tx.applications().insert(&NewApplication {
            id,
            organization,
            application_type: ApplicationType::Enrollment,
            application_number: printed.number.into(),
            status: printed.status,
            medicaid_id: Some(printed.medicaid_id.into()),
            provider_name: printed.provider.into(),
            provider_type: (printed.provider_type.0.into(), printed.provider_type.1.into()),
            npi: Some(printed.npi.into()),
            npi_valid: Npi::parse(printed.npi).is_ok(),
            date_of_initiation: NaiveDate::from_ymd_opt(year, month, day).unwrap_or_default(),
            initiated_by: (*user, name.clone()),
            assigned_to: *membership,
            last_activity_at,
            category: MedicaidIdCategory::Individual,
            requested_effective_date: None,
            origin: HistoryAction::Imported,
        })?;
    }
    Ok(())
}
