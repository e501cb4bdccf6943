//! Starting an application (flows F-05, F-08; domain rules; ambiguity A-08).
//!
//! The rules decide who may start it, for which provider, and what must be acknowledged first.
//! Only [`start`] creates a [`Start`], so every stored application was decided here.

use crate::ground::effects::Effects;
use chrono::NaiveDate;

use crate::applications::credentialing::CredentialingPolicy;
use crate::applications::on_file::{OnFile, begins_filled};
use crate::applications::screen::{self, BasicInformation, Screens, Subject};
use crate::ground::application_type::ApplicationType;
use crate::ground::audit::{AuditAction, AuditEvent, Detail};
use crate::ground::id::{ApplicationId, MembershipId, OrganizationId};
use crate::ground::npi::Npi;
use crate::medicaid::agent_access::agents_may_work;
use crate::medicaid::medicaid_id::MedicaidIdCategory;
use crate::medicaid::revalidation::{self, Prompt};
use crate::organizations::actor::Actor;
use crate::organizations::membership::Role;
use crate::vocabulary;

vocabulary! {
    /// A warning that the user has confirmed with Yes.
    pub enum Acknowledgement {
        /// The revalidation is started early (domain rule R-071).
        EarlyRevalidation = "early_revalidation",
    }
}

/// A request to start an application.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wish {
    /// The application type.
    pub application_type: ApplicationType,
    /// The number of the Medicaid ID it is about; absent for an enrollment, otherwise required.
    pub medicaid_id: Option<String>,
    /// The category of the provider; only for an enrollment.
    pub category: Option<MedicaidIdCategory>,
    /// The provider type's code; only for an enrollment.
    pub provider_type: Option<String>,
    /// The person's first name; only for the enrollment of an individual.
    pub first_name: Option<String>,
    /// The person's last name; only for the enrollment of an individual.
    pub last_name: Option<String>,
    /// The name of the business; only for the enrollment of a group or entity.
    pub business_name: Option<String>,
    /// The requested effective date.
    pub requested_effective_date: Option<NaiveDate>,
    /// A warning that the user has confirmed with Yes.
    pub acknowledged: Vec<Acknowledgement>,
}

/// An undecided revalidation. Its number is disclosed even if another organization submitted it,
/// because it blocks other applications (domain rules ).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenRevalidation {
    /// The number of the Medicaid ID it is about.
    pub medicaid_id: String,
    /// The application.
    pub application: ApplicationId,
    /// The application number.
    pub application_number: String,
}

/// A violation in a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// JSON Pointer to the value in the request.
    pub pointer: String,
    /// The machine-readable code.
    pub code: &'static str,
    /// The message for people.
    pub message: String,
    /// The earliest accepted date.
    pub earliest: Option<NaiveDate>,
    /// The latest accepted date.
    pub latest: Option<NaiveDate>,
}

/// Why an application cannot be started.
#[derive(Clone, Debug, PartialEq)]
pub enum Refusal {
    /// The caller is not an active credentialing agent of the organization.
    RoleRequired,
    /// Values are invalid; lists every violation found together.
    Values(Vec<Violation>),
    /// The Medicaid ID is unknown or not one of the organization's (domain rule R-041). The caller
    /// cannot tell the difference.
    NotFound,
    /// The organization's agents have no access to the Medicaid ID (domain rule R-046).
    AccessNotGranted,
    /// A revalidation of it is already open (domain rule R-075).
    OpenItemExists(OpenRevalidation),
    /// The revalidation would be early, and the caller has not acknowledged it (domain rule R-071).
    EarlyRevalidation(Prompt),
}

/// The context of the decision about a request.
#[derive(Clone, Copy, Debug)]
pub struct Circumstances<'a> {
    /// The caller.
    pub actor: &'a Actor,
    /// The organization.
    pub organization: OrganizationId,
    /// The plan's policy.
    pub policy: &'a CredentialingPolicy,
    /// Today, in the plan's zone.
    pub today: NaiveDate,
}

/// The initial state of an application.
#[derive(Clone, Debug, PartialEq)]
pub struct Beginning {
    /// The organization it belongs to.
    pub organization: OrganizationId,
    /// The application type.
    pub application_type: ApplicationType,
    /// The number of the Medicaid ID it is about.
    pub medicaid_id: Option<String>,
    /// The category of the provider.
    pub category: MedicaidIdCategory,
    /// The code and label of the provider type.
    pub provider_type: (String, String),
    /// The provider it is for, as displayed.
    pub provider_name: String,
    /// The NPI on file, which may be invalid.
    pub npi: Option<String>,
    /// Whether the NPI is valid.
    pub npi_valid: bool,
    /// The requested effective date.
    pub requested_effective_date: Option<NaiveDate>,
    /// The day it was started, in the plan's zone.
    pub date_of_initiation: NaiveDate,
    /// The assigned agent: the one who started it.
    pub assigned_to: MembershipId,
    /// The initial content of its screens.
    pub screens: Screens,
    /// What the screens were filled with from the record on file (domain rule R-206).
    pub filled_with: Option<Screens>,
}

