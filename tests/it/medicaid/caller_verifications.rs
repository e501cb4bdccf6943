//! Verifying callers on the telephone by four facts (domain rule R-110).

use chrono::Duration;
use portal_domain::ground::plan_code::PlanCode;
use portal_domain::ground::tax_identifier::{Ssn, TaxId};
use portal_domain::identity::user::PlatformRole;
use portal_domain::medicaid::medicaid_id::MedicaidIdCategory;
use portal_domain::organizations::organization::OrganizationKind;
use portal_persistence::organizations::organizations::NewOrganization;
use portal_tests::json::{violations, with_member};
use portal_tests::medicaid_ids::GivenMedicaidId;
use portal_tests::{Answer, Client, TestApp, on_both_engines};
use serde_json::{Value, json};

const PATH: &str = "/api/v1/caller-verifications";
const SSN: &str = "400-55-1234";
const NPI: &str = "1993999998";

fn support(app: &TestApp) -> Client {
    app.staff("Sue Support", PlatformRole::Support)
}

fn john_doe(app: &TestApp) -> GivenMedicaidId {
    app.medicaid_id(|new| {
        new.npi = Some(NPI.into());
        new.ssn = Ssn::parse(SSN).ok();
    })
}

/// The facts of a legitimate caller.
fn facts(given: &GivenMedicaidId) -> Value {
    json!({"plan": "ky", "medicaid_id": given.number, "name": "Doe, John", "npi": NPI, "tax_id": SSN})
}

fn is_verified(answer: Answer) -> bool {
    answer.expect(200).json()["verified"].as_bool().unwrap()
}

on_both_engines!(f_12_r_110_a_caller_with_all_four_facts_of_one_record_is_verified);
fn f_12_r_110_a_caller_with_all_four_facts_of_one_record_is_verified(app: &TestApp) {
    let client = support(app);
    let given = john_doe(app);
    let answer = client.post(PATH, &facts(&given)).expect(200).json();
    assert_eq!((&answer["verified"], &answer["verified_at"]), (&json!(true), &json!("2026-02-01T17:00:00Z")));
    assert!(answer["id"].as_str().unwrap().starts_with("cvr_"));
    for (fact, value) in [
        ("name", json!("john  DOE")),
        ("name", json!("\u{a0}doe, john ")),
        ("tax_id", json!("400551234")),
        ("medicaid_id", json!(format!(" {} ", given.number))),
    ] {
        assert!(is_verified(client.post(PATH, &with_member(facts(&given), fact, value.clone()))), "{value}");
    }
}

on_both_engines!(r_110_a_group_is_verified_by_its_own_tax_id_or_that_of_its_organization);
fn r_110_a_group_is_verified_by_its_own_tax_id_or_that_of_its_organization(app: &TestApp) {
    let client = support(app);
    let organization = app.write(|tx| {
        let id = tx.new_id();
        let (name, tax_id) = ("Bluegrass".to_owned(), TaxId::parse("61-1234321").ok());
        let kind = OrganizationKind::ProviderGroup;
        tx.organizations().insert(&NewOrganization { id, name, kind, plan: PlanCode::Ky, tax_id })?;
        Ok(id)
    });
    let group = app.medicaid_id(|new| {
        new.category = MedicaidIdCategory::Group;
        new.name = "Bluegrass Family Health Group".into();
        new.npi = Some(NPI.into());
        new.details.further_npis = vec!["1245319599".into()];
        new.details.fein = TaxId::parse("61-7654321").ok();
        new.owning_organization = Some(organization);
    });
    let stated = |npi: &str, tax_id: &str| {
        json!({
            "plan": "ky", "medicaid_id": group.number, "name": "bluegrass family health group", "npi": npi, "tax_id": tax_id,
        })
    };
    for (npi, tax_id, expected) in [
        (NPI, "61-7654321", true),
        ("1245319599", "61-1234321", true),
        (NPI, "61-1234322", false),
        ("1234567893", "61-7654321", false),
    ] {
        assert_eq!(is_verified(client.post(PATH, &stated(npi, tax_id))), expected, "{npi} {tax_id}");
    }
}

