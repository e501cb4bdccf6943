//! The life cycle of applications: who moves them from status to status, what comes of it, and who is told (domain section
//! 4.1; rules ).

use std::collections::BTreeMap;

use chrono::NaiveDate;
use portal_domain::applications::application::WithdrawalKind;
use portal_domain::applications::approval::{Change, TaxNumber};
use portal_domain::applications::document::MediaType;
use portal_domain::applications::screen::{
    BasicInformation, GroupLink, GroupLinksScreen, NpiEntry, NpisScreen, Screens,
};
use portal_domain::ground::application_status::ApplicationStatus;
use portal_domain::ground::application_type::ApplicationType;
use portal_domain::ground::document_type::DocumentType;
use portal_domain::ground::id::{ApplicationId, UserId};
use portal_domain::ground::tax_identifier::Ssn;
use portal_domain::identity::user::PlatformRole;
use portal_domain::medicaid::agent_access::AgentAccessState;
use portal_domain::medicaid::medicaid_id::{MedicaidIdCategory, MedicaidIdStatus};
use portal_domain::organizations::membership::{MembershipStatus, Role};
use portal_persistence::applications::applications::NewWithdrawal;
use portal_persistence::applications::documents::NewDocument;
use portal_persistence::medicaid::medicaid_ids::MedicaidIdRecord;
use portal_tests::filing::{enrollment, enrollment_screens, filed_enrollment, save, start, try_to_save};
use portal_tests::given::{Given, House, Item, Person, reassignment};
use portal_tests::medicaid_ids::GivenMedicaidId;
use portal_tests::{Answer, Client, TestApp, at_once, on_both_engines};
use serde_json::{Value, json};

/// A reviewer of the department.
fn reviewer(app: &TestApp) -> UserId {
    app.platform_user("Grace Oyelaran", &[PlatformRole::DmsReviewer])
}

fn path(id: ApplicationId, rest: &str) -> String {
    format!("/api/v1/applications/{id}{rest}")
}

/// What a step is called with.
fn step(client: &Client, id: ApplicationId, name: &str) -> Answer {
    match name {
        "withdraw" => client.post(&path(id, "/withdraw"), &json!({})),
        "return" | "deny" => {
            client.post(&path(id, &format!("/{name}")), &json!({"reason": "The license has expired."}))
        }
        _ => client.post_empty(&path(id, &format!("/{name}"))),
    }
}

const STEPS: [&str; 6] = ["submit", "withdraw", "start-review", "return", "approve", "deny"];

/// Everything that answers offer to do with an application.
const BUTTONS: [&str; 10] = [
    "save",
    "add-document",
    "remove-document",
    "submit",
    "withdraw",
    "start-review",
    "return",
    "approve",
    "deny",
    "restore",
];

/// Does what a button says.
fn press(client: &Client, id: ApplicationId, name: &str) -> Answer {
    match name {
        "save" => {
            try_to_save(client, id, &json!({"1.3": {"npis": [{"npi": "1993999998", "primary": true}]}}))
        }
        "add-document" => {
            let document = path(id, "/documents?document_type=other&file_name=letter.pdf");
            client
                .call("POST", &document)
                .header("content-type", "application/pdf")
                .body(b"%PDF-1.7\n%%EOF\n".to_vec())
                .send()
        }
        "remove-document" => {
            let document = client.all(&path(id, "/documents")).remove(0);
            let document = path(id, &format!("/documents/{}", document["id"].as_str().unwrap()));
            client.call("DELETE", &document).header("if-match", "*").send()
        }
        _ => step(client, id, name),
    }
}

/// An application with a document; one that stands as withdrawn was withdrawn in that way.
fn with_everything_to_press(
    app: &TestApp,
    house: &House<'_>,
    agent: &Person<'_>,
    status: ApplicationStatus,
    withdrawal: WithdrawalKind,
) -> Item {
    let item = house.application(agent, given(status));
    app.write(|tx| {
        let id = tx.new_id();
        tx.documents().insert(&NewDocument {
            id,
            application: item.id,
            document_type: DocumentType::Other,
            file_name: "page.pdf",
            media_type: MediaType::Pdf,
            content: b"%PDF-1.7\n%%EOF\n",
            sha256: &[7; 32],
            uploaded_by: (agent.user, &agent.name),
        })?;
        if status == ApplicationStatus::Withdrawn {
            let status_before = ApplicationStatus::InProgress;
            let withdrawal =
                NewWithdrawal { kind: withdrawal, by_name: "given", reason: None, status_before };
            tx.applications().set_withdrawn(item.id, &withdrawal)?;
        }
        Ok(())
    });
    item
}

fn shown(client: &Client, id: ApplicationId) -> Value {
    client.get(&path(id, "")).expect(200).json()
}

fn notices(person: &Person<'_>) -> Vec<Value> {
    person.client().all("/api/v1/notifications")
}

fn record(app: &TestApp, number: &str) -> MedicaidIdRecord {
    app.read(|tx| tx.medicaid_ids().find_by_number(number)).unwrap()
}

fn given(status: ApplicationStatus) -> Given {
    Given { status, ..Given::default() }
}

fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

