//! The world in which every operation is tried by every kind of caller: two organizations and all that operations are called
//! on.

use std::collections::BTreeSet;

use chrono::Duration;
use portal_api::auth::one_time::OneTimeToken;
use portal_api::auth::second_factor;
use portal_domain::application::{ApplicationStatus, ApplicationType};
use portal_domain::document::{DocumentType, MediaType};
use portal_domain::email::EmailAddress;
use portal_domain::id::{
    ApplicationId, AssociationId, CalendarFeedId, DocumentId, InvitationId, InviteListEntryId, JobRunId,
    MailId, MedicaidIdId, MembershipId, MfaMethodId, NotificationId, OrganizationId, ReassignmentId,
    SessionId, UserId,
};
use portal_domain::invitation::Offer;
use portal_domain::job::{JobName, JobTrigger};
use portal_domain::mail::{MailContent, OutgoingMail, SecurityMatter};
use portal_domain::membership::{MembershipStatus, Permission, Role};
use portal_domain::mfa::MfaMethodKind;
use portal_domain::notification::{Notice, NotificationKind};
use portal_domain::one_time_token::TokenPurpose;
use portal_domain::organization::OrganizationKind;
use portal_domain::plan::PlanCode;
use portal_domain::user::{LockReason, PlatformRole};
use portal_persistence::calendar_feeds::NewCalendarFeed;
use portal_persistence::documents::NewDocument;
use portal_persistence::invitations::{NewInvitation, NewInviteListEntry};
use portal_persistence::mfa::NewMethod;
use portal_persistence::notifications::{Only, Reader};
use portal_persistence::one_time_tokens::TokenSubject;
use serde_json::json;

use crate::app::TestApp;
use crate::client::Client;
use crate::given::{Given, House, Person, reassignment};
use crate::operations::{PASSWORD, Targets};
use crate::provider_accounts::{TAX_ID, next_provider_id};

/// Every kind of caller the grid knows.
pub const PRINCIPALS: [&str; 20] = [
    "anonymous",
    "bad signature",
    "expired token",
    "ended session",
    "locked user",
    "disabled user",
    "invited",
    "pending",
    "disabled member",
    "account user",
    "assigned agent",
    "other agent",
    "ca admin manager",
    "org administrator",
    "account manager",
    "account administrator",
    "plan staff",
    "dms reviewer",
    "support",
    "operator",
];

/// Whose things an operation is called on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relation {
    /// The caller's own organization, notice, session.
    Own,
    /// Somebody else's.
    Foreign,
    /// Nobody's: no such thing.
    Nonexistent,
}

/// A world to try one principal in.
pub struct World {
    /// The caller.
    pub client: Client,
    own: Targets,
    foreign: Targets,
}

impl World {
    /// Two organizations with work, and this principal in the first one.
    #[must_use]
    pub fn with(app: &TestApp, principal: &str) -> Self {
        let own_house = match principal {
            "account manager" | "plan staff" => app.practice("Riverbend", PlanCode::Lhcc),
            "account administrator" => {
                app.organization("Harborlight", OrganizationKind::ProviderAccount, PlanCode::Cca)
            }
            _ => app.provider_group("Bluegrass"),
        };
        let member = |roles: &[Role], permissions: &[Permission], status| {
            let person = own_house.member_with("Pat Caller", roles, permissions, status);
            (person.user, Some(person))
        };
        let active = MembershipStatus::Active;
        let agent = [Role::CredentialingAgent];
        let everything = Role::ALL;
        let platform = |role| (app.platform_user("Pat Caller", &[role]), None);
        let (user, person) = match principal {
            "account user" => member(&[Role::AccountUser], &[Permission::Claims], active),
            "assigned agent" | "other agent" => member(&agent, &[], active),
            "org administrator" | "account administrator" => {
                member(&[Role::OrganizationAdministrator], &[], active)
            }
            "plan staff" => platform(PlatformRole::PlanStaff),
            "account manager" => member(&[Role::AccountUser], &[Permission::ManageAccount], active),
            "invited" => member(everything, Permission::ALL, MembershipStatus::Invited),
            "pending" => member(everything, Permission::ALL, MembershipStatus::VerificationPending),
            "disabled member" => member(everything, Permission::ALL, MembershipStatus::Disabled),
            "dms reviewer" => platform(PlatformRole::DmsReviewer),
            "support" => platform(PlatformRole::Support),
            "operator" => platform(PlatformRole::Operator),
            _ => member(&[Role::CaAdminManager], &[], active),
        };
        let assigned = (principal == "assigned agent").then(|| person.clone()).flatten();
        let own = furnish(app, &own_house, assigned, Some(user));
        let other_house = app.organization("Lakeside", OrganizationKind::ProviderGroup, PlanCode::Ky);
        let foreign = furnish(app, &other_house, None, None);
        let (session, token) = app.session_of(user);
        let own = Targets { session: app.session_of(user).0, ..own };
        let client = match principal {
            "anonymous" => app.anonymous(),
            "bad signature" => app.with_token(&bent(&token)),
            "expired token" => {
                let then = app.clock.session_now() - Duration::minutes(11);
                app.with_token(&app.portal.tokens.issue((user, session), 1, then, then).unwrap())
            }
            _ => app.with_token(&token),
        };
        app.write(|tx| match principal {
            "ended session" => {
                tx.sessions().end(session, portal_domain::session::SessionEnd::SignedOut).map(|_| ())
            }
            "locked user" => tx.users().set_lock(user, Some(LockReason::Staff)),
            "disabled user" => tx.users().set_disabled(user, true),
            _ => Ok(()),
        });
        Self { client, own, foreign }
    }

