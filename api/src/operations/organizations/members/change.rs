//! Applies an action to a member: for the operations that change a member, for verification by plan
//! staff, and for enable links.

use portal_domain::ground::id::{MembershipId, OrganizationId};
use portal_domain::identity::one_time_token::TokenPurpose;
use portal_domain::identity::session::SessionEnd;
use portal_domain::organizations::actor::Actor;
use portal_domain::organizations::addressee::{Addressee, MailedLink};
use portal_domain::organizations::member::{self, Circumstances};
use portal_domain::organizations::member_effects::Recorded;
use portal_domain::organizations::member_words::MemberAction;
use portal_domain::platform::plan::PlanProfile;
use portal_persistence::identity::one_time_tokens::TokenSubject;
use portal_persistence::identity::users::stored_address;
use portal_persistence::organizations::members::MemberEntry;
use portal_persistence::organizations::organizations::Organization;
use portal_persistence::{Done, Tx};

use super::refusal;
use super::request::{MemberPath, Wanted};
use super::view::MemberView;
use crate::http::auth::call::Call;
use crate::http::auth::permission::Permission;
use crate::http::auth::step_up::require_step_up;
use crate::http::problem::{Code, Problem};
use crate::http::reply::{Reply, require_match};
use crate::portal::one_time_token::OneTimeToken;

/// The maximum number of links sent to a member in an hour; more are refused, to
/// protect the mailbox.
const MAILS_PER_MEMBER: i64 = 5;

/// A member, found and locked, with the circumstances of a decision.
pub(crate) struct Found {
    /// The organization.
    pub organization: Organization,
    /// The member.
    pub entry: MemberEntry,
    /// The active administrators, or the account managers of a practice.
    pub administrators: Vec<Addressee>,
    /// The link for the first registrant of a practice, whom plan staff verify.
    pub first_registrant_link: Option<MailedLink>,
    /// The new name of the organization, if it was renamed with the action.
    pub renamed: Option<String>,
    /// The caller, read again after locking, so that rights revoked meanwhile do not count.
    pub actor: Actor,
}

impl Found {
    /// Finds and locks a member of an organization that the caller can see.
    pub(crate) fn locked<P: Permission>(
        tx: &mut Tx<'_>,
        call: &Call<P>,
        organization: OrganizationId,
        member: MembershipId,
    ) -> Result<Self, Problem> {
        let organization = call.organization(tx, organization)?;
        tx.members().lock_organization(organization.facts.id)?;
        let actor = call.actor_behind_lock(tx)?;
        let entry = tx.members().find(organization.facts.id, member)?.ok_or_else(Problem::not_found)?;
        let administrators = tx.members().administrators(organization.facts.id, organization.facts.kind)?;
        Ok(Self { organization, entry, administrators, first_registrant_link: None, renamed: None, actor })
    }

    /// The circumstances for the rules.
    pub(crate) fn circumstances<'a>(&'a self, plan: &'a PlanProfile) -> Circumstances<'a> {
        Circumstances {
            actor: &self.actor,
            organization: &self.organization.facts,
            policy: plan.members,
            offered: &plan.permissions,
            administrators: i64::try_from(self.administrators.len()).unwrap_or(i64::MAX),
        }
    }
}

/// Whether the request must state a version.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Precondition {
    /// For PATCH.
    Required,
    /// For POST.
    None,
}

/// Finds the member, decides, stores, notifies, and responds.
pub(super) fn change_member<P: Permission>(
    tx: &mut Tx<'_>,
    call: &Call<P>,
    path: MemberPath,
    action: MemberAction,
    wanted: &Wanted,
    precondition: Precondition,
) -> Result<(Reply, Done), Problem> {
    let found = Found::locked(tx, call, path.organization_id, path.member_id)?;
    let plan = call.plan(found.organization.facts.plan)?;
    if precondition == Precondition::Required {
        let current =
            MemberView::of(&found.entry, &found.organization, &found.circumstances(plan), (call.now, plan));
        require_match(call.if_match(), found.entry.version, &current)?;
    }
    apply_change(tx, call, found, action, wanted)
}

