//! All agents' access to individual Medicaid IDs, as the job aid tells it (domain rules ).

use std::sync::Barrier;
use std::sync::atomic::{AtomicBool, Ordering};

use chrono::Duration;
use portal_domain::ground::application_status::ApplicationStatus;
use portal_domain::ground::application_type::ApplicationType;
use portal_domain::ground::plan_code::PlanCode;
use portal_domain::ground::tax_identifier::Ssn;
use portal_domain::identity::user::PlatformRole;
use portal_domain::medicaid::agent_access::AgentAccessState;
use portal_domain::medicaid::medicaid_id::{MedicaidIdCategory, MedicaidIdStatus, PostalAddress};
use portal_domain::organizations::membership::{MembershipStatus, Role};
use portal_persistence::platform::audit::ChainState;
use portal_tests::given::{Given, House, Item, reassignment};
use portal_tests::medicaid_ids::{GivenMedicaidId, day};
use portal_tests::{Answer, Client, TestApp, on_both_engines};
use serde_json::{Value, json};

const ROUNDS: usize = 50;
const REMINDER: &str =
    "A Maintenance item must still be completed to remove the Provider from the Group Medicaid ID.";

/// Enter the Medicaid ID, then click Search.
fn search(client: &Client, house: &House<'_>, number: &str) -> Answer {
    let path = house.path("/medicaid-ids/search");
    let body = json!({"medicaid_id": number});
    client.call("POST", &path).header("x-request-id", "the-same-each-time").json(&body).send()
}

fn access_path(house: &House<'_>, medicaid_id: &GivenMedicaidId) -> String {
    house.path(&format!("/medicaid-ids/{}/agent-access", medicaid_id.id))
}

/// Chooses, whatever the version.
fn choose(client: &Client, house: &House<'_>, medicaid_id: &GivenMedicaidId, body: &Value) -> Answer {
    client.call("PUT", &access_path(house, medicaid_id)).header("if-match", "*").json(body).send()
}

/// Chooses, and selects Yes on the confirmation message.
fn confirm(client: &Client, house: &House<'_>, medicaid_id: &GivenMedicaidId, action: &str) -> Value {
    choose(client, house, medicaid_id, &json!({"action": action, "confirmation": "yes"})).expect(200).json()
}

fn application(item: Item) -> String {
    format!("/api/v1/applications/{}", item.id)
}

/// The numbers that a list of Medicaid IDs shows.
fn listed(client: &Client, house: &House<'_>) -> Vec<String> {
    let items = client.all(&house.path("/medicaid-ids?limit=2"));
    items.iter().map(|item| item["medicaid_id"].as_str().unwrap().to_owned()).collect()
}