on_both_engines!(f_05_r_070_n_05_an_enrollment_goes_from_its_start_to_its_medicaid_id);
fn f_05_r_070_n_05_an_enrollment_goes_from_its_start_to_its_medicaid_id(app: &TestApp) {
    let house = app.provider_group("Bluegrass");
    let marcus = house.agent("Marcus Webb");
    let (agent, department) = (marcus.client(), app.signed_in(reviewer(app)));
    let events = app.audit_events();
    let filed = filed_enrollment(&marcus, &house);
    assert_eq!(shown(&agent, filed.id)["application_status"], "submitted");
    assert_eq!(shown(&agent, filed.id)["submitted_at"], "2026-02-01T17:00:00Z");

    let taken = step(&department, filed.id, "start-review").expect(200).json();
    assert_eq!(taken["application_status"], "dms_review_in_progress");
    let answer = step(&department, filed.id, "approve").expect(200);

    let approved = answer.json();
    assert!(answer.header("etag").unwrap().starts_with(&format!("\"v{}-", approved["version"])));
    assert_eq!(approved["application_status"], "approved");
    assert_eq!(approved["decided_at"], "2026-02-01T17:00:00Z");
    let number = approved["medicaid_id"].as_str().unwrap();
    let issued = record(app, number);
    assert!(number.starts_with("71") && number.len() == 10, "{number}");
    assert_eq!((issued.status, issued.category), (MedicaidIdStatus::Active, MedicaidIdCategory::Individual));
    assert_eq!(issued.revalidation_due_on, Some(date("2031-02-01")));
    assert_eq!(json!(issued.name), approved["provider_name"]);
    assert_eq!((issued.taxonomies.len(), issued.licenses.len()), (1, 1));
    assert_eq!(issued.telephone.as_deref(), Some("1231231234"));
    assert_eq!(issued.npi.map(Value::from), Some(approved["npi"].clone()));
    assert!(issued.ssn_masked.unwrap().starts_with("***-**-"));
    assert_eq!(issued.owning_organization, None, "a person is nobody's own");

    let history = agent.all(&path(filed.id, "/history"));
    let actions: Vec<_> = history.iter().rev().map(|entry| entry["action"].as_str().unwrap()).collect();
    assert_eq!(actions[0], "started");
    assert_eq!(actions[actions.len() - 3..], ["submitted", "review_started", "approved"]);
    assert_eq!(history[0]["detail"], format!("Medicaid ID {number} was issued."));
    let told = notices(&marcus);
    assert_eq!((told.len(), &told[0]["kind"]), (1, &json!("application_approved")));
    assert!(told[0]["text"].as_str().unwrap().ends_with(&format!("Medicaid ID {number} was issued.")));
    assert_eq!(app.audit_events() - events, i64::try_from(history.len()).unwrap(), "one event for each step");
}

on_both_engines!(f_05_a_step_that_the_status_does_not_allow_changes_nothing);
fn f_05_a_step_that_the_status_does_not_allow_changes_nothing(app: &TestApp) {
    let house = app.provider_group("Bluegrass");
    let marcus = house.agent("Marcus Webb");
    let items: Vec<_> = ApplicationStatus::ALL
        .iter()
        .map(|status| (*status, house.application(&marcus, given(*status))))
        .collect();
    let (agent, department) = (marcus.client(), app.signed_in(reviewer(app)));
    let table: [(&str, &[ApplicationStatus]); 6] = [
        ("submit", &[ApplicationStatus::InProgress, ApplicationStatus::ReturnedToProvider]),
        ("withdraw", &[ApplicationStatus::ReturnedToProvider]),
        ("start-review", &[ApplicationStatus::Submitted]),
        ("return", &[ApplicationStatus::Submitted, ApplicationStatus::DmsReviewInProgress]),
        ("approve", &[ApplicationStatus::DmsReviewInProgress]),
        ("deny", &[ApplicationStatus::DmsReviewInProgress]),
    ];
    let before = app.fingerprint();
    for (name, from) in table {
        let of_the_agent = ["submit", "withdraw"].contains(&name);
        let client = if of_the_agent { &agent } else { &department };
        for (status, item) in items.iter().filter(|(status, _)| !from.contains(status)) {
            if !of_the_agent && *status == ApplicationStatus::InProgress {
                let _ = step(client, item.id, name).problem(404, "not_found");
                continue;
            }
            let refused = step(client, item.id, name).problem(409, "invalid_transition");
            assert_eq!(refused["from"], status.as_str(), "{name}");
            let allowed: Vec<_> = portal_domain::applications::life_cycle::next_statuses(*status)
                .iter()
                .map(|s| s.as_str())
                .collect();
            assert_eq!(refused["allowed"], json!(allowed), "{name} {status}");
            assert!(refused["to"].is_string() && refused["reasons"] == json!(["invalid_transition"]));
        }
    }
    assert!(app.fingerprint() == before, "nothing changed");
}

on_both_engines!(f_05_what_the_buttons_say_is_what_happens);
fn f_05_what_the_buttons_say_is_what_happens(app: &TestApp) {
    let house = app.provider_group("Bluegrass");
    let [marcus, priya] = ["Marcus Webb", "Priya Nair"].map(|name| house.agent(name));
    let manager = house.manager("Debi Henderson");
    let staff = [PlatformRole::DmsReviewer, PlatformRole::Operator]
        .map(|role| app.platform_user("Grace Oyelaran", &[role]));
    let people: Vec<UserId> = [marcus.user, priya.user, manager.user].into_iter().chain(staff).collect();
    let mover = manager.client();
    let clients: Vec<Client> = people.into_iter().map(|person| app.signed_in(person)).collect();
    let closed_by_time = (&ApplicationStatus::Withdrawn, WithdrawalKind::Automatic);
    let others = ApplicationStatus::ALL.iter().map(|status| (status, WithdrawalKind::Manual));
    let mut done_by_name = BTreeMap::new();
    for (status, withdrawal) in others.chain([closed_by_time]) {
        for (client, name) in clients.iter().flat_map(|client| BUTTONS.map(|name| (client, name))) {
            let item = with_everything_to_press(app, &house, &marcus, *status, withdrawal);
            if status.is_reassignable() {
                let _ = mover
                    .post(&house.path("/reassignments"), &reassignment(&marcus, &priya, &[item]))
                    .expect(201);
            }
            let Some(offered) = offered(client, item.id, name) else { continue };
            let answer = press(client, item.id, name);
            let done = match name {
                // Nothing was saved, so there is something to find fault with once it is allowed.
                "submit" => 422,
                "add-document" => 201,
                "remove-document" => 204,
                _ => 200,
            };
            *done_by_name.entry(name).or_insert(0) += i32::from(answer.status == done);
            let refused = answer.status == 409 || answer.status == 403;
            assert!(answer.status == done || refused, "{name} {status}: {}", answer.text());
            assert_eq!(offered["allowed"], json!(!refused), "{name} {status}");
            // Whoever lacks the right to review at all is told so before anything is looked at.
            let needs_a_right = ["start-review", "return", "approve", "deny", "restore"].contains(&name);
            let at_the_door = answer.status == 403 && needs_a_right;
            if refused && !at_the_door {
                assert_eq!(answer.json()["reasons"], offered["reasons"], "{name} {status}");
            }
        }
    }
    assert!(
        done_by_name.len() == BUTTONS.len() && done_by_name.values().all(|count| *count > 0),
        "{done_by_name:?}"
    );
}

