//! POST /provider-account-associations/{association_id}/complete

use actix_web::{post, web};
use portal_domain::ground::id::{AssociationId, MembershipId, OrganizationId, UserId};
use portal_domain::organizations::association::{self, Completed};
use portal_domain::organizations::association_confirmation::{Claimant, ConfirmationCause};
use portal_domain::organizations::member_words::MemberHistoryAction;
use portal_domain::organizations::membership::{MembershipStatus, Role, next_step};
use portal_domain::organizations::organization::OrganizationKind;
use portal_domain::organizations::provider_record::ProviderRecord;
use portal_domain::platform::plan::PlanProfile;
use portal_persistence::organizations::memberships::NewMembership;
use portal_persistence::organizations::organizations::NewOrganization;
use portal_persistence::{Done, Tx};

use super::create::agreement_of;
use super::refusal;
use super::request::{AssociationPath, CompletionRequest};
use super::view::{AssociationCompletedView, ProviderAccountView};
use crate::http::auth::call::Call;
use crate::http::auth::caller::May;
use crate::http::auth::permission::AssociateProviderAccounts;
use crate::http::extract::Json;
use crate::http::openapi::{
    AnyProblems, BodyProblems, ConflictProblems, IdempotencyHeader, LinkProblems, SignedInProblems,
};
use crate::http::problem::Problem;
use crate::http::reply::{Answered, Reply};

/// Associate your account with a Provider ID: step 2 of 2, provider agreement
///
/// Makes you the Administrator of the provider account, and switches to it. In plans where the staff
/// confirm the first Administrator, `status` is `verification_pending`: you see the account in `GET
/// /me/linked-accounts` and can do nothing in it until they do. You then get an email.
///
/// Complete it once, within 15 minutes after step 1. Everything is checked again. Of two simultaneous
/// requests without confirmation, one makes the caller the Administrator; the other gets
/// `administrator_exists`.
#[utoipa::path(
    tag = "provider accounts",
    params(AssociationPath, IdempotencyHeader),
    request_body = CompletionRequest,
    responses(
        (status = 201, body = AssociationCompletedView, description = "You are the Administrator of the account, or wait for the plan's staff.", headers(
            ("Location" = String, description = "The account's organization, or your linked accounts while you wait."),
            ("ETag" = String, description = "The entity tag of this representation."),
        )),
        AnyProblems, SignedInProblems, LinkProblems, BodyProblems, ConflictProblems,
    ),
)]
#[post("/provider-account-associations/{association_id}/complete")]
pub async fn complete_provider_account_association(
    caller: May<AssociateProviderAccounts>,
    path: web::Path<AssociationPath>,
    body: Json<CompletionRequest>,
) -> Answered {
    let Json(body) = body;
    caller
        .write(move |tx, call| {
            let finished = finish(tx, call, path.association_id, &body)?;
            tx.sessions().set_active_membership(call.actor.session, Some(finished.membership))?;
            finished.record(tx, call)
        })
        .await
}

/// An association with its effects stored, except the audit event, which comes last.
pub(crate) struct Finished {
    association: AssociationId,
    organization: OrganizationId,
    membership: MembershipId,
    record: ProviderRecord,
    completed: Completed,
}

/// Step 2 of both associating and linking.
pub(crate) fn finish(
    tx: &mut Tx<'_>,
    call: &Call<AssociateProviderAccounts>,
    association: AssociationId,
    body: &CompletionRequest,
) -> Result<Finished, Problem> {
    let user = call.actor.user;
    let found = tx.provider_records().lock_association(user, association)?;
    let (started, record) = found.ok_or_else(Problem::not_found)?;
    let plan = call.plan(record.plan)?;
    let relationship = tx.provider_records().relationship(record.organization, user)?;
    let terms = (agreement_of(plan)?, plan.association);
    let completed = association::complete(started, relationship, terms, body.acceptance(), call.now)
        .map_err(|refusals| refusal::problem(&refusals))?;
    tx.provider_records().consume_association(association)?;
    let organization = match record.organization {
        Some(organization) => organization,
        None => account_of(tx, &record)?,
    };
    let membership = join(tx, (organization, user), &completed, plan)?;
    let joined = MemberHistoryAction::Associated;
    tx.members().add_history(membership, joined, Some(user), &call.email, None)?;
    tx.provider_records().accept_agreement(organization, user, &completed)?;
    tx.association_confirmations().remove_waiting(user, record.id)?;
    if started.confirmed {
        tx.association_confirmations().set_membership(association, membership)?;
    } else if completed.status() == MembershipStatus::VerificationPending {
        let cause = ConfirmationCause::FirstAdministrator;
        tx.association_confirmations().insert(association, Some(membership), cause)?;
    }
    Ok(Finished { association, organization, membership, record, completed })
}

/// Stores the membership: a new one, or the one of a rejected claim.
fn join(
    tx: &mut Tx<'_>,
    (organization, user): (OrganizationId, UserId),
    completed: &Completed,
    plan: &PlanProfile,
) -> Result<MembershipId, Problem> {
    let (status, rights) = (completed.status(), completed.rights(&plan.permissions));
    if let Some(former) = completed.former() {
        tx.memberships().restart(former, status, &rights)?;
        return Ok(former);
    }
    let id = tx.new_id();
    tx.memberships().insert(&NewMembership {
        id,
        organization,
        user,
        status,
        roles: rights.roles.into_iter().collect(),
        permissions: rights.permissions.into_iter().collect(),
    })?;
    Ok(id)
}

/// Creates the provider account on the first association.
fn account_of(tx: &mut Tx<'_>, record: &ProviderRecord) -> Result<OrganizationId, Problem> {
    let id = tx.new_id();
    tx.organizations().insert(&NewOrganization {
        id,
        name: record.name.display(),
        kind: OrganizationKind::ProviderAccount,
        plan: record.plan,
        // Several Provider IDs may share one tax ID, but an organization's tax ID must be unique.
        tax_id: None,
    })?;
    tx.provider_records().set_organization(record.id, id)?;
    Ok(id)
}

impl Finished {
    /// Records the audit event and responds.
    pub(crate) fn record(
        self,
        tx: &mut Tx<'_>,
        call: &Call<AssociateProviderAccounts>,
    ) -> Result<(Reply, Done), Problem> {
        let status = self.completed.status();
        let staff = match status {
            MembershipStatus::VerificationPending => tx.members().plan_staff(self.record.plan)?,
            _ => vec![],
        };
        let claimant = Claimant {
            association: self.association,
            plan: self.record.plan,
            provider: &self.record.name.display(),
            username: self.record.provider_id.as_str(),
            name: &call.actor.name,
            email: &call.email,
            cause: ConfirmationCause::FirstAdministrator,
        };
        let effects =
            association::completed(self.organization, self.membership, &self.completed, &claimant, &staff);
        let done = tx.commit_effects(&effects, &call.author())?;
        let view = AssociationCompletedView {
            provider_account: ProviderAccountView {
                id: self.organization,
                name: self.record.name.display(),
                kind: OrganizationKind::ProviderAccount,
                plan: self.record.plan,
                username: self.record.provider_id.as_str().to_owned(),
            },
            membership_id: self.membership,
            role: Role::OrganizationAdministrator,
            status,
            next_step: next_step(OrganizationKind::ProviderAccount, status),
        };
        let location = match status {
            MembershipStatus::Active => format!("/api/v1/organizations/{}", self.organization),
            _ => String::from("/api/v1/me/linked-accounts"),
        };
        Ok(done.with(Reply::created(&view, 1, location)?))
    }
}
