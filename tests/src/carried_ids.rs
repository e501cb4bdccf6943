//! Every identifier that a query or a body carries, with an operation that carries it.
//!
//! The permission grid of carried IDs gives each one an own, a foreign, and a nonexistent value. A
//! test compares this list with the OpenAPI document.

use serde_json::{Value, json};

use crate::account_operations::claim;
use crate::client::{Answer, Client};
use crate::operation::{Body, IF_MATCH, Operation, reads};
use crate::operations::move_one;
use crate::targets::Targets;

/// An identifier that an operation's query or body carries.
#[derive(Clone, Copy)]
pub struct CarriedId {
    /// Where it is: a query parameter such as `?agent_id`, or a JSON Pointer such as `/items/0/id`.
    pub place: &'static str,
    /// The placeholder of its value.
    pub placeholder: &'static str,
    /// An operation that carries it.
    pub operation: Operation,
}

impl CarriedId {
    /// The place as the document has it: without the index of a list's item.
    #[must_use]
    pub fn documented_place(&self) -> String {
        self.place.replace("/0", "/*")
    }

    /// The value that the operation carries, as it is sent.
    #[must_use]
    pub fn carried(&self, targets: &Targets) -> Option<String> {
        if let Some(name) = self.place.strip_prefix('?') {
            let query = targets.fill(self.operation.query);
            let mut pairs = query.trim_start_matches('?').split('&').filter_map(|pair| pair.split_once('='));
            return pairs.find(|(known, _)| *known == name).map(|(_, value)| value.to_owned());
        }
        let Body::Json(body) = self.operation.body else { return None };
        body(targets).pointer(self.place).and_then(Value::as_str).map(str::to_owned)
    }

    /// Calls the operation on the caller's own resources with this identifier from `others`.
    #[must_use]
    pub fn call(&self, client: &Client, own: &Targets, others: &Targets) -> Answer {
        self.operation.call_with(client, own, &own.with_one_of(others, self.placeholder))
    }
}

const fn carried(place: &'static str, placeholder: &'static str, operation: Operation) -> CarriedId {
    CarriedId { place, placeholder, operation }
}

/// A GET with this query.
const fn listing(path: &'static str, query: &'static str) -> Operation {
    Operation { query, ..reads(path) }
}

/// A request with a body that can change data.
const fn sending(method: &'static str, path: &'static str, body: fn(&Targets) -> Value) -> Operation {
    Operation { method, body: Body::Json(body), changes: true, ..reads(path) }
}

const REASSIGNMENTS: Operation =
    sending("POST", "/api/v1/organizations/{organization_id}/reassignments", move_one);
const PREVIEW: Operation = Operation {
    changes: false,
    ..sending("POST", "/api/v1/organizations/{organization_id}/reassignments/preview", move_one)
};
const CORRESPONDENCE: &str = "/api/v1/correspondence";

/// A maintenance of a Medicaid ID that the organization's agents may act on.
const START: Operation = sending("POST", "/api/v1/applications", |targets| {
    json!({
        "organization_id": &targets["organization_id"],
        "application_type": "maintenance",
        "medicaid_id": &targets["granted_number"],
    })
});

const fn saving_a_link(path: &'static str, body: fn(&Targets) -> Value) -> Operation {
    Operation { headers: IF_MATCH, ..sending("PATCH", path, body) }
}

fn link_of(number: &str) -> Value {
    json!({"screens": {"5.1": {"links": [{"medicaid_id": number, "effective_date": "2026-02-01"}]}}})
}

fn call_of_a_provider(targets: &Targets) -> Value {
    json!({
        "plan": "ky", "medicaid_id": &targets["medicaid_id_number"], "name": "Doe, John", "npi": "1234567893",
        "tax_id": "400-55-0001",
    })
}

const APPOINT: Operation = Operation {
    by: "operator",
    ..sending(
        "POST",
        "/api/v1/organizations/{without_administrator}/appoint-administrator",
        |targets| json!({"member_id": &targets["successor"], "reason": "The administrator left."}),
    )
};

/// Every identifier that a query or a body carries.
pub const CARRIED: &[CarriedId] = &[
    carried("/member_id", "successor", APPOINT),
    carried(
        "?organization_id",
        "organization_id",
        listing("/api/v1/applications", "?organization_id={organization_id}"),
    ),
    carried("/organization_id", "organization_id", START),
    carried("/medicaid_id", "granted_number", START),
    carried(
        "/screens/5.1/links/0/medicaid_id",
        "group_number",
        saving_a_link("/api/v1/applications/{fileable}", |targets| link_of(&targets["group_number"])),
    ),
    carried(
        "/screens/5.1/links/0/medicaid_id",
        "medicaid_id_number",
        saving_a_link("/api/v1/applications/{group_fileable}", |targets| {
            link_of(&targets["medicaid_id_number"])
        }),
    ),
    carried(
        "?agent_id",
        "from",
        listing("/api/v1/organizations/{organization_id}/work-assignments", "?agent_id={from}"),
    ),
    carried("/from_agent_id", "from", PREVIEW),
    carried("/to_agent_id", "to", PREVIEW),
    carried("/items/0/id", "application_id", PREVIEW),
    carried("/from_agent_id", "from", REASSIGNMENTS),
    carried("/to_agent_id", "to", REASSIGNMENTS),
    carried("/items/0/id", "application_id", REASSIGNMENTS),
    carried(
        "?organization_id",
        "organization_id",
        listing(CORRESPONDENCE, "?organization_id={organization_id}"),
    ),
    carried(
        "?application_id",
        "application_id",
        listing(CORRESPONDENCE, "?organization_id={organization_id}&application_id={application_id}"),
    ),
    carried(
        "?medicaid_id",
        "medicaid_id",
        listing(CORRESPONDENCE, "?organization_id={organization_id}&medicaid_id={medicaid_id}"),
    ),
    carried(
        "?organization_id",
        "organization_id",
        listing("/api/v1/reports/past-due-revalidations", "?organization_id={organization_id}"),
    ),
    carried(
        "/medicaid_id",
        "medicaid_id_number",
        Operation {
            changes: false,
            ..sending(
                "POST",
                "/api/v1/organizations/{organization_id}/medicaid-ids/search",
                |targets| json!({"medicaid_id": &targets["medicaid_id_number"]}),
            )
        },
    ),
    carried(
        "/group_medicaid_id",
        "group_number",
        sending(
            "POST",
            "/api/v1/organizations/{organization_id}/medicaid-ids/{medicaid_id}/link-consents",
            |targets| json!({"group_medicaid_id": &targets["group_number"]}),
        ),
    ),
    carried(
        "/medicaid_id",
        "medicaid_id_number",
        sending("POST", "/api/v1/caller-verifications", call_of_a_provider),
    ),
    carried(
        "/membership_id",
        "linked",
        Operation {
            headers: IF_MATCH,
            ..sending(
                "PUT",
                "/api/v1/me/active-account",
                |targets| json!({"membership_id": &targets["linked"]}),
            )
        },
    ),
    carried("/provider_id", "provider_id", sending("POST", "/api/v1/me/linked-accounts", claim)),
    carried("/provider_id", "provider_id", sending("POST", "/api/v1/provider-account-associations", claim)),
    carried(
        "/provider_id",
        "provider_id",
        sending("POST", "/api/v1/access-requests", |targets| json!({"provider_id": &targets["provider_id"]})),
    ),
];