on_both_engines!(r_065_a_06_f_06_only_who_started_a_returned_application_withdraws_it);
fn r_065_a_06_f_06_only_who_started_a_returned_application_withdraws_it(app: &TestApp) {
    let house = app.provider_group("Bluegrass");
    let manager = house.manager("Debi Henderson");
    let [marcus, priya, other] = ["Marcus Webb", "Priya Nair", "Omar Diaz"].map(|name| house.agent(name));
    let stranger = app.provider_group("Lakeside").agent("Sam Stranger");
    let item = house.application(&marcus, given(ApplicationStatus::ReturnedToProvider));
    let _ = manager
        .client()
        .post(&house.path("/reassignments"), &reassignment(&marcus, &priya, &[item]))
        .expect(201);
    let operator = app.signed_in(app.platform_user("Olu Ade", &[PlatformRole::Operator]));
    let initiator = marcus.client();
    let not_initiators = [&priya, &manager].map(|person| person.client());
    let others = [&other, &stranger].map(|person| person.client());
    let before = app.fingerprint();
    for client in &not_initiators {
        let refused = step(client, item.id, "withdraw").problem(403, "not_initiator");
        assert_eq!(refused["reasons"], json!(["not_initiator"]));
    }
    for client in &others {
        let _ = step(client, item.id, "withdraw").problem(404, "not_found");
    }
    let _ = step(&operator, item.id, "withdraw").problem(403, "role_required");
    for reason in ["  ".to_owned(), "x".repeat(2001)] {
        let _ = initiator
            .post(&path(item.id, "/withdraw"), &json!({"reason": reason}))
            .problem(422, "validation_failed");
    }
    assert!(app.fingerprint() == before, "nothing changed");

    let body = json!({"reason": "The provider moves to another state."});
    let withdrawn = initiator.post(&path(item.id, "/withdraw"), &body).expect(200).json();

    assert_eq!(withdrawn["application_status"], "withdrawn");
    assert_eq!(
        withdrawn["withdrawal"],
        json!({"kind": "manual", "at": "2026-02-01T17:00:00Z", "by": "Marcus Webb", "reason": body["reason"]})
    );
    let again = step(&initiator, item.id, "withdraw").problem(409, "invalid_transition");
    assert_eq!((&again["from"], &again["allowed"]), (&json!("withdrawn"), &json!([])));
}

on_both_engines!(r_065_the_initiator_withdraws_without_access_but_not_after_leaving);
fn r_065_the_initiator_withdraws_without_access_but_not_after_leaving(app: &TestApp) {
    let house = app.provider_group("Bluegrass");
    let marcus = house.agent("Marcus Webb");
    let shut = house.linked_medicaid_id();
    let returned = || {
        house.application_about(
            &marcus,
            &shut,
            ApplicationType::Maintenance,
            ApplicationStatus::ReturnedToProvider,
        )
    };
    let (first, second) = (returned(), returned());
    let _ = marcus.client().get(&path(first.id, "")).problem(403, "access_not_granted");
    let withdrawn = step(&marcus.client(), first.id, "withdraw").expect(200).json();
    assert_eq!(withdrawn["withdrawal"]["kind"], "manual");
    app.write(|tx| tx.memberships().set_status(marcus.membership, MembershipStatus::Disabled));
    let _ = step(&marcus.client(), second.id, "withdraw").problem(404, "not_found");
}

on_both_engines!(r_066_what_was_withdrawn_stays_readable);
fn r_066_what_was_withdrawn_stays_readable(app: &TestApp) {
    let house = app.provider_group("Bluegrass");
    let marcus = house.agent("Marcus Webb");
    let item = house.application(&marcus, given(ApplicationStatus::ReturnedToProvider));
    let _ = step(&marcus.client(), item.id, "withdraw").expect(200);
    for client in [marcus.client(), house.manager("Debi Henderson").client(), app.signed_in(reviewer(app))] {
        assert_eq!(shown(&client, item.id)["withdrawal"]["kind"], "manual");
        assert_eq!(client.all(&path(item.id, "/history"))[0]["action"], "withdrawn");
    }
}

on_both_engines!(r_064_r_060_a_return_starts_the_count_again);
fn r_064_r_060_a_return_starts_the_count_again(app: &TestApp) {
    let house = app.provider_group("Bluegrass");
    let marcus = house.agent("Marcus Webb");
    let item = house.application(&marcus, Given { rested_days: 119, ..given(ApplicationStatus::Submitted) });
    assert_eq!(shown(&marcus.client(), item.id)["days_inactive"], 119);
    let taken = step(&app.signed_in(reviewer(app)), item.id, "start-review").expect(200).json();
    assert_eq!(taken["days_inactive"], 119, "taking it into review is no work on it");
    let returned = step(&app.signed_in(reviewer(app)), item.id, "return").expect(200).json();
    assert_eq!((&returned["days_inactive"], &returned["days_until_withdrawal"]), (&json!(0), &json!(120)));
}

