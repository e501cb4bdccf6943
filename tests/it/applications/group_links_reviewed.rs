//! The links of screen 5.1 as reviewers see them.

use portal_domain::ground::application_status::ApplicationStatus;
use portal_domain::ground::application_type::ApplicationType;
use portal_domain::ground::plan_code::PlanCode;
use portal_domain::organizations::organization::OrganizationKind;
use portal_tests::life_cycle::{path, shown, step};
use portal_tests::link_consents::{consent, stored_links_to};
use portal_tests::submission::try_to_submit;
use portal_tests::{TestApp, on_both_engines};
use serde_json::{Value, json};

use super::group_links::draft;

on_both_engines!(r_201_reviewers_see_each_individual_its_owner_and_the_consent);
fn r_201_reviewers_see_each_individual_its_owner_and_the_consent(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let practice = app.organization("Ana Rivera, MD", OrganizationKind::IndividualProvider, PlanCode::Ky);
    let agent = org.agent("Marcus Webb").client();
    let individual = app.medicaid_id(|new| {
        new.name = "Rivera, Ana".into();
        new.owning_organization = Some(practice.id);
    });
    let mine = org.linked_medicaid_id();
    let administrator = practice.administrator("Ana Rivera").client();
    let given = consent(&administrator, &practice, &individual, &org.group_medicaid_id).expect(201).json();
    let draft = draft(&agent, &org, &[&individual.number, &mine.number]);
    let _ = try_to_submit(&agent, draft).expect(200);

    let department = app.reviewer();
    let seen = shown(&department, draft);
    let owner = json!({"id": practice.id.to_string(), "name": "Ana Rivera, MD"});
    assert_eq!(
        seen["reviewed_links"],
        json!([
            {
                "medicaid_id": individual.number,
                "name": "Rivera, Ana",
                "individual": {"medicaid_id": individual.number, "name": "Rivera, Ana", "owner": owner},
                "basis": "consent",
                "consent": {"id": given["id"], "organization": owner, "expires_at": "2026-05-02T17:00:00Z"},
            },
            {
                "medicaid_id": mine.number,
                "name": "Doe, John",
                "individual": {"medicaid_id": mine.number, "name": "Doe, John"},
                "basis": "in_scope",
            },
        ])
    );
    let etag = department.get(&path(draft, "")).header("etag").unwrap().to_owned();
    let manager = org.manager("Debi Henderson").client();
    for reader in [&agent, &manager, &app.operator()] {
        assert!(shown(reader, draft).get("reviewed_links").is_none());
    }

    app.advance(chrono::Duration::days(90));
    let department = app.reviewer();
    let later =
        department.call("GET", &path(draft, "")).header("if-none-match", &etag).send().expect(200).json();
    assert_eq!(later["reviewed_links"][0]["basis"], "none");
    assert_eq!(later["reviewed_links"][0].get("consent"), None);
    let started = step(&department, draft, "start-review").expect(200).json();
    assert_eq!(started["reviewed_links"], later["reviewed_links"]);
}

on_both_engines!(r_201_reviewers_see_whether_the_group_of_an_individual_is_on_file);
fn r_201_reviewers_see_whether_the_group_of_an_individual_is_on_file(app: &TestApp) {
    let (org, lakeside) = (app.provider_group("Bluegrass"), app.provider_group("Lakeside"));
    let marcus = org.agent("Marcus Webb");
    let mine = org.granted_medicaid_id();
    let status = ApplicationStatus::DmsReviewInProgress;
    let item = org.application_about(&marcus, &mine, ApplicationType::Maintenance, status);
    let department = app.reviewer();
    assert!(shown(&department, item.id).get("reviewed_links").is_none(), "without links");
    let screens = stored_links_to(&[&lakeside.group_medicaid_id, "7199999999"]);
    app.write(|tx| tx.applications().save_screens(item.id, &screens, "Marcus Webb"));
    let links = shown(&department, item.id)["reviewed_links"].clone();
    assert_eq!((&links[0]["name"], &links[0]["basis"]), (&json!("Lakeside"), &json!("in_scope")));
    assert_eq!(links[0]["individual"]["medicaid_id"], mine.number);
    assert_eq!((&links[1]["name"], &links[1]["basis"]), (&Value::Null, &json!("in_scope")));
}
