//! Links of individuals to groups on screen 5.1, which need the consent of the individual's side
//! (domain rules ).

use chrono::Duration;
use portal_domain::ground::application_status::ApplicationStatus;
use portal_domain::ground::application_type::ApplicationType;
use portal_domain::ground::id::ApplicationId;
use portal_domain::medicaid::agent_access::AgentAccessState;
use portal_tests::agent_access::search;
use portal_tests::given::Organization;
use portal_tests::life_cycle::{notices, path, step};
use portal_tests::link_consents::{consent, links_to, revoke, start_group_maintenance, stored_links_to};
use portal_tests::medicaid_ids::{GivenMedicaidId, day};
use portal_tests::submission::{save, try_to_submit};
use portal_tests::{Answer, Client, TestApp, on_both_engines};
use serde_json::{Value, json};

const UNKNOWN: &str = "7999999999";

/// A group's maintenance that links these individuals, saved but not submitted.
pub(super) fn draft(agent: &Client, org: &Organization<'_>, numbers: &[&str]) -> ApplicationId {
    let id = start_group_maintenance(agent, org);
    let _ = save(agent, &id, links_to(numbers));
    id.parse().unwrap()
}

/// Checks that exactly the links at these indices were refused.
pub(super) fn assert_needs_consent(refused: Answer, indices: &[usize]) {
    let expected: Vec<Value> = indices
        .iter()
        .map(|index| {
            json!({
                "pointer": format!("/screens/5.1/links/{index}/medicaid_id"),
                "screen": "5.1",
                "code": "link_needs_consent",
                "message": "can be linked only if the individual is in the organization's scope or a valid consent names the group",
            })
        })
        .collect();
    assert_eq!(refused.problem(422, "validation_failed")["errors"], json!(expected));
}

pub(super) fn is_linked(app: &TestApp, org: &Organization<'_>, individual: &GivenMedicaidId) -> bool {
    app.read(|tx| tx.medicaid_ids().tie(org.id, individual.id, day("2026-06-01"))).is_linked_now
}

on_both_engines!(r_201_an_agent_cannot_link_an_individual_of_another_organization);
fn r_201_an_agent_cannot_link_an_individual_of_another_organization(app: &TestApp) {
    let (org, lakeside) = (app.provider_group("Bluegrass"), app.provider_group("Lakeside"));
    let (agent, manager) = (org.agent("Marcus Webb").client(), org.manager("Debi Henderson").client());
    let helen = lakeside.manager("Helen Lake");
    let individual = lakeside.granted_medicaid_id();
    let draft = draft(&agent, &org, &[&individual.number]);

    let before = app.fingerprint();
    assert_needs_consent(try_to_submit(&agent, draft), &[0]);
    assert!(app.fingerprint() == before, "nothing changed");

    // An application that reached the department anyway cannot be approved.
    app.set_application_status(draft, ApplicationStatus::DmsReviewInProgress);
    let department = app.reviewer();
    let before = app.fingerprint();
    assert_needs_consent(step(&department, draft, "approve"), &[0]);
    assert!(app.fingerprint() == before, "nothing changed");

    // The individual stays out of scope, so the attacker cannot end its Medicaid ID.
    let _ = search(&manager, &org, &individual.number).problem(404, "not_found");
    let termination = json!({
        "organization_id": org.id.to_string(),
        "application_type": "voluntary_termination",
        "medicaid_id": individual.number,
    });
    let _ = agent.post("/api/v1/applications", &termination).problem(404, "not_found");
    assert!(!is_linked(app, &org, &individual) && is_linked(app, &lakeside, &individual));
    assert!(notices(&helen).is_empty());
}

on_both_engines!(r_201_a_refusal_does_not_reveal_which_medicaid_ids_are_on_file);
fn r_201_a_refusal_does_not_reveal_which_medicaid_ids_are_on_file(app: &TestApp) {
    let (org, lakeside) = (app.provider_group("Bluegrass"), app.provider_group("Lakeside"));
    let agent = org.agent("Marcus Webb").client();
    let foreign = lakeside.granted_medicaid_id();
    let submit = |number: &str| {
        let draft = draft(&agent, &org, &[number]);
        let path = format!("/api/v1/applications/{draft}/submit");
        agent.call("POST", &path).header("x-request-id", "the-same-each-time").send().expect(422).text()
    };
    let unknown = submit(UNKNOWN);
    assert_eq!(submit(&foreign.number), unknown, "of another organization");
    assert_eq!(submit(&lakeside.group_medicaid_id), unknown, "a group of another organization");
    assert_eq!(submit(&org.group_medicaid_id), unknown, "the own group");
    let mine = org.linked_medicaid_id();
    let several = draft(&agent, &org, &[&foreign.number, &mine.number, UNKNOWN]);
    assert_needs_consent(try_to_submit(&agent, several), &[0, 2]);
}

