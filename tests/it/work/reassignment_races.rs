//! Concurrent requests of many clients over real connections.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};

use portal_domain::ground::plan_code::PlanCode;
use portal_domain::organizations::membership::{MembershipStatus, Role};
use portal_persistence::platform::audit::ChainState;
use portal_tests::given::{Given, Item, reassignment};
use portal_tests::sign_in::{NEW_PASSWORD, PASSWORD, TOKEN, sign_in};
use portal_tests::{Answer, TestApp, at_once, on_both_engines};
use serde_json::json;

const CLIENTS: usize = 64;

on_both_engines!(sixty_four_clients_reassign_overlapping_batches);
fn sixty_four_clients_reassign_overlapping_batches(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let source = org.agent("Marcus Webb");
    let targets: Vec<_> = (0..CLIENTS).map(|n| org.agent(&format!("Agent N{n}"))).collect();
    let items = org.applications(&source, 48);
    let managers = managers(app, &org);
    let path = org.path("/reassignments");
    // Every client requests six adjacent applications, so each application is requested by eight
    // clients.
    let batches: Vec<Vec<Item>> =
        (0..CLIENTS).map(|n| (0..6).map(|k| items[(n * 3 / 4 + k) % items.len()]).collect()).collect();
    let requests = targets.iter().zip(&batches).zip(managers).map(|((target, batch), client)| {
        let (body, path) = (reassignment(&source, target, batch), path.clone());
        move || client.post(&path, &body)
    });
    let answers = at_once(requests);

    let mut holder: BTreeMap<String, usize> = BTreeMap::new();
    for (n, answer) in answers.iter().enumerate() {
        match answer.status {
            201 => batches[n].iter().for_each(|item| {
                assert!(holder.insert(item.id.to_string(), n).is_none(), "an application moved twice");
            }),
            409 => assert_eq!(answer.json()["code"], "items_not_reassignable"),
            status => panic!("{status}: {}", answer.text()),
        }
    }
    assert!(!holder.is_empty(), "at least one request succeeds");
    for item in &items {
        let expected = holder.get(&item.id.to_string()).map_or(&source, |n| &targets[*n]);
        assert!(expected.has(*item), "assigned to the agent of the winning request");
        let history = app.read(|tx| tx.applications().history(item.id, None, 10)).items;
        let versions: Vec<_> = history.iter().rev().map(|entry| entry.version_after).collect();
        let serial: Vec<i64> = (1..=i64::try_from(versions.len()).unwrap()).collect();
        assert_eq!(versions, serial, "the history has consecutive versions");
        assert_eq!(history.len(), 1 + usize::from(holder.contains_key(&item.id.to_string())));
    }
    let reassigned = answers.iter().filter(|answer| answer.status == 201).count();
    let chain = app.read(|tx| tx.audit().verify(&org.id.to_string()));
    assert_eq!(chain, ChainState::Intact { events: i64::try_from(reassigned).unwrap() });
}

on_both_engines!(sixty_four_retries_with_one_key_take_effect_once);
fn sixty_four_retries_with_one_key_take_effect_once(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let manager = org.manager("Debi Henderson");
    let (marcus, priya) = (org.agent("Marcus Webb"), org.agent("Priya Nair"));
    let item = org.application(&marcus, Given::default());
    let (path, body) = (org.path("/reassignments"), reassignment(&marcus, &priya, &[item]));
    let sessions: Vec<_> = (0..8).map(|_| manager.client()).collect();
    sessions.iter().for_each(|client| drop(client.get("/api/v1/me").expect(200)));
    let requests = sessions.iter().cycle().take(CLIENTS).cloned().map(|client| {
        let (path, body) = (path.clone(), body.clone());
        move || client.call("POST", &path).header("idempotency-key", "one").json(&body).send()
    });
    let answers = at_once(requests);
    let kept: Vec<_> = answers.iter().filter(|answer| answer.status == 201).collect();
    assert!(
        answers.iter().all(|answer| answer.status == 201 || answer.json()["code"] == "idempotency_in_flight")
    );
    assert!(kept.iter().all(|answer| answer.body == kept[0].body));
    let acted = kept.iter().filter(|answer| answer.header("idempotency-replayed").is_none()).count();
    assert_eq!(acted, 1);
    assert_eq!(app.read(|tx| tx.applications().history(item.id, None, 10)).items.len(), 2);
}

on_both_engines!(one_of_sixty_four_concurrent_reverts_succeeds);
fn one_of_sixty_four_concurrent_reverts_succeeds(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let manager = org.manager("Debi Henderson");
    let (marcus, priya) = (org.agent("Marcus Webb"), org.agent("Priya Nair"));
    let items = org.applications(&marcus, 3);
    let created = manager
        .client()
        .post(&org.path("/reassignments"), &reassignment(&marcus, &priya, &items))
        .expect(201);
    let path = org.path(&format!("/reassignments/{}/revert", created.json()["id"].as_str().unwrap()));
    let requests = managers(app, &org).into_iter().map(|client| {
        let path = path.clone();
        move || client.post_empty(&path)
    });
    let answers = at_once(requests);
    assert_eq!(answers.iter().filter(|answer| answer.status == 201).count(), 1);
    assert!(answers.iter().all(|answer| [201, 409].contains(&answer.status)));
    assert!(items.iter().all(|item| marcus.has(*item)));
}

