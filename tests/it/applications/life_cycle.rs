//! The life cycle of applications from start to Medicaid ID, and who can request each transition
//! (domain section 4.1).

use portal_domain::ground::application_status::ApplicationStatus;
use portal_domain::ground::id::ApplicationId;
use portal_domain::identity::user::PlatformRole;
use portal_domain::medicaid::medicaid_id::{MedicaidIdCategory, MedicaidIdStatus};
use portal_tests::given::Given;
use portal_tests::life_cycle::{given, notices, path, shown, step};
use portal_tests::submission::submitted_enrollment;
use portal_tests::{TestApp, on_both_engines};
use serde_json::{Value, json};

use super::approvals::{date, record};

const STEPS: [&str; 6] = ["submit", "withdraw", "start-review", "return", "approve", "deny"];

on_both_engines!(f_05_r_070_n_05_an_enrollment_goes_from_its_start_to_its_medicaid_id);
fn f_05_r_070_n_05_an_enrollment_goes_from_its_start_to_its_medicaid_id(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let marcus = org.agent("Marcus Webb");
    let (agent, department) = (marcus.client(), app.reviewer());
    let events = app.audit_events();
    let submitted = submitted_enrollment(&marcus, &org);
    assert_eq!(shown(&agent, submitted.id)["application_status"], "submitted");
    assert_eq!(shown(&agent, submitted.id)["submitted_at"], "2026-02-01T17:00:00Z");

    let taken = step(&department, submitted.id, "start-review").expect(200).json();
    assert_eq!(taken["application_status"], "dms_review_in_progress");
    let answer = step(&department, submitted.id, "approve").expect(200);

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
    assert_eq!(issued.owning_organization, None, "an individual belongs to no organization");

    let history = agent.all(&path(submitted.id, "/history"));
    let actions: Vec<_> = history.iter().rev().map(|entry| entry["action"].as_str().unwrap()).collect();
    assert_eq!(actions[0], "started");
    assert_eq!(actions[actions.len() - 3..], ["submitted", "review_started", "approved"]);
    assert_eq!(history[0]["detail"], format!("Medicaid ID {number} was issued."));
    let received = notices(&marcus);
    assert_eq!((received.len(), &received[0]["kind"]), (1, &json!("application_approved")));
    assert!(received[0]["text"].as_str().unwrap().ends_with(&format!("Medicaid ID {number} was issued.")));
    assert_eq!(
        app.audit_events() - events,
        i64::try_from(history.len()).unwrap(),
        "one event for each transition"
    );
}

on_both_engines!(f_05_a_transition_that_the_status_does_not_allow_changes_nothing);
fn f_05_a_transition_that_the_status_does_not_allow_changes_nothing(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let marcus = org.agent("Marcus Webb");
    let items: Vec<_> = ApplicationStatus::ALL
        .iter()
        .map(|status| (*status, org.application(&marcus, given(*status))))
        .collect();
    let (agent, department) = (marcus.client(), app.reviewer());
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

on_both_engines!(x_25_only_a_reason_is_accepted);
fn x_25_only_a_reason_is_accepted(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let marcus = org.agent("Marcus Webb");
    let returned = org.application(&marcus, given(ApplicationStatus::ReturnedToProvider));
    let reviewed = org.application(&marcus, given(ApplicationStatus::DmsReviewInProgress));
    let (agent, department) = (marcus.client(), app.reviewer());
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

on_both_engines!(f_05_r_002_only_reviewers_can_decide);
fn f_05_r_002_only_reviewers_can_decide(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let marcus = org.agent("Marcus Webb");
    let item = org.application(&marcus, given(ApplicationStatus::DmsReviewInProgress));
    let staff = [PlatformRole::Operator, PlatformRole::PlanStaff, PlatformRole::Support]
        .map(|role| app.staff("Olu Ade", role));
    let clients: Vec<_> =
        [marcus.client(), org.manager("Debi Henderson").client()].into_iter().chain(staff).collect();
    let before = app.fingerprint();
    for client in clients {
        for name in ["start-review", "return", "approve", "deny"] {
            let _ = step(&client, item.id, name).problem(403, "role_required");
        }
    }
    assert!(app.fingerprint() == before, "nothing changed");
}

on_both_engines!(a_nonexistent_application_gets_the_response_of_a_hidden_one);
fn a_nonexistent_application_gets_the_response_of_a_hidden_one(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let (marcus, priya) = (org.agent("Marcus Webb"), org.agent("Priya Nair"));
    let draft = org.application(&marcus, Given::default());
    let unknown: ApplicationId = "app_01h455vb4pex5vsknk084sn02q".parse().unwrap();
    let department = app.reviewer();
    for name in STEPS {
        let client = if ["submit", "withdraw"].contains(&name) { priya.client() } else { department.clone() };
        let [hidden, absent] =
            [draft.id, unknown].map(|id| step(&client, id, name).problem(404, "not_found"));
        assert_eq!(hidden["detail"], absent["detail"], "{name}");
    }
}
