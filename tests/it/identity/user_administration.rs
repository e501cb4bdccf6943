//! Operators contain a hijacked or departed login, and give it back (domain rule R-209).

use portal_domain::ground::plan_code::PlanCode;
use portal_domain::identity::user::PlatformRole;
use portal_domain::organizations::membership::{MembershipStatus, Role};
use portal_tests::client::{Answer, Client, at_once};
use portal_tests::sign_in::{NEW_PASSWORD, PASSWORD, sign_in};
use portal_tests::{TestApp, on_both_engines};
use serde_json::{Value, json};

/// Sends an action on a user.
fn act(operator: &Client, user: &str, action: &str, values: Value) -> Answer {
    let mut body = json!({"reason": "The laptop was stolen."});
    body.as_object_mut().unwrap().extend(values.as_object().unwrap().clone());
    operator.post(&format!("/api/v1/users/{user}/{action}"), &body)
}

fn shown(operator: &Client, user: &str) -> Value {
    operator.get(&format!("/api/v1/users/{user}")).expect(200).json()
}

/// The details of the audit event about this user.
fn recorded(app: &TestApp, user: &str, action: &str) -> Value {
    let event = format!("object = '{user}' AND action = '{action}' AND organization_id IS NULL");
    let query = format!("SELECT CAST(details AS text) AS value FROM audit_events WHERE {event}");
    serde_json::from_str(&app.inspector().one_text(&query)).unwrap()
}

on_both_engines!(r_209_a_hijacked_login_is_contained_and_given_back);
fn r_209_a_hijacked_login_is_contained_and_given_back(app: &TestApp) {
    let operator = app.operator();
    let (marcus, email) = app.person("Marcus Webb", Some(PASSWORD), &[]);
    let id = marcus.to_string();
    let hijacker = app.signed_in(marcus);
    let _ = hijacker.get("/api/v1/me").expect(200);

    let locked = act(&operator, &id, "lock", json!({})).expect(200).json();
    assert_eq!((&locked["state"], &locked["lock_reason"]), (&json!("locked"), &json!("staff")));
    let _ = hijacker.get("/api/v1/me").problem(401, "unauthenticated");
    let _ = sign_in(app, &email, PASSWORD).expect(400);
    assert_eq!(recorded(app, &id, "user.locked"), json!({"reason": "The laptop was stolen."}));

    let new = "marcus@new-office.example";
    let changed = act(&operator, &id, "set-email", json!({"email": new})).expect(200).json();
    assert_eq!(changed["email"], new);
    let notified: Vec<_> = app.deliver_mails().into_iter().map(|mail| mail.to).collect();
    assert_eq!(notified.len(), 2);
    assert!(notified.contains(&email) && notified.contains(&new.to_owned()), "{notified:?}");

    let _ = act(&operator, &id, "unlock", json!({})).expect(200);
    let _ = hijacker.get("/api/v1/me").problem(401, "unauthenticated");
    let _ = sign_in(app, new, PASSWORD).expect(400);
    let _ = app.anonymous().post("/api/v1/password-resets", &json!({"email": new})).expect(202);
    app.process_requests();
    let reset = app.deliver_mails().into_iter().find(|mail| mail.text.contains("#token=")).unwrap();
    let body = json!({"token": reset.token(), "password": NEW_PASSWORD});
    let _ = app.anonymous().post("/api/v1/password-resets/complete", &body).expect(204);
    let _ = sign_in(app, new, NEW_PASSWORD).expect(200);
}

on_both_engines!(r_209_a_reviewer_who_left_loses_the_role_with_the_next_request);
fn r_209_a_reviewer_who_left_loses_the_role_with_the_next_request(app: &TestApp) {
    let operator = app.operator();
    let grace = app.platform_user("Grace Oyelaran", &[PlatformRole::DmsReviewer]);
    let (id, client) = (grace.to_string(), app.signed_in(grace));
    let reviews = || client.get("/api/v1/reports/past-due-revalidations").status;
    let before = reviews();
    let list = operator.all("/api/v1/users?platform_role=dms_reviewer");
    assert_eq!(list.iter().map(|user| user["id"].clone()).collect::<Vec<_>>(), [json!(id)]);
    let revoked = act(&operator, &id, "revoke-role", json!({"role": "dms_reviewer"})).expect(200).json();
    assert_eq!(revoked["platform_roles"], json!([]));
    assert_eq!(
        recorded(app, &id, "platform_role.revoked"),
        json!({"role": "dms_reviewer", "reason": "The laptop was stolen."})
    );
    assert_ne!(before, 401, "the session stays");
    let refused = act(&operator, &id, "revoke-role", json!({"role": "dms_reviewer"}));
    assert_eq!(refused.problem(409, "invalid_transition")["reasons"], json!(["role_not_held"]));
    let _ = act(&operator, &id, "disable", json!({})).expect(200);
    let _ = client.get("/api/v1/me").problem(401, "unauthenticated");
    let enabled = act(&operator, &id, "enable", json!({})).expect(200).json();
    assert_eq!(enabled["state"], "active");
}

