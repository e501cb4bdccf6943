//! POST /organizations/{organization_id}/invite-list/send

use actix_web::{post, web};
use portal_domain::ground::id::{InvitationId, InviteListEntryId};
use portal_domain::ground::mail::OutgoingMail;
use portal_domain::organizations::invitation_effects;
use portal_persistence::Tx;
use portal_persistence::organizations::invite_list::InviteListEntry;
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::auth::caller::May;
use crate::http::auth::permission::ManageMembers;
use crate::http::openapi::{
    AnyProblems, ConflictProblems, IdempotencyHeader, NotFoundProblems, OrganizationPath, RightProblems,
    SignedInProblems,
};
use crate::http::problem::{Code, Problem};
use crate::http::reply::{Answered, Reply};
use crate::operations::organizations::invitations::{Invited, Inviter, NewOffer, invite};

/// The outcome for each user on the list.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "results": [
        {"email": "sam.reed@commonwealth.example", "outcome": "success", "message": "The invitation is on its way.", "invitation_id": "inv_01k2zqj5t8e4vbx9m3c7w6r1hd"},
        {"email": "lee.park@commonwealth.example", "outcome": "failure", "message": "/zip does not match", "code": "zip_not_matched"}
    ],
    "sent": 1,
    "failed": 1
}))]
pub struct InviteListOutcomeView {
    /// The outcomes, in the order of the list.
    pub results: Vec<InviteOutcomeView>,
    /// The number of users invited; they are no longer on the list.
    pub sent: i64,
    /// The number of users not invited; they are still on the list.
    pub failed: i64,
}

/// The outcome for one user.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct InviteOutcomeView {
    /// The email address.
    pub email: String,
    /// Whether the user was invited.
    pub outcome: InviteOutcome,
    /// A message to display.
    pub message: String,
    /// The invitation; absent on failure.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub invitation_id: Option<InvitationId>,
    /// The machine-readable reason; absent on success.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
}

/// Whether a user was invited.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum InviteOutcome {
    /// The invitation was created.
    Success,
    /// The user was not invited.
    Failure,
}

/// Invite all users on your invite list
///
/// Requires `manage_members`. Each user is checked separately, so one failure does not stop the
/// others. Invited users leave the list. The others stay on it, with the reason.
#[utoipa::path(
    tag = "invitations",
    params(OrganizationPath, IdempotencyHeader),
    responses(
        (status = 200, body = InviteListOutcomeView, description = "The outcome for each user."),
        AnyProblems, SignedInProblems, RightProblems, NotFoundProblems, ConflictProblems,
        (status = 422, body = crate::http::problem::ProblemDocument, content_type = "application/problem+json", description = "The list is empty, or the Idempotency-Key was used for another request."),
    ),
)]
#[post("/organizations/{organization_id}/invite-list/send")]
pub async fn send_invite_list(caller: May<ManageMembers>, path: web::Path<OrganizationPath>) -> Answered {
    caller
        .write(move |tx, call| {
            let organization = call.organization(tx, path.organization_id)?.facts;
            let inviter = Inviter::locked(tx, call, &organization)?;
            let list = tx.invitations().invite_list(organization.id, call.actor.user)?;
            if list.is_empty() {
                return Err(Problem::new(Code::invite_list_empty, "the list is empty"));
            }
            let mut outcome = Outcome::default();
            for entry in list {
                outcome.add(tx, &inviter, entry)?;
            }
            let Outcome { results, invited, mails } = outcome;
            tx.invitations().remove_from_list(&invited)?;
            let view = InviteListOutcomeView::of(results);
            let ids = view.results.iter().filter_map(|result| result.invitation_id);
            let ids = ids.map(|id| id.to_string()).collect();
            let done = tx.commit_effects(
                &invitation_effects::list_sent(organization.id, ids, (view.sent, view.failed), mails),
                &call.author(),
            )?;
            Ok(done.with(Reply::ok(&view)?))
        })
        .await
}

/// The outcome so far.
#[derive(Default)]
struct Outcome {
    results: Vec<InviteOutcomeView>,
    /// The entries whose users were invited.
    invited: Vec<InviteListEntryId>,
    mails: Vec<OutgoingMail>,
}

impl Outcome {
    /// Invites the user, or records on the list why not.
    fn add(&mut self, tx: &mut Tx<'_>, inviter: &Inviter<'_>, entry: InviteListEntry) -> Result<(), Problem> {
        let new = NewOffer {
            email: entry.email.clone(),
            name: Some((entry.first_name, entry.last_name)),
            offer: entry.offer,
            zip: Some(entry.zip),
        };
        let email = entry.email.as_str().to_owned();
        let result = match invite(tx, inviter, &new)? {
            Ok(Invited { stored, mail }) => {
                self.invited.push(entry.id);
                self.mails.push(mail);
                InviteOutcomeView {
                    email,
                    outcome: InviteOutcome::Success,
                    message: "The invitation is on its way.".into(),
                    invitation_id: Some(stored.invitation.id),
                    code: None,
                }
            }
            Err(problem) => {
                let (code, message) = problem.in_short();
                tx.invitations().note_failure(entry.id, &code)?;
                InviteOutcomeView {
                    email,
                    outcome: InviteOutcome::Failure,
                    message,
                    invitation_id: None,
                    code: Some(code),
                }
            }
        };
        self.results.push(result);
        Ok(())
    }
}

impl InviteListOutcomeView {
    fn of(results: Vec<InviteOutcomeView>) -> Self {
        let count = |outcome| {
            let counted = results.iter().filter(|result| result.outcome == outcome).count();
            i64::try_from(counted).unwrap_or(i64::MAX)
        };
        let (sent, failed) = (count(InviteOutcome::Success), count(InviteOutcome::Failure));
        Self { results, sent, failed }
    }
}
