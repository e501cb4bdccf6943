//! An association that plan staff decide about: found, locked, and stored.

use portal_domain::ground::id::AssociationId;
use portal_domain::organizations::association::administrator_rights;
use portal_domain::organizations::association_confirmation::{
    self, AssociationToConfirm, ConfirmationAction, ConfirmationDecision, ConfirmationStatus, Recorded,
};
use portal_domain::organizations::member_words::MemberHistoryAction;
use portal_domain::organizations::membership::MembershipStatus;
use portal_persistence::organizations::association_confirmations::StoredConfirmation;
use portal_persistence::{Done, Tx};

use super::refusal;
use super::view::PlanAssociationView;
use crate::http::auth::call::{Call, require_plan};
use crate::http::auth::permission::ConfirmAssociations;
use crate::http::problem::Problem;
use crate::http::reply::Reply;

/// Refuses to replay a stored response about an association of a plan that the caller no longer
/// serves (domain rule R-208).
pub(super) fn may_be_replayed(
    tx: &mut Tx<'_>,
    call: &Call<ConfirmAssociations>,
    body: &[u8],
) -> Result<(), Problem> {
    #[derive(serde::Deserialize)]
    struct About {
        id: AssociationId,
    }
    let about: About = serde_json::from_slice(body).map_err(|_about_something_else| Problem::not_found())?;
    let stored = tx.association_confirmations().find(about.id)?.ok_or_else(Problem::not_found)?;
    call.require_plan(stored.plan)
}

/// An association, found and locked.
pub(super) struct Found {
    stored: StoredConfirmation,
    administrator_exists: bool,
}

impl Found {
    /// Finds an association of the caller's plans, and locks the provider account if it exists.
    pub(super) fn locked(
        tx: &mut Tx<'_>,
        call: &Call<ConfirmAssociations>,
        id: AssociationId,
    ) -> Result<Self, Problem> {
        let mut stored = tx.association_confirmations().find(id)?.ok_or_else(Problem::not_found)?;
        call.require_plan(stored.plan)?;
        if let Some(organization) = stored.organization {
            tx.members().lock_organization(organization)?;
            let still_staff = call.actor_behind_lock(tx)?;
            require_plan::<ConfirmAssociations>(&still_staff, stored.plan)?;
            stored = tx.association_confirmations().find(id)?.ok_or_else(Problem::not_found)?;
        }
        let relationship = tx.provider_records().relationship(stored.organization, stored.user)?;
        Ok(Self { stored, administrator_exists: relationship.administrator_exists })
    }

    /// Decides whether the caller may confirm or reject it.
    pub(super) fn decide(
        &self,
        call: &Call<ConfirmAssociations>,
        action: ConfirmationAction,
    ) -> Result<ConfirmationDecision, Problem> {
        let association = AssociationToConfirm {
            id: self.stored.id,
            user: self.stored.user,
            cause: self.stored.cause,
            status: self.stored.status,
            membership: self.stored.membership,
            administrator_exists: self.administrator_exists,
        };
        association_confirmation::decide(association, action, call.actor.user)
            .map_err(|refusals| refusal::problem(&refusals, &association))
    }

    /// Stores the decision with its effects, and responds.
    pub(super) fn store(
        &self,
        tx: &mut Tx<'_>,
        call: &Call<ConfirmAssociations>,
        decision: &ConfirmationDecision,
        reason: Option<&str>,
    ) -> Result<(Reply, Done), Problem> {
        let stored = &self.stored;
        let plan = call.plan(stored.plan)?;
        let confirmed = decision.status() == ConfirmationStatus::Confirmed;
        tx.association_confirmations().decide(decision, call.actor.user, reason)?;
        let mut accept_until = None;
        match decision.membership() {
            Some(id) if confirmed => {
                let rights = administrator_rights(&plan.permissions);
                tx.members().admit(id, MembershipStatus::VerificationPending, MembershipStatus::Active)?;
                tx.memberships().set_rights(id, &rights)?;
                self.remember(tx, call, MemberHistoryAction::Verified)?;
            }
            Some(id) => {
                tx.members().reject(id)?;
                self.remember(tx, call, MemberHistoryAction::Revoked)?;
            }
            None if confirmed => {
                let expires_at = call.now + plan.links.registration();
                tx.provider_records().extend_association(stored.id, expires_at)?;
                accept_until = Some(expires_at);
            }
            None => {}
        }
        let effects = decision.effects(Recorded {
            organization: stored.organization,
            plan: stored.plan,
            provider: &stored.provider.display(),
            name: &stored.name,
            email: &stored.email,
            reason,
            accept_until,
        });
        let done = tx.commit_effects(&effects, &call.author())?;
        let decided = tx.association_confirmations().find(stored.id)?.ok_or_else(Problem::not_found)?;
        let view = PlanAssociationView::from(decided);
        Ok(done.with(Reply::resource(&view, view.version())?))
    }

    /// Adds the decision to the history of the membership.
    fn remember(
        &self,
        tx: &mut Tx<'_>,
        call: &Call<ConfirmAssociations>,
        action: MemberHistoryAction,
    ) -> Result<(), Problem> {
        let Some((membership, _)) = self.stored.membership else { return Ok(()) };
        tx.members().add_history(membership, action, Some(call.actor.user), &call.email, None)?;
        Ok(())
    }
}
