//! Every operation once: what it is called with, and who may call it. Drives the permission grid, the audit proof, the
//! count of statements, and the comparison with the document.

use portal_domain::application::ApplicationStatus;
use std::collections::BTreeSet;

use chrono::Duration;
use portal_api::auth::one_time::OneTimeToken;
use portal_api::auth::second_factor;
use portal_domain::email::EmailAddress;
use portal_domain::id::{
    ApplicationId, AssociationId, InvitationId, InviteListEntryId, JobRunId, MailId, MembershipId,
    MfaMethodId, NotificationId, OrganizationId, ReassignmentId, SessionId, UserId,
};
use portal_domain::invitation::Offer;
use portal_domain::job::{JobName, JobTrigger};
use portal_domain::mail::{MailContent, OutgoingMail, SecurityMatter};
use portal_domain::membership::{MembershipStatus, Permission, Role};
use portal_domain::mfa::MfaMethodKind;
use portal_domain::one_time_token::TokenPurpose;
use portal_domain::organization::OrganizationKind;
use portal_domain::plan::PlanCode;
use portal_domain::provider_record::ProviderRecord;
use portal_domain::user::{LockReason, PlatformRole};
use portal_persistence::invitations::{NewInvitation, NewInviteListEntry};
use portal_persistence::mfa::NewMethod;
use portal_persistence::one_time_tokens::TokenSubject;
use serde_json::{Value, json};

use crate::app::TestApp;
use crate::client::{Answer, Client};
use crate::given::{Given, House, reassignment};
use crate::provider_accounts::{TAX_ID, claim, next_provider_id};

/// What the paths and bodies of operations are filled with.
#[derive(Clone, Debug)]
pub struct Targets {
    /// The organization.
    pub organization: OrganizationId,
    /// An agent with work.
    pub from: MembershipId,
    /// An agent without.
    pub to: MembershipId,
    /// An application of the first agent.
    pub application: ApplicationId,
    /// A reassignment that may be reverted.
    pub reassignment: ReassignmentId,
    /// A notice of the caller's, or of somebody else.
    pub notification: NotificationId,
    /// A session of the caller's, or of somebody else.
    pub session: SessionId,
    /// An active member without authority.
    pub member: MembershipId,
    /// A member who registered and waits.
    pub pending: MembershipId,
    /// A member who was enabled and has not completed the registration.
    pub unverified: MembershipId,
    /// A member who was disabled.
    pub disabled: MembershipId,
    /// A pending invitation.
    pub invitation: InvitationId,
    /// Somebody on the caller's list of people to be invited, or on somebody else's.
    pub entry: InviteListEntryId,
    /// The tokens of the links of an invitation, a registration, a password reset and a registration mail.
    pub tokens: [String; 4],
    /// A second factor that was begun.
    pub mfa_method: MfaMethodId,
    /// Its code.
    pub otp: String,
    /// A provider nobody has an account of.
    pub provider: ProviderRecord,
    /// An association that was begun.
    pub association: AssociationId,
    /// A membership in a provider account.
    pub linked: MembershipId,
    /// A mail that was given up.
    pub mail: MailId,
    /// A run of a job.
    pub job_run: JobRunId,
}