on_both_engines!(r_028_r_027_n_04_what_is_returned_after_a_move_lands_with_the_new_agent);
fn r_028_r_027_n_04_what_is_returned_after_a_move_lands_with_the_new_agent(app: &TestApp) {
    let house = app.provider_group("Bluegrass");
    let manager = house.manager("Debi Henderson");
    let [marcus, priya] = ["Marcus Webb", "Priya Nair"].map(|name| house.agent(name));
    let item = house.application(&marcus, given(ApplicationStatus::Submitted));
    let moved = manager
        .client()
        .post(&house.path("/reassignments"), &reassignment(&marcus, &priya, &[item]))
        .expect(201)
        .json();

    let returned = step(&app.signed_in(reviewer(app)), item.id, "return").expect(200).json();

    assert_eq!(returned["department_reason"], "The license has expired.");
    assert!(notices(&marcus).is_empty(), "none for the former agent");
    let told: Vec<_> =
        notices(&priya).into_iter().filter(|notice| notice["kind"] == "application_returned").collect();
    assert_eq!(told.len(), 1);
    assert_eq!(told[0]["reassignment_id"], moved["id"]);
    assert!(told[0]["text"].as_str().unwrap().ends_with("Reason: The license has expired."));
    let mine = priya
        .client()
        .all("/api/v1/applications?assigned_to_me=true&application_status=returned_to_provider");
    assert_eq!(mine.len(), 1, "it is on the new agent's desk");
    assert_eq!(priya.client().all(&path(item.id, "/history"))[0]["detail"], "The license has expired.");
    let letters = priya.client().all(&format!("/api/v1/correspondence?application_id={}", item.id));
    assert_eq!((letters.len(), &letters[0]["direction"]), (1, &json!("to_provider")));
}

on_both_engines!(n_04_n_05_where_the_agent_cannot_act_the_managers_hear_and_else_the_administrators);
fn n_04_n_05_where_the_agent_cannot_act_the_managers_hear_and_else_the_administrators(app: &TestApp) {
    let house = app.provider_group("Bluegrass");
    let [marcus, priya] = ["Marcus Webb", "Priya Nair"].map(|name| house.agent(name));
    let administrator = house.administrator("Katherine Tully");
    let left = house.application(&marcus, given(ApplicationStatus::Submitted));
    let shut = house.linked_medicaid_id();
    let closed = house.application_about(
        &priya,
        &shut,
        ApplicationType::Maintenance,
        ApplicationStatus::DmsReviewInProgress,
    );
    app.write(|tx| tx.memberships().set_status(marcus.membership, MembershipStatus::Disabled));
    let department = app.signed_in(reviewer(app));

    let _ = step(&department, left.id, "return").expect(200);
    assert_eq!(notices(&administrator).len(), 1, "there is no manager");
    let managers = ["Debi Henderson", "Dan Hill"].map(|name| house.manager(name));
    let _left = house.member_with("Gina Gone", &[Role::CaAdminManager], &[], MembershipStatus::Disabled);
    let _ = step(&department, closed.id, "deny").expect(200);

    for manager in &managers {
        let told = notices(manager);
        assert_eq!((told.len(), &told[0]["kind"]), (1, &json!("application_denied")));
    }
    assert_eq!(notices(&administrator).len(), 1, "not this one");
    assert!(notices(&priya).is_empty());
    assert_eq!(app.read(|tx| tx.memberships().managers_to_notify(&[house.id])).len(), 2);
}

on_both_engines!(r_073_a_18_a_maintenance_waits_for_any_open_revalidation_of_its_medicaid_id);
fn r_073_a_18_a_maintenance_waits_for_any_open_revalidation_of_its_medicaid_id(app: &TestApp) {
    let house = app.provider_group("Bluegrass");
    let marcus = house.agent("Marcus Webb");
    let agent = marcus.client();
    let [one, other] = [house.granted_medicaid_id(), house.granted_medicaid_id()];
    let maintenance = |status| house.application_about(&marcus, &one, ApplicationType::Maintenance, status);
    let draft = maintenance(ApplicationStatus::InProgress);
    let returned = maintenance(ApplicationStatus::ReturnedToProvider);
    let elsewhere =
        house.application_about(&marcus, &other, ApplicationType::Maintenance, ApplicationStatus::InProgress);
    let started =
        start(&agent, &house, json!({"application_type": "revalidation", "medicaid_id": one.number}));

    let before = app.fingerprint();
    for item in [draft, returned] {
        let refused = step(&agent, item.id, "submit").problem(409, "revalidation_pending");
        assert_eq!(refused["application_number"], started["application_number"], "from its start");
        let offered = offered(&agent, item.id, "submit").unwrap();
        assert_eq!(offered["reasons"], json!(["revalidation_pending"]));
    }
    let listed = agent
        .all("/api/v1/applications?application_type=maintenance&application_status=returned_to_provider");
    let submit = listed[0]["actions"]
        .as_array()
        .unwrap()
        .iter()
        .find(|entry| entry["action"] == "submit")
        .unwrap()
        .clone();
    assert_eq!(submit["reasons"], json!(["revalidation_pending"]), "the list says so, too");
    assert!(app.fingerprint() == before, "nothing changed");
    let _ = save(&agent, draft.id, json!({"1.3": {"npis": [{"npi": "1993999998", "primary": true}]}}));
    let _ = step(&agent, elsewhere.id, "submit").expect(200);

    let revalidation: ApplicationId = started["id"].as_str().unwrap().parse().unwrap();
    for (status, waits) in [
        (ApplicationStatus::Submitted, true),
        (ApplicationStatus::DmsReviewInProgress, true),
        (ApplicationStatus::ReturnedToProvider, true),
        (ApplicationStatus::Withdrawn, false),
        (ApplicationStatus::Denied, false),
        (ApplicationStatus::Approved, false),
    ] {
        app.write(|tx| tx.applications().set_status(revalidation, status));
        let reasons = offered(&agent, returned.id, "submit").unwrap()["reasons"].clone();
        assert_eq!(reasons, if waits { json!(["revalidation_pending"]) } else { json!([]) }, "{status}");
    }
    let resubmitted = step(&agent, returned.id, "submit").expect(200).json();
    assert_eq!(resubmitted["application_status"], "submitted");
    assert_eq!(agent.all(&path(returned.id, "/history"))[0]["action"], "resubmitted");
}

