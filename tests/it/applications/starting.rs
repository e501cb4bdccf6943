//! Starting applications (flow F-05; domain rules ).

use chrono::Duration;
use portal_domain::ground::application_type::ApplicationType;
use portal_domain::ground::plan_code::PlanCode;
use portal_domain::identity::user::PlatformRole;
use portal_domain::organizations::membership::{MembershipStatus, Role};
use portal_domain::organizations::organization::OrganizationKind;
use portal_tests::given::{Given, Organization};
use portal_tests::json::{pairs, violations};
use portal_tests::submission::{enrollment, start};
use portal_tests::{Answer, Client, TestApp, at_once, on_both_engines};
use serde_json::{Value, json};

pub(super) const APPLICATIONS: &str = "/api/v1/applications";

pub(super) fn attempt(client: &Client, org: &Organization<'_>, mut body: Value) -> Answer {
    body["organization_id"] = json!(org.id.to_string());
    client.post(APPLICATIONS, &body)
}

/// The request body that starts an application about a Medicaid ID.
pub(super) fn about(kind: ApplicationType, medicaid_id: &str) -> Value {
    json!({"application_type": kind.as_str(), "medicaid_id": medicaid_id})
}

on_both_engines!(f_05_an_agent_starts_an_enrollment_and_is_assigned_to_it);
fn f_05_an_agent_starts_an_enrollment_and_is_assigned_to_it(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let marcus = org.agent("Marcus Webb");
    let client = marcus.client();
    let mut body = enrollment();
    body["requested_effective_date"] = json!("2026-03-01");
    let events = app.audit_events();

    let answer = attempt(&client, &org, body);

    let started = answer.clone().expect(201).json();
    assert_eq!(
        answer.header("location"),
        Some(format!("{APPLICATIONS}/{}", started["id"].as_str().unwrap()).as_str())
    );
    assert!(answer.header("etag").unwrap().starts_with("\"v1-"));
    assert_eq!(client.get(answer.header("location").unwrap()).expect(200).json(), started);
    assert_eq!(started["application_status"], "in_progress");
    assert_eq!(started["provider_name"], "O'Brien, Siobhán");
    assert_eq!(started["provider_type"], json!({"code": "64", "label": "Physician individual"}));
    assert_eq!(started["date_of_initiation"], "2026-02-01");
    assert_eq!(started["assigned_to"]["id"], marcus.membership.to_string());
    assert_eq!(started["initiated_by"], json!({"id": marcus.user.to_string(), "name": "Marcus Webb"}));
    assert_eq!(started["requested_effective_date"], "2026-03-01");
    assert_eq!(
        started["screens"]["1.1"],
        json!({"first_name": "Siobhán", "last_name": "O'Brien", "requested_effective_date": "2026-03-01"})
    );
    assert_eq!((&started["medicaid_id"], &started["next"]), (&Value::Null, &Value::Null));
    assert_eq!(app.audit_events(), events + 1);
    let history = client.all(&format!("{APPLICATIONS}/{}/history", started["id"].as_str().unwrap()));
    assert_eq!((history.len(), &history[0]["action"]), (1, &json!("started")));
}

on_both_engines!(f_05_application_numbers_increase_and_have_at_least_four_digits);
fn f_05_application_numbers_increase_and_have_at_least_four_digits(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let marcus = org.agent("Marcus Webb");
    let taken = org.application(&marcus, Given { number: "APP0002".into(), ..Given::default() });
    let client = marcus.client();
    let numbers: Vec<Value> =
        (0..3).map(|_| start(&client, &org, enrollment())["application_number"].clone()).collect();
    assert_eq!(numbers, ["APP0001", "APP0003", "APP0004"], "{} is passed over", taken.id);
}