    /// The targets of that relation.
    #[must_use]
    pub fn targets(&self, relation: Relation) -> Targets {
        match relation {
            Relation::Own => self.own.clone(),
            Relation::Foreign => self.foreign.clone(),
            Relation::Nonexistent => Targets {
                organization: OrganizationId::new(1, [7; 10]),
                from: MembershipId::new(1, [7; 10]),
                to: MembershipId::new(1, [8; 10]),
                application: ApplicationId::new(1, [7; 10]),
                fileable: ApplicationId::new(1, [7; 10]),
                returned: ApplicationId::new(1, [7; 10]),
                reviewed: ApplicationId::new(1, [7; 10]),
                withdrawn: ApplicationId::new(1, [7; 10]),
                document: DocumentId::new(1, [7; 10]),
                calendar_feed: CalendarFeedId::new(1, [7; 10]),
                calendar_token: "ppc_nobody".into(),
                medicaid_id: MedicaidIdId::new(1, [7; 10]),
                medicaid_id_number: "7999999999".into(),
                reassignment: ReassignmentId::new(1, [7; 10]),
                notification: NotificationId::new(1, [7; 10]),
                session: SessionId::new(1, [7; 10]),
                member: MembershipId::new(1, [10; 10]),
                pending: MembershipId::new(1, [11; 10]),
                unverified: MembershipId::new(1, [12; 10]),
                disabled: MembershipId::new(1, [13; 10]),
                invitation: InvitationId::new(1, [7; 10]),
                entry: InviteListEntryId::new(1, [7; 10]),
                mfa_method: MfaMethodId::new(1, [7; 10]),
                association: AssociationId::new(1, [7; 10]),
                linked: MembershipId::new(1, [9; 10]),
                mail: MailId::new(1, [7; 10]),
                job_run: JobRunId::new(1, [7; 10]),
                ..self.own.clone()
            },
        }
    }
}

fn bent(token: &str) -> String {
    let (rest, signature) = token.rsplit_once('.').unwrap();
    format!("{rest}.{}", signature.chars().rev().collect::<String>())
}

