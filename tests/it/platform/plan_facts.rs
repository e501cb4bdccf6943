//! The public facts of the plans, and help with forgotten Medicaid IDs (flows F-15, F-29; domain
//! rule R-113).

use portal_tests::{Engine, TestApp};
use serde_json::json;

#[test]
fn f_29_the_support_contacts_of_each_plan_match_its_document() {
    let app = TestApp::start(Engine::Sqlite);
    let anonymous = app.anonymous();
    let support =
        |plan: &str| anonymous.get(&format!("/api/v1/plans/{plan}")).expect(200).json()["support"].clone();
    assert_eq!(
        support("ky"),
        json!({
            "name": "Partner Portal Technical Support Center",
            "telephone": "877-838-5085",
            "menu": "Select option 1 and option 1, again, to speak with a customer service representative.",
        })
    );
    assert_eq!(support("cca"), json!({"name": "Provider Services, or your Provider Representative"}));
    assert_eq!(
        support("ahw"),
        json!({
            "name": "Provider Services, or your Provider Relations rep",
            "telephone": "1-877-617-0390",
        })
    );
    assert_eq!(
        support("lhcc"),
        json!({
            "name": "Provider Services, or your provider representative",
            "telephone": "1-866-595-8133",
            "tty": "711",
            "hours": "Monday - Friday, 7 a.m. to 7 p.m.",
        })
    );
}

#[test]
fn the_figures_of_the_plans_are_public() {
    let app = TestApp::start(Engine::Sqlite);
    let plans = app.anonymous().get("/api/v1/plans").expect(200).json()["items"].as_array().unwrap().clone();
    let codes: Vec<_> = plans.iter().map(|plan| plan["code"].as_str().unwrap()).collect();
    assert_eq!(codes, ["ky", "cca", "ahw", "lhcc"]);
    let zones: Vec<_> = plans.iter().map(|plan| plan["time_zone"].as_str().unwrap()).collect();
    assert_eq!(zones, ["America/New_York", "America/New_York", "America/Chicago", "America/Chicago"]);
    for plan in &plans {
        assert_eq!(
            plan["links"],
            json!({"invitation_hours": 72, "registration_hours": 72, "password_reset_minutes": 30})
        );
        assert_eq!(plan["members"]["comment_max"], 200);
        assert_eq!(plan.get("applications").is_some(), plan["code"] == "ky");
        let disables = plan["members"].get("disable_after_days");
        assert_eq!(
            disables.cloned(),
            ["ahw", "lhcc"].contains(&plan["code"].as_str().unwrap()).then(|| json!(90))
        );
    }
    let applications = &plans[0]["applications"];
    assert_eq!(
        applications["inactivity"],
        json!({"notice_days": [30, 60], "withdraw_after_days": 120, "warned_at_least_days": 14})
    );
    assert_eq!(applications["revalidation"], json!({"years": 5, "early_days": 365}));
    let types = applications["provider_types"].as_array().unwrap();
    for (code, label, category) in [
        ("64", "Physician individual", "individual"),
        ("78", "Advanced Practice Registered Nurse (APRN)", "individual"),
        ("01", "Hospital", "entity"),
    ] {
        assert!(types.contains(&json!({"code": code, "label": label, "category": category})), "{code}");
    }
    let offers = |plan: usize, permission: &str| {
        plans[plan]["permissions"].as_array().unwrap().iter().any(|entry| entry["code"] == permission)
    };
    assert!(offers(2, "health_passport") && !offers(3, "health_passport"), "A-27");
    assert!(plans[0]["permissions"].as_array().unwrap().is_empty());
}

#[test]
fn r_090_r_092_r_102_r_103_a_plan_lists_its_screens_and_their_limits() {
    let app = TestApp::start(Engine::Sqlite);
    let applications = app.anonymous().get("/api/v1/plans/ky").expect(200).json()["applications"].clone();
    assert_eq!(
        applications["licensure"],
        json!({
            "exempt_provider_types": ["56"],
            "exempt_earliest_date": "2019-07-01",
            "exempt_document": "transportation_cabinet_exemption_letter",
            "cutoff_working_days": 15,
            "board_feed_provider_types": ["64"],
        })
    );
    assert_eq!(applications["requested_effective_date"], json!({"years_back": 1, "days_ahead": 90}));
    assert_eq!(applications["medicaid_id"], json!({"min_digits": 7, "max_digits": 10}));
    assert_eq!(applications["npis_max"], 30);
    let screens = applications["screens"].as_array().unwrap();
    let labels: Vec<_> = screens.iter().map(|screen| screen["label"].as_str().unwrap()).collect();
    assert_eq!(
        labels,
        [
            "1.1 Basic Information",
            "1.3 NPI",
            "1.4 Taxonomy",
            "2.2 License Information",
            "5.1 Group Links",
            "8.0 Document Upload",
            "10.1 Submit",
        ]
    );
    for screen in screens {
        let (number, label) = (screen["number"].as_str().unwrap(), screen["label"].as_str().unwrap());
        assert!(label.starts_with(&format!("{number} ")), "{label}");
    }
    let types = applications["application_types"].as_array().unwrap();
    assert_eq!(types.len(), 8);
    assert!(types.contains(&json!({"code": "change_of_ownership", "label": "Change of Ownership"})));
    assert_eq!(
        applications["document_types"],
        json!([
            "transportation_cabinet_exemption_letter",
            "license_copy",
            "authorized_delegate_form",
            "change_of_ownership_proof",
            "other",
        ])
    );
}

#[test]
fn a_nonexistent_plan_is_not_found() {
    let app = TestApp::start(Engine::Sqlite);
    for plan in ["KY", "oscar", "kyx"] {
        let _ = app.anonymous().get(&format!("/api/v1/plans/{plan}")).problem(404, "not_found");
    }
}

#[test]
fn f_15_r_113_a_forgotten_medicaid_id_is_requested_by_letter_and_never_looked_up() {
    let app = TestApp::start(Engine::Sqlite);
    let org = app.provider_group("Bluegrass");
    let (anonymous, agent) = (app.anonymous(), org.agent("Marcus Webb").client());
    let help = anonymous.get("/api/v1/help/existing-medicaid-id").expect(200);
    let answer = help.json();
    assert_eq!((&answer["plan"], &answer["method"]), (&json!("ky"), &json!("letter")));
    assert_eq!(answer["addressee"], "Department for Medicaid Services, Division of Program Integrity");
    assert!(answer["text"].as_str().unwrap().contains("send a letter"));
    let by_plan = "/api/v1/help/existing-medicaid-id?plan=ky";
    assert!(
        anonymous.get(by_plan).expect(200).body == help.body
            && agent.get(by_plan).expect(200).body == help.body
    );
    for query in ["npi=1234567893", "name=Doe", "tax_id=400550005"] {
        let path = format!("/api/v1/help/existing-medicaid-id?{query}");
        let _ = anonymous.get(&path).problem(400, "unknown_parameter");
    }
    let _ = anonymous.get("/api/v1/help/existing-medicaid-id?plan=cca").problem(404, "not_found");
    let _ = anonymous.get("/api/v1/help/existing-medicaid-id?plan=oscar").problem(422, "validation_failed");
}
