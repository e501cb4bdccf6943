//! Bodies about invitations.

use chrono::{DateTime, Utc};
use portal_domain::Instant;
use portal_domain::ground::id::{InvitationId, OrganizationId};
use portal_domain::organizations::delegation::{self, Rights, may_confer};
use portal_domain::organizations::invitation::{
    self, Circumstances, KnownMember, Offer, ShownInvitationStatus, role_name,
};
use portal_domain::organizations::membership::{self, Role};
use portal_domain::organizations::organization::OrganizationFacts;
use portal_persistence::Tx;
use portal_persistence::organizations::invitations::StoredInvitation;
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::actions::{ActionView, CANCEL, RESEND};
use crate::http::auth::call::Call;
use crate::http::auth::permission::Permission;
use crate::http::page::list_view;
use crate::http::problem::Problem;

/// The application's name in invitation emails (domain rule R-007).
pub const APPLICATION_NAME: &str = "Partner Portal";

/// An invitation. Its link is only in the email.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "inv_01k2zqj5t8e4vbx9m3c7w6r1hd",
    "organization_id": "org_01k2zqj5t8e4vbx9m3c7w6r1hd",
    "version": 1,
    "email": "nora.fields@bluegrass.example",
    "role": "ca_admin_manager",
    "role_name": "AdminManager",
    "application_name": "Partner Portal",
    "permissions": [],
    "status": "pending",
    "invited_by": "Katherine Tully",
    "created_at": "2026-02-01T12:00:00Z",
    "expires_at": "2026-02-04T12:00:00Z",
    "actions": [{"action": "resend", "allowed": true, "reasons": []}]
}))]
pub struct InvitationView {
    /// The ID.
    pub id: InvitationId,
    /// The organization.
    pub organization_id: OrganizationId,
    /// The version; incremented on every change.
    pub version: i64,
    /// The recipient's email address.
    pub email: String,
    /// The first name that the inviter entered; absent if there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_name: Option<String>,
    /// The last name that the inviter entered; absent if there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_name: Option<String>,
    /// The role offered.
    pub role: Role,
    /// The role's name in the email.
    pub role_name: &'static str,
    /// The application's name in the email.
    pub application_name: &'static str,
    /// The permissions offered with it.
    pub permissions: Vec<membership::Permission>,
    /// The current status.
    pub status: ShownInvitationStatus,
    /// The inviter's name.
    pub invited_by: String,
    /// When it was created.
    pub created_at: DateTime<Utc>,
    /// When the link expires; exclusive.
    pub expires_at: DateTime<Utc>,
    /// When it was accepted, canceled, or superseded; absent until then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub settled_at: Option<DateTime<Utc>>,
    /// Whether you can take each action, and if not, why.
    pub actions: Vec<ActionView>,
}

list_view! {
    /// Invitations, newest first.
    InvitationList of InvitationView
}

impl InvitationView {
    /// The invitation with its actions. It can be resent if the offer could be made again, and
    /// canceled while it is open.
    pub(super) fn of(
        stored: StoredInvitation,
        circumstances: &Circumstances<'_>,
        known: Option<&KnownMember>,
        now: Instant,
    ) -> Self {
        let status = stored.invitation.shown_status(now);
        let open = matches!(status, ShownInvitationStatus::Pending | ShownInvitationStatus::Expired);
        let not_pending = || if open { vec![] } else { vec!["invalid_transition"] };
        let refusals = invitation::examine(
            circumstances,
            &stored.invitation.offer,
            known,
            known.map(|known| known.user),
        );
        let against_resending: Vec<_> =
            not_pending().into_iter().chain(refusals.iter().map(|refusal| refusal.as_str())).collect();
        let beyond = !may_take_back(circumstances, &stored.invitation.offer);
        let against_cancelling: Vec<_> =
            not_pending().into_iter().chain(beyond.then_some("beyond_authority")).collect();
        let (first_name, last_name) = stored.name.unzip();
        Self {
            id: stored.invitation.id,
            organization_id: stored.invitation.organization,
            version: stored.version,
            email: stored.invitation.email.as_str().to_owned(),
            first_name,
            last_name,
            role: stored.invitation.offer.role,
            role_name: role_name(stored.invitation.offer.role),
            application_name: APPLICATION_NAME,
            permissions: stored.invitation.offer.permissions.iter().copied().collect(),
            status,
            invited_by: stored.created_by_name,
            created_at: stored.created_at,
            expires_at: stored.invitation.expires_at,
            settled_at: stored.settled_at,
            actions: vec![
                ActionView::new(RESEND, against_resending),
                ActionView::new(CANCEL, against_cancelling),
            ],
        }
    }

    /// Invitations of one organization, with one lookup of the known members.
    pub(super) fn all<P: Permission>(
        tx: &mut Tx<'_>,
        call: &Call<P>,
        organization: &OrganizationFacts,
        stored: Vec<StoredInvitation>,
    ) -> Result<Vec<Self>, Problem> {
        let emails: Vec<_> = stored.iter().map(|one| &one.invitation.email).collect();
        let known = tx.members().known_by_emails(organization.id, &emails)?;
        let circumstances = Circumstances {
            inviter: &call.actor,
            organization,
            offered: &call.plan(organization.plan)?.permissions,
            active_credentialing_agents: tx.members().active_credentialing_agents(organization.id)?,
        };
        let view = |one: StoredInvitation| {
            let known = known.get(&one.invitation.email.key());
            Self::of(one, &circumstances, known, call.now)
        };
        Ok(stored.into_iter().map(view).collect())
    }

    /// One invitation.
    pub(super) fn one<P: Permission>(
        tx: &mut Tx<'_>,
        call: &Call<P>,
        organization: &OrganizationFacts,
        stored: StoredInvitation,
    ) -> Result<Self, Problem> {
        let mut all = Self::all(tx, call, organization, vec![stored])?;
        all.pop().ok_or_else(Problem::not_found)
    }
}

/// To cancel an offer, the caller must be able to make it (decision D-09).
pub(super) fn may_take_back(circumstances: &Circumstances<'_>, offer: &Offer) -> bool {
    let grantable = delegation::grantable(circumstances.inviter, circumstances.organization);
    may_confer(&grantable, &Rights::default(), &offer.rights())
}
