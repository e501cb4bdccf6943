//! Every operation once: what it is called with, and who may call it. Drives the permission grid, the audit proof, the
//! count of statements, and the comparison with the document.

use std::collections::BTreeMap;
use std::ops::Index;

use portal_domain::ground::id::OrganizationId;
use serde_json::{Value, json};

use crate::client::{Answer, Client};
pub use crate::world::{PRINCIPALS, Relation, World};

/// What the paths, queries and bodies of operations are filled with, by placeholder. `world.rs` fills it in and says what
/// each one is.
#[derive(Clone, Debug, Default)]
pub struct Targets(BTreeMap<&'static str, String>);

impl Targets {
    /// Fills in a placeholder.
    pub fn set(&mut self, placeholder: &'static str, value: impl ToString) {
        self.0.insert(placeholder, value.to_string());
    }

    /// The text with each `{placeholder}` filled in.
    #[must_use]
    pub fn fill(&self, text: &str) -> String {
        let filled = self.0.iter().fold(text.to_owned(), |text, (placeholder, value)| {
            text.replace(&format!("{{{placeholder}}}"), value)
        });
        assert!(!filled.contains('{'), "{filled} has a placeholder that nothing fills");
        filled
    }

    /// The same with every id replaced by one of the same type that nothing has.
    #[must_use]
    pub fn of_nothing(&self) -> Self {
        let unknown = |number, (placeholder, own): (&&'static str, &String)| {
            let value = match *placeholder {
                "token" => "ppc_nothing".into(),
                "medicaid_id_number" => "7999999999".into(),
                placeholder if NO_IDS.contains(&placeholder) => own.clone(),
                _ => {
                    let (prefix, _) = own.split_once('_').unwrap();
                    let id = OrganizationId::new(1, [number; 10]).to_string();
                    format!("{prefix}_{}", id.split_once('_').unwrap().1)
                }
            };
            (*placeholder, value)
        };
        Self((1..).zip(&self.0).map(|(number, target)| unknown(number, target)).collect())
    }
}

impl Index<&str> for Targets {
    type Output = str;

    fn index(&self, placeholder: &str) -> &str {
        self.0.get(placeholder).unwrap_or_else(|| panic!("nothing fills in {placeholder}"))
    }
}

/// Placeholders that stand for no id: they stay the caller's own where nothing else exists.
const NO_IDS: [&str; 10] = [
    "claim",
    "code",
    "enable_token",
    "invitation_token",
    "name",
    "otp",
    "plan_code",
    "provider_id",
    "registration_token",
    "reset_token",
];

/// Placeholders that stand for a target in a certain status, and the parameter that the document has there.
const VARIANTS: [(&str, &str); 7] = [
    ("pending", "member_id"),
    ("unverified", "member_id"),
    ("disabled", "member_id"),
    ("fileable", "application_id"),
    ("returned", "application_id"),
    ("reviewed", "application_id"),
    ("withdrawn", "application_id"),
];

/// How an operation sends its body.
pub enum Body {
    /// Without one.
    None,
    /// As JSON.
    Json(fn(&Targets) -> Value),
    /// As a form.
    Form(&'static str),
    /// As a file of that media type.
    File(&'static str, &'static [u8]),
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

pub(crate) const PASSWORD: &str = "correct horse battery staple";
const IF_MATCH: &[(&str, &str)] = &[("if-match", "*")];
const ADMINISTRATOR: &str = "org administrator";
const AGENT: &str = "assigned agent";
const REVIEWER: &str = "dms reviewer";
const ACCOUNT_ADMINISTRATOR: &str = "account administrator";

fn move_one(targets: &Targets) -> Value {
    json!({
        "from_agent_id": &targets["from"],
        "to_agent_id": &targets["to"],
        "items": [{"id": &targets["application_id"], "version": 1}],
    })
}

/// A step of an application.
const fn step(path: &'static str, body: Body, by: &'static str) -> Operation {
    Operation { method: "POST", body, changes: true, by, ..reads(path) }
}

/// What matches the provider nobody has an account of.
fn claim(targets: &Targets) -> Value {
    serde_json::from_str(&targets["claim"]).unwrap()
}

fn a_reason(_: &Targets) -> Value {
    json!({"reason": "The license has expired."})
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
    reads("/api/v1/applications"),
    step(
        "/api/v1/applications",
        Body::Json(|targets| {
            json!({
                "organization_id": &targets["organization_id"], "application_type": "enrollment", "category": "individual",
                "provider_type": "64", "first_name": "Nora", "last_name": "New",
            })
        }),
        AGENT,
    ),
    Operation {
        method: "PATCH",
        headers: IF_MATCH,
        body: Body::Json(|_| json!({"screens": {"1.3": {"npis": [{"npi": "1234567893", "primary": true}]}}})),
        changes: true,
        by: AGENT,
        ..reads("/api/v1/applications/{fileable}")
    },
    step("/api/v1/applications/{fileable}/submit", Body::None, AGENT),
    step("/api/v1/applications/{returned}/withdraw", Body::Json(nothing), AGENT),
    step("/api/v1/applications/{application_id}/start-review", Body::None, REVIEWER),
    step("/api/v1/applications/{reviewed}/return", Body::Json(a_reason), REVIEWER),
    step("/api/v1/applications/{reviewed}/approve", Body::None, REVIEWER),
    step("/api/v1/applications/{reviewed}/deny", Body::Json(a_reason), REVIEWER),
    step("/api/v1/applications/{withdrawn}/restore", Body::None, "operator"),
    reads("/api/v1/applications/{application_id}/exit-prompt"),
    reads("/api/v1/applications/{application_id}/notices"),
    Operation { by: AGENT, ..reads("/api/v1/applications/{fileable}/documents") },
    Operation {
        query: "?document_type=license_copy&file_name=license.pdf",
        ..step(
            "/api/v1/applications/{fileable}/documents",
            Body::File("application/pdf", b"%PDF-1.7\n"),
            AGENT,
        )
    },
    Operation { by: AGENT, ..reads("/api/v1/applications/{fileable}/documents/{document_id}/content") },
    Operation {
        method: "DELETE",
        headers: IF_MATCH,
        changes: true,
        by: AGENT,
        ..reads("/api/v1/applications/{fileable}/documents/{document_id}")
    },
    Operation {
        method: "POST",
        body: Body::Json(|targets| json!({"medicaid_id": &targets["medicaid_id_number"]})),
        ..reads("/api/v1/organizations/{organization_id}/medicaid-ids/search")
    },
    reads("/api/v1/organizations/{organization_id}/medicaid-ids"),
    Operation {
        method: "PUT",
        headers: IF_MATCH,
        body: Body::Json(|_| json!({"action": "grant_all", "confirmation": "yes"})),
        changes: true,
        ..reads("/api/v1/organizations/{organization_id}/medicaid-ids/{medicaid_id}/agent-access")
    },
    reads("/api/v1/organizations/{organization_id}/lifecycle-forecast"),
    reads("/api/v1/organizations/{organization_id}/calendar-feeds"),
    Operation {
        method: "POST",
        body: Body::Json(|_| json!({"name": "Telephone"})),
        changes: true,
        ..reads("/api/v1/organizations/{organization_id}/calendar-feeds")
    },
    Operation {
        method: "DELETE",
        headers: IF_MATCH,
        changes: true,
        ..reads("/api/v1/organizations/{organization_id}/calendar-feeds/{calendar_feed_id}")
    },
    Operation { by: "anonymous", ..reads("/api/v1/calendars/{token}") },
    reads("/api/v1/dashboard"),
    Operation { query: "?organization_id={organization_id}", ..reads("/api/v1/correspondence") },
    reads("/api/v1/medicaid-ids/{medicaid_id}/revalidation"),
    Operation {
        query: "?organization_id={organization_id}",
        ..reads("/api/v1/reports/past-due-revalidations")
    },
    Operation {
        method: "POST",
        body: Body::Json(|_| {
            json!({
                "plan": "ky", "provider_type": "64", "issue_state": "KY", "expiration_date": "2023-10-31",
                "renewed_on": "2023-10-10",
            })
        }),
        ..reads("/api/v1/license-verification-checks")
    },
    Operation { query: "?npi=1234567893", ..reads("/api/v1/taxonomy-requirements") },
    Operation {
        method: "POST",
        body: Body::Json(|targets| {
            json!({
                "plan": "ky", "medicaid_id": &targets["medicaid_id_number"], "name": "Doe, John", "npi": "1234567893",
                "tax_id": "400-55-0001",
            })
        }),
        changes: true,
        by: "support",
        ..reads("/api/v1/caller-verifications")
    },
    reads("/api/v1/plans"),
    reads("/api/v1/plans/{plan_code}"),
    reads("/api/v1/help/existing-medicaid-id"),
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
        body: Body::Json(
            |targets| json!({"token": &targets["registration_token"], "password": "seven purple lanterns"}),
        ),
        changes: true,
        by: "anonymous",
        ..reads("/api/v1/registrations/complete")
    },
    Operation {
        method: "POST",
        body: Body::Json(|targets| json!({"token": &targets["enable_token"]})),
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
        body: Body::Json(
            |targets| json!({"token": &targets["reset_token"], "password": "seven purple lanterns"}),
        ),
        changes: true,
        ..reads("/api/v1/password-resets/complete")
    },
    Operation {
        method: "POST",
        body: Body::Json(|targets| json!({"token": &targets["invitation_token"]})),
        ..reads("/api/v1/invitations/inspect")
    },
    Operation {
        method: "POST",
        body: Body::Json(
            |targets| json!({"token": &targets["invitation_token"], "first_name": "Nora", "last_name": "New", "password": "seven purple lanterns"}),
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
        body: Body::Json(|targets| json!({"otp": &targets["otp"]})),
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
        body: Body::Json(claim),
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
        body: Body::Json(|targets| json!({"provider_id": &targets["provider_id"]})),
        changes: true,
        ..reads("/api/v1/access-requests")
    },
    reads("/api/v1/me/linked-accounts"),
    Operation {
        method: "POST",
        body: Body::Json(claim),
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
        body: Body::Json(|targets| json!({"membership_id": &targets["linked"]})),
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
        VARIANTS.iter().fold(self.path.to_owned(), |path, (variant, documented)| {
            path.replace(&format!("{{{variant}}}"), &format!("{{{documented}}}"))
        })
    }

    /// The path and query for these targets.
    #[must_use]
    pub fn target(&self, targets: &Targets) -> String {
        targets.fill(&format!("{}{}", self.path, self.query))
    }

    /// Whether its targets are somebody's: only then "foreign" means anything.
    #[must_use]
    pub fn is_scoped(&self) -> bool {
        [
            "{organization_id}",
            "{application_id}",
            "{fileable}",
            "{returned}",
            "{reviewed}",
            "{withdrawn}",
            "{medicaid_id}",
            "{notification_id}",
            "{session_id}",
            "{mfa_method_id}",
            "{association_id}",
            "{pending}",
        ]
        .iter()
        .any(|placeholder| self.path.contains(placeholder) || self.query.contains(placeholder))
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
            Body::File(media_type, content) => call.header("content-type", media_type).body(content.to_vec()),
            Body::Form(form) => call
                .header("content-type", "application/x-www-form-urlencoded")
                .body(form.as_bytes().to_vec()),
        }
        .send()
    }
}