on_both_engines!(f_05_groups_and_entities_are_enrolled_under_a_business_name);
fn f_05_groups_and_entities_are_enrolled_under_a_business_name(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let client = org.agent("Marcus Webb").client();
    for (category, provider_type) in [("group", "65"), ("entity", "01")] {
        let body = json!({"application_type": "enrollment", "category": category, "provider_type": provider_type, "business_name": " Lake \u{a0} Clinic "});
        let started = start(&client, &org, body);
        assert_eq!(
            (&started["provider_name"], &started["category"]),
            (&json!("Lake Clinic"), &json!(category))
        );
        assert_eq!(started["provider_type"]["code"], provider_type, "a leading zero is part of the number");
    }
}

on_both_engines!(a_01_a_10_alternative_names_of_types_are_accepted);
fn a_01_a_10_alternative_names_of_types_are_accepted(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let client = org.agent("Marcus Webb").client();
    for name in ["application", "new_enrollment"] {
        let mut body = enrollment();
        body["application_type"] = json!(name);
        assert_eq!(start(&client, &org, body)["application_type"], "enrollment");
    }
    let one = org.granted_medicaid_id();
    let body = json!({"application_type": "reappointment", "medicaid_id": one.number});
    assert_eq!(start(&client, &org, body)["application_type"], "reapplication");
}

on_both_engines!(r_029_a_02_every_other_type_starts_from_the_record_on_file);
fn r_029_a_02_every_other_type_starts_from_the_record_on_file(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let client = org.agent("Marcus Webb").client();
    for kind in ApplicationType::ALL.iter().filter(|kind| **kind != ApplicationType::Enrollment) {
        let one = org.granted_medicaid_id();
        let started = start(&client, &org, about(*kind, &one.number));
        assert_eq!(started["application_type"], kind.as_str());
        assert_eq!(started["medicaid_id"], one.number);
        assert_eq!(
            (&started["provider_name"], &started["category"]),
            (&json!("Doe, John"), &json!("individual"))
        );
        assert_eq!(started["npi_valid"], json!(true));
    }
    let own = start(&client, &org, about(ApplicationType::Maintenance, &org.group_medicaid_id));
    assert_eq!(
        (&own["category"], &own["agents_have_access"]),
        (&json!("group"), &json!(true)),
        "the organization's own Medicaid ID needs no grant"
    );
}

on_both_engines!(f_05_each_type_requires_its_own_values_and_all_violations_are_reported);
fn f_05_each_type_requires_its_own_values_and_all_violations_are_reported(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let client = org.agent("Marcus Webb").client();
    let one = org.granted_medicaid_id();
    let before = app.fingerprint();
    let bare = json!({"application_type": "enrollment", "medicaid_id": one.number});
    assert_eq!(
        violations(attempt(&client, &org, bare)),
        pairs(&[
            ("/medicaid_id", "not_applicable"),
            ("/category", "required"),
            ("/provider_type", "required")
        ])
    );
    let misfit = json!({"application_type": "enrollment", "category": "group", "provider_type": "64", "first_name": "Ann"});
    assert_eq!(
        violations(attempt(&client, &org, misfit)),
        pairs(&[
            ("/first_name", "not_applicable"),
            ("/business_name", "required"),
            ("/provider_type", "wrong_category")
        ])
    );
    let unknown = json!({"application_type": "enrollment", "category": "individual", "provider_type": "6 4", "first_name": "Ann", "last_name": "Lee"});
    assert_eq!(violations(attempt(&client, &org, unknown)), pairs(&[("/provider_type", "unknown_value")]));
    let mut twice = about(ApplicationType::Maintenance, &one.number);
    twice["provider_type"] = json!("64");
    assert_eq!(violations(attempt(&client, &org, twice)), pairs(&[("/provider_type", "not_applicable")]));
    assert_eq!(
        violations(attempt(&client, &org, json!({"application_type": "maintenance"}))),
        pairs(&[("/medicaid_id", "required")])
    );
    for number in ["", "71", "111111a", "71000000011", " 1111111"] {
        assert_eq!(
            violations(attempt(&client, &org, about(ApplicationType::Maintenance, number))),
            pairs(&[("/medicaid_id", "format")]),
            "{number}"
        );
    }
    let mut nameless = enrollment();
    nameless["last_name"] = json!("\u{a0} ");
    assert_eq!(violations(attempt(&client, &org, nameless)), pairs(&[("/last_name", "required")]));
    assert!(app.fingerprint() == before, "nothing changed");
}

