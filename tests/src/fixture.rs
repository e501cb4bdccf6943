//! The fixture for calling every operation as every kind of caller: two organizations with a target
//! for each operation.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, OnceLock};

use chrono::Duration;
use portal_api::http::auth::second_factor;
use portal_api::portal::one_time_token::OneTimeToken;
use portal_domain::applications::inactivity_conditions::DueForWithdrawal;
use portal_domain::ground::application_status::ApplicationStatus;
use portal_domain::ground::application_type::ApplicationType;
use portal_domain::ground::email::EmailAddress;
use portal_domain::ground::id::{CalendarFeedId, InvitationId, InviteListEntryId, NotificationId, UserId};
use portal_domain::ground::mail::{MailContent, SecurityMatter};
use portal_domain::ground::notice::{Notice, NotificationKind};
use portal_domain::ground::plan_code::PlanCode;
use portal_domain::identity::mfa::MfaMethodKind;
use portal_domain::identity::one_time_token::TokenPurpose;
use portal_domain::identity::user::LockReason;
use portal_domain::organizations::invitation::Offer;
use portal_domain::organizations::membership::{MembershipStatus, Role};
use portal_domain::organizations::organization::OrganizationKind;
use portal_domain::platform::job::{JobName, JobTrigger};
use portal_persistence::Engine;
use portal_persistence::applications::notifications::{Only, Reader};
use portal_persistence::identity::mfa::NewMethod;
use portal_persistence::identity::one_time_tokens::TokenSubject;
use portal_persistence::medicaid::calendar_feeds::NewCalendarFeed;
use portal_persistence::organizations::invitations::NewInvitation;
use portal_persistence::organizations::invite_list::NewInviteListEntry;
use serde_json::{Value, json};

use crate::app::TestApp;
use crate::client::Client;
use crate::database::{Template, TestDatabase};
use crate::fixture_users::{accounts, users};
use crate::given::{Given, Item, Organization, Person, reassignment};
use crate::outbox;
use crate::principals::{STAFF, UNCONFIRMED_ADMINISTRATOR, caller, with_invalid_signature};
use crate::sign_in::PASSWORD;
use crate::targets::Targets;

/// The relationship between the caller and the target of an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relation {
    /// The target belongs to the caller or their organization.
    Own,
    /// The target belongs to another user or organization.
    Foreign,
    /// The target does not exist.
    Nonexistent,
}

/// The fixture for one kind of caller.
pub struct Fixture {
    /// The caller.
    pub client: Client,
    targets: [Targets; 3],
}

impl Fixture {
    /// Starts a portal with two organizations with work, and this principal in the first one.
    ///
    /// The database is copied from a template that is created once per run.
    #[must_use]
    pub fn of(engine: Engine, principal: &'static str) -> (TestApp, Self) {
        static PREPARED: Mutex<BTreeMap<Key, Arc<OnceLock<Prepared>>>> = Mutex::new(BTreeMap::new());
        let key = (engine == Engine::Sqlite, principal);
        // Release the lock while creating the template, so that others can be created in parallel.
        let prepared = Arc::clone(PREPARED.lock().unwrap().entry(key).or_default());
        let prepared = prepared.get_or_init(|| Prepared::make(engine, principal));
        let app = TestApp::start_on(TestDatabase::copy_of(&prepared.template));
        let purpose = STAFF.contains(&principal).then_some("audit");
        let client = Client::new(&app.base(), prepared.token.clone()).with_purpose(purpose);
        (app, Self { client, targets: prepared.targets.clone() })
    }

    /// The targets with that relationship to the caller.
    #[must_use]
    pub fn targets(&self, relation: Relation) -> &Targets {
        let [own, foreign, nonexistent] = &self.targets;
        match relation {
            Relation::Own => own,
            Relation::Foreign => foreign,
            Relation::Nonexistent => nonexistent,
        }
    }
}

