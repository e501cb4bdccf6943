//! Whether an organization's agents may act on a Medicaid ID: one answer for all of them (domain rules ).
//!
//! [`decide`] is asked by the change itself and by the answers that tell its consequences beforehand; [`MedicaidIdTie`] tells
//! how a Medicaid ID belongs to an organization.

use chrono::NaiveDate;

use crate::ground::application_type::ApplicationType;
use crate::ground::id::OrganizationId;
use crate::identity::user::PlatformRole;
use crate::medicaid::medicaid_id::MedicaidIdCategory;
use crate::organizations::actor::Actor;
use crate::organizations::membership::Role;
use crate::vocabulary;

vocabulary! {
    /// Whether all agents of an organization have access to an individual Medicaid ID. Where nothing is stored they have
    /// not been given any (domain section 4.4).
    pub enum AgentAccessState {
        /// They have access.
        Granted = "granted",
        /// It was taken away.
        Removed = "removed",
    }
}

vocabulary! {
    /// The same as answers tell it, with a word for where nothing was ever granted.
    pub enum AgentAccessStanding {
        /// Nobody has granted any access yet.
        NeverGranted = "none",
        /// All agents have access.
        Granted = "granted",
        /// It was taken away.
        Removed = "removed",
    }
}

impl From<Option<AgentAccessState>> for AgentAccessStanding {
    fn from(state: Option<AgentAccessState>) -> Self {
        match state {
            None => Self::NeverGranted,
            Some(AgentAccessState::Granted) => Self::Granted,
            Some(AgentAccessState::Removed) => Self::Removed,
        }
    }
}

/// Whether agents may work on an application about a Medicaid ID (domain rules; ambiguities ).
///
/// Without a Medicaid ID, or with one that is the organization's own, nothing has to be granted. An enrollment is what brings
/// the Medicaid ID about, so only a removal takes it away; every other type needs the grant.
#[must_use]
pub fn agents_may_work(
    application_type: ApplicationType,
    has_medicaid_id: bool,
    is_own: bool,
    state: Option<AgentAccessState>,
) -> bool {
    if !has_medicaid_id || is_own {
        return true;
    }
    match state {
        Some(AgentAccessState::Granted) => true,
        Some(AgentAccessState::Removed) => false,
        None => application_type == ApplicationType::Enrollment,
    }
}

/// A link between an individual Medicaid ID and a group's, from the first day to the last, both included.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkSpan {
    /// The number of the group's Medicaid ID.
    pub group_medicaid_id: String,
    /// The first day.
    pub effective_date: NaiveDate,
    /// The last day; none while no end is known.
    pub end_date: Option<NaiveDate>,
}

/// How a Medicaid ID belongs to an organization.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MedicaidIdTie {
    /// Whether it is the organization's own.
    pub is_own: bool,
    /// Whether it is linked to a group of the organization today.
    pub is_linked_now: bool,
    /// Whether it is linked to a group of the organization, or once was.
    pub was_linked: bool,
    /// What was last said about the agents' access, if anything was.
    pub access: Option<AgentAccessState>,
    /// The organization's groups that it is linked to, or once was.
    pub group_medicaid_ids: Vec<String>,
}

impl MedicaidIdTie {
    /// The tie that these links make; one that begins later makes none yet.
    #[must_use]
    pub fn of(is_own: bool, access: Option<AgentAccessState>, links: &[LinkSpan], today: NaiveDate) -> Self {
        let begun = || links.iter().filter(move |link| link.effective_date <= today);
        let mut group_medicaid_ids: Vec<String> =
            begun().map(|link| link.group_medicaid_id.clone()).collect();
        group_medicaid_ids.sort_unstable();
        group_medicaid_ids.dedup();
        Self {
            is_own,
            is_linked_now: begun().any(|link| link.end_date.is_none_or(|end| end >= today)),
            was_linked: begun().next().is_some(),
            access,
            group_medicaid_ids,
        }
    }