on_both_engines!(r_073_r_066_withdrawing_a_returned_revalidation_releases_the_maintenance);
fn r_073_r_066_withdrawing_a_returned_revalidation_releases_the_maintenance(app: &TestApp) {
    let house = app.provider_group("Bluegrass");
    let marcus = house.agent("Marcus Webb");
    let one = house.granted_medicaid_id();
    let maintenance =
        house.application_about(&marcus, &one, ApplicationType::Maintenance, ApplicationStatus::InProgress);
    let revalidation = house.application_about(
        &marcus,
        &one,
        ApplicationType::Revalidation,
        ApplicationStatus::ReturnedToProvider,
    );
    let _ = step(&marcus.client(), maintenance.id, "submit").problem(409, "revalidation_pending");
    let _ = step(&marcus.client(), revalidation.id, "withdraw").expect(200);
    let _ = step(&marcus.client(), maintenance.id, "submit").expect(200);
}

on_both_engines!(r_073_another_organizations_revalidation_counts_and_its_number_is_told);
fn r_073_another_organizations_revalidation_counts_and_its_number_is_told(app: &TestApp) {
    let (house, lakeside) = (app.provider_group("Bluegrass"), app.provider_group("Lakeside"));
    let (marcus, sam) = (house.agent("Marcus Webb"), lakeside.agent("Sam Stranger"));
    let one = house.granted_medicaid_id();
    let maintenance =
        house.application_about(&marcus, &one, ApplicationType::Maintenance, ApplicationStatus::InProgress);
    let theirs =
        lakeside.application_about(&sam, &one, ApplicationType::Revalidation, ApplicationStatus::Submitted);
    let number = app.read(|tx| tx.applications().find(theirs.id)).unwrap().application_number;
    let refused = step(&marcus.client(), maintenance.id, "submit").problem(409, "revalidation_pending");
    assert_eq!(refused["application_number"], json!(number));
}