on_both_engines!(sec_cve_c_21_one_of_sixty_four_concurrent_refreshes_succeeds_and_keeps_the_session);
fn sec_cve_c_21_one_of_sixty_four_concurrent_refreshes_succeeds_and_keeps_the_session(app: &TestApp) {
    let (_, email) = app.person("Debi Henderson", Some(PASSWORD), &[]);
    let tokens = sign_in(app, &email, PASSWORD).expect(200).json();
    let token = tokens["refresh_token"].as_str().unwrap();
    let requests = (0..CLIENTS).map(|_| {
        let client = app.anonymous();
        move || client.post_form(TOKEN, &[("grant_type", "refresh_token"), ("refresh_token", token)])
    });
    let answers = at_once(requests);
    let winners: Vec<_> = answers.iter().filter(|answer| answer.status == 200).collect();
    assert_eq!(winners.len(), 1);
    assert!(
        answers.iter().all(|answer| answer.status == 200 || answer.json()["code"] == "refresh_in_progress")
    );
    let client = app.with_token(winners[0].json()["access_token"].as_str().unwrap());
    let _ = client.get("/api/v1/me").expect(200);
}

on_both_engines!(the_first_request_after_a_session_was_ended_is_refused_under_load);
fn the_first_request_after_a_session_was_ended_is_refused_under_load(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let person = org.agent("Marcus Webb");
    for _ in 0..50 {
        app.advance(chrono::Duration::seconds(1));
        let other = person.client();
        let (session, token) = app.session_of(person.user);
        let busy = app.with_token(&token);
        let done = AtomicBool::new(false);
        let after = std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    while !done.load(Ordering::SeqCst) {
                        let _ = busy.get("/api/v1/me");
                    }
                });
            }
            let path = format!("/api/v1/me/sessions/{session}");
            let ended = other.call("DELETE", &path).header("if-match", "*").send();
            let next = busy.get("/api/v1/me");
            done.store(true, Ordering::SeqCst);
            (ended.status, next.status)
        });
        assert_eq!(after, (204, 401));
    }
}

on_both_engines!(sec_cve_c_20_one_of_sixty_four_acceptances_of_one_invitation_succeeds);
fn sec_cve_c_20_one_of_sixty_four_acceptances_of_one_invitation_succeeds(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let (_, _) = (org.agent("Marcus Webb"), org.agent("Priya Nair"));
    let katherine = org.administrator("Katherine Tully").client();
    let body = json!({"email": "nora@example.org", "role": "ca_admin_manager"});
    let _ = katherine.post(&org.path("/invitations"), &body).expect(201);
    let token = app.only_mail_to("nora@example.org").token();
    let body = json!({"token": token, "first_name": "Nora", "last_name": "Fields", "password": NEW_PASSWORD});
    redeemed_once(app, "/api/v1/invitations/accept", &body, (200, "invitation_used"));
    let people =
        app.inspector().texts("SELECT email AS value FROM users WHERE email_key = 'nora@example.org'");
    assert_eq!(people.len(), 1);
}

on_both_engines!(sec_cve_c_20_one_of_sixty_four_completions_of_one_registration_succeeds);
fn sec_cve_c_20_one_of_sixty_four_completions_of_one_registration_succeeds(app: &TestApp) {
    let practice = app.practice("Riverbend", PlanCode::Ahw);
    let lena = practice.account_manager("Lena Ortiz").client();
    let uma = practice.member_with("Uma Unverified", &[Role::AccountUser], &[], MembershipStatus::Unverified);
    let _ = lena
        .post(&practice.path(&format!("/members/{}/send-registration-email", uma.membership)), &json!({}))
        .expect(200);
    let body = json!({"token": app.only_mail_to(&uma.email).token(), "password": NEW_PASSWORD});
    redeemed_once(app, "/api/v1/registrations/complete", &body, (200, "link_used"));
}

on_both_engines!(sec_cve_c_20_one_of_sixty_four_completions_of_one_password_reset_succeeds);
fn sec_cve_c_20_one_of_sixty_four_completions_of_one_password_reset_succeeds(app: &TestApp) {
    let (_, email) = app.person("Jeremy Huang", Some(PASSWORD), &[]);
    let _ = app.anonymous().post("/api/v1/password-resets", &json!({"email": email})).expect(202);
    app.process_requests();
    let body = json!({"token": app.only_mail_to(&email).token(), "password": NEW_PASSWORD});
    redeemed_once(app, "/api/v1/password-resets/complete", &body, (204, "link_used"));
}