on_both_engines!(r_209_an_operator_appoints_the_successor_of_the_only_administrator);
fn r_209_an_operator_appoints_the_successor_of_the_only_administrator(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let operator = app.operator();
    let (katherine, priya) = (org.administrator("Katherine Tully"), org.agent("Priya Nair"));
    let appoint = |member: &str| {
        let body = json!({"member_id": member, "reason": "The administrator left."});
        operator.post(&org.path("/appoint-administrator"), &body)
    };
    let before = app.fingerprint();
    let _ = appoint(&priya.membership.to_string()).problem(409, "administrator_exists");
    assert_eq!(app.fingerprint(), before);

    let left = act(&operator, &katherine.user.to_string(), "disable", json!({})).expect(200).json();
    assert_eq!(left["sole_administrator_of"], json!([org.id.to_string()]));
    let stranger = app.provider_group("Lakeside").agent("Sam Outsider");
    for member in [stranger.membership.to_string(), katherine.membership.to_string()] {
        let refused = appoint(&member).problem(422, "validation_failed");
        assert_eq!(refused["errors"][0]["pointer"], "/member_id");
    }
    let _ = appoint(&priya.membership.to_string()).expect(200);
    let members = priya.client().get(&org.path("/members")).expect(200).json();
    let statuses: Vec<_> = members["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| (row["name"].clone(), row["status"].clone()))
        .collect();
    assert!(statuses.contains(&(json!("Katherine Tully"), json!("locked"))), "{statuses:?}");
    assert!(app.only_mail_to(&priya.email).text.contains("Priya Nair"));
}

on_both_engines!(r_209_of_operators_who_disable_each_other_one_remains);
fn r_209_of_operators_who_disable_each_other_one_remains(app: &TestApp) {
    let operators: Vec<_> = (0..8)
        .map(|n| app.person(&format!("Op N{n}"), Some(PASSWORD), &[PlatformRole::Operator]).0)
        .collect();
    let requests = (0..8).flat_map(|n| {
        let operators = operators.clone();
        (1..8).map(move |step| (operators[n], operators[(n + step) % 8]))
    });
    let calls: Vec<_> = requests.map(|(actor, target)| (app.signed_in(actor), target.to_string())).collect();
    let answers = at_once(calls.into_iter().map(|(client, target)| {
        move || {
            let body = json!({"reason": "We disagree."});
            client.tolerating_outages().post(&format!("/api/v1/users/{target}/disable"), &body).status
        }
    }));
    assert!(answers.iter().all(|status| [200, 401, 409].contains(status)), "{answers:?}");
    assert_eq!(answers.iter().filter(|status| **status == 200).count(), 7);
    let acting = "users u JOIN user_platform_roles r ON r.user_id = u.id WHERE r.role = 'operator' AND u.disabled_at IS NULL";
    assert_eq!(app.count(acting), 1);
    let query = "SELECT actor_name || '|' || object AS value FROM audit_events \
                 WHERE action = 'user.disabled' ORDER BY sequence";
    let mut disabled = Vec::new();
    for event in app.inspector().texts(query) {
        let (actor, target) = event.split_once('|').unwrap();
        let number: usize = actor.strip_prefix("Op N").unwrap().parse().unwrap();
        let acting = operators[number].to_string();
        assert!(!disabled.contains(&acting), "{actor} was already disabled");
        disabled.push(target.to_owned());
    }
}

on_both_engines!(r_209_a_refused_action_changes_nothing);
fn r_209_a_refused_action_changes_nothing(app: &TestApp) {
    let ruth = app.person("Ruth Delgado", Some(PASSWORD), &[PlatformRole::Operator]).0;
    let operator = app.signed_in(ruth);
    let (other, email) = app.person("Marcus Webb", None, &[]);
    let (own, other) = (ruth.to_string(), other.to_string());
    let _ = operator.get("/api/v1/me").expect(200);
    let before = app.fingerprint();
    let own_refused = act(&operator, &own, "disable", json!({})).problem(403, "own_rights");
    assert_eq!(own_refused["reasons"], json!(["own_user", "last_operator"]));
    for (action, values, code) in [
        ("unlock", json!({}), (409, "invalid_transition")),
        ("enable", json!({}), (409, "invalid_transition")),
        ("remove-factors", json!({}), (409, "invalid_transition")),
        ("set-email", json!({"email": email.to_uppercase()}), (422, "validation_failed")),
        ("set-email", json!({"email": "not an address"}), (422, "validation_failed")),
        ("lock", json!({"reason": "  "}), (422, "validation_failed")),
        ("lock", json!({"reason": "400-55-0017"}), (422, "validation_failed")),
        ("grant-role", json!({"role": "king"}), (422, "validation_failed")),
    ] {
        let _ = act(&operator, &other, action, values).problem(code.0, code.1);
    }
    let taken = app.person("Priya Nair", None, &[]).1;
    let before_taken = app.fingerprint();
    let _ = act(&operator, &other, "set-email", json!({"email": taken})).problem(409, "email_taken");
    assert_eq!(app.fingerprint(), before_taken);
    assert_ne!(before, before_taken, "only the new person");
    let _ = act(&operator, "usr_01k2zqj5t8e4vbx9m3c7w6r1hd", "lock", json!({})).problem(404, "not_found");
}

on_both_engines!(r_209_only_operators_see_and_change_users);
fn r_209_only_operators_see_and_change_users(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let marcus = org.agent("Marcus Webb");
    let id = marcus.user.to_string();
    let clients = [
        org.administrator("Katherine Tully").client(),
        app.staff("Pat Staff", PlatformRole::PlanStaff),
        app.staff("Sam Support", PlatformRole::Support),
    ];
    for client in clients {
        let _ = client.get("/api/v1/users").problem(403, "role_required");
        let _ = client.get(&format!("/api/v1/users/{id}")).problem(403, "role_required");
        let _ =
            client.post("/api/v1/user-search", &json!({"email": marcus.email})).problem(403, "role_required");
        let _ = act(&client, &id, "lock", json!({})).problem(403, "role_required");
    }
    let operator = app.operator();
    let found = operator.post("/api/v1/user-search", &json!({"email": marcus.email.to_uppercase()}));
    assert_eq!(found.expect(200).json()["items"][0]["id"], json!(id));
    let memberships = shown(&operator, &id)["memberships"].clone();
    assert_eq!(memberships[0]["organization_id"], json!(org.id.to_string()));
}

on_both_engines!(d_08_an_invitation_of_a_locked_administrator_is_worth_nothing);
fn d_08_an_invitation_of_a_locked_administrator_is_worth_nothing(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let katherine = org.administrator("Katherine Tully");
    let body = json!({"email": "nora@example.org", "role": "credentialing_agent"});
    let _ = katherine.client().post(&org.path("/invitations"), &body).expect(201);
    let token = app.only_mail_to("nora@example.org").token();
    let _ = act(&app.operator(), &katherine.user.to_string(), "lock", json!({})).expect(200);
    let accept = json!({"token": token, "first_name": "Nora", "last_name": "New", "password": NEW_PASSWORD});
    let _ =
        app.anonymous().post("/api/v1/invitations/accept", &accept).problem(409, "inviter_lost_authority");
    assert_eq!(app.count("users WHERE email = 'nora@example.org'"), 0);
}

on_both_engines!(r_209_links_that_went_to_the_old_address_stop_working);
fn r_209_links_that_went_to_the_old_address_stop_working(app: &TestApp) {
    let practice = app.practice("Riverbend", PlanCode::Lhcc);
    let manager = practice.account_manager("Lena Ortiz").client();
    let jeremy =
        practice.member_with("Jeremy Huang", &[Role::AccountUser], &[], MembershipStatus::Unverified);
    let member = practice.path(&format!("/members/{}", jeremy.membership));
    let _ = manager.post(&format!("{member}/send-registration-email"), &json!({})).expect(200);
    let token = app.only_mail_to(&jeremy.email).token();
    let email = json!({"email": "jeremy@new-office.example"});
    let _ = act(&app.operator(), &jeremy.user.to_string(), "set-email", email).expect(200);
    let body = json!({"token": token, "password": NEW_PASSWORD});
    let before = app.fingerprint();
    let _ = app.anonymous().post("/api/v1/registrations/complete", &body).problem(410, "link_superseded");
    assert_eq!(app.fingerprint(), before);
}

on_both_engines!(r_209_a_registrant_without_a_password_gets_none_when_enabled);
fn r_209_a_registrant_without_a_password_gets_none_when_enabled(app: &TestApp) {
    let operator = app.operator();
    let id = app.person("Nora New", None, &[]).0.to_string();
    let _ = act(&operator, &id, "disable", json!({})).expect(200);
    let enabled = act(&operator, &id, "enable", json!({})).expect(200).json();
    assert_eq!(enabled["has_password"], false);
}