on_both_engines!(r_073_f_05_beside_other_faults_the_open_revalidation_is_one_of_them);
fn r_073_f_05_beside_other_faults_the_open_revalidation_is_one_of_them(app: &TestApp) {
    let house = app.provider_group("Bluegrass");
    let marcus = house.agent("Marcus Webb");
    let one = house.granted_medicaid_id();
    let maintenance =
        house.application_about(&marcus, &one, ApplicationType::Maintenance, ApplicationStatus::InProgress);
    let license = json!({"2.2": {"licenses": [{
        "license_type": "state_license", "issue_state": "KY", "license_number": "12345",
        "effective_date": "2025-03-01", "expiration_date": "2027-02-28", "primary": true,
    }]}});
    let _ = save(&marcus.client(), maintenance.id, license);
    let _ =
        house.application_about(&marcus, &one, ApplicationType::Revalidation, ApplicationStatus::InProgress);
    let refused = step(&marcus.client(), maintenance.id, "submit").problem(422, "validation_failed");
    let found: Vec<_> = refused["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|error| (error["screen"].as_str().unwrap(), error["code"].as_str().unwrap()))
        .collect();
    assert_eq!(found, [("8.0", "document_required"), ("10.1", "revalidation_pending")]);
    assert!(refused["application_number"].is_string());
}

on_both_engines!(f_05_submitting_tells_everything_that_is_missing_with_its_screen);
fn f_05_submitting_tells_everything_that_is_missing_with_its_screen(app: &TestApp) {
    let house = app.provider_group("Bluegrass");
    let marcus = house.agent("Marcus Webb");
    let agent = marcus.client();
    let started = start(&agent, &house, enrollment());
    let id: ApplicationId = started["id"].as_str().unwrap().parse().unwrap();
    let before = app.fingerprint();
    let refused = step(&agent, id, "submit").problem(422, "validation_failed");
    assert!(app.fingerprint() == before, "nothing changed");
    let errors = refused["errors"].as_array().unwrap();
    let screens: std::collections::BTreeSet<_> =
        errors.iter().map(|error| error["screen"].as_str().unwrap()).collect();
    assert_eq!(screens.into_iter().collect::<Vec<_>>(), ["1.1", "1.3", "1.4", "2.2"]);
    assert!(errors.iter().all(|error| {
        error["pointer"]
            .as_str()
            .unwrap()
            .starts_with(&format!("/screens/{}", error["screen"].as_str().unwrap()))
    }));
    let _ = save(&agent, id, enrollment_screens());
    let _ = step(&agent, id, "submit").expect(200);
}

on_both_engines!(r_046_a_15_access_that_was_removed_stops_the_agent_at_once);
fn r_046_a_15_access_that_was_removed_stops_the_agent_at_once(app: &TestApp) {
    let house = app.provider_group("Bluegrass");
    let marcus = house.agent("Marcus Webb");
    let agent = marcus.client();
    let one = house.granted_medicaid_id();
    let item =
        house.application_about(&marcus, &one, ApplicationType::Maintenance, ApplicationStatus::InProgress);
    assert_eq!(shown(&agent, item.id)["agents_have_access"], true);
    house.set_access(&one, AgentAccessState::Removed);
    let refused = step(&agent, item.id, "submit").problem(403, "access_not_granted");
    assert_eq!(refused["reasons"], json!(["access_not_granted"]));
    let _ = agent.get(&path(item.id, "")).problem(403, "access_not_granted");
    assert!(agent.all("/api/v1/applications").is_empty());
}

on_both_engines!(f_05_approvals_of_all_eight_types_bring_about_what_they_ask_for);
fn f_05_approvals_of_all_eight_types_bring_about_what_they_ask_for(app: &TestApp) {
    let house = app.provider_group("Bluegrass");
    let marcus = house.agent("Marcus Webb");
    let department = app.signed_in(reviewer(app));
    for kind in ApplicationType::ALL.iter().filter(|kind| **kind != ApplicationType::Enrollment) {
        let one = house.granted_medicaid_id();
        app.write(|tx| {
            tx.medicaid_ids().set_status(&one.number, MedicaidIdStatus::Inactive)?;
            tx.medicaid_ids().set_revalidation_due(one.id, date("2027-01-01"))
        });
        let was = record(app, &one.number);
        let item = house.application_about(&marcus, &one, *kind, ApplicationStatus::DmsReviewInProgress);
        app.write(|tx| tx.applications().save_screens(item.id, &new_npis(), "Marcus Webb"));

        let approved = step(&department, item.id, "approve").expect(200).json();

        let is = record(app, &one.number);
        assert_eq!(approved["medicaid_id"], json!(one.number), "{kind}: it stays about the same Medicaid ID");
        let (mut status, mut due, mut end, mut npi) =
            (was.status, was.revalidation_due_on, None, was.npi.clone());
        match kind {
            ApplicationType::Maintenance => npi = Some("1245319599".into()),
            ApplicationType::Revalidation => {
                (due, npi) = (Some(date("2031-02-01")), Some("1245319599".into()))
            }
            ApplicationType::Reapplication | ApplicationType::Reinstatement => {
                (status, npi) = (MedicaidIdStatus::Active, Some("1245319599".into()));
            }
            ApplicationType::VoluntaryTermination => {
                (status, end) = (MedicaidIdStatus::Terminated, Some(date("2026-02-01")))
            }
            ApplicationType::ChangeOfOwnership => {
                (status, end) = (MedicaidIdStatus::Terminated, Some(date("2026-01-31")))
            }
            ApplicationType::LocumTenens | ApplicationType::Enrollment => {}
        }
        assert_eq!(
            (is.status, is.revalidation_due_on, is.end_date, is.npi),
            (status, due, end, npi),
            "{kind}"
        );
        let detail = marcus.client().all(&path(item.id, "/history"))[0]["detail"].clone();
        match kind {
            ApplicationType::ChangeOfOwnership => {
                let text = detail.as_str().unwrap().to_owned();
                let number = text.split(' ').nth(2).unwrap();
                let new = record(app, number);
                assert_eq!(new.effective_date, Some(date("2026-02-01")));
                assert_eq!(
                    (new.status, new.revalidation_due_on),
                    (MedicaidIdStatus::Active, Some(date("2031-02-01")))
                );
            }
            _ => assert_eq!(detail, Value::Null, "{kind}"),
        }
    }
}

on_both_engines!(a_19_an_enrollment_that_names_its_medicaid_id_already_gets_no_second_one);
fn a_19_an_enrollment_that_names_its_medicaid_id_already_gets_no_second_one(app: &TestApp) {
    let house = app.provider_group("Bluegrass");
    let marcus = house.agent("Marcus Webb");
    let one = house.linked_medicaid_id();
    let item = house.application_about(
        &marcus,
        &one,
        ApplicationType::Enrollment,
        ApplicationStatus::DmsReviewInProgress,
    );
    assert_eq!(
        shown(&marcus.client(), item.id)["medicaid_id"],
        json!(one.number),
        "shown where there is one"
    );
    let approved = step(&app.signed_in(reviewer(app)), item.id, "approve").expect(200).json();
    assert_eq!(approved["medicaid_id"], json!(one.number));
    assert_eq!(record(app, &one.number).revalidation_due_on, Some(date("2031-02-01")));
    let none = house.application(&marcus, given(ApplicationStatus::Submitted));
    assert_eq!(shown(&marcus.client(), none.id)["medicaid_id"], Value::Null);
}

on_both_engines!(r_047_r_100_an_approved_maintenance_ends_and_begins_group_links);
fn r_047_r_100_an_approved_maintenance_ends_and_begins_group_links(app: &TestApp) {
    let (house, lakeside) = (app.provider_group("Bluegrass"), app.provider_group("Lakeside"));
    let marcus = house.agent("Marcus Webb");
    let one = house.granted_medicaid_id();
    let item = house.application_about(
        &marcus,
        &one,
        ApplicationType::Maintenance,
        ApplicationStatus::DmsReviewInProgress,
    );
    let link = |number: &str, begins: Option<&str>, ends: Option<&str>| GroupLink {
        medicaid_id: number.into(),
        effective_date: begins.map(date),
        end_date: ends.map(date),
    };
    let links = vec![
        link(&house.group_medicaid_id, None, Some("2026-01-31")),
        link(&lakeside.group_medicaid_id, Some("2026-02-01"), None),
        link("7199999999", Some("2026-02-01"), None),
    ];
    let basic = BasicInformation {
        first_name: Some("Ann".into()),
        last_name: Some("Marie-Lee".into()),
        email: Some("ann@example.org".into()),
        ..BasicInformation::default()
    };
    let screens = Screens {
        group_links: Some(GroupLinksScreen { links }),
        basic_information: Some(basic),
        ..Screens::default()
    };
    app.write(|tx| tx.applications().save_screens(item.id, &screens, "Marcus Webb"));
    let tie = |place: &House<'_>| app.read(|tx| tx.medicaid_ids().tie(place.id, one.id, date("2026-02-01")));
    assert!(tie(&house).is_linked_now && !tie(&lakeside).was_linked);

    let _ = step(&app.signed_in(reviewer(app)), item.id, "approve").expect(200);

    assert!(!tie(&house).is_linked_now && tie(&house).was_linked);
    assert!(tie(&lakeside).is_linked_now);
    let is = record(app, &one.number);
    assert_eq!((is.name.as_str(), is.email.as_deref()), ("Marie-Lee, Ann", Some("ann@example.org")));
    let detail = marcus.client().all(&path(item.id, "/history"))[0]["detail"].clone();
    assert_eq!(detail, "Medicaid ID 7199999999 is not on file: no link changed.");
}

on_both_engines!(r_100_f_05_a_license_that_an_approved_maintenance_brings_is_on_file);
fn r_100_f_05_a_license_that_an_approved_maintenance_brings_is_on_file(app: &TestApp) {
    let house = app.provider_group("Bluegrass");
    let marcus = house.agent("Marcus Webb");
    let one = house.granted_medicaid_id_with(|new| new.ssn = Ssn::parse("400-55-0001").ok());
    let maintenance = |screens: Value| {
        let item = house.application_about(
            &marcus,
            &one,
            ApplicationType::Maintenance,
            ApplicationStatus::InProgress,
        );
        let _ = save(&marcus.client(), item.id, screens);
        app.write(|tx| tx.applications().set_status(item.id, ApplicationStatus::DmsReviewInProgress));
        item
    };
    let first = maintenance(enrollment_screens());
    assert!(record(app, &one.number).licenses.is_empty(), "not before it is approved");

    let _ = step(&app.signed_in(reviewer(app)), first.id, "approve").expect(200);

    let is = record(app, &one.number);
    assert_eq!(is.licenses.len(), 1);
    assert_eq!(is.licenses[0].license_number.as_deref(), Some("12345"));
    assert_eq!(is.licenses[0].expiration_date, Some(date("2029-02-28")));
    assert_eq!((is.taxonomies.len(), is.taxonomies[0].code.as_str()), (1, "207Q00000X"));
    assert_eq!(is.telephone.as_deref(), Some("1231231234"));
    assert_eq!(is.ssn_masked.as_deref(), Some("***-**-0142"), "corrected");
    assert_eq!(is.fein_masked, None);

    let second = maintenance(json!({"1.3": {"npis": [{"npi": "1245319599", "primary": true}]}}));
    let _ = step(&app.signed_in(reviewer(app)), second.id, "approve").expect(200);
    let later = record(app, &one.number);
    assert_eq!(
        (later.licenses, later.taxonomies, later.telephone),
        (is.licenses, is.taxonomies, is.telephone),
        "what was not saved stays"
    );
    assert_eq!((later.npi.as_deref(), later.ssn_masked), (Some("1245319599"), is.ssn_masked));
}

on_both_engines!(f_05_the_corrected_tax_id_of_a_group_is_kept_sealed);
fn f_05_the_corrected_tax_id_of_a_group_is_kept_sealed(app: &TestApp) {
    let house = app.provider_group("Bluegrass");
    let group = record(app, &house.group_medicaid_id);
    let tax_number = TaxNumber::of(group.category, "610000001");
    app.write(|tx| {
        tx.medicaid_ids().apply(group.id, &Change { tax_number: tax_number.clone(), ..Change::default() })
    });
    let is = record(app, &house.group_medicaid_id);
    assert_eq!((is.fein_masked.as_deref(), is.ssn_masked), (Some("**-***0001"), None));
    assert_eq!(is.version, group.version + 1);
    app.write(|tx| tx.medicaid_ids().apply(group.id, &Change::default()));
    assert_eq!(
        record(app, &house.group_medicaid_id).version,
        is.version,
        "nothing changes, nothing is counted"
    );
}

on_both_engines!(r_047_a_maintenance_ends_only_links_that_go_on_and_says_where_there_is_none);
fn r_047_a_maintenance_ends_only_links_that_go_on_and_says_where_there_is_none(app: &TestApp) {
    let house = app.provider_group("Bluegrass");
    let marcus = house.agent("Marcus Webb");
    let department = app.signed_in(reviewer(app));
    let end = |one: &GivenMedicaidId, other: &str, last_day: &str| -> Value {
        let item = house.application_about(
            &marcus,
            one,
            ApplicationType::Maintenance,
            ApplicationStatus::DmsReviewInProgress,
        );
        let links = vec![GroupLink {
            medicaid_id: other.into(),
            effective_date: None,
            end_date: Some(date(last_day)),
        }];
        let screens = Screens { group_links: Some(GroupLinksScreen { links }), ..Screens::default() };
        app.write(|tx| tx.applications().save_screens(item.id, &screens, "Marcus Webb"));
        let _ = step(&department, item.id, "approve").expect(200);
        department.all(&path(item.id, "/history"))[0]["detail"].clone()
    };
    let group = house.group_medicaid_id.as_str();
    let none = |last_day: &str| {
        json!(format!("Medicaid ID {group} has no link that could end on {last_day}: no link changed."))
    };
    let linked_on = |one: &GivenMedicaidId, day: &str| {
        app.read(|tx| tx.medicaid_ids().tie(house.id, one.id, date(day))).is_linked_now
    };

    let over = house.granted_medicaid_id();
    house.end_link(&over, date("2026-01-31"));
    assert_eq!(end(&over, group, "2026-01-30"), none("2026-01-30"));
    assert_eq!(end(&over, group, "2026-02-28"), none("2026-02-28"));
    assert!(linked_on(&over, "2026-01-31") && !linked_on(&over, "2026-02-01"), "it ended when it ended");

    let last_day_is_today = house.granted_medicaid_id();
    house.end_link(&last_day_is_today, date("2026-02-01"));
    assert_eq!(end(&last_day_is_today, group, "2026-01-31"), Value::Null);
    assert!(linked_on(&last_day_is_today, "2026-01-31") && !linked_on(&last_day_is_today, "2026-02-01"));

    let ends_later = house.granted_medicaid_id();
    house.end_link(&ends_later, date("2026-06-30"));
    assert_eq!(end(&ends_later, group, "2026-03-31"), Value::Null);
    assert_eq!(end(&ends_later, group, "2026-05-31"), none("2026-05-31"), "it does not become longer again");
    assert!(linked_on(&ends_later, "2026-03-31") && !linked_on(&ends_later, "2026-04-01"));

    let begins_later = app.medicaid_id(|_| {});
    house.link(&begins_later, date("2026-03-02"));
    assert_eq!(end(&begins_later, group, "2026-03-01"), none("2026-03-01"));
    assert!(linked_on(&begins_later, "2026-12-31"));
    assert_eq!(end(&begins_later, group, "2026-03-02"), Value::Null, "a link of one day");
    assert!(linked_on(&begins_later, "2026-03-02") && !linked_on(&begins_later, "2026-03-03"));

    let individual = &over.number;
    let told = json!(format!("Medicaid ID {individual} cannot be linked: no link changed."));
    assert_eq!(end(&ends_later, individual, "2026-03-31"), told, "two individuals");
}

on_both_engines!(r_073_f_05_one_of_sixty_four_submits_of_an_application_succeeds);
fn r_073_f_05_one_of_sixty_four_submits_of_an_application_succeeds(app: &TestApp) {
    let house = app.provider_group("Bluegrass");
    let marcus = house.agent("Marcus Webb");
    let one = house.granted_medicaid_id();
    let item =
        house.application_about(&marcus, &one, ApplicationType::Maintenance, ApplicationStatus::InProgress);
    let requests = marcus.clients(64).into_iter().map(|client| {
        Box::new(move || step(&client, item.id, "submit")) as Box<dyn FnOnce() -> Answer + Send>
    });
    let answers = at_once(requests.collect());
    assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 1);
    let refused = |answer: &&Answer| answer.status == 409 && answer.json()["code"] == "invalid_transition";
    assert_eq!(answers.iter().filter(refused).count(), 63);
    let history = marcus.client().all(&path(item.id, "/history"));
    let versions: Vec<_> = history.iter().map(|entry| entry["version"].as_i64().unwrap()).collect();
    assert_eq!(versions, [2, 1], "submitted once");
    assert_eq!(marcus.client().all("/api/v1/correspondence").len(), 1);
}

