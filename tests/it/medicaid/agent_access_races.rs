//! Managers grant and remove access concurrently.

use portal_tests::agent_access::{access_path, search};
use portal_tests::{Client, TestApp, at_once, on_both_engines};
use serde_json::json;

on_both_engines!(x_24_one_of_several_concurrent_actions_takes_effect);
fn x_24_one_of_several_concurrent_actions_takes_effect(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let managers: Vec<_> = (0..8).map(|n| org.manager(&format!("Manager N{n}")).client()).collect();
    managers.iter().for_each(|client| drop(client.get("/api/v1/me").expect(200)));
    let given = org.linked_medicaid_id();
    let press = |action: &'static str, tag: &str| {
        let body = json!({"action": action, "confirmation": "yes"});
        at_once(managers.iter().map(|client| {
            let (path, body, tag) = (access_path(&org, &given), body.clone(), tag.to_owned());
            move || client.call("PUT", &path).header("if-match", &tag).json(&body).send()
        }))
    };
    let events = app.audit_events();
    let etag = search(&managers[0], &org, &given.number).expect(200).header("etag").unwrap().to_owned();
    let answers = press("grant_all", &etag);
    let won = answers.iter().filter(|answer| answer.status == 200).count();
    assert_eq!(won, 1, "{:?}", answers.iter().map(|answer| answer.status).collect::<Vec<_>>());
    assert!(answers.iter().all(|answer| [200, 412].contains(&answer.status)));
    assert_eq!(app.audit_events(), events + 1);
    let answers = press("remove_all", "*");
    let changed: Vec<_> = answers.iter().map(|answer| answer.json()["changed"].clone()).collect();
    assert_eq!(changed.iter().filter(|changed| **changed == json!(true)).count(), 1, "{changed:?}");
    assert!(answers.iter().all(|answer| answer.json()["state"] == "removed"));
    assert_eq!(app.audit_events(), events + 2);
    assert_eq!(search(&managers[0], &org, &given.number).expect(200).json()["version"], 2);
}

on_both_engines!(x_24_a_concurrent_grant_and_removal_leave_the_state_of_the_last_response);
fn x_24_a_concurrent_grant_and_removal_leave_the_state_of_the_last_response(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let (debi, ruth) = (org.manager("Debi Henderson").client(), org.manager("Ruth Second").client());
    for client in [&debi, &ruth] {
        let _ = client.get("/api/v1/me").expect(200);
    }
    for _ in 0..10 {
        let given = org.granted_medicaid_id();
        let press = |client: &Client, action: &'static str| {
            let (client, path) = (client.clone(), access_path(&org, &given));
            let body = json!({"action": action, "confirmation": "yes"});
            move || client.call("PUT", &path).header("if-match", "*").json(&body).send()
        };
        let answers = at_once([press(&debi, "grant_all"), press(&ruth, "remove_all")]);
        let [grant, removal] = [&answers[0], &answers[1]].map(|answer| answer.clone().expect(200).json());
        assert_eq!(removal["changed"], true, "access was granted before, in either order");
        let last = search(&debi, &org, &given.number).expect(200).json();
        let expected = if grant["changed"] == true { ("granted", 3) } else { ("removed", 2) };
        assert_eq!(
            (&last["agent_access"]["state"], &last["version"]),
            (&json!(expected.0), &json!(expected.1))
        );
    }
}
