//! The `actions` of an application match what happens when a user takes them.

use std::collections::BTreeMap;

use portal_domain::applications::application::WithdrawalKind;
use portal_domain::applications::document::MediaType;
use portal_domain::ground::application_status::ApplicationStatus;
use portal_domain::ground::document_type::DocumentType;
use portal_domain::ground::id::{ApplicationId, UserId};
use portal_domain::identity::user::PlatformRole;
use portal_persistence::applications::applications::NewWithdrawal;
use portal_persistence::applications::documents::NewDocument;
use portal_tests::given::{Item, Organization, Person, reassignment};
use portal_tests::life_cycle::{given, path, step};
use portal_tests::submission::try_to_save;
use portal_tests::{Answer, Client, TestApp, on_both_engines};
use serde_json::{Value, json};

/// Every action that a response can offer for an application.
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

/// Takes the action of a button.
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

/// An application in this status, with a document; if withdrawn, then by this kind of withdrawal.
fn application_with_document(
    app: &TestApp,
    org: &Organization<'_>,
    agent: &Person<'_>,
    status: ApplicationStatus,
    withdrawal: WithdrawalKind,
) -> Item {
    let item = org.application(agent, given(status));
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

on_both_engines!(f_05_the_offered_actions_match_what_happens);
fn f_05_the_offered_actions_match_what_happens(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let [marcus, priya] = ["Marcus Webb", "Priya Nair"].map(|name| org.agent(name));
    let manager = org.manager("Debi Henderson");
    let staff = [PlatformRole::DmsReviewer, PlatformRole::Operator]
        .map(|role| app.platform_user("Grace Oyelaran", &[role]));
    let people: Vec<UserId> = [marcus.user, priya.user, manager.user].into_iter().chain(staff).collect();
    let mover = manager.client();
    let clients: Vec<Client> =
        people.into_iter().map(|person| app.signed_in(person).with_purpose(Some("audit"))).collect();
    let closed_by_time = (&ApplicationStatus::Withdrawn, WithdrawalKind::Automatic);
    let others = ApplicationStatus::ALL.iter().map(|status| (status, WithdrawalKind::Manual));
    let mut done_by_name = BTreeMap::new();
    for (status, withdrawal) in others.chain([closed_by_time]) {
        for (client, name) in clients.iter().flat_map(|client| BUTTONS.map(|name| (client, name))) {
            let item = application_with_document(app, &org, &marcus, *status, withdrawal);
            if status.is_reassignable() {
                let _ = mover
                    .post(&org.path("/reassignments"), &reassignment(&marcus, &priya, &[item]))
                    .expect(201);
            }
            let Some(offered) = offered(client, item.id, name) else { continue };
            let answer = press(client, item.id, name);
            let done = match name {
                // Nothing was saved, so an allowed submission fails validation.
                "submit" => 422,
                "add-document" => 201,
                "remove-document" => 204,
                _ => 200,
            };
            *done_by_name.entry(name).or_insert(0) += i32::from(answer.status == done);
            let refused = answer.status == 409 || answer.status == 403;
            assert!(answer.status == done || refused, "{name} {status}: {}", answer.text());
            assert_eq!(offered["allowed"], json!(!refused), "{name} {status}");
            // Callers without the required platform role are refused before the application is
            // loaded.
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

/// The entry for a button in `actions`, of the application or its document; `None` if the
/// application is hidden.
pub(super) fn offered(client: &Client, id: ApplicationId, name: &str) -> Option<Value> {
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