/// Lets all of these requests go at the same moment.
fn at_once(requests: Vec<Box<dyn FnOnce() -> Answer + Send + '_>>) -> Vec<Answer> {
    let barrier = Barrier::new(requests.len());
    std::thread::scope(|scope| {
        let threads: Vec<_> = requests
            .into_iter()
            .map(|request| {
                let barrier = &barrier;
                scope.spawn(move || {
                    barrier.wait();
                    request()
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    })
}

on_both_engines!(f_04_a_manager_searches_grants_and_removes_access_for_all_agents);
fn f_04_a_manager_searches_grants_and_removes_access_for_all_agents(app: &TestApp) {
    let house = app.provider_group("Bluegrass");
    let manager = house.manager("Debi Henderson").client();
    let (_, _) = (house.agent("Marcus Webb"), house.agent("Priya Nair"));
    let _ = house.member_with("Tom Ashby", &[Role::CredentialingAgent], &[], MembershipStatus::Disabled);
    let given = house.linked_medicaid_id();
    // Enter the Medicaid ID, then click Search.
    let found = search(&manager, &house, &given.number).expect(200);
    let etag = found.header("etag").unwrap().to_owned();
    let found = found.json();
    assert_eq!(found["agent_access"], json!({"state": "none"}));
    assert_eq!(
        (&found["version"], &found["organization_agent_count"]),
        (&json!(0), &json!(2)),
        "active agents only"
    );
    assert_eq!(found["group_medicaid_ids"], json!([house.group_medicaid_id]));
    assert_eq!(found["if_granted"]["agents_affected"], 2, "told before it is done");
    assert_eq!(
        found["actions"],
        json!([
            {"action": "grant_all", "allowed": true, "reasons": []},
            {"action": "remove_all", "allowed": false, "reasons": ["not_granted"]},
        ])
    );
    // Grant access to all Credentialing Agents within the organization; select Yes on the confirmation message.
    let events = app.audit_events();
    let body = json!({"action": "grant_all", "confirmation": "yes"});
    let granted = manager
        .call("PUT", &access_path(&house, &given))
        .header("if-match", &etag)
        .json(&body)
        .send()
        .expect(200);
    assert!(granted.header("etag").unwrap().starts_with("\"v1-"));
    assert_eq!(
        granted.json(),
        json!({
            "applied": true, "changed": true, "state": "granted", "agents_affected": 2, "open_applications": 0,
            "maintenance_required": false, "group_medicaid_ids": [house.group_medicaid_id],
        })
    );
    assert_eq!(app.audit_events(), events + 1);
    let found = search(&manager, &house, &given.number).expect(200).json();
    assert_eq!(
        found["agent_access"],
        json!({
            "state": "granted", "changed_by": "Debi Henderson", "changed_at": "2026-02-01T17:00:00Z",
        })
    );
    assert_eq!(found["actions"][0]["reasons"], json!(["already_granted"]));
    // Or remove access from all Credentialing Agents within the organization.
    let removed = confirm(&manager, &house, &given, "remove_all");
    assert_eq!((&removed["state"], &removed["agents_affected"]), (&json!("removed"), &json!(2)));
    assert_eq!(app.audit_events(), events + 2);
    assert_eq!(app.read(|tx| tx.audit().verify(&house.id.to_string())), ChainState::Intact { events: 2 });
}

on_both_engines!(
    r_048_x_14_the_grid_has_its_eleven_columns_in_order_and_the_social_security_number_is_masked
);
fn r_048_x_14_the_grid_has_its_eleven_columns_in_order_and_the_social_security_number_is_masked(
    app: &TestApp,
) {
    let house = app.provider_group("Bluegrass");
    let manager = house.manager("Debi Henderson").client();
    let given = house.linked_medicaid_id_with(|new| {
        new.ssn = Ssn::parse("400-55-1234").ok();
        new.effective_date = Some(day("1999-10-04"));
        new.details.end_date = Some(day("2030-02-28"));
        new.details.email = Some("john.doe@example.org".into());
        new.details.primary_physical_address = Some(PostalAddress {
            line1: "275 East Main Street".into(),
            line2: None,
            city: "Frankfort".into(),
            state: "KY".into(),
            zip: "40621".into(),
        });
    });
    let answer = search(&manager, &house, &given.number).expect(200);
    let columns = [
        "medicaid_id",
        "name",
        "ssn_masked",
        "provider_type",
        "category",
        "status",
        "npi",
        "effective_date",
        "end_date",
        "primary_physical_address",
        "email",
    ];
    let places: Vec<_> =
        columns.iter().map(|column| answer.text().find(&format!("\"{column}\":")).unwrap()).collect();
    assert!(places.is_sorted(), "{}", answer.text());
    let row = answer.json();
    assert_eq!(row["ssn_masked"], "***-**-1234");
    assert_eq!(
        row["primary_physical_address"],
        json!({"line1": "275 East Main Street", "city": "Frankfort", "state": "KY", "zip": "40621"})
    );
    assert_eq!((&row["category"], &row["effective_date"]), (&json!("individual"), &json!("1999-10-04")));
    for secret in ["400551234", "400-55", "ssn_sealed"] {
        assert!(!answer.text().contains(secret));
    }
    let refused = choose(&manager, &house, &given, &json!({"action": "grant_all"}))
        .problem(409, "confirmation_required");
    assert!(!refused.to_string().contains("***"), "not even masked where nobody asked for it");
}

on_both_engines!(
    a_20_x_13_the_row_of_the_job_aid_is_active_although_it_has_ended_and_lacks_address_and_email
);
fn a_20_x_13_the_row_of_the_job_aid_is_active_although_it_has_ended_and_lacks_address_and_email(
    app: &TestApp,
) {
    let house = app.provider_group("Bluegrass");
    let manager = house.manager("Debi Henderson").client();
    let given = house.linked_medicaid_id_with(|new| {
        new.name = "Blake, Lee".into();
        new.effective_date = Some(day("1999-10-04"));
        new.details.end_date = Some(day("2020-02-28"));
    });
    let row = search(&manager, &house, &given.number).expect(200).json();
    assert_eq!((&row["status"], &row["end_date"]), (&json!("active"), &json!("2020-02-28")));
    for absent in ["primary_physical_address", "email", "ssn_masked"] {
        assert!(row.get(absent).is_none(), "{absent}");
    }
}

on_both_engines!(r_040_a_search_takes_one_individual_medicaid_id);
fn r_040_a_search_takes_one_individual_medicaid_id(app: &TestApp) {
    let house = app.provider_group("Bluegrass");
    let manager = house.manager("Debi Henderson").client();
    let given = house.linked_medicaid_id();
    let entity = app.medicaid_id(|new| {
        new.category = MedicaidIdCategory::Entity;
        new.owning_organization = Some(house.id);
    });
    let own_individual = app.medicaid_id(|new| new.owning_organization = Some(house.id));
    let before = app.fingerprint();
    for spaced in [format!(" {} ", given.number), format!("\u{a0}{}\n", given.number)] {
        assert_eq!(search(&manager, &house, &spaced).expect(200).json()["medicaid_id"], given.number);
    }
    let fault = |body: &Value| {
        let document =
            manager.post(&house.path("/medicaid-ids/search"), body).problem(422, "validation_failed");
        assert_eq!(document["errors"][0]["pointer"], "/medicaid_id");
        document["errors"][0]["code"].as_str().unwrap().to_owned()
    };
    assert_eq!(fault(&json!({})), "required");
    // What can be read of the blurred grid, and the like.
    for text in [
        "",
        " ",
        "71",
        "Bl Le",
        "6 .",
        "17",
        "123456",
        "12345678901",
        "111111a",
        "１１１１１１１",
        "-1111111",
    ] {
        assert_eq!(fault(&json!({"medicaid_id": text})), "format", "{text}");
    }
    assert_eq!(fault(&json!({"medicaid_id": 1_111_111})), "format");
    for own in [&house.group_medicaid_id, &entity.number] {
        assert_eq!(fault(&json!({"medicaid_id": own})), "individual_medicaid_id_required");
    }
    assert_eq!(fault(&json!({"medicaid_id": own_individual.number})), "not_applicable");
    assert!(app.fingerprint() == before);
}

on_both_engines!(r_040_x_26_what_is_unknown_and_what_is_somebody_elses_answer_byte_for_byte_alike);
fn r_040_x_26_what_is_unknown_and_what_is_somebody_elses_answer_byte_for_byte_alike(app: &TestApp) {
    let house = app.provider_group("Bluegrass");
    let manager = house.manager("Debi Henderson").client();
    let lakeside = app.provider_group("Lakeside");
    let theirs = lakeside.granted_medicaid_id();
    let their_entity = app.medicaid_id(|new| {
        new.category = MedicaidIdCategory::Entity;
        new.owning_organization = Some(lakeside.id);
    });
    let nobodys = app.medicaid_id(|_| {});
    let begins_tomorrow = app.medicaid_id(|_| {});
    house.link(&begins_tomorrow, day("2026-02-02"));
    let before = app.fingerprint();
    let unknown = search(&manager, &house, "7999999999");
    let _ = unknown.clone().problem(404, "not_found");
    for number in [
        &theirs.number,
        &their_entity.number,
        &lakeside.group_medicaid_id,
        &nobodys.number,
        &begins_tomorrow.number,
    ] {
        let answer = search(&manager, &house, number);
        assert_eq!((answer.status, answer.text()), (404, unknown.text()), "{number}");
    }
    let put = |id: &str| {
        let path = house.path(&format!("/medicaid-ids/{id}/agent-access"));
        let body = json!({"action": "grant_all", "confirmation": "yes"});
        let call =
            manager.call("PUT", &path).header("if-match", "*").header("x-request-id", "the-same-each-time");
        call.json(&body).send()
    };
    let unknown = put("mid_01h455vb4pex5vsknk084sn02q");
    for id in [&theirs, &their_entity, &nobodys, &begins_tomorrow] {
        let answer = put(&id.id.to_string());
        assert_eq!((answer.status, answer.text()), (404, unknown.text()));
    }
    assert!(app.fingerprint() == before);
}

on_both_engines!(
    r_041_r_047_after_the_provider_left_the_group_access_can_still_be_removed_and_then_nothing_is_found
);
fn r_041_r_047_after_the_provider_left_the_group_access_can_still_be_removed_and_then_nothing_is_found(
    app: &TestApp,
) {
    let house = app.provider_group("Bluegrass");
    let manager = house.manager("Debi Henderson").client();
    let _ = house.agent("Marcus Webb");
    let [granted, never, last_day] =
        [house.granted_medicaid_id(), house.linked_medicaid_id(), house.linked_medicaid_id()];
    for left in [&granted, &never] {
        house.end_link(left, day("2026-01-31"));
    }
    house.end_link(&last_day, day("2026-02-01"));
    let _ = search(&manager, &house, &never.number).problem(404, "not_found");
    let _ = search(&manager, &house, &last_day.number).expect(200);
    let found = search(&manager, &house, &granted.number).expect(200).json();
    assert_eq!(
        (&found["if_removed"]["group_link_remains"], &found["if_removed"]["maintenance_required"]),
        (&json!(false), &json!(false))
    );
    assert_eq!(confirm(&manager, &house, &granted, "grant_all")["changed"], false);
    let removed = confirm(&manager, &house, &granted, "remove_all");
    assert_eq!(
        (&removed["changed"], &removed["maintenance_required"]),
        (&json!(true), &json!(false)),
        "it is out of the group already"
    );
    assert!(removed.get("reminder").is_none());
    let _ = search(&manager, &house, &granted.number).problem(404, "not_found");
    let _ = choose(&manager, &house, &granted, &json!({"action": "grant_all", "confirmation": "yes"}))
        .problem(404, "not_found");
}

on_both_engines!(r_042_there_are_exactly_two_choices);
fn r_042_there_are_exactly_two_choices(app: &TestApp) {
    let house = app.provider_group("Bluegrass");
    let manager = house.manager("Debi Henderson").client();
    let given = house.linked_medicaid_id();
    let before = app.fingerprint();
    for (body, pointer, code) in [
        (json!({"action": "grant_some", "confirmation": "yes"}), "/action", "unknown_value"),
        (json!({"action": "Grant_All", "confirmation": "yes"}), "/action", "unknown_value"),
        (json!({"confirmation": "yes"}), "/action", "required"),
        (json!({"action": "grant_all", "confirmation": "maybe"}), "/confirmation", "unknown_value"),
    ] {
        let fault = choose(&manager, &house, &given, &body).problem(422, "validation_failed");
        assert_eq!(
            (&fault["errors"][0]["pointer"], &fault["errors"][0]["code"]),
            (&json!(pointer), &json!(code)),
            "{body}"
        );
    }
    assert!(app.fingerprint() == before);
}

on_both_engines!(r_043_without_confirmation_nothing_changes_and_the_message_is_told);
fn r_043_without_confirmation_nothing_changes_and_the_message_is_told(app: &TestApp) {
    let house = app.provider_group("Bluegrass");
    let manager = house.manager("Debi Henderson").client();
    let marcus = house.agent("Marcus Webb");
    let given = house.granted_medicaid_id_with(|new| new.name = "Smith, Jane".into());
    let _ =
        house.application_about(&marcus, &given, ApplicationType::Maintenance, ApplicationStatus::Submitted);
    let before = app.fingerprint();
    let asked = choose(&manager, &house, &given, &json!({"action": "remove_all"}))
        .problem(409, "confirmation_required");
    let message = asked["message"].as_str().unwrap();
    for named in
        ["Remove access", "Smith, Jane", "all credentialing agents within the organization", "1 at present"]
    {
        assert!(message.contains(named), "{message}");
    }
    assert_eq!(asked["options"], json!(["Yes", "No"]));
    assert_eq!(
        asked["consequences"],
        json!({
            "agents_affected": 1, "open_applications": 1, "group_link_remains": true, "maintenance_required": true,
            "group_medicaid_ids": [house.group_medicaid_id],
        })
    );
    assert!(app.fingerprint() == before);
}

on_both_engines!(r_043_no_goes_back_without_a_change);
fn r_043_no_goes_back_without_a_change(app: &TestApp) {
    let house = app.provider_group("Bluegrass");
    let manager = house.manager("Debi Henderson").client();
    let (granted, never) = (house.granted_medicaid_id(), house.linked_medicaid_id());
    let before = app.fingerprint();
    for (given, action, state) in [(&granted, "remove_all", "granted"), (&never, "grant_all", "none")] {
        let body = json!({"action": action, "confirmation": "no"});
        let declined = choose(&manager, &house, given, &body).expect(200).json();
        assert_eq!((&declined["applied"], &declined["changed"]), (&json!(false), &json!(false)));
        assert_eq!((&declined["state"], &declined["agents_affected"]), (&json!(state), &json!(0)));
    }
    assert!(app.fingerprint() == before);
}

on_both_engines!(r_044_single_agents_cannot_be_named);
fn r_044_single_agents_cannot_be_named(app: &TestApp) {
    let house = app.provider_group("Bluegrass");
    let manager = house.manager("Debi Henderson").client();
    let marcus = house.agent("Marcus Webb");
    let given = house.linked_medicaid_id();
    let before = app.fingerprint();
    let agent = json!(marcus.membership.to_string());
    for (field, value) in [
        ("agent_ids", json!([agent])),
        ("agent_ids", json!([])),
        ("agent_id", agent.clone()),
        ("agents", Value::Null),
    ] {
        let mut body = json!({"action": "grant_all", "confirmation": "yes"});
        body[field] = value;
        let fault = choose(&manager, &house, &given, &body).problem(422, "validation_failed");
        assert_eq!(fault["errors"][0]["pointer"], format!("/{field}"));
        assert_eq!(fault["errors"][0]["code"], "per_agent_access_not_supported");
    }
    let other = json!({"action": "grant_all", "confirmation": "yes", "state": "granted"});
    let _ = choose(&manager, &house, &given, &other).problem(400, "unknown_field");
    let per_agent = format!("{}/{}", access_path(&house, &given), marcus.membership);
    let _ = manager
        .unruly()
        .call("PUT", &per_agent)
        .header("if-match", "*")
        .json(&json!({}))
        .send()
        .problem(404, "not_found");
    assert!(app.fingerprint() == before);
}

on_both_engines!(r_042_what_is_granted_or_removed_already_is_not_done_again);
fn r_042_what_is_granted_or_removed_already_is_not_done_again(app: &TestApp) {
    let house = app.provider_group("Bluegrass");
    let manager = house.manager("Debi Henderson").client();
    let _ = house.agent("Marcus Webb");
    let (granted, never, removed) =
        (house.granted_medicaid_id(), house.linked_medicaid_id(), house.linked_medicaid_id());
    house.set_access(&removed, AgentAccessState::Removed);
    let before = app.fingerprint();
    for (given, action, state) in [
        (&granted, "grant_all", "granted"),
        (&never, "remove_all", "none"),
        (&removed, "remove_all", "removed"),
    ] {
        let answer = confirm(&manager, &house, given, action);
        assert_eq!((&answer["applied"], &answer["changed"]), (&json!(true), &json!(false)));
        assert_eq!((&answer["state"], &answer["agents_affected"]), (&json!(state), &json!(0)));
    }
    assert!(app.fingerprint() == before, "no audit event, no new version");
}

on_both_engines!(r_202_a_change_is_about_the_version_that_was_read);
fn r_202_a_change_is_about_the_version_that_was_read(app: &TestApp) {
    let house = app.provider_group("Bluegrass");
    let manager = house.manager("Debi Henderson").client();
    let given = house.linked_medicaid_id();
    let etag = search(&manager, &house, &given.number).expect(200).header("etag").unwrap().to_owned();
    let body = json!({"action": "grant_all", "confirmation": "yes"});
    let before = app.fingerprint();
    let _ = manager
        .call("PUT", &access_path(&house, &given))
        .json(&body)
        .send()
        .problem(428, "precondition_required");
    assert!(app.fingerprint() == before);
    let put = |tag: &str| {
        manager.call("PUT", &access_path(&house, &given)).header("if-match", tag).json(&body).send()
    };
    let _ = put(&etag).expect(200);
    let before = app.fingerprint();
    let stale = put(&etag).problem(412, "precondition_failed");
    let current = search(&manager, &house, &given.number).expect(200);
    assert_eq!(stale["current_etag"].as_str(), current.header("etag"));
    assert!(app.fingerprint() == before);
    let again = manager
        .call("POST", &house.path("/medicaid-ids/search"))
        .header("if-none-match", current.header("etag").unwrap())
        .json(&json!({"medicaid_id": given.number}))
        .send();
    assert_eq!(again.status, 200, "a search is a POST: it is always answered");
}

on_both_engines!(x_24_of_those_who_press_the_button_at_once_one_changes_something);
fn x_24_of_those_who_press_the_button_at_once_one_changes_something(app: &TestApp) {
    let house = app.provider_group("Bluegrass");
    let managers: Vec<_> = (0..8).map(|n| house.manager(&format!("Manager N{n}")).client()).collect();
    managers.iter().for_each(|client| drop(client.get("/api/v1/me").expect(200)));
    let given = house.linked_medicaid_id();
    let press = |action: &'static str, tag: &str| {
        let body = json!({"action": action, "confirmation": "yes"});
        at_once(
            managers
                .iter()
                .map(|client| {
                    let (path, body, tag) = (access_path(&house, &given), body.clone(), tag.to_owned());
                    Box::new(move || client.call("PUT", &path).header("if-match", &tag).json(&body).send())
                        as Box<dyn FnOnce() -> Answer + Send>
                })
                .collect(),
        )
    };
    let events = app.audit_events();
    let etag = search(&managers[0], &house, &given.number).expect(200).header("etag").unwrap().to_owned();
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
    assert_eq!(search(&managers[0], &house, &given.number).expect(200).json()["version"], 2);
}

on_both_engines!(x_24_a_grant_and_a_removal_at_the_same_moment_leave_what_the_last_one_answered);
fn x_24_a_grant_and_a_removal_at_the_same_moment_leave_what_the_last_one_answered(app: &TestApp) {
    let house = app.provider_group("Bluegrass");
    let (debi, ruth) = (house.manager("Debi Henderson").client(), house.manager("Ruth Second").client());
    for client in [&debi, &ruth] {
        let _ = client.get("/api/v1/me").expect(200);
    }
    for _ in 0..10 {
        let given = house.granted_medicaid_id();
        let press = |client: &Client, action: &'static str| {
            let (client, path) = (client.clone(), access_path(&house, &given));
            let body = json!({"action": action, "confirmation": "yes"});
            Box::new(move || client.call("PUT", &path).header("if-match", "*").json(&body).send())
                as Box<dyn FnOnce() -> Answer + Send>
        };
        let answers = at_once(vec![press(&debi, "grant_all"), press(&ruth, "remove_all")]);
        let [grant, removal] = [&answers[0], &answers[1]].map(|answer| answer.clone().expect(200).json());
        assert_eq!(removal["changed"], true, "it was granted, whoever came first");
        let last = search(&debi, &house, &given.number).expect(200).json();
        let expected = if grant["changed"] == true { ("granted", 3) } else { ("removed", 2) };
        assert_eq!(
            (&last["agent_access"]["state"], &last["version"]),
            (&json!(expected.0), &json!(expected.1))
        );
    }
}

on_both_engines!(r_045_who_joins_later_has_access_at_once_and_who_leaves_loses_it);
fn r_045_who_joins_later_has_access_at_once_and_who_leaves_loses_it(app: &TestApp) {
    let house = app.provider_group("Bluegrass");
    let manager = house.manager("Debi Henderson").client();
    let marcus = house.agent("Marcus Webb");
    let given = house.linked_medicaid_id();
    let item =
        house.application_about(&marcus, &given, ApplicationType::Maintenance, ApplicationStatus::InProgress);
    assert_eq!(confirm(&manager, &house, &given, "grant_all")["agents_affected"], 1);
    let _ = marcus.client().get(&application(item)).expect(200);
    // Somebody who was no agent when access was granted.
    let priya = house.agent("Priya Nair");
    let revalidation = format!("/api/v1/medicaid-ids/{}/revalidation", given.id);
    let _ = priya.client().get(&revalidation).expect(200);
    let _ = manager.post(&house.path("/reassignments"), &reassignment(&marcus, &priya, &[item])).expect(201);
    let priya_client = priya.client();
    let _ = priya_client.get(&application(item)).expect(200);
    assert_eq!(search(&manager, &house, &given.number).expect(200).json()["organization_agent_count"], 2);
    // And leaves.
    app.write(|tx| tx.memberships().set_status(priya.membership, MembershipStatus::Disabled));
    let _ = priya_client.get(&revalidation).problem(404, "not_found");
    let _ = priya_client.get(&application(item)).problem(404, "not_found");
    assert_eq!(search(&manager, &house, &given.number).expect(200).json()["organization_agent_count"], 1);
}

on_both_engines!(
    r_046_a_15_open_applications_stay_assigned_but_no_agent_reads_them_until_access_is_granted_again
);
fn r_046_a_15_open_applications_stay_assigned_but_no_agent_reads_them_until_access_is_granted_again(
    app: &TestApp,
) {
    let house = app.provider_group("Bluegrass");
    let manager = house.manager("Debi Henderson").client();
    let marcus = house.agent("Marcus Webb");
    let agent = marcus.client();
    let given = house.granted_medicaid_id();
    let about = |kind, status| house.application_about(&marcus, &given, kind, status);
    let open = about(ApplicationType::Maintenance, ApplicationStatus::InProgress);
    let enrollment = about(ApplicationType::Enrollment, ApplicationStatus::DmsReviewInProgress);
    let closed = about(ApplicationType::Maintenance, ApplicationStatus::Approved);
    let elsewhere = house.application_about(
        &marcus,
        &house.granted_medicaid_id(),
        ApplicationType::Maintenance,
        ApplicationStatus::InProgress,
    );
    let _ = agent.get(&application(open)).expect(200);

    let removed = confirm(&manager, &house, &given, "remove_all");
    assert_eq!(removed["open_applications"], 2, "those that are decided count no more");
    for item in [open, enrollment, closed] {
        for below in ["", "/history", "/exit-prompt"] {
            let refused =
                agent.get(&format!("{}{below}", application(item))).problem(403, "access_not_granted");
            assert_eq!(refused["reasons"], json!(["access_not_granted"]));
        }
        let _ = manager.get(&application(item)).expect(200);
        assert!(marcus.has(item), "it stays assigned");
    }
    let _ = agent.get(&application(elsewhere)).expect(200);
    let path = house.path(&format!("/work-assignments?agent_id={}", marcus.membership));
    assert_eq!(manager.all(&path).len(), 3, "the manager still sees the open work, and can reassign it");

    let granted = confirm(&manager, &house, &given, "grant_all");
    assert_eq!(granted["open_applications"], 2);
    for item in [open, enrollment, closed] {
        let _ = agent.get(&application(item)).expect(200);
    }
}

on_both_engines!(r_046_the_first_request_after_a_removal_is_refused_under_load);
fn r_046_the_first_request_after_a_removal_is_refused_under_load(app: &TestApp) {
    let house = app.provider_group("Bluegrass");
    let debi = house.manager("Debi Henderson");
    let marcus = house.agent("Marcus Webb");
    let given = house.granted_medicaid_id();
    let item =
        house.application_about(&marcus, &given, ApplicationType::Maintenance, ApplicationStatus::InProgress);
    for _ in 0..ROUNDS {
        app.pass(Duration::milliseconds(10));
        let (manager, busy) = (debi.client(), marcus.client());
        let _ = busy.get(&application(item)).expect(200);
        let done = AtomicBool::new(false);
        let status = std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    while !done.load(Ordering::SeqCst) {
                        let _ = busy.get(&application(item));
                    }
                });
            }
            let _ = confirm(&manager, &house, &given, "remove_all");
            let status = busy.get(&application(item)).status;
            done.store(true, Ordering::SeqCst);
            status
        });
        assert_eq!(status, 403);
        let _ = confirm(&manager, &house, &given, "grant_all");
    }
}

