//! The body of preview and creation, and the agents that it names.

use portal_domain::ground::id::{ApplicationId, MembershipId};
use portal_domain::organizations::membership::Agent;
use portal_domain::work::reassignment::{self, ChosenItem};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::{Validate, ValidationError};

use crate::http::problem::Problem;

/// The applications to move, and the agents.
#[derive(Clone, Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "from_agent_id": "mbr_01k2zqj5t8e4vbx9m3c7w6r1hd",
    "to_agent_id": "mbr_01k2zqj5t8e4vbx9m3c7w6r1he",
    "items": [{"id": "app_01k2zqj5t8e4vbx9m3c7w6r1hd", "version": 1}]
}))]
pub struct ReassignRequest {
    /// The agent who has the work; may be a disabled or former member.
    #[serde(default)]
    #[validate(required(code = "required", message = "is required"))]
    #[schema(required)]
    pub from_agent_id: Option<MembershipId>,
    /// The agent who takes over: another active credentialing agent of the organization.
    #[serde(default)]
    #[validate(required(code = "target_required", message = "is required"))]
    #[schema(required)]
    pub to_agent_id: Option<MembershipId>,
    /// The applications, each with the version you have read; 1 to 500 entries. A repeated
    /// application moves once.
    #[serde(default, deserialize_with = "crate::http::extract::objects")]
    #[validate(
        required(code = "no_items_selected", message = "is required"),
        custom(function = number_of_items),
        nested
    )]
    #[schema(required, min_items = 1, max_items = 500)]
    pub items: Option<Vec<ChosenItemRequest>>,
}

/// An application as you have read it.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChosenItemRequest {
    /// The application.
    pub id: ApplicationId,
    /// The version you have read.
    #[validate(range(min = 1, code = "minimum", message = "must be at least 1"))]
    #[schema(minimum = 1)]
    pub version: i64,
}

fn number_of_items(items: &[ChosenItemRequest]) -> Result<(), ValidationError> {
    let refuse = |code, message: &'static str| {
        Err(ValidationError { message: Some(message.into()), ..ValidationError::new(code) })
    };
    match items.len() {
        0 => refuse("no_items_selected", "choose at least one"),
        1..=reassignment::MAX_ITEMS => Ok(()),
        _ => refuse("too_many_items", "at most 500 at a time"),
    }
}

const _: () = assert!(reassignment::MAX_ITEMS == 500, "the body's documented limit is the rule's");

impl ReassignRequest {
    /// The choice as domain values.
    #[must_use]
    pub fn chosen(&self) -> Vec<ChosenItem> {
        let items = self.items.iter().flatten();
        items.map(|item| ChosenItem { id: item.id, version: item.version }).collect()
    }

    /// The IDs of the chosen applications.
    #[must_use]
    pub fn application_ids(&self) -> Vec<ApplicationId> {
        self.items.iter().flatten().map(|item| item.id).collect()
    }

    /// The memberships of the two agents.
    #[must_use]
    pub fn agent_ids(&self) -> Vec<MembershipId> {
        [self.from_agent_id, self.to_agent_id].into_iter().flatten().collect()
    }

    /// The two agents, if both are among those found in the organization.
    pub fn agents(&self, found: &[Agent]) -> Result<(Agent, Agent), Problem> {
        let agent = |id: Option<MembershipId>| found.iter().find(|agent| Some(agent.id) == id).cloned();
        agent(self.from_agent_id).zip(agent(self.to_agent_id)).ok_or_else(Problem::not_found)
    }
}
