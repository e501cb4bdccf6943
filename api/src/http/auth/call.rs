//! A request inside its transaction: the caller, the time, and the checks that every request
//! passes.

use std::marker::PhantomData;
use std::sync::Arc;

use portal_domain::Instant;
use portal_domain::applications::credentialing::CredentialingPolicy;
use portal_domain::ground::id::{MembershipId, OrganizationId, SessionId};
use portal_domain::ground::plan_code::{PlanCode, PlanScope};
use portal_domain::identity::step_up::Proofs;
use portal_domain::organizations::actor::Actor;
use portal_domain::organizations::membership::MembershipStatus;
use portal_domain::organizations::policy;
use portal_domain::organizations::second_factor::second_factor_required;
use portal_domain::platform::plan::PlanProfile;
use portal_persistence::organizations::live_sessions::LiveSession;
use portal_persistence::organizations::organizations::Organization;
use portal_persistence::platform::audit::Author;
use portal_persistence::platform::read_events::Reading;
use portal_persistence::{StoreError, Tx};

use crate::http::auth::permission::Permission;
use crate::http::auth::reads::{Looked, Reads};
use crate::http::problem::{Code, Problem};
use crate::http::reply::Reply;
use crate::portal::services::Services;
use crate::portal::settings::SecondFactor;
use crate::portal::state::Portal;
use crate::portal::tokens::Claims;
/// The parts of a request that its work on the blocking pool needs.
#[derive(Clone)]
pub(crate) struct Envelope {
    pub(crate) claims: Claims,
    pub(crate) path: String,
    pub(crate) query: String,
    pub(crate) if_match: Option<String>,
    pub(crate) if_none_match: Option<String>,
    pub(crate) request_id: String,
    pub(crate) client_address: String,
    pub(crate) purpose: Option<String>,
}

/// A request inside its transaction: the caller, the time, and the context of the request.
pub struct Call<P> {
    /// The caller, as loaded in this transaction.
    pub actor: Actor,
    /// The caller's email address.
    pub email: String,
    /// The current time by the business clock.
    pub now: Instant,
    /// The current time by the session clock.
    pub session_now: Instant,
    /// When the caller gave which proof in this session.
    pub proofs: Proofs,
    /// The membership in which the caller works. `None` if the caller chose none, or if the
    /// membership is no longer active.
    pub active_membership: Option<MembershipId>,
    /// The session and the generation that were recorded as used; `None` if nothing was.
    recorded_use: Option<(SessionId, i64)>,
    services: Arc<Services>,
    envelope: Envelope,
    reads: Reads,
    permission: PhantomData<P>,
}

impl<P: Permission> Call<P> {
    pub(crate) fn open(
        tx: &mut Tx<'_>,
        portal: &Portal,
        envelope: Envelope,
        touch: Touch,
    ) -> Result<Self, Problem> {
        let session_now = portal.clock.session_now();
        let (session, recorded_use) = authenticate(tx, portal, &envelope.claims, session_now, touch)?;
        if !P::WITHOUT_SECOND_FACTOR {
            require_second_factor(portal, &session)?;
        }
        let proofs = Proofs {
            started_at: session.started_at,
            password_at: session.password_at,
            second_factor_at: session.second_factor_at,
        };
        let LiveSession { actor, email, active_membership, .. } = session;
        require_right::<P>(&actor)?;
        let works_there = |id: &MembershipId| {
            let mut memberships = actor.memberships.iter();
            memberships
                .any(|membership| membership.id == *id && membership.status == MembershipStatus::Active)
        };
        Ok(Self {
            active_membership: active_membership.filter(works_there),
            actor,
            email,
            now: tx.now(),
            session_now,
            proofs,
            recorded_use,
            services: portal.services(),
            envelope,
            reads: Reads::default(),
            permission: PhantomData,
        })
    }

    /// The plans for which the caller has the platform role that `P` requires (domain rule R-208).
    #[must_use]
    pub fn plans_served(&self) -> PlanScope {
        self.actor.plans_served(P::PLATFORM)
    }