on_both_engines!(sec_cve_c_20_one_of_sixty_four_clicks_on_one_enable_button_succeeds);
fn sec_cve_c_20_one_of_sixty_four_clicks_on_one_enable_button_succeeds(app: &TestApp) {
    let practice = app.practice_with_tax_id("Riverbend", PlanCode::Lhcc, "72-7654321");
    let lena = practice.account_manager("Lena Ortiz");
    let body = json!({"plan": "lhcc", "tin": "72-7654321", "email": "jeremy@example.org", "first_name": "Jeremy", "last_name": "Huang"});
    let _ = app.anonymous().post("/api/v1/registrations", &body).expect(202);
    app.process_requests();
    let body = json!({"token": app.only_mail_to(&lena.email).token()});
    let clients: Vec<_> =
        (0..8).map(|_| lena.client()).inspect(|client| drop(client.get("/api/v1/me").expect(200))).collect();
    let requests = clients.iter().cycle().take(CLIENTS).cloned().map(|client| {
        let body = body.clone();
        move || client.post("/api/v1/registrations/enable", &body)
    });
    one_winner(&at_once(requests), (200, "link_used"));
}

on_both_engines!(when_two_managers_disable_each_other_one_remains);
fn when_two_managers_disable_each_other_one_remains(app: &TestApp) {
    for round in 0..20 {
        let practice = app.practice(&format!("Riverbend {round}"), PlanCode::Ahw);
        let pair = [practice.account_manager("Lena Ortiz"), practice.account_manager("Sofia Second")];
        let clients = pair.each_ref().map(|person| person.client());
        clients.iter().for_each(|client| drop(client.get("/api/v1/me").expect(200)));
        let [lena, sofia] = clients;
        let path = |person: &portal_tests::given::Person<'_>| {
            practice.path(&format!("/members/{}/disable", person.membership))
        };
        let (first, second) = (path(&pair[1]), path(&pair[0]));
        let answers = at_once(
            [(lena, first), (sofia, second)].map(|(client, path)| move || client.post(&path, &json!({}))),
        );
        let mut statuses: Vec<_> = answers.iter().map(|answer| answer.status).collect();
        statuses.sort_unstable();
        assert_eq!(statuses[0], 200, "{statuses:?}");
        assert!([403, 404, 409].contains(&statuses[1]), "{statuses:?}");
        assert_eq!(
            app.read(|tx| tx.members().administrators(
                practice.id,
                portal_domain::organizations::organization::OrganizationKind::TinPractice
            ))
            .len(),
            1
        );
    }
}

on_both_engines!(of_sixty_four_invitations_to_one_address_one_stays_valid);
fn of_sixty_four_invitations_to_one_address_one_stays_valid(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let katherine = org.administrator("Katherine Tully");
    let clients: Vec<_> = (0..8)
        .map(|_| katherine.client())
        .inspect(|client| drop(client.get("/api/v1/me").expect(200)))
        .collect();
    let path = org.path("/invitations");
    let requests = clients.iter().cycle().take(CLIENTS).cloned().map(|client| {
        let path = path.clone();
        move || client.post(&path, &json!({"email": "nora@example.org", "role": "credentialing_agent"}))
    });
    let answers = at_once(requests);
    assert!(
        answers.iter().all(|answer| answer.status == 201),
        "{:?}",
        answers.iter().map(|a| a.status).collect::<Vec<_>>()
    );
    let pending = katherine.client().get(&org.path("/invitations?status=pending")).expect(200).json();
    assert_eq!(pending["items"].as_array().unwrap().len(), 1);
}

/// Sends one request from 64 anonymous clients.
fn redeemed_once(app: &portal_tests::TestApp, path: &str, body: &serde_json::Value, expected: (u16, &str)) {
    let requests = (0..CLIENTS).map(|_| {
        let (client, path, body) = (app.anonymous(), path.to_owned(), body.clone());
        move || client.post(&path, &body)
    });
    one_winner(&at_once(requests), expected);
}

/// Checks that exactly one response succeeds and that the others report a dead link.
fn one_winner(answers: &[Answer], (success, dead): (u16, &str)) {
    let winners = answers.iter().filter(|answer| answer.status == success).count();
    assert_eq!(winners, 1, "{:?}", answers.iter().map(|answer| answer.status).collect::<Vec<_>>());
    for answer in answers.iter().filter(|answer| answer.status != success) {
        assert_eq!((answer.status, &answer.json()["code"]), (410, &dead.into()), "{}", answer.text());
    }
}

/// Four signed-in clients for each of 16 managers.
///
/// Their sessions have been used before. Recording the first use of a session within the race would
/// serialize its clients.
fn managers(
    app: &portal_tests::TestApp,
    org: &portal_tests::given::Organization<'_>,
) -> Vec<portal_tests::Client> {
    let clients = (0..CLIENTS / 4).flat_map(|n| {
        let manager = org.manager(&format!("Manager N{n}"));
        [(); 4].map(|()| app.signed_in(manager.user))
    });
    clients.inspect(|client| drop(client.get("/api/v1/me").expect(200))).collect()
}