on_both_engines!(f_05_a_retried_approval_issues_one_medicaid_id);
fn f_05_a_retried_approval_issues_one_medicaid_id(app: &TestApp) {
    let house = app.provider_group("Bluegrass");
    let marcus = house.agent("Marcus Webb");
    let item = house.application(&marcus, given(ApplicationStatus::DmsReviewInProgress));
    let department = app.signed_in(reviewer(app));
    let approve = || {
        department
            .call("POST", &path(item.id, "/approve"))
            .header("idempotency-key", "one")
            .send()
            .expect(200)
    };
    let (first, again) = (approve(), approve());
    assert!(first.body == again.body && again.header("idempotency-replayed") == Some("true"));
    assert_eq!(notices(&marcus).len(), 1);
}

on_both_engines!(x_25_nothing_but_a_reason_is_taken);
fn x_25_nothing_but_a_reason_is_taken(app: &TestApp) {
    let house = app.provider_group("Bluegrass");
    let marcus = house.agent("Marcus Webb");
    let returned = house.application(&marcus, given(ApplicationStatus::ReturnedToProvider));
    let reviewed = house.application(&marcus, given(ApplicationStatus::DmsReviewInProgress));
    let (agent, department) = (marcus.client(), app.signed_in(reviewer(app)));
    let before = app.fingerprint();
    for field in ["application_status", "status", "assigned_to", "organization_id", "version", "decided_at"] {
        let mut body = json!({"reason": "Why."});
        body[field] = json!("approved");
        let _ = agent.post(&path(returned.id, "/withdraw"), &body).problem(400, "unknown_field");
        for name in ["return", "deny"] {
            let _ =
                department.post(&path(reviewed.id, &format!("/{name}")), &body).problem(400, "unknown_field");
        }
    }
    for (body, code) in [
        (json!({}), "required"),
        (json!({"reason": ""}), "blank"),
        (json!({"reason": " \n"}), "blank"),
        (json!({"reason": "x".repeat(2001)}), "too_long"),
        (json!({"reason": "See 400-55-1234."}), "looks_like_ssn"),
    ] {
        for name in ["return", "deny"] {
            let refused = department
                .post(&path(reviewed.id, &format!("/{name}")), &body)
                .problem(422, "validation_failed");
            assert_eq!(
                (&refused["errors"][0]["pointer"], &refused["errors"][0]["code"]),
                (&json!("/reason"), &json!(code))
            );
        }
    }
    assert!(app.fingerprint() == before, "nothing changed");
    let longest = json!({"reason": "x".repeat(2000)});
    let _ = department.post(&path(reviewed.id, "/return"), &longest).expect(200);
}