    /// Refuses what belongs to a plan for which the caller lacks the platform role that `P` requires.
    /// The response is that for a nonexistent resource (domain rule R-208).
    pub fn require_plan(&self, plan: PlanCode) -> Result<(), Problem> {
        require_plan::<P>(&self.actor, plan)
    }

    /// Returns the organization if the caller can see it and may do `P` there. Organizations that
    /// do not exist and those that the caller cannot see get the same response.
    pub fn organization(&self, tx: &mut Tx<'_>, id: OrganizationId) -> Result<Organization, Problem> {
        let organization = self.visible_organization(tx, id)?;
        if let Some(action) = P::ACTION {
            policy::judge(&self.actor, action, &organization.facts)?;
        }
        Ok(organization)
    }

    fn visible_organization(&self, tx: &mut Tx<'_>, id: OrganizationId) -> Result<Organization, Problem> {
        let found = tx.organizations().find(id)?;
        let visible = found.filter(|found| self.actor.sees_organization(&found.facts));
        let organization = visible.ok_or_else(Problem::not_found)?;
        self.require_plan(organization.facts.plan)?;
        Ok(organization)
    }

    /// Reads the caller again behind a lock. While the transaction waited for it, the session can have
    /// ended, the login can have been locked, and rights can have been revoked.
    pub fn actor_behind_lock(&self, tx: &mut Tx<'_>) -> Result<Actor, Problem> {
        let actor = actor_behind_lock(tx, self.actor.session)?;
        require_right::<P>(&actor)?;
        Ok(actor)
    }

    /// Returns the profile of a plan.
    pub fn plan(&self, code: PlanCode) -> Result<&PlanProfile, Problem> {
        Ok(self.services.plan(code)?)
    }

    /// Returns the plan's rules for applications. Fails if the plan has no applications.
    pub fn credentialing(&self, code: PlanCode) -> Result<&CredentialingPolicy, Problem> {
        self.plan(code)?
            .credentialing
            .as_ref()
            .ok_or_else(|| Problem::new(Code::plan_without_applications, "the plan has no applications"))
    }

    /// What the portal shares, except for its database.
    #[must_use]
    pub fn services(&self) -> &Services {
        &self.services
    }

    /// Whether the caller's current roles and permissions require a second factor (domain rule
    ///
    #[must_use]
    pub fn needs_second_factor(&self) -> bool {
        needs_second_factor(&self.services, &self.actor)
    }

    /// The caller as the author of audit events.
    #[must_use]
    pub fn author(&self) -> Author<'_> {
        Author { user: Some(self.actor.user), name: &self.actor.name, request_id: &self.envelope.request_id }
    }

    /// Notes that the response shows personal data. What has to be recorded is stored before the
    /// response is sent. Refuses staff who state no purpose.
    pub fn looks_at(&self, looked: impl IntoIterator<Item = Looked>) -> Result<(), Problem> {
        self.reads.add(&self.actor, self.envelope.purpose.as_deref(), looked)
    }

    /// Records what was read, in one statement.
    pub(super) fn record_reads(&self, tx: &mut Tx<'_>) -> Result<(), Problem> {
        let events = self.reads.take();
        if events.is_empty() {
            return Ok(());
        }
        let reading = Reading {
            user: Some(self.actor.user),
            name: &self.actor.name,
            session: Some(self.actor.session),
            client_address: &self.envelope.client_address,
            request_id: &self.envelope.request_id,
        };
        Ok(tx.read_events().record(&reading, &events)?)
    }

    pub(super) const fn recorded_use(&self) -> Option<(SessionId, i64)> {
        self.recorded_use
    }

    /// The `If-Match` header.
    #[must_use]
    pub fn if_match(&self) -> Option<&str> {
        self.envelope.if_match.as_deref()
    }

    /// The path of the request.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.envelope.path
    }

    /// Builds the response for a list, with a `Link` to the next page if there is one (RFC 8288).
    pub fn list(&self, view: &impl crate::http::page::ListView) -> Result<Reply, Problem> {
        let reply = Reply::ok(view)?;
        let Some(cursor) = view.next_cursor() else { return Ok(reply) };
        let kept =
            url::form_urlencoded::parse(self.envelope.query.as_bytes()).filter(|(name, _)| name != "cursor");
        let query = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(kept)
            .append_pair("cursor", cursor)
            .finish();
        Ok(reply.with("link", format!("<{}?{query}>; rel=\"next\"", self.envelope.path)))
    }
}