on_both_engines!(r_047_a_removal_leaves_the_provider_in_the_group_and_says_what_is_still_to_be_done);
fn r_047_a_removal_leaves_the_provider_in_the_group_and_says_what_is_still_to_be_done(app: &TestApp) {
    let house = app.provider_group("Bluegrass");
    let manager = house.manager("Debi Henderson").client();
    let _ = house.agent("Marcus Webb");
    let given = house.granted_medicaid_id();
    let removed = confirm(&manager, &house, &given, "remove_all");
    assert_eq!((&removed["maintenance_required"], &removed["reminder"]), (&json!(true), &json!(REMINDER)));
    assert_eq!(removed["group_medicaid_ids"], json!([house.group_medicaid_id]));
    let found = search(&manager, &house, &given.number).expect(200).json();
    assert_eq!(found["if_granted"]["group_link_remains"], true);
}

on_both_engines!(r_049_access_can_be_granted_to_inactive_medicaid_ids);
fn r_049_access_can_be_granted_to_inactive_medicaid_ids(app: &TestApp) {
    let house = app.provider_group("Bluegrass");
    let manager = house.manager("Debi Henderson").client();
    for status in [MedicaidIdStatus::Inactive, MedicaidIdStatus::Terminated] {
        let given = house.linked_medicaid_id_with(|new| new.status = status);
        assert_eq!(confirm(&manager, &house, &given, "grant_all")["state"], "granted");
    }
}