/// How an operation sends its body.
pub enum Body {
    /// Without one.
    None,
    /// As JSON.
    Json(fn(&Targets) -> Value),
    /// As a form.
    Form(&'static str),
}

/// One operation.
pub struct Operation {
    /// The method.
    pub method: &'static str,
    /// The path as documented.
    pub path: &'static str,
    /// The query, with placeholders like the path.
    pub query: &'static str,
    /// The body.
    pub body: Body,
    /// Further headers.
    pub headers: &'static [(&'static str, &'static str)],
    /// Whether it changes something when it succeeds, and so leaves an audit event.
    pub changes: bool,
    /// A kind of caller for whom it succeeds.
    pub by: &'static str,
}

const fn reads(path: &'static str) -> Operation {
    Operation {
        method: "GET",
        path,
        query: "",
        body: Body::None,
        headers: &[],
        changes: false,
        by: "ca admin manager",
    }
}

/// A change of somebody's membership by a POST.
const fn on_a_member(path: &'static str, body: fn(&Targets) -> Value, by: &'static str) -> Operation {
    Operation { method: "POST", body: Body::Json(body), changes: true, by, ..reads(path) }
}

fn nothing(_: &Targets) -> Value {
    json!({})
}

fn accepted(_: &Targets) -> Value {
    json!({"agreement_accepted": true, "agreement_version": "2024-01"})
}

const PASSWORD: &str = "correct horse battery staple";
const IF_MATCH: &[(&str, &str)] = &[("if-match", "*")];
const ADMINISTRATOR: &str = "org administrator";
const ACCOUNT_ADMINISTRATOR: &str = "account administrator";

fn move_one(targets: &Targets) -> Value {
    json!({
        "from_agent_id": targets.from,
        "to_agent_id": targets.to,
        "items": [{"id": targets.application, "version": 1}],
    })
}

/// Every operation of the production document.
pub const OPERATIONS: &[Operation] = &[
    reads("/livez"),
    reads("/readyz"),
    reads("/problems"),
    reads("/problems/{code}"),
    reads("/.well-known/jwks.json"),
    reads("/.well-known/oauth-authorization-server"),
    Operation {
        method: "POST",
        body: Body::Form("grant_type=password&username=nobody&password=nothing"),
        ..reads("/api/v1/oauth/token")
    },
    Operation { method: "POST", body: Body::Form("token=ppr_unknown"), ..reads("/api/v1/oauth/revoke") },
    reads("/api/v1/me"),
    reads("/api/v1/me/sessions"),
    reads("/api/v1/me/sessions/{session_id}"),
    Operation {
        method: "DELETE",
        headers: &[("if-match", "*")],
        changes: true,
        ..reads("/api/v1/me/sessions/{session_id}")
    },
    Operation { method: "DELETE", changes: true, ..reads("/api/v1/me/sessions") },
    reads("/api/v1/organizations"),
    reads("/api/v1/organizations/{organization_id}"),
    reads("/api/v1/organizations/{organization_id}/credentialing-agents"),
    Operation {
        query: "?agent_id={from}",
        ..reads("/api/v1/organizations/{organization_id}/work-assignments")
    },
    Operation {
        method: "POST",
        body: Body::Json(move_one),
        ..reads("/api/v1/organizations/{organization_id}/reassignments/preview")
    },
    Operation {
        method: "POST",
        body: Body::Json(move_one),
        changes: true,
        ..reads("/api/v1/organizations/{organization_id}/reassignments")
    },
    reads("/api/v1/organizations/{organization_id}/reassignments"),
    reads("/api/v1/organizations/{organization_id}/reassignments/{reassignment_id}"),
    Operation {
        method: "POST",
        changes: true,
        ..reads("/api/v1/organizations/{organization_id}/reassignments/{reassignment_id}/revert")
    },
    Operation { by: ADMINISTRATOR, ..reads("/api/v1/organizations/{organization_id}/audit-events") },
    reads("/api/v1/applications/{application_id}"),
    reads("/api/v1/applications/{application_id}/history"),
    reads("/api/v1/notifications"),
    Operation { method: "POST", changes: true, ..reads("/api/v1/notifications/{notification_id}/read") },
    Operation {
        method: "POST",
        body: Body::Json(
            |_| json!({"plan": "lhcc", "tin": "72-7654321", "email": "new@example.org", "first_name": "Nora", "last_name": "New"}),
        ),
        changes: true,
        ..reads("/api/v1/registrations")
    },
    Operation {
        method: "POST",
        body: Body::Json(|targets| json!({"token": targets.tokens[1], "password": "seven purple lanterns"})),
        changes: true,
        by: "anonymous",
        ..reads("/api/v1/registrations/complete")
    },
    Operation {
        method: "POST",
        body: Body::Json(|targets| json!({"token": targets.tokens[3]})),
        changes: true,
        by: "account manager",
        ..reads("/api/v1/registrations/enable")
    },
    Operation {
        method: "POST",
        body: Body::Json(|_| json!({"email": "nobody@example.org"})),
        changes: true,
        ..reads("/api/v1/password-resets")
    },
    Operation {
        method: "POST",
        body: Body::Json(|targets| json!({"token": targets.tokens[2], "password": "seven purple lanterns"})),
        changes: true,
        ..reads("/api/v1/password-resets/complete")
    },
    Operation {
        method: "POST",
        body: Body::Json(|targets| json!({"token": targets.tokens[0]})),
        ..reads("/api/v1/invitations/inspect")
    },
    Operation {
        method: "POST",
        body: Body::Json(
            |targets| json!({"token": targets.tokens[0], "first_name": "Nora", "last_name": "New", "password": "seven purple lanterns"}),
        ),
        changes: true,
        by: "anonymous",
        ..reads("/api/v1/invitations/accept")
    },
    Operation {
        method: "PATCH",
        headers: IF_MATCH,
        body: Body::Json(|_| json!({"telephone": "5025550142"})),
        changes: true,
        ..reads("/api/v1/me")
    },
    Operation {
        method: "PUT",
        headers: IF_MATCH,
        body: Body::Json(
            |_| json!({"current_password": PASSWORD, "new_password": "seven quiet herons under glass"}),
        ),
        changes: true,
        ..reads("/api/v1/me/password")
    },
    reads("/api/v1/me/mfa-methods"),
    Operation {
        method: "POST",
        body: Body::Json(|_| json!({"kind": "symantec_vip"})),
        changes: true,
        ..reads("/api/v1/me/mfa-methods")
    },
    Operation {
        method: "POST",
        body: Body::Json(|targets| json!({"otp": targets.otp})),
        changes: true,
        ..reads("/api/v1/me/mfa-methods/{mfa_method_id}/confirm")
    },
    Operation {
        method: "DELETE",
        headers: IF_MATCH,
        changes: true,
        ..reads("/api/v1/me/mfa-methods/{mfa_method_id}")
    },
    Operation {
        method: "POST",
        body: Body::Json(|targets| claim(&targets.provider)),
        changes: true,
        ..reads("/api/v1/provider-account-associations")
    },
    Operation {
        method: "POST",
        body: Body::Json(accepted),
        changes: true,
        ..reads("/api/v1/provider-account-associations/{association_id}/complete")
    },
    Operation {
        method: "POST",
        body: Body::Json(|targets| json!({"provider_id": targets.provider.provider_id.as_str()})),
        changes: true,
        ..reads("/api/v1/access-requests")
    },
    reads("/api/v1/me/linked-accounts"),
    Operation {
        method: "POST",
        body: Body::Json(|targets| claim(&targets.provider)),
        changes: true,
        ..reads("/api/v1/me/linked-accounts")
    },
    Operation {
        method: "POST",
        body: Body::Json(accepted),
        changes: true,
        ..reads("/api/v1/me/linked-accounts/{association_id}/complete")
    },
    Operation {
        method: "PUT",
        headers: IF_MATCH,
        body: Body::Json(|targets| json!({"membership_id": targets.linked})),
        changes: true,
        ..reads("/api/v1/me/active-account")
    },
    Operation { by: ADMINISTRATOR, ..reads("/api/v1/organizations/{organization_id}/access-requests") },
    Operation { by: ADMINISTRATOR, ..reads("/api/v1/organizations/{organization_id}/grantable-roles") },
    Operation { by: ADMINISTRATOR, ..reads("/api/v1/organizations/{organization_id}/invitations") },
    Operation {
        method: "POST",
        body: Body::Json(|_| json!({"email": "new@example.org", "role": "account_user", "zip": "02108"})),
        changes: true,
        by: ADMINISTRATOR,
        ..reads("/api/v1/organizations/{organization_id}/invitations")
    },
    Operation {
        by: ADMINISTRATOR,
        ..reads("/api/v1/organizations/{organization_id}/invitations/{invitation_id}")
    },
    Operation {
        method: "POST",
        changes: true,
        by: ADMINISTRATOR,
        ..reads("/api/v1/organizations/{organization_id}/invitations/{invitation_id}/resend")
    },
    Operation {
        method: "POST",
        changes: true,
        by: ADMINISTRATOR,
        ..reads("/api/v1/organizations/{organization_id}/invitations/{invitation_id}/cancel")
    },
    Operation { by: ACCOUNT_ADMINISTRATOR, ..reads("/api/v1/organizations/{organization_id}/invite-list") },
    Operation {
        method: "POST",
        body: Body::Json(
            |_| json!({"email": "new@example.org", "first_name": "Nora", "last_name": "New", "zip": "02108", "role": "account_user"}),
        ),
        changes: true,
        by: ACCOUNT_ADMINISTRATOR,
        ..reads("/api/v1/organizations/{organization_id}/invite-list")
    },
    Operation {
        method: "POST",
        changes: true,
        by: ACCOUNT_ADMINISTRATOR,
        ..reads("/api/v1/organizations/{organization_id}/invite-list/send")
    },
    Operation {
        method: "DELETE",
        headers: IF_MATCH,
        changes: true,
        by: ACCOUNT_ADMINISTRATOR,
        ..reads("/api/v1/organizations/{organization_id}/invite-list/{entry_id}")
    },
    Operation { by: ADMINISTRATOR, ..reads("/api/v1/organizations/{organization_id}/members") },
    Operation { by: ADMINISTRATOR, ..reads("/api/v1/organizations/{organization_id}/members/{member_id}") },
    Operation {
        method: "PATCH",
        headers: IF_MATCH,
        body: Body::Json(|_| json!({"comment": "Noted."})),
        changes: true,
        by: ADMINISTRATOR,
        ..reads("/api/v1/organizations/{organization_id}/members/{member_id}")
    },
    on_a_member("/api/v1/organizations/{organization_id}/members/{pending}/verify", nothing, ADMINISTRATOR),
    on_a_member("/api/v1/organizations/{organization_id}/members/{disabled}/enable", nothing, ADMINISTRATOR),
    on_a_member(
        "/api/v1/organizations/{organization_id}/members/{member_id}/disable",
        nothing,
        ADMINISTRATOR,
    ),
    on_a_member("/api/v1/organizations/{organization_id}/members/{member_id}/revoke", nothing, ADMINISTRATOR),
    on_a_member(
        "/api/v1/organizations/{organization_id}/members/{member_id}/make-admin",
        nothing,
        ADMINISTRATOR,
    ),
    on_a_member(
        "/api/v1/organizations/{organization_id}/members/{unverified}/send-registration-email",
        nothing,
        ADMINISTRATOR,
    ),
    on_a_member(
        "/api/v1/organizations/{organization_id}/members/{member_id}/send-password-reset-email",
        nothing,
        ADMINISTRATOR,
    ),
    Operation {
        by: ADMINISTRATOR,
        ..reads("/api/v1/organizations/{organization_id}/members/{member_id}/comments")
    },
    Operation {
        by: ADMINISTRATOR,
        ..reads("/api/v1/organizations/{organization_id}/members/{member_id}/sessions")
    },
    Operation {
        method: "DELETE",
        changes: true,
        by: ADMINISTRATOR,
        ..reads("/api/v1/organizations/{organization_id}/members/{member_id}/sessions")
    },
    Operation { by: "plan staff", ..reads("/api/v1/plan/registrations") },
    on_a_member("/api/v1/plan/registrations/{pending}/verify-original", nothing, "plan staff"),
    Operation { by: "operator", ..reads("/api/v1/system/mails") },
    Operation {
        method: "POST",
        changes: true,
        by: "operator",
        ..reads("/api/v1/system/mails/{mail_id}/retry")
    },
    Operation { by: "operator", ..reads("/api/v1/system/job-runs") },
    Operation { by: "operator", ..reads("/api/v1/system/job-runs/{job_run_id}") },
    Operation {
        method: "POST",
        body: Body::Json(|_| json!({"dry_run": true})),
        by: "operator",
        ..reads("/api/v1/system/jobs/{name}/run")
    },
];

impl Operation {
    /// The path as documented.
    #[must_use]
    pub fn documented(&self) -> String {
        self.path
            .replace("{pending}", "{member_id}")
            .replace("{unverified}", "{member_id}")
            .replace("{disabled}", "{member_id}")
    }
    /// The path and query for these targets.
    #[must_use]
    pub fn target(&self, targets: &Targets) -> String {
        format!("{}{}", self.path, self.query)
            .replace("{organization_id}", &targets.organization.to_string())
            .replace("{from}", &targets.from.to_string())
            .replace("{application_id}", &targets.application.to_string())
            .replace("{reassignment_id}", &targets.reassignment.to_string())
            .replace("{notification_id}", &targets.notification.to_string())
            .replace("{session_id}", &targets.session.to_string())
            .replace("{code}", "not_found")
            .replace("{member_id}", &targets.member.to_string())
            .replace("{pending}", &targets.pending.to_string())
            .replace("{unverified}", &targets.unverified.to_string())
            .replace("{disabled}", &targets.disabled.to_string())
            .replace("{invitation_id}", &targets.invitation.to_string())
            .replace("{entry_id}", &targets.entry.to_string())
            .replace("{mfa_method_id}", &targets.mfa_method.to_string())
            .replace("{association_id}", &targets.association.to_string())
            .replace("{mail_id}", &targets.mail.to_string())
            .replace("{job_run_id}", &targets.job_run.to_string())
            .replace("{name}", "member_inactivity")
    }