    /// Whether the Medicaid ID exists for the organization at all (domain rule R-041): its own, linked to one of its groups
    /// now, or once linked while access is granted, so that access can still be removed after the provider left.
    #[must_use]
    pub fn is_in_scope(&self) -> bool {
        self.is_own
            || self.is_linked_now
            || (self.was_linked && self.access == Some(AgentAccessState::Granted))
    }

    /// Whether the organization's agents may act on it.
    #[must_use]
    pub fn agents_have_access(&self) -> bool {
        self.is_own || self.access == Some(AgentAccessState::Granted)
    }
}

vocabulary! {
    /// Why access to a Medicaid ID that the organization has is not managed for all agents.
    pub enum NotManaged {
        /// It is a group's or an entity's (domain rule R-040).
        IndividualMedicaidIdRequired = "individual_medicaid_id_required",
        /// It is the organization's own: its agents need no grant.
        NotApplicable = "not_applicable",
    }
}

/// What a search for an individual Medicaid ID meets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Access to it is managed here.
    Managed,
    /// The organization has it, but there is nothing to manage.
    Refused(NotManaged),
    /// It does not exist for the organization, whatever its category.
    Hidden,
}

/// What a search for an individual Medicaid ID meets in an organization with this tie to it (domain rules ).
#[must_use]
pub fn reach(category: MedicaidIdCategory, tie: &MedicaidIdTie) -> Reach {
    match category {
        MedicaidIdCategory::Individual if tie.is_own => Reach::Refused(NotManaged::NotApplicable),
        MedicaidIdCategory::Individual if tie.is_in_scope() => Reach::Managed,
        MedicaidIdCategory::Group | MedicaidIdCategory::Entity if tie.is_own => {
            Reach::Refused(NotManaged::IndividualMedicaidIdRequired)
        }
        _ => Reach::Hidden,
    }
}

/// How many of an organization's Medicaid IDs somebody may look at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MedicaidIdSight {
    /// All in its scope.
    Everything,
    /// Those that its agents have access to, and its own.
    WithAccess,
    /// None.
    Nothing,
}

impl MedicaidIdSight {
    /// Whether a Medicaid ID with this tie is among them.
    #[must_use]
    pub fn covers(self, tie: &MedicaidIdTie) -> bool {
        match self {
            Self::Everything => tie.is_in_scope(),
            Self::WithAccess => tie.is_in_scope() && tie.agents_have_access(),
            Self::Nothing => false,
        }
    }
}

/// Whether `actor` may look at every Medicaid ID, whosever it is: the people of the plan and the department.
#[must_use]
pub fn sees_every_medicaid_id(actor: &Actor) -> bool {
    actor.is_any(PlatformRole::ALL)
}

/// How many of an organization's Medicaid IDs `actor` may look at: its CA Admin Managers and administrators, and the people
/// of the plan and the department, see all; its other active members those that its agents have access to.
#[must_use]
pub fn sight_of_medicaid_ids(actor: &Actor, organization: OrganizationId) -> MedicaidIdSight {
    if sees_every_medicaid_id(actor) {
        return MedicaidIdSight::Everything;
    }
    match actor.membership_in(organization) {
        Some(membership)
            if membership.has_role(Role::CaAdminManager)
                || membership.has_role(Role::OrganizationAdministrator) =>
        {
            MedicaidIdSight::Everything
        }
        Some(_) => MedicaidIdSight::WithAccess,
        None => MedicaidIdSight::Nothing,
    }
}

/// Whether `actor` may list what is past due in an organization that is visible to them (domain rule R-076): its managers,
/// administrators and agents, and the people of the plan.
#[must_use]
pub fn may_list_past_due(actor: &Actor, organization: OrganizationId) -> bool {
    let roles = [Role::CaAdminManager, Role::OrganizationAdministrator, Role::CredentialingAgent];
    sees_every_medicaid_id(actor)
        || actor
            .membership_in(organization)
            .is_some_and(|membership| roles.iter().any(|role| membership.has_role(*role)))
}

#[cfg(test)]
#[path = "agent_access_tests.rs"]
mod tests;