on_both_engines!(a_16_a_link_to_the_group_alone_gives_no_access);
fn a_16_a_link_to_the_group_alone_gives_no_access(app: &TestApp) {
    let house = app.provider_group("Bluegrass");
    let marcus = house.agent("Marcus Webb");
    let agent = marcus.client();
    let given = house.linked_medicaid_id();
    for kind in ApplicationType::ALL {
        let item = house.application_about(&marcus, &given, *kind, ApplicationStatus::InProgress);
        let status = agent.get(&application(item)).status;
        let expected = if *kind == ApplicationType::Enrollment { 200 } else { 403 };
        assert_eq!(
            status, expected,
            "{kind}: an enrollment brings the Medicaid ID about, and needs no grant"
        );
    }
}

on_both_engines!(f_08_r_041_r_046_agents_find_the_records_of_the_medicaid_ids_they_may_act_on);
fn f_08_r_041_r_046_agents_find_the_records_of_the_medicaid_ids_they_may_act_on(app: &TestApp) {
    let house = app.provider_group("Bluegrass");
    let marcus = house.agent("Marcus Webb");
    let (agent, manager) = (marcus.client(), house.manager("Debi Henderson").client());
    let granted =
        house.granted_medicaid_id_with(|new| new.details.revalidation_due_on = Some(day("2026-12-31")));
    let [never, removed, left, left_with_access] = [
        house.linked_medicaid_id(),
        house.linked_medicaid_id(),
        house.linked_medicaid_id(),
        house.granted_medicaid_id(),
    ];
    house.set_access(&removed, AgentAccessState::Removed);
    house.end_link(&left, day("2026-01-31"));
    house.end_link(&left_with_access, day("2026-01-31"));
    let begins_tomorrow = app.medicaid_id(|_| {});
    house.link(&begins_tomorrow, day("2026-02-02"));
    let theirs = app.provider_group("Lakeside").granted_medicaid_id();
    let sorted = |numbers: &[&String]| {
        let mut numbers: Vec<String> = numbers.iter().map(|number| (*number).clone()).collect();
        numbers.sort_unstable();
        numbers
    };
    let group = &house.group_medicaid_id;
    let seen_by_agents = sorted(&[group, &granted.number, &left_with_access.number]);
    assert_eq!(listed(&agent, &house), seen_by_agents);
    let all = sorted(&[group, &granted.number, &left_with_access.number, &never.number, &removed.number]);
    assert_eq!(listed(&manager, &house), all);
    for number in [&left.number, &begins_tomorrow.number, &theirs.number] {
        assert!(!all.contains(number));
    }

    let rows = agent.all(&house.path("/medicaid-ids"));
    let row = |number: &str| rows.iter().find(|row| row["medicaid_id"] == number).unwrap();
    assert_eq!(
        *row(&granted.number),
        json!({
            "id": granted.id.to_string(), "medicaid_id": granted.number, "name": "Doe, John", "category": "individual",
            "provider_type": "64", "status": "active", "revalidation_due_on": "2026-12-31", "days_until_due": 333,
            "agent_access_state": "granted", "own": false,
        })
    );
    assert_eq!((&row(group)["own"], &row(group)["agent_access_state"]), (&json!(true), &json!("none")));
    assert!(row(group).get("revalidation_due_on").is_none() && row(group).get("days_until_due").is_none());
    let states = manager.all(&house.path("/medicaid-ids"));
    let state = |number: &str| {
        states.iter().find(|row| row["medicaid_id"] == number).unwrap()["agent_access_state"].clone()
    };
    assert_eq!((state(&never.number), state(&removed.number)), (json!("none"), json!("removed")));
    // What was found is what the due date is asked by.
    for row in &rows {
        let due = agent
            .get(&format!("/api/v1/medicaid-ids/{}/revalidation", row["id"].as_str().unwrap()))
            .expect(200)
            .json();
        assert_eq!(due["due_date"], row["revalidation_due_on"]);
    }
    // An application tells it, too.
    let about = house.application_about(
        &marcus,
        &granted,
        ApplicationType::Maintenance,
        ApplicationStatus::InProgress,
    );
    assert_eq!(
        agent.get(&application(about)).expect(200).json()["medicaid_id_record"],
        granted.id.to_string()
    );
    let new = house.application(&marcus, Given::default());
    assert!(agent.get(&application(new)).expect(200).json().get("medicaid_id_record").is_none());
}

