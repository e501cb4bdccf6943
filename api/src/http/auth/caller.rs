//! The guard: `May<P>` in a handler's signature is the only way to the database, and it asks before it lets anyone in.

use std::future::{Ready, ready};
use std::marker::PhantomData;
use std::net::IpAddr;

use actix_web::dev::Payload;
use actix_web::http::Method;
use actix_web::http::header::{self, HeaderMap};
use actix_web::{FromRequest, HttpMessage, HttpRequest, HttpResponse, web};
use portal_domain::Instant;
use portal_domain::applications::credentialing::CredentialingPolicy;
use portal_domain::ground::id::{MembershipId, OrganizationId};
use portal_domain::ground::plan_code::PlanCode;
use portal_domain::identity::user::PlatformRole;
use portal_domain::organizations::actor::Actor;
use portal_domain::organizations::membership::MembershipStatus;
use portal_domain::organizations::policy::{self, OrganizationAction};
use portal_domain::organizations::second_factor::second_factor_required;
use portal_domain::platform::plan::PlanProfile;
use portal_persistence::organizations::live_sessions::LiveSession;
use portal_persistence::organizations::organizations::Organization;
use portal_persistence::platform::audit::Author;
use portal_persistence::platform::idempotency::{Claim, KeyedRequest};
use portal_persistence::{StoreError, Tx};
use sha2::{Digest, Sha256};

use crate::http::extract::BodyDigest;
use crate::http::limits::client_address;
use crate::http::problem::{Code, FieldError, Problem};
use crate::http::reply::{Answered, Reply};
use crate::http::request_id::LoggedUser;
use crate::portal::rate_limits::subscriber;
use crate::portal::settings::SecondFactor;
use crate::portal::state::Portal;
use crate::portal::tokens::Claims;

/// What a handler's callers must be allowed to do at all.
pub trait Permission: 'static {
    /// The action, where it is one within an organization.
    const ACTION: Option<OrganizationAction>;
    /// The roles outside any organization one of which is needed; none are where this is empty.
    const PLATFORM: &'static [PlatformRole] = &[];
    /// Whether it may be done by somebody who still has to register the second factor they need (domain rule R-111).
    const WITHOUT_SECOND_FACTOR: bool = false;
}

/// Being signed in is enough.
pub struct UsePortal;
/// Search an agent's work, reassign it, see earlier reassignments.
pub struct ManageWorkAssignments;
/// Give all agents access to an individual Medicaid ID, or take it away.
pub struct ManageAgentAccess;
/// Make and revoke calendars of an organization's due dates.
pub struct ManageCalendarFeeds;
/// Decide about applications, for the department.
pub struct ReviewApplications;
/// Verify callers, for the support center.
pub struct VerifyCallers;
/// Read an organization's audit trail.
pub struct ViewAuditEvents;
/// Look after an organization's members and invite people.
pub struct ManageMembers;
/// Look after the installation.
pub struct OperateSystem;
/// Set up the first registrants of practices.
pub struct VerifyRegistrations;
/// Being signed in is enough, even for somebody who still has to register a second factor: see who they are, end their
/// sessions, register it.
pub struct RegisterFactor;

impl Permission for UsePortal {
    const ACTION: Option<OrganizationAction> = None;
}
impl Permission for ManageWorkAssignments {
    const ACTION: Option<OrganizationAction> = Some(OrganizationAction::ManageWorkAssignments);
}
impl Permission for ManageAgentAccess {
    const ACTION: Option<OrganizationAction> = Some(OrganizationAction::ManageAgentAccess);
}
impl Permission for ManageCalendarFeeds {
    const ACTION: Option<OrganizationAction> = Some(OrganizationAction::ManageCalendarFeeds);
}
impl Permission for ReviewApplications {
    const ACTION: Option<OrganizationAction> = None;
    const PLATFORM: &'static [PlatformRole] = &[PlatformRole::DmsReviewer];
}
impl Permission for VerifyCallers {
    const ACTION: Option<OrganizationAction> = None;
    const PLATFORM: &'static [PlatformRole] = &[PlatformRole::Support];
}
impl Permission for ViewAuditEvents {
    const ACTION: Option<OrganizationAction> = Some(OrganizationAction::ViewAuditEvents);
}
impl Permission for ManageMembers {
    const ACTION: Option<OrganizationAction> = Some(OrganizationAction::ManageMembers);
}
impl Permission for OperateSystem {
    const ACTION: Option<OrganizationAction> = None;
    const PLATFORM: &'static [PlatformRole] = &[PlatformRole::Operator];
}
impl Permission for VerifyRegistrations {
    const ACTION: Option<OrganizationAction> = None;
    const PLATFORM: &'static [PlatformRole] = &[PlatformRole::PlanStaff];
}
impl Permission for RegisterFactor {
    const ACTION: Option<OrganizationAction> = None;
    const WITHOUT_SECOND_FACTOR: bool = true;
}

