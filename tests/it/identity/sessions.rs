//! Listing and ending sessions (decision D-05).

use chrono::Duration;
use portal_tests::{TestApp, on_both_engines};

on_both_engines!(a_user_lists_sessions_and_ends_one);
fn a_user_lists_sessions_and_ends_one(app: &TestApp) {
    let (user, _) = app.person("Debi Henderson", None, &[]);
    let (other, other_token) = app.session_of(user);
    let client = app.signed_in(user);
    let sessions = client.all("/api/v1/me/sessions?limit=1");
    assert_eq!(sessions.len(), 2);
    assert_eq!(sessions.iter().filter(|session| session["current"] == true).count(), 1);
    let path = format!("/api/v1/me/sessions/{other}");
    let etag = client.get(&path).expect(200).header("etag").unwrap().to_owned();
    let _ = client.unchecked().call("DELETE", &path).send().problem(428, "precondition_required");
    let stale = client.call("DELETE", &path).header("if-match", "\"v99-000000000000\"").send();
    assert_eq!(stale.header("etag"), Some(etag.as_str()));
    let stale = stale.problem(412, "precondition_failed");
    assert_eq!(stale["current_etag"], etag);
    let other_client = app.with_token(&other_token);
    let _ = other_client.get("/api/v1/me").expect(200);
    let _ = client.call("DELETE", &path).header("if-match", "*").send().expect(204);
    let _ = other_client.get("/api/v1/me").problem(401, "unauthenticated");
    let _ = client.call("DELETE", &path).header("if-match", "*").send().problem(404, "not_found");
    let _ = client.get("/api/v1/me").expect(200);
}

on_both_engines!(a_user_ends_all_sessions_at_once);
fn a_user_ends_all_sessions_at_once(app: &TestApp) {
    let (user, _) = app.person("Debi Henderson", None, &[]);
    let clients = [app.signed_in(user), app.signed_in(user), app.signed_in(user)];
    let _ = clients[0].call("DELETE", "/api/v1/me/sessions").send().expect(204);
    for client in &clients {
        let _ = client.get("/api/v1/me").problem(401, "unauthenticated");
    }
}

on_both_engines!(sessions_of_other_users_are_not_found);
fn sessions_of_other_users_are_not_found(app: &TestApp) {
    let (user, _) = app.person("Debi Henderson", None, &[]);
    let (session, token) = app.session_of(user);
    let other_user = app.signed_in(app.person("Sam Outsider", None, &[]).0);
    let path = format!("/api/v1/me/sessions/{session}");
    let _ = other_user.get(&path).problem(404, "not_found");
    let _ = other_user.call("DELETE", &path).header("if-match", "*").send().problem(404, "not_found");
    let _ = app.with_token(&token).get("/api/v1/me").expect(200);
}

on_both_engines!(the_eleventh_session_ends_the_oldest);
fn the_eleventh_session_ends_the_oldest(app: &TestApp) {
    let (user, _) = app.person("Debi Henderson", None, &[]);
    let first = app.signed_in(user);
    for _ in 0..9 {
        app.advance(Duration::seconds(1));
        let _ = app.signed_in(user);
    }
    let _ = first.get("/api/v1/me").expect(200);
    app.advance(Duration::seconds(1));
    let last = app.signed_in(user);
    let _ = first.get("/api/v1/me").problem(401, "unauthenticated");
    assert_eq!(last.all("/api/v1/me/sessions").len(), 10);
}

on_both_engines!(a_session_expires_after_half_an_hour_without_use);
fn a_session_expires_after_half_an_hour_without_use(app: &TestApp) {
    let (user, _) = app.person("Debi Henderson", None, &[]);
    let (session, _) = app.session_of(user);
    let token_for = |generation| {
        let now = app.clock.session_now();
        app.portal.tokens.issue((user, session), generation, now, now).unwrap()
    };
    app.advance(Duration::minutes(30) - Duration::microseconds(1));
    let _ = app.with_token(&token_for(1)).get("/api/v1/me").expect(200);
    app.advance(Duration::minutes(30));
    let _ = app.with_token(&token_for(1)).get("/api/v1/me").problem(401, "unauthenticated");
}
