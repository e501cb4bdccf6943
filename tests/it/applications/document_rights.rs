//! Who can see and change the documents of an application, and for how long.

use portal_domain::applications::application::HistoryAction;
use portal_domain::ground::application_status::ApplicationStatus;
use portal_domain::ground::application_type::ApplicationType;
use portal_domain::ground::id::ApplicationId;
use portal_domain::medicaid::agent_access::AgentAccessState;
use portal_domain::medicaid::medicaid_id::MedicaidIdCategory;
use portal_domain::organizations::membership::Role;
use portal_persistence::applications::applications::NewApplication;
use portal_tests::documents::{LICENSE, add, documents, path_of, remove, send, stored};
use portal_tests::given::Given;
use portal_tests::{TestApp, on_both_engines};
use serde_json::{Value, json};

on_both_engines!(a_document_is_found_only_in_its_own_application);
fn a_document_is_found_only_in_its_own_application(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let agent = org.agent("Marcus Webb");
    let client = agent.client();
    let (item, other) =
        (org.application(&agent, Given::default()), org.application(&agent, Given::default()));
    let document = add(&client, item.id, "license.pdf");
    let lakeside = app.provider_group("Lakeside");
    let outsider = lakeside.agent("Sam Outsider").client();
    let unknown: Value = json!({"id": "doc_01h455vb4pex5vsknk084sn02q"});
    let before = app.fingerprint();
    let expected = client.get(&format!("{}/content", path_of(item.id, &unknown))).problem(404, "not_found");
    let other_one = path_of(other.id, &document);
    for answer in [
        client.get(&format!("{other_one}/content")),
        remove(&client, &other_one),
        outsider.get(&documents(item.id)),
        outsider.get(&format!("{}/content", path_of(item.id, &document))),
        remove(&outsider, &path_of(item.id, &document)),
        send(&outsider, item.id, "license.pdf", "application/pdf", LICENSE),
    ] {
        assert_eq!(answer.problem(404, "not_found")["detail"], expected["detail"]);
    }
    let _ = send(&app.anonymous(), item.id, "license.pdf", "application/pdf", LICENSE)
        .problem(401, "unauthenticated");
    let _ = client.get(&format!("{}/{}/content", documents(item.id), item.id)).problem(400, "malformed_id");
    assert!(app.fingerprint() == before, "nothing changed");
    assert!(client.all(&documents(other.id)).is_empty());
}

on_both_engines!(f_05_only_the_assigned_agent_changes_the_documents_of_an_application);
fn f_05_only_the_assigned_agent_changes_the_documents_of_an_application(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let agent = org.agent("Marcus Webb");
    let item = org.application(&agent, Given::default());
    let document = add(&agent.client(), item.id, "license.pdf");
    let manager = org.manager("Debi Henderson").client();
    let both = org.member("Priya Nair", &[Role::CaAdminManager, Role::CredentialingAgent]).client();
    let before = app.fingerprint();
    for (client, code) in [(&manager, "role_required"), (&both, "not_assigned")] {
        let _ = client.get(&documents(item.id)).expect(200);
        let _ = send(client, item.id, "license.pdf", "application/pdf", LICENSE).problem(403, code);
        let _ = remove(client, &path_of(item.id, &document)).problem(403, code);
    }
    assert!(app.fingerprint() == before, "nothing changed");
}

on_both_engines!(f_05_documents_of_a_submitted_application_cannot_be_changed);
fn f_05_documents_of_a_submitted_application_cannot_be_changed(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let agent = org.agent("Marcus Webb");
    let client = agent.client();
    for status in ApplicationStatus::ALL.iter().copied() {
        let item = org.application(&agent, Given { status, ..Given::default() });
        stored(app, &agent, item, 1);
        let document = client.all(&documents(item.id)).remove(0);
        let path = path_of(item.id, &document);
        let before = app.fingerprint();
        let added = send(&client, item.id, "license.pdf", "application/pdf", LICENSE);
        if matches!(status, ApplicationStatus::InProgress | ApplicationStatus::ReturnedToProvider) {
            assert_eq!((added.status, remove(&client, &path).status), (201, 204), "{status}");
            continue;
        }
        for refused in [added, remove(&client, &path)] {
            let refused = refused.problem(409, "invalid_transition");
            assert_eq!(
                (&refused["from"], &refused["reasons"]),
                (&json!(status.as_str()), &json!(["invalid_transition"]))
            );
        }
        assert!(app.fingerprint() == before, "nothing changed");
        assert_eq!(document["actions"][0]["reasons"], json!(["invalid_transition"]));
        let _ = client.get(&format!("{path}/content")).expect(200);
    }
}

on_both_engines!(r_046_agents_without_access_cannot_use_documents);
fn r_046_agents_without_access_cannot_use_documents(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let agent = org.agent("Marcus Webb");
    let client = agent.client();
    let manager = org.manager("Debi Henderson");
    let medicaid_id = org.granted_medicaid_id();
    let id: ApplicationId = app.write(|tx| {
        let id = tx.new_id();
        let now = tx.now();
        tx.applications().insert(&NewApplication {
            id,
            organization: org.id,
            application_type: ApplicationType::Maintenance,
            application_number: "APP9100".into(),
            status: ApplicationStatus::InProgress,
            medicaid_id: Some(medicaid_id.number.clone()),
            provider_name: "Doe, John".into(),
            provider_type: ("64".into(), "Physician individual".into()),
            npi: None,
            npi_valid: false,
            date_of_initiation: now.date_naive(),
            initiated_by: (agent.user, agent.name.clone()),
            assigned_to: agent.membership,
            last_activity_at: now,
            category: MedicaidIdCategory::Individual,
            requested_effective_date: None,
            origin: HistoryAction::Started,
        })?;
        Ok(id)
    });
    let document = add(&client, id, "license.pdf");
    app.write(|tx| {
        let access = tx.agent_access().find(org.id, medicaid_id.id)?;
        let version = access.map_or(0, |access| access.version);
        tx.agent_access()
            .set(org.id, medicaid_id.id, AgentAccessState::Removed, (manager.user, &manager.name), version)
            .map(drop)
    });
    let path = path_of(id, &document);
    let before = app.fingerprint();
    for answer in [
        client.get(&documents(id)),
        client.get(&format!("{path}/content")),
        send(&client, id, "license.pdf", "application/pdf", LICENSE),
        remove(&client, &path),
    ] {
        let _ = answer.problem(403, "access_not_granted");
    }
    assert!(app.fingerprint() == before, "nothing changed");
    let manager = manager.client();
    assert_eq!(manager.get(&format!("{path}/content")).expect(200).body, LICENSE);
}
