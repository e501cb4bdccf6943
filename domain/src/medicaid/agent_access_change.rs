//! A change of all agents' access to a Medicaid ID, and its consequences.

use crate::ground::audit::{AuditAction, AuditEvent, Detail};
use crate::ground::id::{MedicaidIdId, OrganizationId};
use crate::medicaid::agent_access::{AgentAccessStanding, AgentAccessState, MedicaidIdTie};
use crate::vocabulary;
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