on_both_engines!(b1_an_effective_date_lies_between_one_year_ago_and_90_days_ahead);
fn b1_an_effective_date_lies_between_one_year_ago_and_90_days_ahead(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let client = org.agent("Marcus Webb").client();
    let asking = |day: &str| {
        let mut body = enrollment();
        body["requested_effective_date"] = json!(day);
        attempt(&client, &org, body)
    };
    for day in ["2025-02-01", "2026-05-02"] {
        assert_eq!(asking(day).expect(201).json()["requested_effective_date"], day);
    }
    for day in ["2025-01-31", "2026-05-03"] {
        let violation = asking(day).problem(422, "validation_failed")["errors"][0].clone();
        assert_eq!(violation["pointer"], "/requested_effective_date");
        assert_eq!(
            (&violation["earliest"], &violation["latest"]),
            (&json!("2025-02-01"), &json!("2026-05-02"))
        );
    }
    assert_eq!(violations(asking("2/1/2026")), pairs(&[("/requested_effective_date", "format")]));
}

on_both_engines!(f_05_only_an_active_credentialing_agent_of_the_organization_starts_an_application);
fn f_05_only_an_active_credentialing_agent_of_the_organization_starts_an_application(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let lakeside = app.provider_group("Lakeside");
    let members: Vec<Client> = Role::ALL
        .iter()
        .filter(|role| **role != Role::CredentialingAgent)
        .map(|role| org.member("Lena Ortiz", &[*role]).client())
        .collect();
    let disabled =
        org.member_with("Tom Ashby", &[Role::CredentialingAgent], &[], MembershipStatus::Disabled).client();
    let outsiders = [lakeside.agent("Sam Outsider").client(), disabled];
    let staff = [PlatformRole::DmsReviewer, PlatformRole::Operator, PlatformRole::PlanStaff]
        .map(|role| app.staff("Olu Ade", role));
    let before = app.fingerprint();
    for client in &members {
        let refused = attempt(client, &org, enrollment()).problem(403, "role_required");
        assert_eq!(refused["reasons"], json!(["role_required"]));
    }
    for client in outsiders.iter().chain([&staff[0]]) {
        let foreign = attempt(client, &org, enrollment()).problem(404, "not_found");
        let mut body = enrollment();
        body["organization_id"] = json!("org_01h455vb4pex5vsknk084sn02q");
        let unknown = client.post(APPLICATIONS, &body).problem(404, "not_found");
        assert_eq!(foreign["detail"], unknown["detail"]);
    }
    for client in &staff[1..] {
        let _ = attempt(client, &org, enrollment()).problem(403, "role_required");
    }
    assert!(app.fingerprint() == before, "nothing changed");
}

on_both_engines!(r_041_r_046_a_medicaid_id_out_of_scope_is_not_found_and_one_without_access_is_refused);
fn r_041_r_046_a_medicaid_id_out_of_scope_is_not_found_and_one_without_access_is_refused(app: &TestApp) {
    let (org, lakeside) = (app.provider_group("Bluegrass"), app.provider_group("Lakeside"));
    let client = org.agent("Marcus Webb").client();
    let foreign = lakeside.granted_medicaid_id();
    let without_access = org.linked_medicaid_id();
    let left = org.granted_medicaid_id();
    org.end_link(&left, "2026-01-31".parse().unwrap());
    let before = app.fingerprint();
    let maintenance = |number: &str| attempt(&client, &org, about(ApplicationType::Maintenance, number));
    let unknown = maintenance("7999999999").problem(404, "not_found");
    for number in [&foreign.number, &lakeside.group_medicaid_id] {
        assert_eq!(maintenance(number).problem(404, "not_found")["detail"], unknown["detail"]);
    }
    let refused = maintenance(&without_access.number).problem(403, "access_not_granted");
    assert_eq!(refused["reasons"], json!(["access_not_granted"]));
    assert!(app.fingerprint() == before, "nothing changed");
    let _ = maintenance(&left.number).expect(201);
}