/// Decides on a member who is found and locked, stores, notifies, and responds.
pub(crate) fn apply_change<P: Permission>(
    tx: &mut Tx<'_>,
    call: &Call<P>,
    found: Found,
    action: MemberAction,
    wanted: &Wanted,
) -> Result<(Reply, Done), Problem> {
    let plan = call.plan(found.organization.facts.plan)?;
    let circumstances = found.circumstances(plan);
    let update = wanted.update(plan)?;
    let change = member::decide(action, &circumstances, found.entry.member.clone(), update)
        .map_err(|refusals| refusal::problem(&refusals, &circumstances, &found.entry.member))?;
    if change.needs_step_up(found.organization.facts.kind) {
        require_step_up(tx, call)?;
    }
    let version = tx.members().apply(&change, found.entry.version)?;
    let comment = change.comment().map(|comment| comment.as_str());
    let (history, _) = action.records();
    tx.members().add_history(change.before().id, history, Some(call.actor.user), &call.email, comment)?;
    let sessions = match action {
        MemberAction::EndSessions => {
            Some(tx.sessions().end_all(change.before().user, SessionEnd::EndedByManager)?)
        }
        _ => None,
    };
    let link = link_to_send(tx, call, &found, action)?;
    let email = stored_address(&found.entry.email)?;
    let recorded = Recorded {
        organization: &found.organization.facts,
        name: &found.entry.name(),
        email: &email,
        version,
        mail_on_status_change: plan.members.mail_on_status_change,
        link: link.as_ref(),
        original_registrant: found.first_registrant_link.as_ref().map(|link| (link, found.entry.version)),
        renamed: found.renamed.as_deref(),
        ended_sessions: sessions,
        administrators: &found.administrators,
        by: &call.actor.name,
        now: call.now,
    };
    let done = tx.commit_effects(&change.effects(recorded), &call.author())?;
    let entry = tx.members().find(found.organization.facts.id, change.before().id)?;
    let entry = entry.ok_or_else(Problem::not_found)?;
    let administrators =
        tx.members().administrators(found.organization.facts.id, found.organization.facts.kind)?;
    let found = Found { entry, administrators, ..found };
    let view =
        MemberView::of(&found.entry, &found.organization, &found.circumstances(plan), (call.now, plan));
    Ok(done.with(Reply::resource(&view, found.entry.version)?))
}

/// Issues the link that an action sends to the member. Refuses if too many were sent.
fn link_to_send<P: Permission>(
    tx: &mut Tx<'_>,
    call: &Call<P>,
    found: &Found,
    action: MemberAction,
) -> Result<Option<MailedLink>, Problem> {
    if !matches!(action, MemberAction::SendRegistrationEmail | MemberAction::SendPasswordResetEmail) {
        return Ok(None);
    }
    let subject = format!("member_mail|{}", found.entry.member.id);
    if !tx.sign_in_attempts().hit_window(&subject, MAILS_PER_MEMBER, chrono::Duration::hours(1))? {
        let text = "the member has been sent enough links for this hour";
        return Err(Problem::new(Code::too_many_requests, text).retry_after(3600));
    }
    // The address may have changed before the lock: the link must not go to the old one.
    let user = tx.users().lock(found.entry.member.user)?;
    if user.is_none_or(|user| user.email != found.entry.email) {
        return Err(Problem::new(Code::changed_meanwhile, "the member's email address changed"));
    }
    let plan = call.plan(found.organization.facts.plan)?;
    if action == MemberAction::SendRegistrationEmail {
        return registration_link(tx, plan, &found.entry).map(Some);
    }
    let token = OneTimeToken::generate(TokenPurpose::PasswordReset);
    let expires_at = call.now + plan.links.password_reset();
    let subject = TokenSubject::User(found.entry.member.user);
    tx.one_time_tokens().issue(TokenPurpose::PasswordReset, &token.hash(), subject, expires_at)?;
    Ok(Some(MailedLink { token: token.expose().to_owned(), expires_at }))
}

/// Issues a new link to complete the registration.
pub(crate) fn registration_link(
    tx: &mut Tx<'_>,
    plan: &PlanProfile,
    entry: &MemberEntry,
) -> Result<MailedLink, Problem> {
    let token = OneTimeToken::generate(TokenPurpose::Registration);
    let expires_at = tx.now() + plan.links.registration();
    let subject = TokenSubject::Membership(entry.member.user, entry.member.id);
    tx.one_time_tokens().issue(TokenPurpose::Registration, &token.hash(), subject, expires_at)?;
    Ok(MailedLink { token: token.expose().to_owned(), expires_at })
}