on_both_engines!(r_046_x_26_who_lists_an_organizations_medicaid_ids);
fn r_046_x_26_who_lists_an_organizations_medicaid_ids(app: &TestApp) {
    let house = app.provider_group("Bluegrass");
    let given = house.linked_medicaid_id();
    let mut all = vec![house.group_medicaid_id.clone(), given.number.clone()];
    all.sort_unstable();
    let path = house.path("/medicaid-ids");
    let practice = app.practice("Riverbend", PlanCode::Lhcc);
    for role in [PlatformRole::PlanStaff, PlatformRole::Support, PlatformRole::Operator] {
        let client = app.signed_in(app.platform_user("Stan Staff", &[role]));
        assert_eq!(listed(&client, &house), all, "{role}");
        let _ = client.get(&practice.path("/medicaid-ids")).problem(409, "plan_without_applications");
    }
    assert_eq!(listed(&house.administrator("Katherine Tully").client(), &house), all);
    let ordinary = house.member("Olive Ordinary", &[Role::AccountUser]).client();
    let refused = ordinary.get(&path).problem(403, "role_required");
    assert_eq!(refused["reasons"], json!(["role_required"]));
    let stranger = app.provider_group("Lakeside").manager("Sam Stranger").client();
    let ask = |path: &str| {
        stranger.call("GET", path).header("x-request-id", "the-same-each-time").send().expect(404).text()
    };
    assert_eq!(ask(&path), ask("/api/v1/organizations/org_01h455vb4pex5vsknk084sn02q/medicaid-ids"));
    let reviewer = app.signed_in(app.platform_user("Grace Oyelaran", &[PlatformRole::DmsReviewer]));
    let _ = reviewer.get(&path).problem(404, "not_found");
    // A cursor belongs to one organization, and to what is shown of it.
    let manager = house.manager("Debi Henderson").client();
    let first = manager.get(&format!("{path}?limit=1")).expect(200).json();
    let cursor = first["next_cursor"].as_str().unwrap();
    let agent = house.agent("Marcus Webb").client();
    let _ = agent.get(&format!("{path}?cursor={cursor}")).problem(400, "invalid_cursor");
    let _ = manager.get(&format!("{path}?limit=0")).problem(422, "validation_failed");
}