on_both_engines!(f_05_r_002_who_does_not_review_cannot_decide);
fn f_05_r_002_who_does_not_review_cannot_decide(app: &TestApp) {
    let house = app.provider_group("Bluegrass");
    let marcus = house.agent("Marcus Webb");
    let item = house.application(&marcus, given(ApplicationStatus::DmsReviewInProgress));
    let staff = [PlatformRole::Operator, PlatformRole::PlanStaff, PlatformRole::Support]
        .map(|role| app.signed_in(app.platform_user("Olu Ade", &[role])));
    let clients: Vec<_> =
        [marcus.client(), house.manager("Debi Henderson").client()].into_iter().chain(staff).collect();
    let before = app.fingerprint();
    for client in clients {
        for name in ["start-review", "return", "approve", "deny"] {
            let _ = step(&client, item.id, name).problem(403, "role_required");
        }
    }
    assert!(app.fingerprint() == before, "nothing changed");
}

on_both_engines!(an_application_that_does_not_exist_answers_like_one_that_is_hidden);
fn an_application_that_does_not_exist_answers_like_one_that_is_hidden(app: &TestApp) {
    let house = app.provider_group("Bluegrass");
    let (marcus, priya) = (house.agent("Marcus Webb"), house.agent("Priya Nair"));
    let draft = house.application(&marcus, Given::default());
    let unknown: ApplicationId = "app_01h455vb4pex5vsknk084sn02q".parse().unwrap();
    let department = app.signed_in(reviewer(app));
    for name in STEPS {
        let client = if ["submit", "withdraw"].contains(&name) { priya.client() } else { department.clone() };
        let [hidden, absent] =
            [draft.id, unknown].map(|id| step(&client, id, name).problem(404, "not_found"));
        assert_eq!(hidden["detail"], absent["detail"], "{name}");
    }
}

/// What `actions` says about a step, or about a document of it; none where the application is hidden.
fn offered(client: &Client, id: ApplicationId, name: &str) -> Option<Value> {
    let answer = client.get(&path(id, ""));
    if answer.status != 200 {
        return None;
    }
    let whole = match name {
        "remove-document" => client.all(&path(id, "/documents")).remove(0),
        _ => answer.json(),
    };
    let actions = whole["actions"].as_array().unwrap().clone();
    Some(actions.into_iter().find(|entry| entry["action"] == name.replace('-', "_").as_str()).unwrap())
}

/// A screen with other NPIs than those on file.
fn new_npis() -> Screens {
    let npi = |npi: &str, primary| NpiEntry { npi: npi.into(), primary };
    let npis = vec![npi("1993999998", false), npi("1245319599", true)];
    Screens { npis: Some(NpisScreen { npis }), ..Screens::default() }
}