/// An application that satisfies every rule for starting.
#[derive(Clone, Debug, PartialEq)]
pub struct Start {
    beginning: Beginning,
    acknowledged_early: bool,
}

impl Start {
    /// The initial state.
    #[must_use]
    pub const fn beginning(&self) -> &Beginning {
        &self.beginning
    }

    /// Whether the client returns to the dashboard, as the warning said (ambiguity A-08).
    #[must_use]
    pub const fn leads_to_dashboard(&self) -> bool {
        self.acknowledged_early
    }

    /// The event for the audit trail.
    #[must_use]
    pub fn effects(&self, id: ApplicationId, number: &str) -> Effects {
        let mut details = vec![
            ("application_number", Detail::Text(number.to_owned())),
            ("application_type", Detail::Text(self.beginning.application_type.to_string())),
        ];
        if self.acknowledged_early {
            let acknowledged = vec![Acknowledgement::EarlyRevalidation.to_string()];
            details.push(("acknowledged", Detail::List(acknowledged)));
        }
        Effects::recorded_as(AuditEvent {
            organization: Some(self.beginning.organization),
            action: AuditAction::ApplicationStarted,
            object: id.to_string(),
            details,
        })
    }
}

/// The caller's membership as an active credentialing agent, which is required for starting.
pub fn agent_of(actor: &Actor, organization: OrganizationId) -> Result<MembershipId, Refusal> {
    let membership = actor.membership_in(organization);
    let agent = membership.filter(|membership| membership.has_role(Role::CredentialingAgent));
    agent.map(|membership| membership.id).ok_or(Refusal::RoleRequired)
}

/// Decides whether an application can be started. `on_file` is the Medicaid ID that the request
/// names, if it exists. `open` is its undecided revalidation.
pub fn start(
    circumstances: Circumstances<'_>,
    wish: &Wish,
    on_file: Option<&OnFile>,
    open: Option<&OpenRevalidation>,
) -> Result<Start, Refusal> {
    let Circumstances { actor, organization, policy, today } = circumstances;
    let assigned_to = agent_of(actor, organization)?;
    let violations = examine_shape(wish, policy);
    if !violations.is_empty() {
        return Err(Refusal::Values(violations));
    }
    let mut beginning = match wish.application_type {
        ApplicationType::Enrollment => enrollment(circumstances, wish, assigned_to)?,
        _ => about(circumstances, wish, on_file.ok_or(Refusal::NotFound)?, assigned_to)?,
    };
    let subject = Subject {
        application_type: beginning.application_type,
        category: beginning.category,
        provider_type: &beginning.provider_type.0,
    };
    let filled = beginning.filled_with.clone().unwrap_or_default();
    let wrong: Vec<_> = screen::examine_changes(&beginning.screens, &filled, &subject, policy, today)
        .into_iter()
        .map(Violation::from)
        .collect();
    if !wrong.is_empty() {
        return Err(Refusal::Values(wrong));
    }
    let mut acknowledged_early = false;
    if wish.application_type == ApplicationType::Revalidation {
        if let Some(open) = open {
            return Err(Refusal::OpenItemExists(open.clone()));
        }
        let due = on_file.and_then(|on_file| on_file.revalidation_due_on);
        if let Some(prompt) = revalidation::early_warning(due, today, &policy.revalidation) {
            if !wish.acknowledged.contains(&Acknowledgement::EarlyRevalidation) {
                return Err(Refusal::EarlyRevalidation(prompt));
            }
            // The entered values are discarded, as the acknowledged warning said.
            (beginning.screens, beginning.requested_effective_date) = (filled, None);
            acknowledged_early = true;
        }
    }
    Ok(Start { beginning, acknowledged_early })
}

fn enrollment(
    circumstances: Circumstances<'_>,
    wish: &Wish,
    assigned_to: MembershipId,
) -> Result<Beginning, Refusal> {
    let missing = |pointer| Refusal::Values(vec![Violation::new(pointer, "required", "is required")]);
    let category = wish.category.ok_or_else(|| missing("/category"))?;
    let code = wish.provider_type.clone().ok_or_else(|| missing("/provider_type"))?;
    let screens = Screens {
        basic_information: Some(BasicInformation {
            first_name: wish.first_name.clone(),
            last_name: wish.last_name.clone(),
            business_name: wish.business_name.clone(),
            requested_effective_date: wish.requested_effective_date,
            ..BasicInformation::default()
        }),
        ..Screens::default()
    };
    let screens = screens.tidied();
    Ok(Beginning {
        organization: circumstances.organization,
        application_type: wish.application_type,
        medicaid_id: None,
        category,
        provider_type: labelled(circumstances.policy, code),
        provider_name: screens.display_name().ok_or_else(|| missing("/business_name"))?,
        npi: None,
        npi_valid: false,
        requested_effective_date: wish.requested_effective_date,
        date_of_initiation: circumstances.today,
        assigned_to,
        screens,
        filled_with: None,
    })
}