on_both_engines!(r_110_x_26_wrong_and_unknown_facts_get_identical_responses);
fn r_110_x_26_wrong_and_unknown_facts_get_identical_responses(app: &TestApp) {
    let (given, other) = (john_doe(app), app.medicaid_id(|new| new.name = "Doe, Jane".into()));
    let nothing_on_file = app.medicaid_id(|new| new.npi = None);
    let client = support(app);
    for wrong in [
        with_member(facts(&given), "name", json!("Doe, Jane")),
        with_member(facts(&given), "name", json!("Doe")),
        with_member(facts(&given), "npi", json!("1234567893")),
        with_member(facts(&given), "tax_id", json!("400551235")),
        // Four facts that are not all from one record.
        with_member(facts(&given), "medicaid_id", json!(other.number)),
        facts(&nothing_on_file),
        // No record has this number.
        with_member(facts(&given), "medicaid_id", json!("7999999999")),
    ] {
        let answer = client.post(PATH, &wrong).expect(200).json();
        let mut members: Vec<_> = answer.as_object().unwrap().keys().map(String::as_str).collect();
        members.sort_unstable();
        assert_eq!(members, ["id", "verified", "verified_at"], "{wrong}");
        assert_eq!(answer["verified"], false, "{wrong}");
    }
}

on_both_engines!(r_110_all_missing_and_malformed_facts_are_reported_together);
fn r_110_all_missing_and_malformed_facts_are_reported_together(app: &TestApp) {
    let client = support(app);
    let given = john_doe(app);
    let before = app.fingerprint();
    let violations = |body: &Value| violations(client.post(PATH, body));
    let pair = |pointer: &str, code: &str| (pointer.to_owned(), code.to_owned());
    assert_eq!(
        violations(&json!({"plan": "ky"})),
        ["/medicaid_id", "/name", "/npi", "/tax_id"].map(|at| pair(at, "required"))
    );
    assert_eq!(violations(&with_member(facts(&given), "plan", Value::Null)), [pair("/plan", "required")]);
    for fact in ["medicaid_id", "name", "npi", "tax_id"] {
        assert_eq!(
            violations(&with_member(facts(&given), fact, Value::Null)),
            [pair(&format!("/{fact}"), "required")]
        );
        assert_eq!(
            violations(&with_member(facts(&given), fact, json!(" \u{a0}"))),
            [pair(&format!("/{fact}"), "required")],
            "a blank value counts as missing"
        );
    }
    let unreadable = json!({"plan": "ky", "medicaid_id": "71", "name": "x".repeat(201), "npi": "12345678931", "tax_id": "61-12345"});
    assert_eq!(
        violations(&unreadable),
        [
            pair("/medicaid_id", "format"),
            pair("/name", "too_long"),
            pair("/npi", "format"),
            pair("/tax_id", "format"),
        ]
    );
    let _ = client
        .post(PATH, &with_member(facts(&given), "plan", json!("lhcc")))
        .problem(409, "plan_without_applications");
    assert!(app.fingerprint() == before);
}

on_both_engines!(r_110_r_201_the_facts_are_not_stored_and_each_verification_is_recorded_once);
fn r_110_r_201_the_facts_are_not_stored_and_each_verification_is_recorded_once(app: &TestApp) {
    let client = support(app);
    let given = john_doe(app);
    let events = app.audit_events();
    let secret = with_member(facts(&given), "tax_id", json!("61-9876543"));
    assert!(!is_verified(client.post(PATH, &secret)));
    assert!(is_verified(client.post(PATH, &facts(&given))));
    assert!(!is_verified(client.post(PATH, &with_member(facts(&given), "medicaid_id", json!("7999999999")))));
    assert_eq!(app.audit_events(), events + 3);
    let mut inspector = app.inspector();
    let kept = inspector.texts("SELECT CAST(details AS text) AS value FROM audit_events WHERE action = 'caller.verified' ORDER BY sequence");
    assert_eq!(kept.len(), 3);
    assert!(kept[0].contains("not_verified") && kept[0].contains(&given.id.to_string()), "{kept:?}");
    assert!(!kept[2].contains("mid_"), "{kept:?}");
    let everything = app.fingerprint();
    for secret in ["619876543", "61-9876543", "400551234", SSN, "7999999999"] {
        assert!(!everything.contains(secret), "{secret}");
    }
    assert!(kept.iter().all(|details| !details.contains("Doe")
        && !details.contains(NPI)
        && !details.contains(&given.number)));
    let verdicts = inspector.texts("SELECT CAST(verified AS text) AS value FROM caller_verifications");
    assert_eq!(verdicts.len(), 3);
}