/// Refuses an actor who lacks the platform role that `P` requires for that plan.
pub(crate) fn require_plan<P: Permission>(actor: &Actor, plan: PlanCode) -> Result<(), Problem> {
    match P::PLATFORM.is_empty() || actor.serves(P::PLATFORM, plan) {
        true => Ok(()),
        false => Err(Problem::not_found()),
    }
}

/// Refuses an actor without the platform role for any plan, or without any organization in which the
/// right applies.
fn require_right<P: Permission>(actor: &Actor) -> Result<(), policy::Refusal> {
    if !P::PLATFORM.is_empty() && !actor.serves_any_plan(P::PLATFORM) {
        return Err(policy::Refusal::RoleRequired);
    }
    P::ACTION.map_or(Ok(()), |action| policy::may_at_all(actor, action))
}

pub(super) fn actor_behind_lock(tx: &mut Tx<'_>, session: SessionId) -> Result<Actor, Problem> {
    match tx.sessions().live(session)? {
        Some(live) if !live.ended && !live.barred => Ok(live.actor),
        _ => Err(Problem::new(Code::unauthenticated, "the session has ended")),
    }
}

/// Whether recording the last use of a session may be skipped.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Touch {
    /// Skip it rather than wait for a writer. The next request records it.
    IfFree,
    /// Always record it, because the transaction writes anyway.
    Always,
}

/// The age in seconds at which the recorded last use of a session is updated.
const SEEN_EVERY_SECONDS: i64 = 60;

/// Loads and checks the session of these claims, and records that it was used. Fails if the session
/// has ended, or if the user is locked or disabled.
pub(super) fn authenticate(
    tx: &mut Tx<'_>,
    services: &Services,
    claims: &Claims,
    now: Instant,
    touch: Touch,
) -> Result<(LiveSession, Option<(SessionId, i64)>), Problem> {
    let refused = || Problem::new(Code::unauthenticated, "the session has ended");
    let session = tx.sessions().live(claims.sid)?.ok_or_else(refused)?;
    let over = services.tokens.lifetimes().is_over(session.started_at, session.last_seen_at, now);
    if session.ended || session.barred || over || session.actor.user != claims.sub {
        return Err(refused());
    }
    let newer = claims.generation > session.seen_generation;
    if !newer && (now - session.last_seen_at).num_seconds() < SEEN_EVERY_SECONDS {
        return Ok((session, None));
    }
    let generation = claims.generation.max(session.seen_generation);
    match (tx.sessions().touch(claims.sid, generation), touch) {
        (Err(StoreError::Busy(_)), Touch::IfFree) => {
            tracing::debug!("the last use of the session was not recorded")
        }
        (touched, _) => touched?,
    }
    Ok((session, Some((claims.sid, generation))))
}

fn needs_second_factor(services: &Services, actor: &Actor) -> bool {
    services.settings.second_factor == SecondFactor::Enforced
        && second_factor_required(&actor.memberships, &actor.platform_roles, |plan| {
            services.plans.get(plan).map(|profile| &profile.second_factor)
        })
}

/// Refuses a session without a second factor if the user's roles require one.
pub(super) fn require_second_factor(services: &Services, session: &LiveSession) -> Result<(), Problem> {
    if session.second_factor_at.is_none() && needs_second_factor(services, &session.actor) {
        let text = "your roles require a second factor, and this session has none";
        return Err(Problem::new(Code::mfa_registration_required, text));
    }
    Ok(())
}
