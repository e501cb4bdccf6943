//! Helpers that explore the sandbox: sign in as its personas, and read their emails.

use serde_json::{Value, json};

use crate::app::TestApp;
use crate::client::{Client, encoded};
use crate::sign_in::NEW_PASSWORD;

/// A persona, signed in.
#[must_use]
pub fn persona(app: &TestApp, name: &str) -> Client {
    let tokens =
        app.anonymous().post_empty(&format!("/api/v1/sandbox/personas/{name}/token")).expect(200).json();
    app.with_token(tokens["access_token"].as_str().unwrap())
}

/// The id of the client's first organization.
#[must_use]
pub fn organization(client: &Client) -> String {
    client.get("/api/v1/me").expect(200).json()["memberships"][0]["organization"]["id"]
        .as_str()
        .unwrap()
        .to_owned()
}

/// The token of the newest email to that address with a link for that purpose, from the sandbox
/// mailbox.
#[must_use]
pub fn token_for(app: &TestApp, email: &str, purpose: &str) -> String {
    let path = format!("/api/v1/sandbox/mailbox?recipient={}", encoded(email));
    let mails = app.anonymous().get(&path).expect(200).json();
    let marker = format!("/links/{purpose}#token=");
    let mut links = mails["items"].as_array().unwrap().iter().filter_map(|mail| mail["link"].as_str());
    let link =
        links.find(|link| link.contains(&marker)).unwrap_or_else(|| panic!("no {purpose} mail: {mails:#}"));
    link.split_once("#token=").unwrap().1.to_owned()
}

/// Opens the link of an email as browsers do, without sending the part after `#`. Checks that
/// nothing changes.
pub fn open_link(app: &TestApp, purpose: &str) {
    let before = app.fingerprint();
    let browser = app.anonymous().unchecked();
    let page = browser.call("GET", &format!("/links/{purpose}")).header("accept", "text/html").send();
    assert_eq!((page.status, app.fingerprint()), (200, before));
}

/// Accepts the invitation to that address as a new user, and checks that the link works once.
#[must_use]
pub fn accept(app: &TestApp, email: &str, (first_name, last_name): (&str, &str)) -> Value {
    let body = json!({
        "token": token_for(app, email, "invitation"),
        "first_name": first_name,
        "last_name": last_name,
        "password": NEW_PASSWORD,
    });
    let accepted = app.anonymous().post("/api/v1/invitations/accept", &body).expect(200).json();
    let _ = app.anonymous().post("/api/v1/invitations/accept", &body).problem(410, "invitation_used");
    accepted
}
