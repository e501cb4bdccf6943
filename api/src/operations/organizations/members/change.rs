//! Actions on members, used by every operation on a member. One transaction decides, stores the
//! effects, and posts the emails.

use portal_domain::ground::id::{MembershipId, OrganizationId};
use portal_domain::ground::mail::{MailContent, OutgoingMail, SecurityMatter};
use portal_domain::identity::one_time_token::TokenPurpose;
use portal_domain::identity::session::SessionEnd;
use portal_domain::organizations::actor::Actor;
use portal_domain::organizations::member::{self, Circumstances, MemberChange};
use portal_domain::organizations::member_effects::Recorded;
use portal_domain::organizations::member_words::MemberAction;
use portal_domain::organizations::membership::MembershipStatus;
use portal_domain::organizations::organization::OrganizationFacts;
use portal_domain::platform::plan::PlanProfile;
use portal_persistence::identity::one_time_tokens::TokenSubject;
use portal_persistence::organizations::members::{Addressee, MemberEntry};
use portal_persistence::organizations::organizations::Organization;
use portal_persistence::{Done, Tx};

use super::refusal;
use super::request::{MemberPath, Wanted};
use super::view::MemberView;
use crate::http::auth::call::Call;
use crate::http::auth::permission::Permission;
use crate::http::problem::{Code, Problem};
use crate::http::reply::{Reply, require_match};
use crate::portal::one_time_token::OneTimeToken;

/// The maximum number of links sent to a member in an hour; more are refused (decision D-19).
const MAILS_PER_MEMBER: i64 = 5;

/// A member, found and locked, with the circumstances of a decision.
pub(crate) struct Found {
    /// The organization.
    pub organization: Organization,
    /// The member.
    pub entry: MemberEntry,
    /// The active administrators, or the account managers of a practice.
    pub administrators: Vec<Addressee>,
    /// Whether plan staff verify the original registrant of a practice.
    pub original: bool,
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
        let again = tx.sessions().live(call.actor.session)?.filter(|live| !live.ended && !live.barred);
        let actor = again.ok_or_else(|| Problem::new(Code::unauthenticated, "the session is over"))?.actor;
        let entry = tx.members().find(organization.facts.id, member)?.ok_or_else(Problem::not_found)?;
        let administrators = tx.members().administrators(organization.facts.id, organization.facts.kind)?;
        Ok(Self { organization, entry, administrators, original: false, renamed: None, actor })
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
    tell(tx, call, &found, &change, version)?;
    let recorded = Recorded {
        organization: found.organization.facts.id,
        is_original_registrant: found.original,
        renamed: found.renamed.as_deref(),
        ended_sessions: sessions,
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

/// Posts the emails that go with a change.
fn tell<P: Permission>(
    tx: &mut Tx<'_>,
    call: &Call<P>,
    found: &Found,
    change: &MemberChange,
    version: i64,
) -> Result<(), Problem> {
    let facts = &found.organization.facts;
    let plan = call.plan(facts.plan)?;
    let (organization, name) = (facts.name.clone(), found.entry.name());
    let id = change.before().id;
    let content = match change.action() {
        MemberAction::SendRegistrationEmail | MemberAction::SendPasswordResetEmail
            if !tx.sign_in_attempts().hit_window(
                &format!("member_mail|{id}"),
                MAILS_PER_MEMBER,
                chrono::Duration::hours(1),
            )? =>
        {
            return Err(Problem::new(
                Code::too_many_requests,
                "the member has been sent enough links for this hour",
            )
            .retry_after(3600));
        }
        MemberAction::SendRegistrationEmail => Some(registration_mail(tx, facts, plan, &found.entry)?),
        MemberAction::SendPasswordResetEmail => {
            let token = OneTimeToken::generate(TokenPurpose::PasswordReset);
            let expires_at = call.now + plan.links.password_reset();
            let subject = TokenSubject::User(change.before().user);
            tx.one_time_tokens().issue(TokenPurpose::PasswordReset, &token.hash(), subject, expires_at)?;
            Some(MailContent::PasswordReset { name, token: token.expose().to_owned(), expires_at })
        }
        MemberAction::EndSessions => {
            Some(MailContent::SecurityNotice { name, matter: SecurityMatter::SessionsEndedByManager })
        }
        _ if !plan.members.mail_on_status_change => None,
        MemberAction::VerifyAccount | MemberAction::EnableUser => {
            let must_register = change.status() == MembershipStatus::Unverified;
            Some(MailContent::MemberEnabled { organization, name, must_register })
        }
        MemberAction::DisableUser => {
            change.disabled_reason().map(|reason| MailContent::MemberDisabled { organization, name, reason })
        }
        MemberAction::RevokeUser => Some(MailContent::MemberRevoked { organization, name }),
        MemberAction::MakeAdmin | MemberAction::UpdatePermissions => None,
    };
    if let Some(content) = content {
        let recipient = portal_domain::ground::email::EmailAddress::parse(&found.entry.email)
            .map_err(|_error| Problem::new(Code::internal_error, "a stored address is none"))?;
        let key = format!("{}:{id}:{version}", content.template());
        let organization = Some(facts.id);
        tx.outbox().post(&[OutgoingMail { key, recipient, organization, content }])?;
    }
    // In a practice, a new administrator who must still register is announced only afterwards.
    if change.makes_administrator(facts.kind) && change.status() == MembershipStatus::Active {
        tell_administrators(tx, facts, &found.administrators, (&found.entry.name(), id), &call.actor.name)?;
    }
    Ok(())
}

/// An email with a new link to complete the registration.
pub(crate) fn registration_mail(
    tx: &mut Tx<'_>,
    organization: &OrganizationFacts,
    plan: &PlanProfile,
    entry: &MemberEntry,
) -> Result<MailContent, Problem> {
    let token = OneTimeToken::generate(TokenPurpose::Registration);
    let expires_at = tx.now() + plan.links.registration();
    let subject = TokenSubject::Membership(entry.member.user, entry.member.id);
    tx.one_time_tokens().issue(TokenPurpose::Registration, &token.hash(), subject, expires_at)?;
    Ok(MailContent::Registration {
        plan: organization.plan,
        organization: organization.name.clone(),
        name: entry.name(),
        token: token.expose().to_owned(),
        expires_at,
    })
}

/// Tells the previous administrators about a new one.
pub(crate) fn tell_administrators(
    tx: &mut Tx<'_>,
    organization: &OrganizationFacts,
    administrators: &[Addressee],
    (name, member): (&str, MembershipId),
    by: &str,
) -> Result<(), Problem> {
    let mail = |addressee: &Addressee| OutgoingMail {
        key: format!("administrator_added:{member}:{}:{}", addressee.user, tx.now().timestamp_micros()),
        recipient: addressee.email.clone(),
        organization: Some(organization.id),
        content: MailContent::AdministratorAdded {
            organization: organization.name.clone(),
            name: name.to_owned(),
            by: by.to_owned(),
        },
    };
    let mails: Vec<_> = administrators.iter().map(mail).collect();
    Ok(tx.outbox().post(&mails)?)
}
