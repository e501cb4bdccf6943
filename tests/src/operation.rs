//! An API operation with the input and the caller for a valid request.

use serde_json::{Value, json};

use crate::client::{Answer, Client};
use crate::targets::Targets;

/// Placeholders for a target in a certain status, and the documented parameter that each replaces.
const VARIANTS: [(&str, &str); 13] = [
    ("pending", "member_id"),
    ("unverified", "member_id"),
    ("disabled", "member_id"),
    ("unconfirmed", "association_id"),
    ("fileable", "application_id"),
    ("group_fileable", "application_id"),
    ("returned", "application_id"),
    ("reviewed", "application_id"),
    ("withdrawn", "application_id"),
    ("locked_user", "user_id"),
    ("disabled_user", "user_id"),
    ("staff_user", "user_id"),
    ("without_administrator", "organization_id"),
];

/// The request body of an operation.
#[derive(Clone, Copy)]
pub enum Body {
    /// No body.
    None,
    /// A JSON body.
    Json(fn(&Targets) -> Value),
    /// A form.
    Form(&'static str),
    /// A file of this media type.
    File(&'static str, &'static [u8]),
}

/// An API operation.
#[derive(Clone, Copy)]
pub struct Operation {
    /// The method.
    pub method: &'static str,
    /// The documented path.
    pub path: &'static str,
    /// The query, which can contain the same placeholders as the path.
    pub query: &'static str,
    /// The body.
    pub body: Body,
    /// Additional headers.
    pub headers: &'static [(&'static str, &'static str)],
    /// Whether a successful call changes data, and so records an audit event.
    pub changes: bool,
    /// A kind of caller that is allowed to call it.
    pub by: &'static str,
}

pub(crate) const IF_MATCH: &[(&str, &str)] = &[("if-match", "*")];
pub(crate) const ADMINISTRATOR: &str = "org administrator";

pub(crate) const fn reads(path: &'static str) -> Operation {
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

pub(crate) fn nothing(_: &Targets) -> Value {
    json!({})
}

impl Operation {
    /// The documented path.
    #[must_use]
    pub fn documented(&self) -> String {
        VARIANTS.iter().fold(self.path.to_owned(), |path, (variant, documented)| {
            path.replace(&format!("{{{variant}}}"), &format!("{{{documented}}}"))
        })
    }

    /// Whether its targets belong to an organization or user, so that a foreign target is possible.
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
            "{unconfirmed}",
        ]
        .iter()
        .any(|placeholder| self.path.contains(placeholder) || self.query.contains(placeholder))
    }

    /// Whether its targets belong to the caller as a user, such as a session.
    #[must_use]
    pub fn is_personal(&self) -> bool {
        ["/me", "/notifications", "/provider-account-associations"]
            .iter()
            .any(|below| self.path.starts_with(&format!("/api/v1{below}")))
    }

    /// Calls the operation.
    #[must_use]
    pub fn call(&self, client: &Client, targets: &Targets) -> Answer {
        self.call_with(client, targets, targets)
    }

    /// Calls the operation with different targets in the path and in the query and body.
    #[must_use]
    pub fn call_with(&self, client: &Client, in_path: &Targets, carried: &Targets) -> Answer {
        let path = format!("{}{}", in_path.fill(self.path), carried.fill(self.query));
        let mut call = client.call(self.method, &path).header("x-request-id", "the-same-each-time");
        for (name, value) in self.headers {
            call = call.header(name, value);
        }
        match self.body {
            Body::None => call,
            Body::Json(body) => call.json(&body(carried)),
            Body::File(media_type, content) => call.header("content-type", media_type).body(content.to_vec()),
            Body::Form(form) => call
                .header("content-type", "application/x-www-form-urlencoded")
                .body(form.as_bytes().to_vec()),
        }
        .send()
    }
}