on_both_engines!(f_05_sixty_four_concurrent_starts_get_sixty_four_numbers);
fn f_05_sixty_four_concurrent_starts_get_sixty_four_numbers(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let marcus = org.agent("Marcus Webb");
    let mut body = enrollment();
    body["organization_id"] = json!(org.id.to_string());
    let requests = marcus.clients(64).into_iter().map(|client| {
        let body = body.clone();
        move || client.post(APPLICATIONS, &body)
    });
    let answers = at_once(requests);
    let numbers: std::collections::BTreeSet<String> = answers
        .into_iter()
        .map(|answer| answer.expect(201).json()["application_number"].to_string())
        .collect();
    assert_eq!(numbers.len(), 64);
}

on_both_engines!(f_05_a_retried_start_creates_one_application);
fn f_05_a_retried_start_creates_one_application(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let client = org.agent("Marcus Webb").client();
    let mut body = enrollment();
    body["organization_id"] = json!(org.id.to_string());
    let send =
        || client.call("POST", APPLICATIONS).header("idempotency-key", "one").json(&body).send().expect(201);
    let (first, again) = (send(), send());
    assert!(first.body == again.body && again.header("idempotency-replayed") == Some("true"));
    assert_eq!(client.all(APPLICATIONS).len(), 1);
    app.advance(Duration::minutes(1));
    body["first_name"] = json!("Sarah");
    let _ = client
        .call("POST", APPLICATIONS)
        .header("idempotency-key", "one")
        .json(&body)
        .send()
        .problem(422, "idempotency_key_reused");
}

on_both_engines!(f_05_a_plan_without_applications_refuses_to_start_one);
fn f_05_a_plan_without_applications_refuses_to_start_one(app: &TestApp) {
    let account = app.organization("Commonwealth", OrganizationKind::ProviderAccount, PlanCode::Cca);
    let agent = account.agent("Marcus Webb").client();
    let user = account.member("Lena Ortiz", &[Role::AccountUser]).client();
    let _ = attempt(&agent, &account, enrollment()).problem(409, "plan_without_applications");
    let _ = attempt(&user, &account, enrollment()).problem(403, "role_required");
}

on_both_engines!(x_25_the_assignment_and_the_status_cannot_be_set);
fn x_25_the_assignment_and_the_status_cannot_be_set(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let (marcus, priya) = (org.agent("Marcus Webb"), org.agent("Priya Nair"));
    let client = marcus.client();
    let before = app.fingerprint();
    for (field, value) in [
        ("assigned_to", json!(priya.membership.to_string())),
        ("initiated_by", json!(priya.user.to_string())),
        ("application_status", json!("approved")),
        ("status", json!("approved")),
        ("application_number", json!("APP0001")),
        ("version", json!(7)),
        ("next", json!("dashboard")),
    ] {
        let mut body = enrollment();
        body[field] = value;
        let refused = attempt(&client, &org, body).problem(400, "unknown_field");
        assert_eq!(refused["errors"][0]["pointer"], format!("/{field}"));
    }
    let mut elsewhere = enrollment();
    elsewhere["organization_id"] = json!(marcus.membership.to_string());
    let _ = client.post(APPLICATIONS, &elsewhere).problem(400, "malformed_id");
    assert!(app.fingerprint() == before, "nothing changed");
}