/// A caller with a genuine access token, who may do `P` as far as the database agrees.
pub struct May<P> {
    portal: web::Data<Portal>,
    claims: Claims,
    request: HttpRequest,
    permission: PhantomData<P>,
}

impl<P: Permission> FromRequest for May<P> {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _payload: &mut Payload) -> Self::Future {
        let needed = || Problem::new(Code::unauthenticated, "an access token is needed");
        let wired = wired(request).and_then(|(portal, claims)| Ok((portal, claims.ok_or_else(needed)?)));
        ready(wired.map(|(portal, claims)| Self {
            portal,
            claims,
            request: request.clone(),
            permission: PhantomData,
        }))
    }
}

/// The portal, and the claims of the request's access token: none without one, a refusal for a bad one.
pub(super) fn wired(request: &HttpRequest) -> Result<(web::Data<Portal>, Option<Claims>), Problem> {
    let claims = request.extensions().get::<Result<Claims, Problem>>().cloned().transpose()?;
    let portal = request.app_data::<web::Data<Portal>>().cloned();
    let portal = portal.ok_or_else(|| Problem::new(Code::internal_error, "the portal is not wired up"))?;
    if let Some(claims) = &claims {
        request.extensions_mut().insert(LoggedUser(claims.sub));
    }
    Ok((portal, claims))
}

/// The parts of a request that its work on the blocking pool needs.
#[derive(Clone)]
struct Envelope {
    claims: Claims,
    path: String,
    query: String,
    if_match: Option<String>,
    if_none_match: Option<String>,
    request_id: String,
}