/// Two agents, work, a reassignment with its notice, and a session, in an organization.
fn furnish(
    app: &TestApp,
    house: &House<'_>,
    assigned: Option<Person<'_>>,
    caller: Option<UserId>,
) -> Targets {
    let from = assigned.unwrap_or_else(|| house.agent("Marcus Webb"));
    let to = house.agent("Priya Nair");
    let manager = house.manager("Debi Henderson");
    let application =
        house.application(&from, Given { status: ApplicationStatus::Submitted, ..Given::default() });
    let moved = house.application(&from, Given::default());
    let created = manager.client().post(&house.path("/reassignments"), &reassignment(&from, &to, &[moved]));
    let created = created.expect(201).json();
    let notification = app
        .read(|tx| tx.notifications().list(&everything_of(to.user), Only::default(), None, 1))
        .items
        .remove(0);
    let own_notification = caller.map(|caller| {
        app.write(|tx| {
            let notice = Notice {
                recipient: caller,
                recipient_name: "Pat Caller".into(),
                organization: house.id,
                application: application.id,
                reassignment: created["id"].as_str().unwrap().parse().ok(),
                kind: NotificationKind::ApplicationReassignedToYou,
                threshold_days: None,
                text: "For the caller.".into(),
                dedupe_key: None,
            };
            tx.notifications().post(&[notice])?;
            Ok(tx.notifications().list(&everything_of(caller), Only::default(), None, 1)?.items.remove(0).id)
        })
    });
    let owner = caller.unwrap_or(to.user);
    if let Some(caller) = caller {
        let hash = app.portal.passwords.hash(PASSWORD).unwrap();
        app.write(|tx| tx.users().set_password(caller, &hash));
    }
    let people = people(app, house, owner);
    let provider = app.provider_on_file(&next_provider_id(), "Amara Whitfield", TAX_ID);
    let begun = app.provider_on_file(&next_provider_id(), "Noor Haddad", "04-3555028");
    let own = app.provider_on_file(&next_provider_id(), "Lena Linked", "04-3555039");
    let account = app.provider_on_file(&next_provider_id(), "Harborlight Primary Care", "04-3555040");
    let kind = app.read(|tx| tx.organizations().find(house.id)).unwrap().facts.kind;
    if kind == OrganizationKind::ProviderAccount {
        app.write(|tx| tx.provider_records().set_organization(account.id, house.id));
    }
    let secret = second_factor::new_secret();
    let mfa_method = app.write(|tx| {
        let id = tx.new_id();
        tx.mfa().begin(&NewMethod { id, user: owner, kind: MfaMethodKind::OktaVerify, secret: &secret })?;
        Ok(id)
    });
    let (mail, job_run) = system(app, house);
    let desk = desk(app, house, &from, &manager);
    let individual = house.linked_medicaid_id_with(|new| new.npi = Some("1234567893".into()));
    Targets {
        organization: house.id,
        from: from.membership,
        to: to.membership,
        application: application.id,
        fileable: desk.fileable,
        returned: desk.returned,
        reviewed: desk.reviewed,
        withdrawn: desk.withdrawn,
        document: desk.document,
        calendar_feed: desk.calendar_feed,
        calendar_token: desk.calendar_token,
        medicaid_id: individual.id,
        medicaid_id_number: individual.number,
        reassignment: created["id"].as_str().unwrap().parse().unwrap(),
        notification: own_notification.unwrap_or(notification.id),
        session: app.session_of(to.user).0,
        mfa_method,
        otp: second_factor::code_at(&secret, app.clock.session_now()).unwrap(),
        association: app.begun_association(owner, &begun),
        linked: app.account_user_of(owner, &own),
        provider,
        mail,
        job_run,
        ..people
    }
}

/// What lies on an agent's desk.
struct Desk {
    fileable: ApplicationId,
    returned: ApplicationId,
    reviewed: ApplicationId,
    withdrawn: ApplicationId,
    document: DocumentId,
    calendar_feed: CalendarFeedId,
    calendar_token: String,
}

/// Applications of the agent in every status that operations ask for, a document, and a calendar of the manager's.
fn desk(app: &TestApp, house: &House<'_>, agent: &Person<'_>, manager: &Person<'_>) -> Desk {
    let granted = house.granted_medicaid_id();
    let (maintenance, in_progress) = (ApplicationType::Maintenance, ApplicationStatus::InProgress);
    let fileable = house.application_about(agent, &granted, maintenance, in_progress).id;
    let standing = |status| house.application(agent, Given { status, ..Given::default() }).id;
    let rested = house.application(agent, Given { rested_days: 130, ..Given::default() }).id;
    let calendar_token = format!("ppc_{}", house.id);
    let (document, calendar_feed) = app.write(|tx| {
        let before = tx.now() - Duration::days(120);
        let resting = tx.applications().still_idle(&[rested], before)?;
        let resting: Vec<_> = resting.into_iter().map(|application| (application, String::new())).collect();
        tx.applications().withdraw_idle(&resting, before)?;
        let document = tx.new_id();
        tx.documents().insert(&NewDocument {
            id: document,
            application: fileable,
            document_type: DocumentType::LicenseCopy,
            file_name: "license.pdf",
            media_type: MediaType::Pdf,
            content: b"%PDF-1.7\n",
            sha256: &OneTimeToken::hash_of("%PDF-1.7\n"),
            uploaded_by: (agent.user, &agent.name),
        })?;
        let calendar_feed = tx.new_id();
        tx.calendar_feeds().insert(&NewCalendarFeed {
            id: calendar_feed,
            organization: house.id,
            name: "Telephone",
            token_hash: &OneTimeToken::hash_of(&calendar_token),
            created_by: (manager.user, &manager.name),
        })?;
        Ok((document, calendar_feed))
    });
    Desk {
        fileable,
        returned: standing(ApplicationStatus::ReturnedToProvider),
        reviewed: standing(ApplicationStatus::DmsReviewInProgress),
        withdrawn: rested,
        document,
        calendar_feed,
        calendar_token,
    }
}

