//! Step-up: refuses changes that would help someone take over a login or an organization, unless the
//! caller proved their identity in the last five minutes (decision D-09).

use portal_domain::identity::step_up::StepUpRequired;
use portal_persistence::Tx;
use portal_persistence::identity::mfa::Method;

use crate::http::auth::call::Call;
use crate::http::auth::permission::Permission;
use crate::http::problem::{Code, Problem};

/// Requires a recent proof of the caller, whose second factors it loads. Call it last, so that a
/// caller who may not make the change anyway does not have to give a proof first.
pub fn require_step_up<P: Permission>(tx: &mut Tx<'_>, call: &Call<P>) -> Result<(), Problem> {
    let methods = tx.mfa().list(call.actor.user)?;
    require_step_up_with(call, &methods)
}

/// Requires a recent proof of a caller with these second factors.
pub fn require_step_up_with<P: Permission>(call: &Call<P>, methods: &[Method]) -> Result<(), Problem> {
    let has_factor = methods.iter().any(Method::counts);
    Ok(call.proofs.examine(has_factor, call.session_now)?)
}

impl From<StepUpRequired> for Problem {
    fn from(required: StepUpRequired) -> Self {
        let text = "the last proof of your identity in this session is missing or older than five minutes";
        Self::new(Code::step_up_required, text).member("accepted", required.accepted)
    }
}
