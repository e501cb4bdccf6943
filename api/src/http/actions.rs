//! The actions on resources, and why a caller may not take them.

use portal_domain::applications::life_cycle::{ActionRefusal, ApplicationAction};
use portal_domain::identity::user_administration::{UserAction, UserRefusal};
use portal_domain::medicaid::agent_access_change::{AgentAccessAction, AgentAccessObstacle};
use portal_domain::organizations::invitation::InvitationRefusal;
use portal_domain::organizations::member_words::{MemberAction, MemberRefusal};
use portal_domain::organizations::organization::IneligibilityReason;
use portal_domain::organizations::policy::OrganizationAction;
use portal_domain::work::reassignment::{ItemRefusal, TargetRefusal};
use portal_domain::work::revert::RevertRefusal;
use utoipa::ToSchema;
use utoipa::openapi::schema::{ArrayBuilder, ObjectBuilder, Schema, Type};

use super::problem::Code;

/// Sends an invitation again.
pub const RESEND: &str = "resend";
/// Cancels an invitation.
pub const CANCEL: &str = "cancel";
/// Takes over applications from another agent.
pub const RECEIVE_WORK: &str = "receive_work";
/// Moves an application to another agent.
pub const REASSIGN: &str = "reassign";
/// Undoes a reassignment.
pub const REVERT: &str = "revert";

/// An action on a resource, and whether you may take it. Use it to show why a button is disabled.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, ToSchema)]
#[schema(example = json!({"action": "reassign", "allowed": true, "reasons": []}))]
pub struct ActionView {
    /// The action; [`offers`] lists them.
    #[schema(schema_with = action_schema)]
    pub action: &'static str,
    /// Whether you may take the action now.
    pub allowed: bool,
    /// The machine-readable reasons why not; empty if you may.
    #[schema(schema_with = reasons_schema)]
    pub reasons: Vec<&'static str>,
}

impl ActionView {
    /// An action with the reasons against it; allowed if there are none.
    #[must_use]
    pub const fn new(action: &'static str, reasons: Vec<&'static str>) -> Self {
        Self { action, allowed: reasons.is_empty(), reasons }
    }
}

/// The actions on one kind of resource.
pub struct Offer {
    /// The kind of resource.
    pub on: &'static str,
    /// The actions.
    pub actions: Vec<&'static str>,
    /// Every reason against one of the actions.
    pub reasons: Vec<&'static str>,
}

/// The actions on each kind of resource. The OpenAPI document and the documentation list them.
#[must_use]
pub fn offers() -> [Offer; 10] {
    use IneligibilityReason::{NoGroupMedicaidId, ThirdPartyOrganization};
    let suspensions = || [NoGroupMedicaidId, ThirdPartyOrganization].map(IneligibilityReason::as_str);
    let role_required = ActionRefusal::RoleRequired.as_str();
    let not_reassignable = ItemRefusal::ItemNotReassignable.as_str();
    let invalid_transition = ActionRefusal::InvalidTransition.as_str();
    [
        Offer {
            on: "organization",
            actions: words(OrganizationAction::ALL, |action| action.as_str()),
            reasons: [role_required].into_iter().chain(suspensions()).collect(),
        },
        Offer {
            on: "user",
            actions: words(UserAction::ALL, |action| action.as_str()),
            reasons: words(UserRefusal::ALL, |refusal| refusal.as_str()),
        },
        Offer {
            on: "member",
            actions: words(MemberAction::ALL, |action| action.as_str()),
            reasons: words(MemberRefusal::ALL, |refusal| refusal.as_str()),
        },
        Offer {
            on: "invitation",
            actions: vec![RESEND, CANCEL],
            reasons: words(InvitationRefusal::ALL, |refusal| refusal.as_str())
                .into_iter()
                .chain([invalid_transition])
                .collect(),
        },
        Offer {
            on: "individual Medicaid ID",
            actions: words(AgentAccessAction::ALL, |action| action.as_str()),
            reasons: words(AgentAccessObstacle::ALL, |obstacle| obstacle.as_str()),
        },
        Offer {
            on: "application",
            actions: words(&ApplicationAction::ON_APPLICATION, |action| action.as_str())
                .into_iter()
                .chain([REASSIGN])
                .collect(),
            reasons: words(ActionRefusal::ALL, |refusal| refusal.as_str())
                .into_iter()
                .chain([Code::revalidation_pending.as_str(), not_reassignable])
                .chain(suspensions())
                .collect(),
        },
        Offer {
            on: "document",
            actions: vec![ApplicationAction::RemoveDocument.as_str()],
            reasons: vec![
                role_required,
                ActionRefusal::NotAssigned.as_str(),
                ActionRefusal::AccessNotGranted.as_str(),
                invalid_transition,
                Code::plan_without_applications.as_str(),
            ],
        },
        Offer {
            on: "credentialing agent",
            actions: vec![RECEIVE_WORK],
            reasons: vec![TargetRefusal::TargetNotActiveCredentialingAgent.as_str()],
        },
        Offer { on: "work assignment", actions: vec![REASSIGN], reasons: vec![not_reassignable] },
        Offer {
            on: "reassignment",
            actions: vec![REVERT],
            reasons: words(RevertRefusal::ALL, |refusal| refusal.as_str()),
        },
    ]
}

fn words<T: Copy>(values: &[T], word: impl Fn(T) -> &'static str) -> Vec<&'static str> {
    values.iter().map(|value| word(*value)).collect()
}

/// A line for each kind of resource: its name and these words, in Markdown.
pub fn lines(words: impl Fn(&Offer) -> &[&'static str]) -> Vec<String> {
    let line = |offer: &Offer| {
        let quoted: Vec<_> = words(offer).iter().map(|word| format!("`{word}`")).collect();
        format!("{}: {}", offer.on, quoted.join(", "))
    };
    offers().iter().map(line).collect()
}

fn described(text: &str, words: impl Fn(&Offer) -> &[&'static str]) -> String {
    lines(words).iter().fold(text.to_owned(), |text, line| format!("{text}\n- {line}"))
}

fn action_schema() -> Schema {
    let text = described("The action. By resource:", |offer| &offer.actions);
    ObjectBuilder::new().schema_type(Type::String).description(Some(text)).into()
}

fn reasons_schema() -> Schema {
    let text = "The machine-readable reasons why not; empty if you may. Reasons can be added. By resource:";
    let text = described(text, |offer| &offer.reasons);
    let item = ObjectBuilder::new().schema_type(Type::String);
    ArrayBuilder::new().items(item).description(Some(text)).into()
}
