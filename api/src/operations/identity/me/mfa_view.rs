//! Bodies about second factors.

use chrono::{DateTime, Utc};
use portal_domain::ground::id::MfaMethodId;
use portal_domain::identity::mfa::{MfaMethodKind, is_stepped_up};
use portal_persistence::Tx;
use portal_persistence::identity::mfa::Method;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::http::auth::call::Call;
use crate::http::auth::permission::Permission;
use crate::http::problem::{Code, Problem};

/// The path of one of the caller's second factors.
#[derive(Clone, Copy, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct MfaMethodPath {
    /// The second factor.
    pub mfa_method_id: MfaMethodId,
}

/// One of your second factors.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "mfa_01k2zqj5t8e4vbx9m3c7w6r1hd",
    "kind": "okta_verify",
    "label": "OKTA Verify",
    "registered_at": "2026-02-01T12:00:00Z",
    "valid": true
}))]
pub struct MfaMethodView {
    /// Its id.
    pub id: MfaMethodId,
    /// Which kind.
    pub kind: MfaMethodKind,
    /// What people call that kind.
    pub label: &'static str,
    /// When you confirmed it; absent before.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub registered_at: Option<DateTime<Utc>>,
    /// Whether it counts: it is confirmed, and not from before 1 October 2022.
    pub valid: bool,
}

impl From<&Method> for MfaMethodView {
    fn from(method: &Method) -> Self {
        Self {
            id: method.id,
            kind: method.kind,
            label: method.kind.label(),
            registered_at: method.registered_at,
            valid: method.counts(),
        }
    }
}

/// A kind of second factor you can register.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub struct AvailableMfaMethodView {
    /// The kind.
    pub kind: MfaMethodKind,
    /// What people call it.
    pub label: &'static str,
    /// Whether it is the recommended one.
    pub recommended: bool,
}

/// Your second factors, and what you can register.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "items": [{
        "id": "mfa_01k2zqj5t8e4vbx9m3c7w6r1hd",
        "kind": "okta_verify",
        "label": "OKTA Verify",
        "registered_at": "2026-02-01T12:00:00Z",
        "valid": true
    }],
    "available": [
        {"kind": "okta_verify", "label": "OKTA Verify", "recommended": true},
        {"kind": "symantec_vip", "label": "Symantec VIP", "recommended": false}
    ],
    "recovery_codes_left": 10
}))]
pub struct MfaMethodList {
    /// Your second factors, oldest first; there are never more than a few.
    pub items: Vec<MfaMethodView>,
    /// The kinds you can register, the recommended one first.
    pub available: Vec<AvailableMfaMethodView>,
    /// How many of your recovery codes still work.
    pub recovery_codes_left: i64,
}

/// The caller's second factors. Who has one that counts must have shown it in this session, and a moment ago, to change
/// anything about them: or else a stolen password, or a session left open, would be enough to take the login over.
pub(super) fn own_methods<P: Permission>(tx: &mut Tx<'_>, call: &Call<P>) -> Result<Vec<Method>, Problem> {
    let methods = tx.mfa().list(call.actor.user)?;
    if !methods.iter().any(Method::counts) {
        return Ok(methods);
    }
    let text = match call.second_factor_at {
        Some(shown_at) if is_stepped_up(shown_at, call.session_now) => return Ok(methods),
        Some(_) => "you showed your second factor more than five minutes ago; sign in again with it",
        None => "this session began without your second factor; sign in again with it",
    };
    Err(Problem::new(Code::mfa_required, text))
}