on_both_engines!(r_201_the_history_does_not_reveal_which_groups_are_on_file);
fn r_201_the_history_does_not_reveal_which_groups_are_on_file(app: &TestApp) {
    let (org, lakeside) = (app.provider_group("Bluegrass"), app.provider_group("Lakeside"));
    let marcus = org.agent("Marcus Webb");
    let elsewhere = lakeside.linked_medicaid_id();
    let mine = org.granted_medicaid_id();
    let history = |number: &str| {
        let item = org.application_about(
            &marcus,
            &mine,
            ApplicationType::Maintenance,
            ApplicationStatus::InProgress,
        );
        let _ = app.show_license(&marcus, item.id);
        let _ = save(&marcus.client(), item.id, links_to(&[number]));
        let _ = try_to_submit(&marcus.client(), item.id).expect(200);
        app.set_application_status(item.id, ApplicationStatus::DmsReviewInProgress);
        let _ = step(&app.reviewer(), item.id, "approve").expect(200);
        marcus.client().all(&path(item.id, "/history"))[0]["detail"].clone()
    };
    for number in [lakeside.group_medicaid_id.as_str(), elsewhere.number.as_str(), UNKNOWN] {
        assert_eq!(history(number), Value::Null, "{number}");
    }
    assert!(is_linked(app, &lakeside, &mine), "the individual's own side may link it to any group");
}

on_both_engines!(r_201_individuals_in_scope_are_linked_without_consent);
fn r_201_individuals_in_scope_are_linked_without_consent(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let agent = org.agent("Marcus Webb").client();
    let submit =
        |individual: &GivenMedicaidId| try_to_submit(&agent, draft(&agent, &org, &[&individual.number]));
    let own = app.medicaid_id(|new| new.owning_organization = Some(org.id));
    let linked = org.linked_medicaid_id();
    let left_with_access = org.granted_medicaid_id();
    org.end_link(&left_with_access, day("2026-01-31"));
    for individual in [&own, &linked, &left_with_access] {
        let _ = submit(individual).expect(200);
    }
    let left = org.linked_medicaid_id();
    org.end_link(&left, day("2026-01-31"));
    let last_day_is_today = org.linked_medicaid_id();
    org.end_link(&last_day_is_today, day("2026-02-01"));
    let _ = submit(&last_day_is_today).expect(200);
    assert_needs_consent(submit(&left), &[0]);
    org.set_access(&left_with_access, AgentAccessState::Removed);
    assert_needs_consent(submit(&left_with_access), &[0]);
}

on_both_engines!(r_201_r_202_a_link_with_consent_is_approved_and_both_sides_are_notified);
fn r_201_r_202_a_link_with_consent_is_approved_and_both_sides_are_notified(app: &TestApp) {
    let (org, lakeside) = (app.provider_group("Bluegrass"), app.provider_group("Lakeside"));
    let (debi, marcus) = (org.manager("Debi Henderson"), org.agent("Marcus Webb"));
    let helen = lakeside.manager("Helen Lake");
    let individual = lakeside.linked_medicaid_id();
    let agent = marcus.client();
    let draft = draft(&agent, &org, &[&individual.number]);
    assert_needs_consent(try_to_submit(&agent, draft), &[0]);

    let other = app.provider_group("Seaside");
    let _ = consent(&helen.client(), &lakeside, &individual, &other.group_medicaid_id).expect(201);
    assert_needs_consent(try_to_submit(&agent, draft), &[0]);
    let given = consent(&helen.client(), &lakeside, &individual, &org.group_medicaid_id).expect(201).json();
    let told = notices(&debi);
    assert_eq!((told.len(), &told[0]["kind"]), (1, &json!("link_consent_given")));
    let text = format!(
        "Lakeside consents to a link of the individual Medicaid ID {} to your group {}. Submit the link on screen \
         5.1. The department must approve it by 2026-05-01.",
        individual.number, org.group_medicaid_id
    );
    assert_eq!(told[0]["text"], text);
    assert!(told[0].get("application_id").is_none());

    let _ = try_to_submit(&agent, draft).expect(200);
    assert!(notices(&helen).is_empty(), "the consent is used by the approval");
    let department = app.reviewer();
    let _ = step(&department, draft, "start-review").expect(200);
    let _ = step(&department, draft, "approve").expect(200);
    assert!(is_linked(app, &org, &individual) && is_linked(app, &lakeside, &individual));
    let told = notices(&helen);
    assert_eq!((told.len(), &told[0]["kind"]), (1, &json!("link_consent_used")));
    assert_eq!(told[0]["organization_id"], lakeside.id.to_string());
    let events = lakeside.administrator("Ada Lake").client().all(&lakeside.path("/audit-events"));
    let recorded: Vec<_> = events.iter().map(|event| (&event["action"], &event["object"])).collect();
    assert!(recorded.contains(&(&json!("link_consent.used"), &given["id"])), "{recorded:?}");
}