/// Members in every status, an invitation, somebody on the owner's list, and links. The rest is made up, for
/// [`furnish`] to replace.
fn people(app: &TestApp, house: &House<'_>, owner: UserId) -> Targets {
    let user = [Role::AccountUser];
    let with = |name, status| house.member_with(name, &user, &[], status);
    let member = with("Olive Ordinary", MembershipStatus::Active);
    let pending = with("Petra Pending", MembershipStatus::VerificationPending);
    let unverified = with("Uma Unverified", MembershipStatus::Unverified);
    let disabled = with("Dan Disabled", MembershipStatus::Disabled);
    // Somebody who may invite there: administrators of practices are account managers.
    let inviter =
        house.member_with("Ina Inviter", &[Role::OrganizationAdministrator], &[], MembershipStatus::Active);
    let offer = || Offer { role: Role::AccountUser, permissions: BTreeSet::new() };
    let token = OneTimeToken::generate;
    let tokens = [
        token(TokenPurpose::Invitation),
        token(TokenPurpose::Registration),
        token(TokenPurpose::PasswordReset),
        token(TokenPurpose::EnableUser),
    ];
    let subject = |person: &Person<'_>| TokenSubject::Membership(person.user, person.membership);
    let (invitation, entry) = app.write(|tx| {
        let expires_at = tx.now() + Duration::hours(72);
        let invitation = tx.new_id();
        tx.invitations().insert(&NewInvitation {
            id: invitation,
            organization: house.id,
            email: EmailAddress::parse(&format!("invited.{invitation}@example.org")).unwrap(),
            name: None,
            offer: offer(),
            created_by: inviter.user,
            expires_at,
        })?;
        let entry = tx.new_id();
        tx.invitations().add_to_list(&NewInviteListEntry {
            id: entry,
            organization: house.id,
            created_by: owner,
            email: EmailAddress::parse("listed@example.org").unwrap(),
            first_name: "Lee".into(),
            last_name: "Listed".into(),
            zip: "02108".into(),
            offer: offer(),
        })?;
        let [invite, register, reset, enable] = &tokens;
        let subjects = [
            (TokenPurpose::Invitation, invite, TokenSubject::Invitation(invitation)),
            (TokenPurpose::Registration, register, subject(&unverified)),
            (TokenPurpose::PasswordReset, reset, TokenSubject::User(member.user)),
            (TokenPurpose::EnableUser, enable, subject(&pending)),
        ];
        for (purpose, token, subject) in subjects {
            tx.one_time_tokens().issue(purpose, &token.hash(), subject, expires_at)?;
        }
        Ok((invitation, entry))
    });
    Targets {
        organization: house.id,
        from: member.membership,
        to: member.membership,
        application: ApplicationId::new(1, [1; 10]),
        fileable: ApplicationId::new(1, [1; 10]),
        returned: ApplicationId::new(1, [1; 10]),
        reviewed: ApplicationId::new(1, [1; 10]),
        withdrawn: ApplicationId::new(1, [1; 10]),
        document: DocumentId::new(1, [1; 10]),
        calendar_feed: CalendarFeedId::new(1, [1; 10]),
        calendar_token: "ppc_nobody".into(),
        medicaid_id: MedicaidIdId::new(1, [1; 10]),
        medicaid_id_number: "7999999998".into(),
        reassignment: ReassignmentId::new(1, [1; 10]),
        notification: NotificationId::new(1, [1; 10]),
        session: SessionId::new(1, [1; 10]),
        member: member.membership,
        pending: pending.membership,
        unverified: unverified.membership,
        disabled: disabled.membership,
        invitation,
        entry,
        tokens: tokens.map(|token| token.expose().to_owned()),
        mfa_method: MfaMethodId::new(1, [1; 10]),
        otp: String::new(),
        provider: app.provider_on_file(&next_provider_id(), "Noor Haddad", TAX_ID),
        association: AssociationId::new(1, [1; 10]),
        linked: member.membership,
        mail: MailId::new(1, [1; 10]),
        job_run: JobRunId::new(1, [1; 10]),
    }
}

/// A mail that was given up, and a run of a job.
fn system(app: &TestApp, house: &House<'_>) -> (MailId, JobRunId) {
    app.write(|tx| {
        let mail = OutgoingMail {
            key: format!("given up {}", house.id),
            recipient: EmailAddress::parse("somebody@example.org").unwrap(),
            organization: None,
            content: MailContent::SecurityNotice {
                name: "Some Body".into(),
                matter: SecurityMatter::PasswordChanged,
            },
        };
        tx.outbox().post(&[mail])?;
        let worker = tx.new_id();
        let id = tx.outbox().claim(worker, Duration::minutes(2), 100)?.remove(0).id;
        tx.outbox().mark_failed(id, worker, "given up", None)?;
        let run = tx.jobs().start_run(JobName::MemberInactivity, JobTrigger::Schedule)?;
        tx.jobs().finish_run(run, &json!({"disabled": 0}))?;
        Ok((id, run))
    })
}

const fn everything_of(user: UserId) -> Reader {
    Reader { user, organizations: None }
}
