//! Stored responses about members, before they are sent again.

use portal_domain::ground::id::{MembershipId, OrganizationId};
use portal_persistence::Tx;
use serde::Deserialize;

use super::view::{shows_last_login, shows_telephone};
use crate::http::auth::call::Call;
use crate::http::auth::permission::Permission;
use crate::http::problem::{Code, Problem};

/// Refuses to replay a stored response with data that the organization may not see any longer, for
/// example because the member was removed.
pub(crate) fn may_be_replayed<P: Permission>(
    tx: &mut Tx<'_>,
    _call: &Call<P>,
    body: &[u8],
) -> Result<(), Problem> {
    #[derive(Deserialize)]
    struct Shown {
        id: MembershipId,
        organization_id: OrganizationId,
        telephone: Option<String>,
        last_login_at: Option<String>,
    }
    let Ok(shown) = serde_json::from_slice::<Shown>(body) else { return Ok(()) };
    let member = tx.members().find(shown.organization_id, shown.id)?.ok_or_else(Problem::not_found)?.member;
    let hidden_since = (shown.telephone.is_some() && !shows_telephone(&member))
        || (shown.last_login_at.is_some() && !shows_last_login(&member));
    if hidden_since {
        return Err(Problem::new(Code::changed_meanwhile, "the member changed since the first response"));
    }
    Ok(())
}
