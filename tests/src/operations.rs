//! Every operation once, with its input and caller.
//!
//! The tests of permissions, the audit trail, SQL statement counts, and the API contract use this
//! list.

use std::sync::LazyLock;

use serde_json::{Value, json};

use crate::account_operations::ACCOUNTS;
use crate::operation::{ADMINISTRATOR, Body, IF_MATCH, Operation, nothing, reads};
use crate::targets::Targets;

const AGENT: &str = "assigned agent";
const REVIEWER: &str = "dms reviewer";

pub(crate) fn move_one(targets: &Targets) -> Value {
    json!({
        "from_agent_id": &targets["from"],
        "to_agent_id": &targets["to"],
        "items": [{"id": &targets["application_id"], "version": 1}],
    })
}

/// A transition of an application.
const fn step(path: &'static str, body: Body, by: &'static str) -> Operation {
    Operation { method: "POST", body, changes: true, by, ..reads(path) }
}

fn a_reason(_: &Targets) -> Value {
    json!({"reason": "The license has expired."})
}

/// All operations of the production document.
pub static OPERATIONS: LazyLock<Vec<Operation>> = LazyLock::new(|| [WORK, ACCOUNTS].concat());

/// The operations on sessions, applications, and Medicaid IDs.
const WORK: &[Operation] = &[
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
    Operation { by: ADMINISTRATOR, ..reads("/api/v1/organizations/{organization_id}/read-events") },
    Operation { by: "operator", ..reads("/api/v1/read-events") },
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
    reads("/api/v1/organizations/{organization_id}/medicaid-ids/{medicaid_id}"),
    Operation {
        method: "PUT",
        headers: IF_MATCH,
        body: Body::Json(|_| json!({"action": "grant_all", "confirmation": "yes"})),
        changes: true,
        ..reads("/api/v1/organizations/{organization_id}/medicaid-ids/{medicaid_id}/agent-access")
    },
    reads("/api/v1/organizations/{organization_id}/medicaid-ids/{medicaid_id}/link-consents"),
    Operation {
        method: "POST",
        body: Body::Json(|targets| json!({"group_medicaid_id": &targets["group_number"]})),
        changes: true,
        ..reads("/api/v1/organizations/{organization_id}/medicaid-ids/{medicaid_id}/link-consents")
    },
    Operation {
        method: "DELETE",
        headers: IF_MATCH,
        changes: true,
        ..reads(
            "/api/v1/organizations/{organization_id}/medicaid-ids/{medicaid_id}/link-consents/{link_consent_id}",
        )
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
];
