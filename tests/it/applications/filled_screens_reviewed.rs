//! What reviewers see of the difference to the record on file, and what was changed there in the
//! meantime (domain rule R-206).

use portal_domain::ground::application_type::ApplicationType;
use portal_domain::ground::id::ApplicationId;
use portal_tests::filled_screens::{
    kentucky_license, ohio_license, start_about, submit_and_approve, submit_for_review,
};
use portal_tests::json::violations_of;
use portal_tests::life_cycle::{shown, step};
use portal_tests::submission::{save, try_to_submit, upload};
use portal_tests::{Client, TestApp, on_both_engines};
use serde_json::{Value, json};

const MAINTENANCE: ApplicationType = ApplicationType::Maintenance;

/// The license on file with another expiration date.
fn renewed_until(date: &str) -> Value {
    let mut license = kentucky_license();
    license["expiration_date"] = json!(date);
    license
}

/// Screen 1.1 of the application with one field changed.
fn basic_with(agent: &Client, id: ApplicationId, field: &str, value: &str) -> Value {
    let mut basic = shown(agent, id)["screens"]["1.1"].clone();
    basic.as_object_mut().unwrap().remove("tax_id_masked");
    basic[field] = json!(value);
    json!({"1.1": basic})
}

on_both_engines!(r_206_reviewers_see_what_is_added_changed_and_removed_on_each_screen);
fn r_206_reviewers_see_what_is_added_changed_and_removed_on_each_screen(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let agent = org.agent("Marcus Webb").client();
    let one = org.provider_on_file();
    let (id, _) = start_about(&agent, &org, &one, MAINTENANCE);
    let mut screens = basic_with(&agent, id, "last_name", "Roe");
    screens["1.1"].as_object_mut().unwrap().remove("telephone");
    screens["1.3"] = json!({"npis": [
        {"npi": "1993999998", "primary": false},
        {"npi": "1245319599", "primary": true},
    ]});
    screens["1.4"] = json!({"taxonomies": []});
    screens["2.2"] = json!({"licenses": [renewed_until("2031-02-28"), ohio_license()]});
    let _ = save(&agent, id, screens);
    submit_for_review(app, &agent, id);

    let seen = shown(&app.reviewer(), id);
    assert_eq!(
        seen["changes"],
        json!({
            "1.1": {
                "on_file": {"last_name": "Doe", "telephone": "5025550100"},
                "filed": {"last_name": "Roe"},
            },
            "1.3": {
                "added": [{"npi": "1245319599", "primary": true}],
                "changed": [{
                    "on_file": {"npi": "1993999998", "primary": true},
                    "filed": {"npi": "1993999998", "primary": false},
                }],
                "removed": [],
            },
            "1.4": {
                "added": [],
                "changed": [],
                "removed": [{"code": "207Q00000X", "npi": "1993999998", "primary": true}],
            },
            "2.2": {
                "added": [ohio_license()],
                "changed": [{"on_file": kentucky_license(), "filed": renewed_until("2031-02-28")}],
                "removed": [],
            },
            "conflicts": [],
        })
    );

    let approved = step(&app.reviewer(), id, "approve").expect(200).json();
    assert_eq!(approved["changes"], Value::Null, "decided");
    let is = app.on_file(&one);
    assert_eq!((is.name.as_str(), is.telephone.as_deref()), ("Roe, John", None));
    assert_eq!((is.npi.as_deref(), is.taxonomies.len()), (Some("1245319599"), 0));
    assert_eq!(is.email.as_deref(), Some("john.doe@example.org"));
    assert_eq!(app.licenses_on_file(&one), ["12345", "777"]);
}