    /// Whether its targets are somebody's: only then "foreign" means anything.
    #[must_use]
    pub fn is_scoped(&self) -> bool {
        [
            "{organization_id}",
            "{application_id}",
            "{notification_id}",
            "{session_id}",
            "{mfa_method_id}",
            "{association_id}",
            "{pending}",
        ]
        .iter()
        .any(|placeholder| self.path.contains(placeholder))
    }

    /// Carries it out.
    #[must_use]
    pub fn carry_out(&self, client: &Client, targets: &Targets) -> Answer {
        let path = self.target(targets);
        let mut call = client.call(self.method, &path).header("x-request-id", "the-same-each-time");
        for (name, value) in self.headers {
            call = call.header(name, value);
        }
        match self.body {
            Body::None => call,
            Body::Json(body) => call.json(&body(targets)),
            Body::Form(form) => call
                .header("content-type", "application/x-www-form-urlencoded")
                .body(form.as_bytes().to_vec()),
        }
        .send()
    }
}

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
                let then = app.clock.session_now() - chrono::Duration::minutes(11);
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
    house: &crate::given::House<'_>,
    assigned: Option<crate::given::Person<'_>>,
    caller: Option<portal_domain::id::UserId>,
) -> Targets {
    let from = assigned.unwrap_or_else(|| house.agent("Marcus Webb"));
    let to = house.agent("Priya Nair");
    let manager = house.manager("Debi Henderson");
    let application =
        house.application(&from, Given { status: ApplicationStatus::Submitted, ..Given::default() });
    let moved = house.application(&from, Given::default());
    let created = manager.client().post(&house.path("/reassignments"), &reassignment(&from, &to, &[moved]));
    let created = created.expect(201).json();
    let notification =
        app.read(|tx| tx.notifications().list(&everything_of(to.user), false, None, 1)).items.remove(0);
    let own_notification = caller.map(|caller| {
        app.write(|tx| {
            let notice = portal_domain::notification::Notice {
                recipient: caller,
                organization: house.id,
                application: application.id,
                reassignment: created["id"].as_str().unwrap().parse().unwrap(),
                kind: portal_domain::notification::NotificationKind::ApplicationReassignedToYou,
                text: "For the caller.".into(),
            };
            tx.notifications().post(&[notice])?;
            Ok(tx.notifications().list(&everything_of(caller), false, None, 1)?.items.remove(0).id)
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
    Targets {
        organization: house.id,
        from: from.membership,
        to: to.membership,
        application: application.id,
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
    let subject =
        |person: &crate::given::Person<'_>| TokenSubject::Membership(person.user, person.membership);
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

const fn everything_of(user: portal_domain::id::UserId) -> portal_persistence::notifications::Reader {
    portal_persistence::notifications::Reader { user, organizations: None }
}
