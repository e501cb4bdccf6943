//! Bodies about second factors.

use chrono::{DateTime, Utc};
use portal_domain::ground::id::MfaMethodId;
use portal_domain::identity::mfa::MfaMethodKind;
use portal_persistence::Tx;
use portal_persistence::identity::mfa::Method;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::http::auth::call::Call;
use crate::http::auth::permission::Permission;
use crate::http::auth::step_up::require_step_up_with;
use crate::http::problem::Problem;

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
    /// The ID.
    pub id: MfaMethodId,
    /// The kind.
    pub kind: MfaMethodKind,
    /// The display name of the kind.
    pub label: &'static str,
    /// When you confirmed it; absent until then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub registered_at: Option<DateTime<Utc>>,
    /// Whether it counts: it is confirmed, and was not registered before October 1, 2022.
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

/// A kind of second factor that you can register.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub struct AvailableMfaMethodView {
    /// The kind.
    pub kind: MfaMethodKind,
    /// The display name.
    pub label: &'static str,
    /// Whether it is the recommended one.
    pub recommended: bool,
}

/// Your second factors, and the kinds that you can register.
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
    /// Your second factors, oldest first; not paginated.
    pub items: Vec<MfaMethodView>,
    /// The kinds that you can register, the recommended one first.
    pub available: Vec<AvailableMfaMethodView>,
    /// The number of your unused recovery codes.
    pub recovery_codes_left: i64,
}

/// The caller's second factors, for a change of them. Requires a step-up. Otherwise a stolen session
/// would be enough to take over the login.
pub(super) fn own_methods<P: Permission>(tx: &mut Tx<'_>, call: &Call<P>) -> Result<Vec<Method>, Problem> {
    let methods = tx.mfa().list(call.actor.user)?;
    require_step_up_with(call, &methods)?;
    Ok(methods)
}