on_both_engines!(r_206_an_approval_keeps_what_another_approval_changed_meanwhile);
fn r_206_an_approval_keeps_what_another_approval_changed_meanwhile(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let agent = org.agent("Marcus Webb").client();
    let one = org.provider_on_file();
    let (first, _) = start_about(&agent, &org, &one, MAINTENANCE);
    let (second, _) = start_about(&agent, &org, &one, MAINTENANCE);
    let licenses = json!({"licenses": [renewed_until("2031-02-28"), ohio_license()]});
    let _ = save(&agent, first, json!({"2.2": licenses}));
    let _ = save(&agent, second, basic_with(&agent, second, "email", "doe@example.org"));
    let _ = submit_and_approve(app, &agent, first);
    submit_for_review(app, &agent, second);

    let seen = shown(&app.reviewer(), second);
    assert_eq!(seen["changes"]["2.2"], Value::Null, "the screen still shows the old license");
    assert_eq!(seen["screens"]["2.2"]["licenses"], json!([kentucky_license()]));
    let _ = step(&app.reviewer(), second, "approve").expect(200);

    let is = app.on_file(&one);
    assert_eq!(is.email.as_deref(), Some("doe@example.org"));
    assert_eq!(app.licenses_on_file(&one), ["12345", "777"]);
    assert_eq!(is.licenses[0].expiration_date.map(|date| date.to_string()).as_deref(), Some("2031-02-28"));
}

on_both_engines!(r_206_a_conflict_stops_the_approval_until_the_application_was_returned);
fn r_206_a_conflict_stops_the_approval_until_the_application_was_returned(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let agent = org.agent("Marcus Webb").client();
    let department = app.reviewer();
    let one = org.provider_on_file();
    let (first, _) = start_about(&agent, &org, &one, MAINTENANCE);
    let (second, _) = start_about(&agent, &org, &one, MAINTENANCE);
    let renewal = |until: &str| json!({"2.2": {"licenses": [renewed_until(until)]}});
    let _ = save(&agent, first, json!({"2.2": {"licenses": [renewed_until("2031-02-28"), ohio_license()]}}));
    let _ = save(&agent, second, renewal("2030-02-28"));
    let _ = submit_and_approve(app, &agent, first);
    app.change_telephone_on_file(&one, "5025550199");
    submit_for_review(app, &agent, second);

    let seen = shown(&department, second);
    let pointer = "/screens/2.2/licenses/0";
    let message = "was changed on file after this screen was filled";
    assert_eq!(
        seen["changes"]["conflicts"],
        json!([{"screen": "2.2", "pointer": pointer, "message": message}])
    );
    let before = app.fingerprint();
    let refused = step(&department, second, "approve").problem(422, "validation_failed");
    assert_eq!(violations_of(&refused), [(pointer, "changed_on_file")]);
    assert!(app.fingerprint() == before, "nothing changed");

    let _ = step(&department, second, "return").expect(200);
    let returned = shown(&agent, second);
    assert_eq!(returned["screens"]["1.1"]["telephone"], "5025550199", "filled again");
    assert_eq!(
        returned["screens"]["2.2"]["licenses"],
        json!([renewed_until("2030-02-28"), ohio_license()]),
        "the agent's change stays"
    );
    assert_eq!(
        returned["changes"],
        json!({
            "2.2": {
                "added": [],
                "changed": [{"on_file": renewed_until("2031-02-28"), "filed": renewed_until("2030-02-28")}],
                "removed": [],
            },
            "conflicts": [],
        })
    );
    let _ = try_to_submit(&agent, second).expect(200);
    let _ = step(&department, second, "start-review").expect(200);
    let _ = step(&department, second, "approve").expect(200);
    let is = app.on_file(&one);
    assert_eq!(is.licenses[0].expiration_date.map(|date| date.to_string()).as_deref(), Some("2030-02-28"));
    assert_eq!(app.licenses_on_file(&one), ["12345", "777"]);
}

on_both_engines!(r_206_returning_fills_only_screens_that_were_filled);
fn r_206_returning_fills_only_screens_that_were_filled(app: &TestApp) {
    use portal_domain::ground::application_status::ApplicationStatus;
    let org = app.provider_group("Bluegrass");
    let marcus = org.agent("Marcus Webb");
    let one = org.provider_on_file();
    let old = org.application_about(&marcus, &one, MAINTENANCE, ApplicationStatus::Submitted);
    let _ = step(&app.reviewer(), old.id, "return").expect(200);
    assert_eq!(shown(&marcus.client(), old.id)["screens"], json!({}));

    let (id, started) = start_about(&marcus.client(), &org, &one, MAINTENANCE);
    let _ = upload(&marcus.client(), id, "license_copy");
    let _ = try_to_submit(&marcus.client(), id).expect(200);
    let _ = step(&app.reviewer(), id, "return").expect(200);
    assert_eq!(shown(&marcus.client(), id)["screens"], started["screens"], "nothing changed on file");
}
