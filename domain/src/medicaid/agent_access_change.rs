//! Changes of all agents' access to a Medicaid ID, and their consequences.

use crate::ground::audit::{AuditAction, AuditEvent, Detail};
use crate::ground::effects::Effects;
use crate::ground::id::{MedicaidIdId, OrganizationId};
use crate::medicaid::agent_access::{AgentAccessStanding, AgentAccessState, MedicaidIdTie};
use crate::vocabulary;
vocabulary! {
    /// A change of agent access. Both actions apply to all agents (domain rules ).
    pub enum AgentAccessAction {
        /// Grant access to all credentialing agents within the organization.
        GrantAll = "grant_all",
        /// Remove access from all credentialing agents within the organization.
        RemoveAll = "remove_all",
    }
}

vocabulary! {
    /// The reply to the confirmation prompt (domain rule R-043).
    pub enum AgentAccessConfirmation {
        /// Proceed.
        Yes = "yes",
        /// Cancel.
        No = "no",
    }
}

vocabulary! {
    /// The reason an action would change nothing.
    pub enum AgentAccessObstacle {
        /// The agents already have access.
        AlreadyGranted = "already_granted",
        /// The agents have no access to remove.
        NotGranted = "not_granted",
    }
}

/// The obstacle to an action; `None` if the action would change something (domain section 4.4).
#[must_use]
pub fn obstacle(action: AgentAccessAction, before: Option<AgentAccessState>) -> Option<AgentAccessObstacle> {
    let granted = before == Some(AgentAccessState::Granted);
    match action {
        AgentAccessAction::GrantAll => granted.then_some(AgentAccessObstacle::AlreadyGranted),
        AgentAccessAction::RemoveAll => (!granted).then_some(AgentAccessObstacle::NotGranted),
    }
}

/// The reminder after a removal, verbatim (domain rule R-047).
pub const REMINDER: &str =
    "A Maintenance item must still be completed to remove the Provider from the Group Medicaid ID.";

/// The situation in which access is to be changed.
#[derive(Clone, Copy, Debug)]
pub struct AccessSituation<'a> {
    /// The organization.
    pub organization: OrganizationId,
    /// The id of the Medicaid ID's record.
    pub medicaid_id: MedicaidIdId,
    /// The provider's display name.
    pub provider_name: &'a str,
    /// The organization's tie to the Medicaid ID.
    pub tie: &'a MedicaidIdTie,
    /// The number of active credentialing agents of the organization.
    pub agents: i64,
    /// The number of the organization's open applications on the Medicaid ID.
    pub open_applications: i64,
}

/// The consequences of a change of access.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessConsequences {
    /// The number of agents who gain or lose access.
    pub agents_affected: i64,
    /// The number of open applications whose agents gain or lose the ability to work on them.
    pub open_applications: i64,
    /// Whether the provider remains linked to a group of the organization.
    pub group_link_remains: bool,
    /// Whether a Maintenance is still required to remove the provider from the group (domain rule
    ///
    pub maintenance_required: bool,
    /// The organization's groups that the provider is, or once was, linked to.
    pub group_medicaid_ids: Vec<String>,
}

/// A change of all agents' access. Only [`decide`] creates one.
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

/// Decides what an action changes. The same rules apply to inactive Medicaid IDs, because
/// Reinstatement and Reapplication also require access (domain rule R-049). The operation itself
/// and the preview of its consequences both call this function.
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
    /// Whether anything changes. An action that changes nothing is not recorded (domain section
    /// 4.4).
    #[must_use]
    pub fn changes(&self) -> bool {
        obstacle(self.action, self.before).is_none()
    }

    /// The state to store; `None` if nothing changes.
    #[must_use]
    pub fn stored_state(&self) -> Option<AgentAccessState> {
        let state = match self.action {
            AgentAccessAction::GrantAll => AgentAccessState::Granted,
            AgentAccessAction::RemoveAll => AgentAccessState::Removed,
        };
        self.changes().then_some(state)
    }

    /// The state afterwards; `None` if access was never granted.
    #[must_use]
    pub fn after(&self) -> Option<AgentAccessState> {
        self.stored_state().or(self.before)
    }

    /// The state before; `None` if access was never granted.
    #[must_use]
    pub const fn before(&self) -> Option<AgentAccessState> {
        self.before
    }

    /// The consequences.
    #[must_use]
    pub const fn consequences(&self) -> &AccessConsequences {
        &self.consequences
    }

    /// The reminder to show afterwards, if one applies (domain rule R-047).
    #[must_use]
    pub fn reminder(&self) -> Option<&'static str> {
        self.consequences.maintenance_required.then_some(REMINDER)
    }

    /// The confirmation prompt (domain rule R-043). It names the action, the provider and the
    /// number of agents.
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

    /// The effects of the change: the audit event that records it.
    #[must_use]
    pub fn effects(&self) -> Effects {
        let word = |state: Option<AgentAccessState>| AgentAccessStanding::from(state).as_str().to_owned();
        Effects::recorded_as(AuditEvent {
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
        })
    }
}