on_both_engines!(r_201_a_consent_is_valid_for_90_days_at_submission_and_at_approval);
fn r_201_a_consent_is_valid_for_90_days_at_submission_and_at_approval(app: &TestApp) {
    let (org, lakeside) = (app.provider_group("Bluegrass"), app.provider_group("Lakeside"));
    let individual = lakeside.linked_medicaid_id();
    let (marcus, helen) = (org.agent("Marcus Webb"), lakeside.manager("Helen Lake"));
    let drafts = [(); 2].map(|()| draft(&marcus.client(), &org, &[&individual.number]));
    let _ = consent(&helen.client(), &lakeside, &individual, &org.group_medicaid_id).expect(201);

    app.advance(Duration::days(90) - Duration::microseconds(1));
    let (agent, manager) = (marcus.client(), helen.client());
    let _ = try_to_submit(&agent, drafts[0]).expect(200);
    let department = app.reviewer();
    let _ = step(&department, drafts[0], "start-review").expect(200);

    app.advance(Duration::microseconds(1));
    let before = app.fingerprint();
    assert_needs_consent(step(&department, drafts[0], "approve"), &[0]);
    assert_needs_consent(try_to_submit(&agent, drafts[1]), &[0]);
    assert!(app.fingerprint() == before, "nothing changed");
    let _ = consent(&manager, &lakeside, &individual, &org.group_medicaid_id).expect(201);
    let _ = step(&department, drafts[0], "approve").expect(200);
    assert!(is_linked(app, &org, &individual));
}

on_both_engines!(r_201_a_revoked_consent_prevents_the_approval_of_a_submitted_link);
fn r_201_a_revoked_consent_prevents_the_approval_of_a_submitted_link(app: &TestApp) {
    let (org, lakeside) = (app.provider_group("Bluegrass"), app.provider_group("Lakeside"));
    let individual = lakeside.linked_medicaid_id();
    let agent = org.agent("Marcus Webb").client();
    let manager = lakeside.manager("Helen Lake").client();
    let given = consent(&manager, &lakeside, &individual, &org.group_medicaid_id).expect(201).json();
    let draft = draft(&agent, &org, &[&individual.number]);
    let _ = try_to_submit(&agent, draft).expect(200);
    let department = app.reviewer();
    let _ = step(&department, draft, "start-review").expect(200);
    let _ = revoke(&manager, &lakeside, &individual, &given["id"]).expect(204);

    let before = app.fingerprint();
    assert_needs_consent(step(&department, draft, "approve"), &[0]);
    assert!(app.fingerprint() == before, "nothing changed");
    let _ = step(&department, draft, "return").expect(200);
}

on_both_engines!(r_201_an_individual_out_of_scope_needs_a_consent_in_its_own_application_too);
fn r_201_an_individual_out_of_scope_needs_a_consent_in_its_own_application_too(app: &TestApp) {
    let (org, lakeside) = (app.provider_group("Bluegrass"), app.provider_group("Lakeside"));
    let marcus = org.agent("Marcus Webb");
    let individual = lakeside.linked_medicaid_id();
    // Imported enrollments can name a Medicaid ID of any organization.
    let item = org.application_about(
        &marcus,
        &individual,
        ApplicationType::Enrollment,
        ApplicationStatus::DmsReviewInProgress,
    );
    let screens = stored_links_to(&[&org.group_medicaid_id]);
    app.write(|tx| tx.applications().save_screens(item.id, &screens, "Marcus Webb"));
    let department = app.reviewer();
    assert_needs_consent(step(&department, item.id, "approve"), &[0]);
    let manager = lakeside.manager("Helen Lake").client();
    let _ = consent(&manager, &lakeside, &individual, &lakeside.group_medicaid_id).expect(201);
    assert_needs_consent(step(&department, item.id, "approve"), &[0]);
    let _ = consent(&manager, &lakeside, &individual, &org.group_medicaid_id).expect(201);
    let _ = step(&department, item.id, "approve").expect(200);
    assert!(is_linked(app, &org, &individual));
}

on_both_engines!(r_201_a_new_individual_is_linked_to_its_group_when_it_is_enrolled);
fn r_201_a_new_individual_is_linked_to_its_group_when_it_is_enrolled(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let marcus = org.agent("Marcus Webb");
    let given = portal_tests::life_cycle::given(ApplicationStatus::DmsReviewInProgress);
    let item = org.application(&marcus, given);
    let screens = stored_links_to(&[&org.group_medicaid_id]);
    app.write(|tx| tx.applications().save_screens(item.id, &screens, "Marcus Webb"));
    let approved = step(&app.reviewer(), item.id, "approve").expect(200).json();
    let number = approved["medicaid_id"].as_str().unwrap();
    let id = super::approvals::record(app, number).id;
    let individual = GivenMedicaidId { id, number: number.into() };
    assert!(is_linked(app, &org, &individual));
}