/// Whether the engine is SQLite, and the principal.
type Key = (bool, &'static str);

/// A prepared fixture that each test gets a copy of.
struct Prepared {
    template: Template,
    token: Option<String>,
    targets: [Targets; 3],
}

impl Prepared {
    fn make(engine: Engine, principal: &str) -> Self {
        let app = TestApp::start(engine);
        let own_org = match principal {
            "account manager" | "plan staff" | "plan staff of ahw" => {
                app.practice("Riverbend", PlanCode::Lhcc)
            }
            "account administrator" | UNCONFIRMED_ADMINISTRATOR => {
                app.organization("Harborlight", OrganizationKind::ProviderAccount, PlanCode::Cca)
            }
            _ => app.provider_group("Bluegrass"),
        };
        let (user, person) = caller(&app, &own_org, principal);
        let membership = person.as_ref().map(|person| person.membership);
        let assigned = (principal == "assigned agent").then(|| person.clone()).flatten();
        let mut own = seed(&app, &own_org, assigned, Some(user));
        if let (UNCONFIRMED_ADMINISTRATOR, Some(membership)) = (principal, membership) {
            let record = app.read(|tx| tx.provider_records().find_by_organization(own_org.id)).unwrap();
            let _ = app.let_wait(user, membership, &record);
        }
        let other_org = app.organization("Lakeside", OrganizationKind::ProviderGroup, PlanCode::Ky);
        let foreign = seed(&app, &other_org, None, None);
        let (session, token) = app.session_of(user);
        own.set("session_id", app.session_of(user).0);
        let token = match principal {
            "anonymous" => None,
            "bad signature" => Some(with_invalid_signature(&token)),
            "expired token" => {
                let then = app.clock.session_now() - Duration::minutes(11);
                Some(app.portal.tokens.issue((user, session), 1, then, then).unwrap())
            }
            _ => Some(token),
        };
        app.write(|tx| match principal {
            "ended session" => tx
                .sessions()
                .end(session, portal_domain::identity::session::SessionEnd::SignedOut)
                .map(|_| ()),
            "locked user" => tx.users().set_lock(user, Some(LockReason::Staff)),
            "disabled user" => tx.users().set_disabled(user, true),
            _ => Ok(()),
        });
        let nonexistent = own.nonexistent();
        let template = app.database().template(&principal.replace(' ', "_"));
        Self { template, token, targets: [own, foreign, nonexistent] }
    }
}

/// Adds two agents, work, a reassignment with its notice, and a session to an organization.
fn seed(
    app: &TestApp,
    org: &Organization<'_>,
    assigned: Option<Person<'_>>,
    caller: Option<UserId>,
) -> Targets {
    let mut targets = Targets::default();
    targets.set("organization_id", org.id);
    targets.set("plan_code", "ky");
    targets.set("code", "not_found");
    targets.set("name", "member_inactivity");
    // One agent with work and one without.
    let from = assigned.unwrap_or_else(|| org.agent("Marcus Webb"));
    let to = org.agent("Priya Nair");
    targets.set("from", from.membership);
    targets.set("to", to.membership);
    let manager = org.manager("Debi Henderson");
    let application =
        org.application(&from, Given { status: ApplicationStatus::Submitted, ..Given::default() });
    targets.set("application_id", application.id);
    let moved = org.application(&from, Given::default());
    let created = manager.client().post(&org.path("/reassignments"), &reassignment(&from, &to, &[moved]));
    let created = created.expect(201).json();
    targets.set("reassignment_id", created["id"].as_str().unwrap());
    let notification = app
        .read(|tx| tx.notifications().list(&everything_of(to.user), Only::default(), None, 1))
        .items
        .remove(0);
    // The caller's if there is a caller, otherwise another user's.
    targets.set("notification_id", notification.id);
    targets.set("session_id", app.session_of(to.user).0);
    if let Some(caller) = caller {
        targets.set("notification_id", notice_for(app, org, caller, &created, application));
        let hash = app.portal.passwords.hash(PASSWORD).unwrap();
        app.write(|tx| tx.users().set_password(caller, &hash));
    }
    let owner = caller.unwrap_or(to.user);
    people(app, org, owner, &mut targets);
    accounts(app, org, (owner, caller.is_some()), &mut targets);
    let secret = second_factor::new_secret();
    let mfa_method = app.write(|tx| {
        let id = tx.new_id();
        tx.mfa().begin(&NewMethod { id, user: owner, kind: MfaMethodKind::OktaVerify, secret: &secret })?;
        Ok(id)
    });
    // An unconfirmed second factor and its code.
    targets.set("mfa_method_id", mfa_method);
    targets.set("otp", second_factor::code_at(&secret, app.clock.session_now()).unwrap());
    system(app, org, &mut targets);
    users(app, org, &mut targets);
    assigned_work(app, org, &from, &manager, &mut targets);
    // Linked to the organization's group, without agent access.
    let individual = org.linked_medicaid_id_with(|new| new.npi = Some("1234567893".into()));
    targets.set("medicaid_id", individual.id);
    targets.set("medicaid_id_number", &individual.number);
    targets.set("group_number", &org.group_medicaid_id);
    org.correspondence(application, &individual);
    targets.set("link_consent_id", org.consented(&individual, &manager, "7188888888"));
    targets
}

fn notice_for(
    app: &TestApp,
    org: &Organization<'_>,
    caller: UserId,
    reassignment: &Value,
    application: Item,
) -> NotificationId {
    app.write(|tx| {
        let notice = Notice {
            recipient: caller,
            recipient_name: "Pat Caller".into(),
            organization: org.id,
            application: Some(application.id),
            reassignment: reassignment["id"].as_str().unwrap().parse().ok(),
            kind: NotificationKind::ApplicationReassignedToYou,
            threshold_days: None,
            text: "For the caller.".into(),
            dedupe_key: None,
        };
        tx.notifications().post(&[notice])?;
        Ok(tx.notifications().list(&everything_of(caller), Only::default(), None, 1)?.items.remove(0).id)
    })
}

/// Adds the agent's applications in every status that operations require, a document, and a
/// manager's calendar feed.
fn assigned_work(
    app: &TestApp,
    org: &Organization<'_>,
    agent: &Person<'_>,
    manager: &Person<'_>,
    targets: &mut Targets,
) {
    let granted = org.granted_medicaid_id();
    let (maintenance, in_progress) = (ApplicationType::Maintenance, ApplicationStatus::InProgress);
    // Ready to be submitted.
    let fileable = org.application_about(agent, &granted, maintenance, in_progress).id;
    targets.set("granted_number", &granted.number);
    targets.set("group_fileable", org.application_about_the_group(agent, maintenance, in_progress).id);
    let with_status = |status| org.application(agent, Given { status, ..Given::default() }).id;
    // Withdrawn for inactivity.
    let inactive = Given { inactive_days: 130, warned_days_ago: Some(70), ..Given::default() };
    let inactive = org.application(agent, inactive).id;
    let calendar_token = format!("ppc_{}", org.id);
    let document = app.show_license(agent, fileable);
    let calendar_feed = app.write(|tx| {
        let due = DueForWithdrawal {
            active_before: tx.now() - Duration::days(120),
            warned_of_days: 60,
            warned_before: tx.now() - Duration::days(14),
        };
        let withdrawals = tx.applications().still_idle(&[inactive], due.active_before)?;
        let withdrawals: Vec<_> =
            withdrawals.into_iter().map(|application| (application, String::new())).collect();
        tx.applications().withdraw_idle(&withdrawals, due)?;
        let calendar_feed: CalendarFeedId = tx.new_id();
        tx.calendar_feeds().insert(&NewCalendarFeed {
            id: calendar_feed,
            organization: org.id,
            name: "Telephone",
            token_hash: &OneTimeToken::hash_of(&calendar_token),
            created_by: (manager.user, &manager.name),
        })?;
        Ok(calendar_feed)
    });
    targets.set("fileable", fileable);
    targets.set("returned", with_status(ApplicationStatus::ReturnedToProvider));
    targets.set("reviewed", with_status(ApplicationStatus::DmsReviewInProgress));
    targets.set("withdrawn", inactive);
    targets.set("document_id", document);
    targets.set("calendar_feed_id", calendar_feed);
    // The secret token of the calendar's URL.
    targets.set("token", calendar_token);
}

/// Adds members in every status, an invitation, an entry on the owner's invite list, and links.
fn people(app: &TestApp, org: &Organization<'_>, owner: UserId, targets: &mut Targets) {
    let user = [Role::AccountUser];
    let with = |name, status| org.member_with(name, &user, &[], status);
    let member = with("Olive Ordinary", MembershipStatus::Active);
    let pending = with("Petra Pending", MembershipStatus::VerificationPending);
    let unverified = with("Uma Unverified", MembershipStatus::Unverified);
    let disabled = with("Dan Disabled", MembershipStatus::Disabled);
    targets.set("member_id", member.membership);
    targets.set("pending", pending.membership);
    targets.set("unverified", unverified.membership);
    targets.set("disabled", disabled.membership);
    // The inviter: an organization administrator.
    let inviter =
        org.member_with("Ina Inviter", &[Role::OrganizationAdministrator], &[], MembershipStatus::Active);
    let offer = || Offer { role: Role::AccountUser, permissions: BTreeSet::new() };
    let (invitation, entry) = app.write(|tx| {
        let expires_at = tx.now() + Duration::hours(72);
        let invitation: InvitationId = tx.new_id();
        tx.invitations().insert(&NewInvitation {
            id: invitation,
            organization: org.id,
            email: EmailAddress::parse(&format!("invited.{invitation}@example.org")).unwrap(),
            name: None,
            offer: offer(),
            created_by: inviter.user,
            expires_at,
        })?;
        let entry: InviteListEntryId = tx.new_id();
        tx.invitations().add_to_list(&NewInviteListEntry {
            id: entry,
            organization: org.id,
            created_by: owner,
            email: EmailAddress::parse("listed@example.org").unwrap(),
            first_name: "Lee".into(),
            last_name: "Listed".into(),
            zip: "02108".into(),
            offer: offer(),
        })?;
        Ok((invitation, entry))
    });
    targets.set("invitation_id", invitation);
    targets.set("entry_id", entry);
    let subject = |person: &Person<'_>| TokenSubject::Membership(person.user, person.membership);
    for (placeholder, purpose, subject) in [
        ("invitation_token", TokenPurpose::Invitation, TokenSubject::Invitation(invitation)),
        ("registration_token", TokenPurpose::Registration, subject(&unverified)),
        ("reset_token", TokenPurpose::PasswordReset, TokenSubject::User(member.user)),
        ("factor_token", TokenPurpose::RemoveFactor, TokenSubject::User(member.user)),
        ("enable_token", TokenPurpose::EnableUser, subject(&pending)),
    ] {
        let token = OneTimeToken::generate(purpose);
        app.write(|tx| {
            let expires_at = tx.now() + Duration::hours(72);
            tx.one_time_tokens().issue(purpose, &token.hash(), subject, expires_at)
        });
        targets.set(placeholder, token.expose());
    }
}

/// Adds a dead email and a job run.
fn system(app: &TestApp, org: &Organization<'_>, targets: &mut Targets) {
    let (mail, job_run) = app.write(|tx| {
        let content = MailContent::SecurityNotice {
            name: "Pat Recipient".into(),
            matter: SecurityMatter::PasswordChanged,
        };
        let mail = outbox::mail(&format!("given up {}", org.id), "recipient@example.org", content);
        tx.outbox().post(&[mail])?;
        let worker = tx.new_id();
        let id = tx.outbox().claim(worker, Duration::minutes(2), 100)?.remove(0).id;
        tx.outbox().mark_failed(id, worker, "given up", None)?;
        let run = tx.jobs().start_run(JobName::MemberInactivity, JobTrigger::Schedule)?;
        tx.jobs().finish_run(run, &json!({"disabled": 0}))?;
        Ok((id, run))
    });
    targets.set("mail_id", mail);
    targets.set("job_run_id", job_run);
}

const fn everything_of(user: UserId) -> Reader {
    Reader { user, organizations: None }
}