/// The work of a handler. It is boxed so that the code behind it is compiled once for each permission, not once for each
/// handler.
type ReadWork<P> = Box<dyn FnOnce(&mut Tx<'_>, &Call<P>) -> Result<Reply, Problem> + Send>;
/// Refuses to send a kept answer again that the caller may no longer see; it is given the answer's body.
pub type ReplayCheck<P> = fn(&mut Tx<'_>, &Call<P>, &[u8]) -> Result<(), Problem>;
type WriteWork<P> = Box<dyn Fn(&mut Tx<'_>, &Call<P>) -> Result<Reply, Problem> + Send>;

fn text_of(headers: &HeaderMap, name: header::HeaderName) -> Option<String> {
    headers.get(name)?.to_str().ok().map(str::to_owned)
}

impl<P: Permission> May<P> {
    /// The portal that answers.
    #[must_use]
    pub fn portal(&self) -> &web::Data<Portal> {
        &self.portal
    }

    /// Where the request comes from: of an IPv6 address the /64.
    #[must_use]
    pub fn origin(&self) -> IpAddr {
        subscriber(client_address(&self.request, &self.portal.settings))
    }

    fn envelope(&self) -> Envelope {
        let headers = self.request.headers();
        Envelope {
            claims: self.claims.clone(),
            path: self.request.path().to_owned(),
            query: self.request.query_string().to_owned(),
            if_match: text_of(headers, header::IF_MATCH),
            if_none_match: text_of(headers, header::IF_NONE_MATCH),
            request_id: crate::portal::request_id::current(),
        }
    }

    /// Reads on the blocking pool, after the session was found good.
    pub fn read(
        self,
        work: impl FnOnce(&mut Tx<'_>, &Call<P>) -> Result<Reply, Problem> + Send + 'static,
    ) -> impl Future<Output = Answered> {
        self.read_with(Box::new(work))
    }

    async fn read_with(self, work: ReadWork<P>) -> Answered {
        let envelope = self.envelope();
        // A condition of this kind spares a GET its answer; a POST that reads is asked for one (RFC 9110, 13.1.2).
        let if_none_match = envelope.if_none_match.clone().filter(|_| self.request.method() == Method::GET);
        let portal = self.portal.clone();
        let reply = self
            .portal
            .blocking(move || {
                let moment = portal.moment();
                portal.database.read(moment, |tx| {
                    let call = Call::open(tx, &portal, envelope, Touch::IfFree)?;
                    work(tx, &call)
                })
            })
            .await?;
        Ok(reply.into_response(if_none_match.as_deref()))
    }

    /// Writes on the blocking pool, in one transaction that begins with finding the session good. With an
    /// `Idempotency-Key` the answer is kept in the same transaction, and a retry gets it again. The work may be run a second
    /// time when it lost against another transaction, so it must have no effect outside.
    pub fn write(
        self,
        work: impl Fn(&mut Tx<'_>, &Call<P>) -> Result<Reply, Problem> + Send + 'static,
    ) -> impl Future<Output = Answered> {
        let key =
            if self.request.method() == Method::POST { idempotency_key(&self.request) } else { Ok(None) };
        self.write_with(key, |_tx, _call, _body| Ok(()), Box::new(work))
    }

    /// The same, for answers that the caller may not see for ever: `may_replay` is asked before a kept one is sent again.
    pub fn write_with_replay_check(
        self,
        may_replay: ReplayCheck<P>,
        work: impl Fn(&mut Tx<'_>, &Call<P>) -> Result<Reply, Problem> + Send + 'static,
    ) -> impl Future<Output = Answered> {
        let key = idempotency_key(&self.request);
        self.write_with(key, may_replay, Box::new(work))
    }

    /// The same, but no answer is kept, whatever `Idempotency-Key` says: for answers that show a secret once.
    pub fn write_unkept(
        self,
        work: impl Fn(&mut Tx<'_>, &Call<P>) -> Result<Reply, Problem> + Send + 'static,
    ) -> impl Future<Output = Answered> {
        self.write_with(Ok(None), |_tx, _call, _body| Ok(()), Box::new(work))
    }

    /// Several transactions on the blocking pool, with work between them for which no transaction may be held open, such
    /// as hashing a password.
    pub async fn in_transactions(
        self,
        work: impl FnOnce(&Transactions<P>) -> Result<Reply, Problem> + Send + 'static,
    ) -> Answered {
        let transactions =
            Transactions { envelope: self.envelope(), portal: self.portal.clone(), permission: PhantomData };
        let reply = self.portal.blocking(move || work(&transactions)).await?;
        Ok(reply.into_response(None))
    }

    async fn write_with(
        self,
        key: Result<Option<String>, Problem>,
        may_replay: ReplayCheck<P>,
        work: WriteWork<P>,
    ) -> Answered {
        let key = key?;
        let digest = self.request_digest();
        let route = format!("{} {}", self.request.method(), self.request.path());
        let envelope = self.envelope();
        let portal = self.portal.clone();
        let reply = self
            .portal
            .blocking(move || {
                let moment = portal.moment();
                let outcome = portal.database.write(moment, |tx| {
                    let call = Call::open(tx, &portal, envelope.clone(), Touch::Always)?;
                    let Some(key) = &key else { return work(tx, &call) };
                    let keyed = KeyedRequest {
                        user: call.actor.user,
                        route: route.clone(),
                        key: key.clone(),
                        digest: digest.clone(),
                    };
                    match tx.idempotency().claim(&keyed) {
                        Ok(Claim::Fresh) => {
                            let reply = work(tx, &call)?;
                            tx.idempotency().keep(&keyed, &reply.kept())?;
                            Ok(reply)
                        }
                        Ok(Claim::Answered(kept)) => {
                            may_replay(tx, &call, &kept.body)?;
                            Reply::replayed(kept)
                        }
                        Ok(Claim::OtherRequest) => Err(Problem::new(
                            Code::idempotency_key_reused,
                            "the key belongs to an earlier request with other content",
                        )
                        .errors(vec![FieldError::of(
                            "Idempotency-Key",
                            "reused",
                            "was used for another request",
                        )])),
                        Err(StoreError::Busy(message)) if message.contains("lock timeout") => {
                            Err(Problem::new(
                                Code::idempotency_in_flight,
                                "the first request with this key is still running",
                            ))
                        }
                        Err(error) => Err(error.into()),
                    }
                });
                if outcome.as_ref().is_err_and(Problem::is_refusal) {
                    // What was refused was rolled back, and with it the note that the session was used.
                    let noted = portal.database.read(moment, |tx| {
                        Call::<P>::open(tx, &portal, envelope.clone(), Touch::IfFree).map(drop)
                    });
                    drop(noted);
                }
                outcome
            })
            .await?;
        Ok(reply.into_response(None))
    }

    fn request_digest(&self) -> Vec<u8> {
        let mut hasher = Sha256::new();
        hasher.update(self.request.query_string().as_bytes());
        hasher.update([0]);
        if let Some(body) = self.request.extensions().get::<BodyDigest>() {
            hasher.update(&body.0);
        }
        hasher.finalize().to_vec()
    }
}

/// One request on the blocking pool, which has its transactions one after the other.
pub struct Transactions<P> {
    portal: web::Data<Portal>,
    envelope: Envelope,
    // Only the name of the permission crosses threads, never a value of it.
    permission: PhantomData<fn() -> P>,
}

impl<P: Permission> Transactions<P> {
    /// The portal that answers.
    #[must_use]
    pub fn portal(&self) -> &Portal {
        &self.portal
    }

    /// One writing transaction, which begins with finding the session good. What it did is kept, whatever becomes of the
    /// next one. The work may be run a second time when it lost against another transaction.
    pub fn transaction<T>(
        &self,
        work: impl Fn(&mut Tx<'_>, &Call<P>) -> Result<T, Problem>,
    ) -> Result<T, Problem> {
        self.portal.database.write(self.portal.moment(), |tx| {
            let call = Call::open(tx, &self.portal, self.envelope.clone(), Touch::Always)?;
            work(tx, &call)
        })
    }
}

/// The `Idempotency-Key` of a request: a structured-field string in quotes, or the same bare.
fn idempotency_key(request: &HttpRequest) -> Result<Option<String>, Problem> {
    let Some(value) = request.headers().get("idempotency-key") else { return Ok(None) };
    let bare = value.to_str().ok().map(|text| {
        let text = text.trim();
        text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(text)
    });
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_.:-".contains(&byte);
    match bare {
        Some(key) if (1..=255).contains(&key.len()) && key.bytes().all(plain) => Ok(Some(key.to_owned())),
        _ => {
            let text = "must be 1 to 255 letters, digits, or any of _ . : -";
            Err(Problem::new(Code::malformed_header, format!("Idempotency-Key {text}"))
                .errors(vec![FieldError::of("Idempotency-Key", "format", text)]))
        }
    }
}

/// One request inside its connection: who calls, when, and what the rules around it are.
pub struct Call<P> {
    /// Who calls, as of this very moment.
    pub actor: Actor,
    /// The caller's address.
    pub email: String,
    /// The present.
    pub now: Instant,
    /// The present by which sessions live.
    pub session_now: Instant,
    /// When the caller showed a second factor in this session, if they did.
    pub second_factor_at: Option<Instant>,
    /// The account the caller works in at present: a membership that is active now; none when they chose none.
    pub active_membership: Option<MembershipId>,
    portal: web::Data<Portal>,
    envelope: Envelope,
    permission: PhantomData<P>,
}

impl<P: Permission> Call<P> {
    fn open(
        tx: &mut Tx<'_>,
        portal: &web::Data<Portal>,
        envelope: Envelope,
        touch: Touch,
    ) -> Result<Self, Problem> {
        let session_now = portal.clock.session_now();
        let session = authenticate(tx, portal, &envelope.claims, session_now, touch)?;
        if !P::WITHOUT_SECOND_FACTOR {
            require_second_factor(portal, &session)?;
        }
        let LiveSession { actor, email, second_factor_at, active_membership, .. } = session;
        if !P::PLATFORM.is_empty() && !actor.is_any(P::PLATFORM) {
            return Err(policy::Refusal::RoleRequired.into());
        }
        if let Some(action) = P::ACTION {
            policy::may_at_all(&actor, action)?;
        }
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
            second_factor_at,
            portal: portal.clone(),
            envelope,
            permission: PhantomData,
        })
    }

    /// The organization, if it is visible to the caller and the caller may do `P` there; foreign and unknown ones answer
    /// alike.
    pub fn organization(&self, tx: &mut Tx<'_>, id: OrganizationId) -> Result<Organization, Problem> {
        let found = tx.organizations().find(id)?;
        let organization =
            found.filter(|_| self.actor.sees_organization(id)).ok_or_else(Problem::not_found)?;
        if let Some(action) = P::ACTION {
            policy::judge(&self.actor, action, &organization.facts)?;
        }
        Ok(organization)
    }

    /// A plan's profile.
    pub fn plan(&self, code: PlanCode) -> Result<&PlanProfile, Problem> {
        self.portal
            .plans
            .get(code)
            .ok_or_else(|| Problem::new(Code::internal_error, "the plan has no profile"))
    }

    /// What a plan decides about applications; refused where it has none.
    pub fn credentialing(&self, code: PlanCode) -> Result<&CredentialingPolicy, Problem> {
        self.plan(code)?
            .credentialing
            .as_ref()
            .ok_or_else(|| Problem::new(Code::plan_without_applications, "the plan has no applications"))
    }

    /// The portal that answers.
    #[must_use]
    pub fn portal(&self) -> &Portal {
        &self.portal
    }

    /// Whether the caller needs a second factor, as their roles and permissions are now (domain rule R-111).
    #[must_use]
    pub fn needs_second_factor(&self) -> bool {
        needs_second_factor(&self.portal, &self.actor)
    }

    /// Who did it, for the audit trail.
    #[must_use]
    pub fn author(&self) -> Author<'_> {
        Author { user: Some(self.actor.user), name: &self.actor.name, request_id: &self.envelope.request_id }
    }

    /// The `If-Match` header.
    #[must_use]
    pub fn if_match(&self) -> Option<&str> {
        self.envelope.if_match.as_deref()
    }

    /// The path called.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.envelope.path
    }

    /// A list as an answer, with its `Link` to the next page (RFC 8288).
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

/// Whether noting that a session was used may be left out.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Touch {
    /// A reader does not wait for a writer: the next request will note it.
    IfFree,
    /// The transaction writes anyway.
    Always,
}

/// How stale "last seen" may be.
const SEEN_EVERY_SECONDS: i64 = 60;

/// Finds the session of these claims good, and notes that it was used.
pub(super) fn authenticate(
    tx: &mut Tx<'_>,
    portal: &Portal,
    claims: &Claims,
    now: Instant,
    touch: Touch,
) -> Result<LiveSession, Problem> {
    let refused = || Problem::new(Code::unauthenticated, "the session is over");
    let session = tx.sessions().live(claims.sid)?.ok_or_else(refused)?;
    let over = portal.tokens.lifetimes().is_over(session.started_at, session.last_seen_at, now);
    if session.ended || session.barred || over || session.actor.user != claims.sub {
        return Err(refused());
    }
    let newer = claims.generation > session.seen_generation;
    if newer || (now - session.last_seen_at).num_seconds() >= SEEN_EVERY_SECONDS {
        let generation = claims.generation.max(session.seen_generation);
        match (tx.sessions().touch(claims.sid, generation), touch) {
            (Err(StoreError::Busy(_)), Touch::IfFree) => tracing::debug!("the session was not touched"),
            (touched, _) => touched?,
        }
    }
    Ok(session)
}

fn needs_second_factor(portal: &Portal, actor: &Actor) -> bool {
    portal.settings.second_factor == SecondFactor::Enforced
        && second_factor_required(&actor.memberships, &actor.platform_roles, |plan| {
            portal.plans.get(plan).map(|profile| &profile.second_factor)
        })
}

/// Refuses a session in which the second factor was not shown that its person needs.
pub(super) fn require_second_factor(portal: &Portal, session: &LiveSession) -> Result<(), Problem> {
    if session.second_factor_at.is_none() && needs_second_factor(portal, &session.actor) {
        let text = "your roles need a second factor, and this session has none";
        return Err(Problem::new(Code::mfa_registration_required, text));
    }
    Ok(())
}

/// Answers with JSON outside any session, such as public documents.
pub fn public(body: &impl serde::Serialize) -> Result<HttpResponse, Problem> {
    Ok(Reply::ok(body)?.into_response(None))
}