/// The initial state of an application about a Medicaid ID on file.
fn about(
    circumstances: Circumstances<'_>,
    wish: &Wish,
    on_file: &OnFile,
    assigned_to: MembershipId,
) -> Result<Beginning, Refusal> {
    let tie = &on_file.tie;
    if !tie.is_in_scope() {
        return Err(Refusal::NotFound);
    }
    if !agents_may_work(wish.application_type, true, tie.is_own, tie.access) {
        return Err(Refusal::AccessNotGranted);
    }
    let effective = wish.requested_effective_date;
    let filled_with = begins_filled(wish.application_type).then(|| on_file.provider.screens());
    let mut screens = filled_with.clone().unwrap_or_default();
    if effective.is_some() {
        screens.basic_information.get_or_insert_default().requested_effective_date = effective;
    }
    Ok(Beginning {
        organization: circumstances.organization,
        application_type: wish.application_type,
        medicaid_id: Some(on_file.number.clone()),
        category: on_file.provider.category,
        provider_type: labelled(circumstances.policy, on_file.provider_type.clone()),
        provider_name: on_file.provider.name.clone(),
        npi: on_file.npi.clone(),
        npi_valid: on_file.npi.as_deref().is_some_and(|npi| Npi::parse(npi).is_ok()),
        requested_effective_date: effective,
        date_of_initiation: circumstances.today,
        assigned_to,
        screens,
        filled_with,
    })
}

/// The provider type's code and label. A code that the plan no longer lists is its own label.
fn labelled(policy: &CredentialingPolicy, code: String) -> (String, String) {
    let label = policy.provider_type(&code).map_or_else(|| code.clone(), |entry| entry.label.clone());
    (code, label)
}

/// Checks which values the application type requires or excludes, and whether they are consistent.
fn examine_shape(wish: &Wish, policy: &CredentialingPolicy) -> Vec<Violation> {
    let is_enrollment = wish.application_type == ApplicationType::Enrollment;
    // Unknown until the category is given.
    let is_name_of = |of_individuals: bool| match (is_enrollment, wish.category) {
        (false, _) => Some(false),
        (true, None) => None,
        (true, Some(category)) => Some((category == MedicaidIdCategory::Individual) == of_individuals),
    };
    let mut violations = Vec::new();
    for (pointer, is_there, belongs_there) in [
        ("/medicaid_id", wish.medicaid_id.is_some(), Some(!is_enrollment)),
        ("/category", wish.category.is_some(), Some(is_enrollment)),
        ("/provider_type", wish.provider_type.is_some(), Some(is_enrollment)),
        ("/first_name", wish.first_name.is_some(), is_name_of(true)),
        ("/last_name", wish.last_name.is_some(), is_name_of(true)),
        ("/business_name", wish.business_name.is_some(), is_name_of(false)),
    ] {
        match (is_there, belongs_there) {
            (false, Some(true)) => violations.push(Violation::new(pointer, "required", "is required")),
            (true, Some(false)) => {
                violations.push(Violation::new(
                    pointer,
                    "not_applicable",
                    "does not belong to this application type",
                ));
            }
            _ => {}
        }
    }
    if !is_enrollment
        && let Some(medicaid_id) = &wish.medicaid_id
        && !policy.medicaid_id.accepts(medicaid_id)
    {
        violations.push(Violation::new("/medicaid_id", "format", "must have the plan's format"));
    }
    if is_enrollment && let Some(code) = &wish.provider_type {
        match policy.provider_type(code) {
            None => violations.push(Violation::new(
                "/provider_type",
                "unknown_value",
                "is not a provider type of the plan",
            )),
            Some(entry) if wish.category.is_some_and(|category| category != entry.category) => {
                let message = format!("is a provider type of category {}", entry.category);
                violations.push(Violation::new("/provider_type", "wrong_category", message));
            }
            Some(_) => {}
        }
    }
    violations
}

impl Violation {
    fn new(pointer: &str, code: &'static str, message: impl Into<String>) -> Self {
        Self { pointer: pointer.to_owned(), code, message: message.into(), earliest: None, latest: None }
    }
}

impl From<screen::Violation> for Violation {
    /// The fields of screen 1.1 have the same names in the request.
    fn from(violation: screen::Violation) -> Self {
        let screen::Violation { pointer, code, message, earliest, latest, .. } = violation;
        Self { pointer, code, message, earliest, latest }
    }
}

#[cfg(test)]
#[path = "starting_tests.rs"]
mod tests;
