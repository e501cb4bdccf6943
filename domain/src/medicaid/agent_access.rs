//! Agent access: whether an organization's agents may act on a Medicaid ID. The answer is the same
//! for all of them (domain rules ).
//!
//! [`MedicaidIdTie`] describes how a Medicaid ID belongs to an organization.

use chrono::NaiveDate;

use crate::ground::application_type::ApplicationType;
use crate::ground::id::{MedicaidIdId, OrganizationId};
use crate::ground::plan_code::PlanCode;
use crate::identity::user::PlatformRole;
use crate::medicaid::medicaid_id::MedicaidIdCategory;
use crate::organizations::actor::Actor;
use crate::organizations::membership::Role;
use crate::vocabulary;

vocabulary! {
    /// Whether all agents of an organization have access to an individual Medicaid ID. If nothing
    /// is stored, access was never granted (domain section 4.4).
    pub enum AgentAccessState {
        /// All agents have access.
        Granted = "granted",
        /// Access was removed.
        Removed = "removed",
    }
}

vocabulary! {
    /// Whether all agents of an organization have access to an individual Medicaid ID, as API
    /// responses report it. It has its own value for access that was never granted.
    pub enum AgentAccessStanding {
        /// Access was never granted.
        NeverGranted = "none",
        /// All agents have access.
        Granted = "granted",
        /// Access was removed.
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

/// Whether agents may work on an application that concerns a Medicaid ID (domain rules R-045,
/// R-046; ambiguities ).
///
/// No grant is needed without a Medicaid ID, or with one that the organization owns. An enrollment
/// creates the Medicaid ID, so only a removal blocks it. Every other type requires a grant.
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

/// A link between an individual Medicaid ID and a group's Medicaid ID. Both its first and its last
/// day are included.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkSpan {
    /// The number of the group's Medicaid ID.
    pub group_medicaid_id: String,
    /// The first day.
    pub effective_date: NaiveDate,
    /// The last day; `None` while no end is known.
    pub end_date: Option<NaiveDate>,
}

/// An organization's tie to a Medicaid ID: how the Medicaid ID belongs to it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MedicaidIdTie {
    /// Whether the organization owns it.
    pub is_own: bool,
    /// Whether it is linked to a group of the organization today.
    pub is_linked_now: bool,
    /// Whether it is, or once was, linked to a group of the organization.
    pub was_linked: bool,
    /// The agents' access as last set; `None` if it never was.
    pub access: Option<AgentAccessState>,
    /// The organization's groups that it is, or once was, linked to.
    pub group_medicaid_ids: Vec<String>,
}

impl MedicaidIdTie {
    /// Computes the tie from the links. A link that begins after `today` does not count yet.
    #[must_use]
    pub fn of(is_own: bool, access: Option<AgentAccessState>, links: &[LinkSpan], today: NaiveDate) -> Self {
        let started = || links.iter().filter(move |link| link.effective_date <= today);
        let mut group_medicaid_ids: Vec<String> =
            started().map(|link| link.group_medicaid_id.clone()).collect();
        group_medicaid_ids.sort_unstable();
        group_medicaid_ids.dedup();
        Self {
            is_own,
            is_linked_now: started().any(|link| link.end_date.is_none_or(|end| end >= today)),
            was_linked: started().next().is_some(),
            access,
            group_medicaid_ids,
        }
    }

    /// Whether the Medicaid ID is in the organization's scope (domain rule R-041). It is if the
    /// organization owns it or one of its groups is linked to it now. A past link counts while
    /// access is granted, so that access can still be removed after the provider left.
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

/// The tie of one organization to one Medicaid ID.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrganizationTie {
    /// The organization.
    pub organization: OrganizationId,
    /// The record of the Medicaid ID.
    pub medicaid_id: MedicaidIdId,
    /// The tie.
    pub tie: MedicaidIdTie,
}

/// A Medicaid ID that a request names by its number, and how it belongs to an organization.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedMedicaidId {
    /// The record's id.
    pub id: MedicaidIdId,
    /// The number.
    pub medicaid_id: String,
    /// The provider category.
    pub category: MedicaidIdCategory,
    /// "Last, First", or a business name.
    pub name: String,
    /// The organization that owns it.
    pub owner: Option<OrganizationId>,
    /// The organization's tie to it.
    pub tie: MedicaidIdTie,
}

vocabulary! {
    /// The reason agent access is not managed for a Medicaid ID that the organization owns.
    pub enum NotManaged {
        /// It belongs to a group or an entity (domain rule R-040).
        IndividualMedicaidIdRequired = "individual_medicaid_id_required",
        /// The organization owns it, so its agents need no grant.
        NotApplicable = "not_applicable",
    }
}

/// The result of a search for an individual Medicaid ID.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Agent access to it is managed by the organization.
    Managed,
    /// The organization owns it, but there is no access to manage.
    Refused(NotManaged),
    /// It is reported as nonexistent, whatever its category.
    Hidden,
}

/// The result of a search for an individual Medicaid ID by an organization with this tie to it
/// (domain rules ).
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

/// Which of an organization's Medicaid IDs a caller may see.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MedicaidIdSight {
    /// All in the organization's scope.
    Everything,
    /// Those that the organization owns or its agents have access to.
    WithAccess,
    /// None of them.
    Nothing,
}

impl MedicaidIdSight {
    /// Whether the caller may see a Medicaid ID with this tie.
    #[must_use]
    pub fn covers(self, tie: &MedicaidIdTie) -> bool {
        match self {
            Self::Everything => tie.is_in_scope(),
            Self::WithAccess => tie.is_in_scope() && tie.agents_have_access(),
            Self::Nothing => false,
        }
    }
}

/// Whether `actor` may see every Medicaid ID of that plan. Every platform role for the plan may
/// (domain rule R-208).
#[must_use]
pub fn sees_every_medicaid_id(actor: &Actor, plan: PlanCode) -> bool {
    actor.serves(PlatformRole::ALL, plan)
}

/// Which of an organization's Medicaid IDs `actor` may see. Its CA Admin Managers, its
/// administrators and users with a platform role for its plan see all of them. Its other active members see
/// those that it owns or its agents have access to.
#[must_use]
pub fn sight_of_medicaid_ids(actor: &Actor, organization: OrganizationId, plan: PlanCode) -> MedicaidIdSight {
    if sees_every_medicaid_id(actor, plan) {
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

/// Whether `actor` may list the past-due revalidations of an organization visible to them (domain
/// rule R-076). Its CA Admin Managers, administrators and credentialing agents may, and so may
/// users with a platform role for its plan.
#[must_use]
pub fn may_list_past_due(actor: &Actor, organization: OrganizationId, plan: PlanCode) -> bool {
    let roles = [Role::CaAdminManager, Role::OrganizationAdministrator, Role::CredentialingAgent];
    sees_every_medicaid_id(actor, plan)
        || actor
            .membership_in(organization)
            .is_some_and(|membership| roles.iter().any(|role| membership.has_role(*role)))
}

#[cfg(test)]
#[path = "agent_access_tests.rs"]
mod tests;
