//! Every operation once: what it is called with, and who may call it. Drives the permission grid, the audit proof, the
//! count of statements, and the comparison with the document.

use portal_domain::application::ApplicationStatus;
use portal_domain::id::{
    ApplicationId, MembershipId, NotificationId, OrganizationId, ReassignmentId, SessionId,
};
use portal_domain::membership::{MembershipStatus, Permission, Role};
use portal_domain::organization::OrganizationKind;
use portal_domain::plan::PlanCode;
use portal_domain::user::{LockReason, PlatformRole};
use serde_json::{Value, json};

use crate::app::TestApp;
use crate::client::{Answer, Client};
use crate::given::{Given, reassignment};

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
}

const fn reads(path: &'static str) -> Operation {
    Operation { method: "GET", path, query: "", body: Body::None, headers: &[], changes: false }
}

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
    reads("/api/v1/organizations/{organization_id}/audit-events"),
    reads("/api/v1/applications/{application_id}"),
    reads("/api/v1/applications/{application_id}/history"),
    reads("/api/v1/notifications"),
    Operation { method: "POST", changes: true, ..reads("/api/v1/notifications/{notification_id}/read") },
];

impl Operation {
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
    }

    /// Whether its targets are somebody's: only then "foreign" means anything.
    #[must_use]
    pub fn is_scoped(&self) -> bool {
        ["{organization_id}", "{application_id}", "{notification_id}", "{session_id}"]
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
pub const PRINCIPALS: [&str; 18] = [
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
        let own_house = app.provider_group("Bluegrass");
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
            "org administrator" => member(&[Role::OrganizationAdministrator], &[], active),
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
    Targets {
        organization: house.id,
        from: from.membership,
        to: to.membership,
        application: application.id,
        reassignment: created["id"].as_str().unwrap().parse().unwrap(),
        notification: own_notification.unwrap_or(notification.id),
        session: app.session_of(to.user).0,
    }
}

const fn everything_of(user: portal_domain::id::UserId) -> portal_persistence::notifications::Reader {
    portal_persistence::notifications::Reader { user, organizations: None }
}