on_both_engines!(r_110_after_five_wrong_attempts_a_medicaid_id_is_refused_for_fifteen_minutes);
fn r_110_after_five_wrong_attempts_a_medicaid_id_is_refused_for_fifteen_minutes(app: &TestApp) {
    let sue = app.platform_user("Sue Support", &[PlatformRole::Support]);
    let client = app.signed_in(sue);
    let (given, other) = (john_doe(app), app.medicaid_id(|_| {}));
    let wrong = with_member(facts(&given), "name", json!("Doe, Jane"));
    for _ in 0..4 {
        assert!(!is_verified(client.post(PATH, &wrong)));
    }
    for _ in 0..3 {
        assert!(is_verified(client.post(PATH, &facts(&given))), "successful attempts are not counted");
    }
    assert!(!is_verified(client.post(PATH, &wrong)), "the fifth wrong attempt");
    let before = app.fingerprint();
    for body in [&wrong, &facts(&given)] {
        let refused = client.post(PATH, body).expect(429);
        assert_eq!(refused.header("retry-after"), Some("900"));
        let _ = refused.problem(429, "too_many_attempts");
    }
    assert!(app.fingerprint() == before, "nothing was compared");
    assert!(
        !is_verified(client.post(PATH, &with_member(facts(&given), "medicaid_id", json!(other.number)))),
        "another Medicaid ID"
    );
    assert!(is_verified(support(app).post(PATH, &facts(&given))), "another member of staff");
    // The count restarts 15 minutes after the first attempt.
    app.advance(Duration::minutes(15) - Duration::seconds(1));
    let _ = app.signed_in(sue).post(PATH, &facts(&given)).problem(429, "too_many_attempts");
    app.advance(Duration::seconds(1));
    assert!(is_verified(app.signed_in(sue).post(PATH, &facts(&given))));
}

on_both_engines!(r_110_unknown_medicaid_ids_are_counted_like_known_ones_and_not_stored);
fn r_110_unknown_medicaid_ids_are_counted_like_known_ones_and_not_stored(app: &TestApp) {
    let client = support(app);
    let given = john_doe(app);
    let unknown = with_member(facts(&given), "medicaid_id", json!("7999999999"));
    for _ in 0..5 {
        assert!(!is_verified(client.post(PATH, &unknown)));
    }
    let _ = client.post(PATH, &unknown).problem(429, "too_many_attempts");
    let subjects = app.inspector().texts("SELECT subject AS value FROM attempt_counters");
    assert!(subjects.iter().all(|subject| !subject.contains("7999999999")), "{subjects:?}");
}

on_both_engines!(a_retry_with_the_same_key_gets_the_same_response_and_counts_once);
fn a_retry_with_the_same_key_gets_the_same_response_and_counts_once(app: &TestApp) {
    let client = support(app);
    let given = john_doe(app);
    let body = with_member(facts(&given), "name", json!("Doe, Jane"));
    let send =
        || client.call("POST", PATH).header("idempotency-key", "call-1").json(&body).send().expect(200);
    let first = send();
    let events = app.audit_events();
    for _ in 0..9 {
        let again = send();
        assert_eq!((again.header("idempotency-replayed"), &again.body), (Some("true"), &first.body));
    }
    assert_eq!(app.audit_events(), events);
    assert!(is_verified(client.post(PATH, &facts(&given))), "nine retries do not count as nine attempts");
}

on_both_engines!(f_12_only_the_support_center_verifies_callers);
fn f_12_only_the_support_center_verifies_callers(app: &TestApp) {
    let given = john_doe(app);
    let org = app.provider_group("Bluegrass");
    let others: Vec<_> = [PlatformRole::PlanStaff, PlatformRole::DmsReviewer, PlatformRole::Operator]
        .iter()
        .map(|role| app.staff("Stan Staff", *role))
        .chain([org.manager("Debi Henderson").client(), org.agent("Marcus Webb").client()])
        .collect();
    let before = app.fingerprint();
    for client in &others {
        let _ = client.post(PATH, &facts(&given)).problem(403, "role_required");
    }
    let _ = app.anonymous().post(PATH, &facts(&given)).problem(401, "unauthenticated");
    assert!(app.fingerprint() == before);
}
