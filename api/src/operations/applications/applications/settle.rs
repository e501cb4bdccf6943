//! What the transitions of the life cycle have in common: the transition with its traces, who is told, and what is recorded.

use portal_domain::applications::application::HistoryAction;
use portal_domain::applications::correspondence::{Decision, Matter};
use portal_domain::applications::life_cycle::{InvalidTransition, Transition};
use portal_domain::applications::notification::{Recipient, recipients};
use portal_domain::ground::application_status::ApplicationStatus;
use portal_domain::ground::audit::{AuditAction, AuditEvent, Detail};
use portal_persistence::Tx;
use portal_persistence::applications::applications::{Application, Step};
use validator::ValidationError;

use crate::http::auth::call::Call;
use crate::http::auth::permission::Permission;
use crate::http::problem::{Code, Problem};

/// Most characters of a reason.
pub(super) const REASON_MAX: usize = 2000;

/// A step that somebody takes.
pub(super) struct Move<'a> {
    /// Where it leads.
    pub transition: Transition,
    /// What the history says.
    pub history: HistoryAction,
    /// What the history adds.
    pub detail: Option<&'a str>,
    /// Whether it restarts the count of days without activity (domain rule R-064).
    pub is_activity: bool,
}

/// Takes a step of an application that is locked; gives the status it has now.
pub(super) fn take<P: Permission>(
    tx: &mut Tx<'_>,
    call: &Call<P>,
    application: &Application,
    step: &Move<'_>,
) -> Result<ApplicationStatus, Problem> {
    let status = step.transition.from(application.status)?;
    tx.applications().step(&Step {
        application: application.id,
        version: application.version,
        status: Some(status),
        is_activity: step.is_activity,
        action: step.history,
        actor: (Some(call.actor.user), &call.actor.name),
        detail: step.detail,
    })?;
    Ok(status)
}

impl From<InvalidTransition> for Problem {
    fn from(refused: InvalidTransition) -> Self {
        let allowed: Vec<_> = refused.allowed.iter().map(|status| status.as_str()).collect();
        let detail = match refused.to {
            Some(to) => format!("{} does not lead to {to}", refused.from),
            None => format!("nothing is changed about an application that is {}", refused.from),
        };
        let problem = Self::new(Code::invalid_transition, detail)
            .member("from", refused.from.as_str())
            .member("allowed", allowed);
        match refused.to {
            Some(to) => problem.member("to", to.as_str()),
            None => problem,
        }
    }
}

/// The application as letters and notices speak of it.
pub(super) fn matter(application: &Application) -> Matter {
    Matter {
        organization: application.organization,
        application: application.id,
        medicaid_id: application.on_file.id,
        number: application.application_number.clone(),
        application_type: application.application_type,
        provider_name: application.provider_name.clone(),
        reassignment: application.reassignment,
    }
}

/// Tells the provider what the department decided: a letter, and notices to whoever works on the application now.
pub(super) fn tell(
    tx: &mut Tx<'_>,
    application: &Application,
    matter: &Matter,
    decision: Decision<'_>,
) -> Result<(), Problem> {
    let audience = audience(tx, application)?;
    tx.correspondence().post(&matter.decided(decision))?;
    tx.notifications().post(&matter.notices(decision, &audience))?;
    Ok(())
}

/// Who hears about an application now.
pub(super) fn audience(tx: &mut Tx<'_>, application: &Application) -> Result<Vec<Recipient>, Problem> {
    let agents = tx.memberships().agents_by_id(application.organization, &[application.assigned_to])?;
    let agent = agents.into_iter().next().ok_or_else(Problem::not_found)?;
    let may_act = agent.may_receive_work() && application.ownership().agents_have_access;
    let managers = match may_act {
        true => vec![],
        false => tx.memberships().managers_to_notify(&[application.organization])?,
    };
    let managers: Vec<_> = managers.into_iter().map(|(_, user, name)| Recipient { user, name }).collect();
    Ok(recipients(Recipient { user: agent.user, name: agent.name }, may_act, &managers))
}

/// Records a step, after everything else. What was said to explain it stands in the history, not here.
pub(super) fn record<P: Permission>(
    tx: &mut Tx<'_>,
    call: &Call<P>,
    application: &Application,
    action: AuditAction,
    to: ApplicationStatus,
    further: Vec<(&'static str, Detail)>,
) -> Result<(), Problem> {
    let mut details = vec![
        ("application_number", Detail::Text(application.application_number.clone())),
        ("from", Detail::Text(application.status.to_string())),
        ("to", Detail::Text(to.to_string())),
    ];
    details.extend(further);
    let event = AuditEvent {
        organization: Some(application.organization),
        action,
        object: application.id.to_string(),
        details,
    };
    Ok(tx.audit().record(&event, &call.author())?)
}

/// Whether a text explains something: 1 to 2,000 characters, not only white space, and nothing that looks like a Social
/// Security number, for it is shown in many places; for `#[validate(custom)]`.
pub(super) fn explanation(text: &str) -> Result<(), ValidationError> {
    let refused = |code, message: String| {
        Err(ValidationError { message: Some(message.into()), ..ValidationError::new(code) })
    };
    if text.trim().is_empty() {
        return refused("blank", "must not be blank".into());
    }
    if text.chars().count() > REASON_MAX {
        return refused("too_long", format!("must have at most {REASON_MAX} characters"));
    }
    if portal_domain::ground::text::looks_like_ssn(text) {
        return refused("looks_like_ssn", "must not hold a Social Security number".into());
    }
    Ok(())
}