on_both_engines!(r_001_only_the_organizations_ca_admin_manager_manages_access);
fn r_001_only_the_organizations_ca_admin_manager_manages_access(app: &TestApp) {
    let house = app.provider_group("Bluegrass");
    let given = house.linked_medicaid_id();
    let lakeside = app.provider_group("Lakeside").manager("Sam Stranger").client();
    let others = [house.agent("Marcus Webb").client(), house.administrator("Katherine Tully").client()];
    let manager = house.manager("Debi Henderson").client();
    let before = app.fingerprint();
    let body = json!({"action": "grant_all", "confirmation": "yes"});
    for client in &others {
        let _ = search(client, &house, &given.number).problem(403, "role_required");
        let _ = choose(client, &house, &given, &body).problem(403, "role_required");
    }
    let _ = search(&lakeside, &house, &given.number).problem(404, "not_found");
    let _ = choose(&lakeside, &house, &given, &body).problem(404, "not_found");
    assert!(app.fingerprint() == before);
    app.write(|tx| tx.medicaid_ids().set_status(&house.group_medicaid_id, MedicaidIdStatus::Terminated));
    let refused = choose(&manager, &house, &given, &body).problem(403, "organization_not_eligible");
    assert_eq!(refused["reasons"], json!(["no_group_medicaid_id"]));
}
