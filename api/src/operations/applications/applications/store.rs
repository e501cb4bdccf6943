//! What operations on applications share: storing a change, the recipients of notifications, and
//! the validation of reasons.

use portal_domain::applications::change::ApplicationChange;
use portal_domain::applications::correspondence::Matter;
use portal_domain::applications::life_cycle::InvalidTransition;
use portal_domain::applications::notification::recipients;
use portal_domain::ground::notice::Recipient;
use portal_persistence::Tx;
use portal_persistence::applications::applications::Application;

use crate::http::auth::call::Call;
use crate::http::auth::permission::Permission;
use crate::http::problem::{Code, Problem};

/// Stores a decided change to an application that is locked.
pub(crate) fn store<P: Permission>(
    tx: &mut Tx<'_>,
    call: &Call<P>,
    change: &ApplicationChange,
) -> Result<(), Problem> {
    tx.applications().change(change, (call.actor.user, &call.actor.name))?;
    Ok(())
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

/// The application as correspondence and notifications describe it.
pub(crate) fn matter(application: &Application) -> Matter {
    Matter {
        organization: application.organization,
        application: application.id,
        medicaid_id: application.on_file.id,
        number: application.application_number.clone(),
        application_type: application.application_type,
        provider_name: application.provider_name.clone(),
        reassignment: application.reassignment,
        status: application.status,
        version: application.version,
    }
}

/// Who is notified about an application now: its agent, or managers if the agent cannot act.
pub(super) fn audience(tx: &mut Tx<'_>, application: &Application) -> Result<Vec<Recipient>, Problem> {
    let agents = tx.memberships().agents_by_id(application.organization, &[application.assigned_to])?;
    let agent = agents.into_iter().next().ok_or_else(Problem::not_found)?;
    let may_act = agent.may_receive_work() && application.ownership().agents_have_access;
    let managers = match may_act {
        true => vec![],
        false => tx.memberships().managers_of(application.organization)?,
    };
    Ok(recipients(Recipient { user: agent.user, name: agent.name }, may_act, &managers))
}
