//! Helpers that sign in with a password.

use crate::app::TestApp;
use crate::client::{Answer, Client};

/// The path of the token endpoint.
pub const TOKEN: &str = "/api/v1/oauth/token";

/// The password of users that sign in.
pub const PASSWORD: &str = "correct horse battery staple";

/// The password that users choose after following a link.
pub const NEW_PASSWORD: &str = "seven purple lanterns";

/// Tries to sign in as a client that has never signed in before.
#[must_use]
pub fn sign_in(app: &TestApp, email: &str, password: &str) -> Answer {
    sign_in_with(&app.anonymous(), email, password)
}

/// Tries to sign in over this client's connection.
#[must_use]
pub fn sign_in_with(client: &Client, email: &str, password: &str) -> Answer {
    client.post_form(TOKEN, &[("grant_type", "password"), ("username", email), ("password", password)])
}
