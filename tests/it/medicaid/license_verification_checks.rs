//! Whether a license must be verified (domain rules; flow F-11).

use portal_tests::{Client, TestApp, on_both_engines};
use serde_json::{Value, json};

const PATH: &str = "/api/v1/license-verification-checks";

fn agent(app: &TestApp) -> Client {
    app.provider_group("Bluegrass").agent("Marcus Webb").client()
}

/// A physician's Kentucky license, with additional facts.
fn physician(expiration_date: &str, further: Value) -> Value {
    let mut body =
        json!({"plan": "ky", "provider_type": "64", "issue_state": "KY", "expiration_date": expiration_date});
    body.as_object_mut().unwrap().extend(further.as_object().unwrap().clone());
    body
}

fn check(client: &Client, body: &Value) -> Value {
    client.post(PATH, body).expect(200).json()
}

on_both_engines!(f_11_r_102_r_103_the_cutoff_day_is_in_time_and_the_next_day_is_not);
fn f_11_r_102_r_103_the_cutoff_day_is_in_time_and_the_next_day_is_not(app: &TestApp) {
    let client = agent(app);
    let before = app.fingerprint();
    let in_time = check(&client, &physician("2023-10-31", json!({"renewed_on": "2023-10-10"})));
    assert_eq!(
        in_time,
        json!({
            "verification_required": false, "requirement": "not_required",
            "cutoff_date": "2023-10-10", "cutoff_source": "computed", "reasons": ["renewed_in_time"],
            "required_documents": [],
        })
    );
    let late = check(&client, &physician("2023-10-31", json!({"renewed_on": "2023-10-11"})));
    assert_eq!(
        late,
        json!({
            "verification_required": true, "requirement": "required",
            "cutoff_date": "2023-10-10", "cutoff_source": "computed", "reasons": ["renewed_after_cutoff"],
            "required_documents": ["license_copy"],
        })
    );
    assert!(app.fingerprint() == before, "a check changes nothing");
}

on_both_engines!(r_105_the_date_announced_by_the_board_overrides_the_computed_one);
fn r_105_the_date_announced_by_the_board_overrides_the_computed_one(app: &TestApp) {
    let client = agent(app);
    let renewed =
        |on: &str| check(&client, &physician("2020-02-29", json!({"renewed_on": on, "board": "KBML"})));
    let in_time = renewed("2020-02-14");
    assert_eq!(
        (&in_time["verification_required"], &in_time["cutoff_source"]),
        (&json!(false), &json!("board"))
    );
    assert_eq!(in_time["cutoff_date"], "2020-02-14");
    assert_eq!(renewed("2020-02-15")["reasons"], json!(["renewed_after_cutoff"]));
}

#[test]
fn r_104_r_106_r_107_r_108_every_reason_for_a_verification_is_listed() {
    let app = TestApp::start(portal_tests::Engine::Sqlite);
    let client = agent(&app);
    let in_time = json!({"renewed_on": "2023-10-10"});
    for (further, reasons) in [
        (json!({}), json!(["renewal_unknown"])),
        (json!({"renewed_on": "2023-10-10", "filing": "maintenance"}), json!(["filing_needs_license"])),
        (json!({"renewed_on": "2023-10-10", "filing": "revalidation"}), json!(["filing_needs_license"])),
        (
            json!({"renewed_on": "2023-10-10", "last_day_to_renew": "2023-10-09"}),
            json!(["renewed_after_last_day_to_renew"]),
        ),
    ] {
        let found = check(&client, &physician("2023-10-31", further.clone()));
        assert_eq!((&found["requirement"], &found["reasons"]), (&json!("required"), &reasons), "{further}");
        let mut with_copy = further;
        with_copy["license_copy_on_file"] = json!(true);
        let found = check(&client, &physician("2023-10-31", with_copy));
        assert_eq!(
            (&found["verification_required"], &found["requirement"]),
            (&json!(false), &json!("satisfied"))
        );
    }
    let mut elsewhere = physician("2023-10-31", in_time.clone());
    elsewhere["issue_state"] = json!("OH");
    let found = check(&client, &elsewhere);
    assert_eq!((&found["reasons"], &found["cutoff_date"]), (&json!(["out_of_state"]), &Value::Null));
    let mut nurse = physician("2023-10-31", in_time);
    nurse["provider_type"] = json!("78");
    assert_eq!(check(&client, &nurse)["reasons"], json!(["board_does_not_report"]));
}

#[test]
fn x_08_x_09_r_101_invalid_input_is_refused_with_its_pointer() {
    let app = TestApp::start(portal_tests::Engine::Sqlite);
    let client = agent(&app);
    let changed = |name: &str, value: Value| {
        let mut body = physician("2023-10-31", json!({"renewed_on": "2023-10-10"}));
        body[name] = value;
        client.post(PATH, &body)
    };
    for (name, value, code) in [
        ("plan", json!("cca"), "plan_without_licensure"),
        ("plan", json!("xx"), "unknown_value"),
        ("provider_type", json!("00"), "unknown_value"),
        ("provider_type", json!(""), "length"),
        ("issue_state", json!("Kentucky"), "format"),
        ("expiration_date", json!("10/31/2023"), "format"),
        ("expiration_date", json!("2023-2-28"), "format"),
        ("expiration_date", json!("2023-02-29"), "format"),
        ("expiration_date", json!("2040-06-30"), "holidays_unknown"),
        ("renewed_on", Value::Null, "format"),
        ("filing", json!("license_renewal"), "unknown_value"),
        ("license_type", json!("learners_permit"), "unknown_value"),
        ("license_type", json!("exempt_from_licensure"), "license_type_not_allowed_for_provider_type"),
    ] {
        let refused = changed(name, value.clone()).problem(422, "validation_failed");
        let found = (&refused["errors"][0]["pointer"], &refused["errors"][0]["code"]);
        assert_eq!(found, (&json!(format!("/{name}")), &json!(code)), "{name} {value}");
    }
    let _ = changed("paper_copy", json!(true)).problem(400, "unknown_field");
    let _ = app.anonymous().post(PATH, &physician("2023-10-31", json!({}))).problem(401, "unauthenticated");
}
