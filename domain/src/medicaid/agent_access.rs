//! Whether an organization's agents may act on a Medicaid ID: one answer for all of them (domain rules ).
//!
//! [`decide`] is asked by the change itself and by the answers that tell its consequences beforehand; [`MedicaidIdTie`] tells
//! how a Medicaid ID belongs to an organization.

use chrono::NaiveDate;

use crate::ground::application_type::ApplicationType;
use crate::ground::audit::{AuditAction, AuditEvent, Detail};
use crate::ground::id::{MedicaidIdId, OrganizationId};
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

vocabulary! {
    /// What can be done about the agents' access: two choices, each about all of them (domain rules ).
    pub enum AgentAccessAction {
        /// Grant access to all credentialing agents within the organization.
        GrantAll = "grant_all",
        /// Remove access from all credentialing agents within the organization.
        RemoveAll = "remove_all",
    }
}

vocabulary! {
    /// The answer to the confirmation message (domain rule R-043).
    pub enum AgentAccessConfirmation {
        /// Do it.
        Yes = "yes",
        /// Go back.
        No = "no",
    }
}

vocabulary! {
    /// Why a choice would change nothing.
    pub enum AgentAccessObstacle {
        /// The agents have access already.
        AlreadyGranted = "already_granted",
        /// They have none that could be removed.
        NotGranted = "not_granted",
    }
}

/// What speaks against a choice; none when it would change something (domain section 4.4).
#[must_use]
pub fn obstacle(action: AgentAccessAction, before: Option<AgentAccessState>) -> Option<AgentAccessObstacle> {
    let granted = before == Some(AgentAccessState::Granted);
    match action {
        AgentAccessAction::GrantAll => granted.then_some(AgentAccessObstacle::AlreadyGranted),
        AgentAccessAction::RemoveAll => (!granted).then_some(AgentAccessObstacle::NotGranted),
    }
}

/// What is told after a removal, word for word (domain rule R-047).
pub const REMINDER: &str =
    "A Maintenance item must still be completed to remove the Provider from the Group Medicaid ID.";

/// How things stand when access is to be changed.
#[derive(Clone, Copy, Debug)]
pub struct AccessSituation<'a> {
    /// The organization.
    pub organization: OrganizationId,
    /// The Medicaid ID's record.
    pub medicaid_id: MedicaidIdId,
    /// The provider, as displayed.
    pub provider_name: &'a str,
    /// How the Medicaid ID belongs to the organization.
    pub tie: &'a MedicaidIdTie,
    /// The organization's active credentialing agents.
    pub agents: i64,
    /// The organization's open applications on the Medicaid ID.
    pub open_applications: i64,
}

/// What a change of access brings about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessConsequences {
    /// Agents who get access or lose it.
    pub agents_affected: i64,
    /// Open applications that their agents can work on again, or no longer.
    pub open_applications: i64,
    /// Whether the provider stays linked to a group of the organization.
    pub group_link_remains: bool,
    /// Whether a Maintenance is still needed to take the provider out of the group (domain rule R-047).
    pub maintenance_required: bool,
    /// The organization's groups that the provider is linked to, or once was.
    pub group_medicaid_ids: Vec<String>,
}

/// A change of all agents' access; only [`decide`] makes one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessChange {
    organization: OrganizationId,
    medicaid_id: MedicaidIdId,
    provider_name: String,
    action: AgentAccessAction,
    before: Option<AgentAccessState>,
    agents: i64,
    consequences: AccessConsequences,
}

/// What a choice would do. It is the same for inactive Medicaid IDs: Reinstatement and Reapplication need access, too (domain
/// rule R-049).
#[must_use]
pub fn decide(action: AgentAccessAction, situation: &AccessSituation<'_>) -> AccessChange {
    let tie = situation.tie;
    let changes = obstacle(action, tie.access).is_none();
    let if_changed = |count: i64| if changes { count } else { 0 };
    AccessChange {
        organization: situation.organization,
        medicaid_id: situation.medicaid_id,
        provider_name: situation.provider_name.to_owned(),
        action,
        before: tie.access,
        agents: situation.agents,
        consequences: AccessConsequences {
            agents_affected: if_changed(situation.agents),
            open_applications: if_changed(situation.open_applications),
            group_link_remains: tie.is_linked_now,
            maintenance_required: action == AgentAccessAction::RemoveAll && tie.is_linked_now,
            group_medicaid_ids: tie.group_medicaid_ids.clone(),
        },
    }
}

impl AccessChange {
    /// Whether anything changes. What changes nothing leaves no trace (domain section 4.4).
    #[must_use]
    pub fn changes(&self) -> bool {
        obstacle(self.action, self.before).is_none()
    }

    /// The state to be stored, if anything changes.
    #[must_use]
    pub fn stored_state(&self) -> Option<AgentAccessState> {
        let state = match self.action {
            AgentAccessAction::GrantAll => AgentAccessState::Granted,
            AgentAccessAction::RemoveAll => AgentAccessState::Removed,
        };
        self.changes().then_some(state)
    }

    /// The state afterwards; none where nothing was ever granted.
    #[must_use]
    pub fn after(&self) -> Option<AgentAccessState> {
        self.stored_state().or(self.before)
    }

    /// The state before.
    #[must_use]
    pub const fn before(&self) -> Option<AgentAccessState> {
        self.before
    }

    /// What it brings about.
    #[must_use]
    pub const fn consequences(&self) -> &AccessConsequences {
        &self.consequences
    }

    /// What is told afterwards.
    #[must_use]
    pub fn reminder(&self) -> Option<&'static str> {
        self.consequences.maintenance_required.then_some(REMINDER)
    }

    /// What is asked before (domain rule R-043): it names the action, the provider and the number of agents.
    #[must_use]
    pub fn prompt(&self) -> String {
        let (provider, agents) = (&self.provider_name, self.agents);
        match self.action {
            AgentAccessAction::GrantAll => format!(
                "Grant access to {provider} to all credentialing agents within the organization ({agents} at present)?"
            ),
            AgentAccessAction::RemoveAll => {
                let question = format!(
                    "Remove access to {provider} from all credentialing agents within the organization ({agents} at \
                     present)?"
                );
                match self.consequences.open_applications {
                    0 => question,
                    open => format!(
                        "{question} Open applications that stay assigned, but that no agent can read or change until \
                         access is granted again: {open}."
                    ),
                }
            }
        }
    }

    /// What the audit trail records.
    #[must_use]
    pub fn audit_event(&self) -> AuditEvent {
        let word = |state: Option<AgentAccessState>| AgentAccessStanding::from(state).as_str().to_owned();
        AuditEvent {
            organization: Some(self.organization),
            action: match self.action {
                AgentAccessAction::GrantAll => AuditAction::AgentAccessGranted,
                AgentAccessAction::RemoveAll => AuditAction::AgentAccessRemoved,
            },
            object: self.medicaid_id.to_string(),
            details: vec![
                ("before", Detail::Text(word(self.before))),
                ("after", Detail::Text(word(self.after()))),
                ("agents_affected", Detail::Number(self.consequences.agents_affected)),
                ("open_applications", Detail::Number(self.consequences.open_applications)),
            ],
        }
    }
}

#[cfg(test)]
#[path = "agent_access_tests.rs"]
mod tests;
