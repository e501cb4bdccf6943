//! The application that a request concerns, as far as the caller can see it.

use portal_domain::applications::credentialing::CredentialingPolicy;
use portal_domain::applications::life_cycle::{
    ActionRefusal, ApplicationAction, judge, status_refusal, waits_for_revalidation,
};
use portal_domain::applications::screen::Subject;
use portal_domain::applications::starting::OpenRevalidation;
use portal_domain::applications::visibility::{Sight, sight_of_application};
use portal_domain::ground::id::ApplicationId;
use portal_domain::platform::read_event::ReadAction;
use portal_persistence::Tx;
use portal_persistence::applications::applications::Application;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::http::auth::call::Call;
use crate::http::auth::permission::Permission;
use crate::http::auth::reads::Looked;
use crate::http::problem::{Code, Problem, Refusal};

/// The application, if the caller can see it.
pub(crate) fn visible<P: Permission>(
    tx: &mut Tx<'_>,
    call: &Call<P>,
    id: ApplicationId,
) -> Result<Application, Problem> {
    let found = tx.applications().find(id)?;
    as_seen(call, found)
}

/// A read of the application.
pub(crate) fn looked(action: ReadAction, application: &Application) -> Looked {
    Looked::at(action, application.id, Some(application.organization)).in_status(application.status)
}

/// The application, locked until the transaction ends, if the caller may perform the action now.
/// Otherwise the error lists every reason.
pub(crate) fn locked_for<P: Permission>(
    tx: &mut Tx<'_>,
    call: &Call<P>,
    id: ApplicationId,
    action: ApplicationAction,
) -> Result<Application, Problem> {
    let found = tx.applications().find_locked(id)?.ok_or_else(Problem::not_found)?;
    // Refuse only `Hidden` here. The user who started it may withdraw it without access to the
    // Medicaid ID (domain rule R-065).
    let sight = sight_of_application(&call.actor, &found.ownership());
    if sight == Sight::Hidden {
        return Err(Problem::not_found());
    }
    let policy = call.credentialing(found.plan)?;
    allowed(call, &found, action, policy)?;
    Ok(found)
}

/// Refuses to replay a stored response about an application that the caller can no longer see.
/// Access may have been removed since (domain rule R-046).
pub(crate) fn may_be_replayed<P: Permission>(
    tx: &mut Tx<'_>,
    call: &Call<P>,
    body: &[u8],
) -> Result<(), Problem> {
    #[derive(serde::Deserialize)]
    struct About {
        id: ApplicationId,
    }
    match serde_json::from_slice::<About>(body) {
        Ok(About { id }) => visible(tx, call, id).map(drop),
        Err(_about_something_else) => Ok(()),
    }
}

/// Refuses to replay a stored response about this application to a caller who may no longer see it.
pub(crate) fn may_be_replayed_about<P: Permission>(
    id: ApplicationId,
) -> impl Fn(&mut Tx<'_>, &Call<P>, &[u8]) -> Result<(), Problem> {
    move |tx, call, _body| visible(tx, call, id).map(drop)
}

fn as_seen<P: Permission>(call: &Call<P>, found: Option<Application>) -> Result<Application, Problem> {
    let application = found.ok_or_else(Problem::not_found)?;
    match sight_of_application(&call.actor, &application.ownership()) {
        Sight::Visible => Ok(application),
        Sight::AccessNotGranted => Err(access_not_granted()),
        Sight::Hidden => Err(Problem::not_found()),
    }
}

/// The organization's agents have no access to the Medicaid ID (domain rule R-046).
pub(crate) fn access_not_granted() -> Problem {
    Problem::refused(&[ActionRefusal::AccessNotGranted])
}

/// Checks the rules.
fn allowed<P: Permission>(
    call: &Call<P>,
    application: &Application,
    action: ApplicationAction,
    policy: &CredentialingPolicy,
) -> Result<(), Problem> {
    let refusals = judge(&call.actor, &application.ownership(), action, policy, call.now);
    if refusals.is_empty() {
        return Ok(());
    }
    let reasons: Vec<_> = refusals.iter().map(|refusal| refusal.as_str()).collect();
    let problem = Problem::refused(&refusals);
    Err(match status_refusal(action, application.status) {
        Some(refused) if problem.code() == Code::invalid_transition => {
            Problem::from(refused).member("reasons", reasons)
        }
        _ => problem.detail(format!("{action} is not possible: {}", reasons.join(", "))),
    })
}

impl Refusal for ActionRefusal {
    // 403 is more serious than 409: what a caller may not do at all, no change of status allows.
    const CODES: &'static [(Self, Code)] = &[
        (Self::RoleRequired, Code::role_required),
        (Self::NotAssigned, Code::not_assigned),
        (Self::NotInitiator, Code::not_initiator),
        (Self::AccessNotGranted, Code::access_not_granted),
        (Self::InvalidTransition, Code::invalid_transition),
        (Self::NotWithdrawnAutomatically, Code::not_restorable),
        (Self::RestorationExpired, Code::not_restorable),
    ];

    fn reason(self) -> &'static str {
        self.as_str()
    }

    fn detail(self) -> &'static str {
        match self {
            Self::AccessNotGranted => "the organization's agents have no access to this Medicaid ID",
            _ => "the action is not possible",
        }
    }
}

/// What the screen rules need to know about an application.
pub(crate) fn subject_of(application: &Application) -> Subject<'_> {
    Subject {
        application_type: application.application_type,
        category: application.category,
        provider_type: &application.provider_type_code,
    }
}

/// The open revalidation that blocks submission (domain rule R-073). A revalidation started
/// concurrently needs no lock: this application was submitted first.
pub(super) fn pending_revalidation(
    tx: &mut Tx<'_>,
    application: &Application,
) -> Result<Option<OpenRevalidation>, Problem> {
    match &application.medicaid_id {
        Some(medicaid_id) if could_wait(application) => {
            Ok(tx.medicaid_ids().open_revalidation(medicaid_id)?)
        }
        _ => Ok(None),
    }
}

/// The path of an application.
#[derive(Clone, Copy, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct ApplicationPath {
    /// The application.
    pub application_id: ApplicationId,
}

pub(super) const fn could_wait(application: &Application) -> bool {
    waits_for_revalidation(application.application_type, application.status)
}
