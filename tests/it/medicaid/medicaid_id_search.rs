//! The search for one individual Medicaid ID: the result, and what it does not find (domain rules
//!

use portal_domain::ground::tax_identifier::Ssn;
use portal_domain::medicaid::medicaid_id::{MedicaidIdCategory, PostalAddress};
use portal_tests::agent_access::{choose, search};
use portal_tests::medicaid_ids::day;
use portal_tests::{TestApp, on_both_engines};
use serde_json::{Value, json};

on_both_engines!(r_048_x_14_the_grid_has_eleven_columns_in_order_and_a_masked_social_security_number);
fn r_048_x_14_the_grid_has_eleven_columns_in_order_and_a_masked_social_security_number(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let manager = org.manager("Debi Henderson").client();
    let given = org.linked_medicaid_id_with(|new| {
        new.ssn = Ssn::parse("400-55-1234").ok();
        new.effective_date = Some(day("1999-10-04"));
        new.details.end_date = Some(day("2030-02-28"));
        new.details.email = Some("john.doe@example.org".into());
        new.details.primary_physical_address = Some(PostalAddress {
            line1: "275 East Main Street".into(),
            line2: None,
            city: "Frankfort".into(),
            state: "KY".into(),
            zip: "40621".into(),
        });
    });
    let answer = search(&manager, &org, &given.number).expect(200);
    let columns = [
        "medicaid_id",
        "name",
        "ssn_masked",
        "provider_type",
        "category",
        "status",
        "npi",
        "effective_date",
        "end_date",
        "primary_physical_address",
        "email",
    ];
    let places: Vec<_> =
        columns.iter().map(|column| answer.text().find(&format!("\"{column}\":")).unwrap()).collect();
    assert!(places.is_sorted(), "{}", answer.text());
    let row = answer.json();
    assert_eq!(row["ssn_masked"], "***-**-1234");
    assert_eq!(
        row["primary_physical_address"],
        json!({"line1": "275 East Main Street", "city": "Frankfort", "state": "KY", "zip": "40621"})
    );
    assert_eq!((&row["category"], &row["effective_date"]), (&json!("individual"), &json!("1999-10-04")));
    for secret in ["400551234", "400-55", "ssn_sealed"] {
        assert!(!answer.text().contains(secret));
    }
    let refused =
        choose(&manager, &org, &given, &json!({"action": "grant_all"})).problem(409, "confirmation_required");
    assert!(!refused.to_string().contains("***"), "the refusal does not even contain a masked number");
}

on_both_engines!(a_20_x_13_the_row_of_the_job_aid_is_active_despite_its_end_date_and_lacks_address_and_email);
fn a_20_x_13_the_row_of_the_job_aid_is_active_despite_its_end_date_and_lacks_address_and_email(
    app: &TestApp,
) {
    let org = app.provider_group("Bluegrass");
    let manager = org.manager("Debi Henderson").client();
    let given = org.linked_medicaid_id_with(|new| {
        new.name = "Blake, Lee".into();
        new.effective_date = Some(day("1999-10-04"));
        new.details.end_date = Some(day("2020-02-28"));
    });
    let row = search(&manager, &org, &given.number).expect(200).json();
    assert_eq!((&row["status"], &row["end_date"]), (&json!("active"), &json!("2020-02-28")));
    for absent in ["primary_physical_address", "email", "ssn_masked"] {
        assert!(row.get(absent).is_none(), "{absent}");
    }
}

on_both_engines!(r_040_a_search_requires_one_individual_medicaid_id);
fn r_040_a_search_requires_one_individual_medicaid_id(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let manager = org.manager("Debi Henderson").client();
    let given = org.linked_medicaid_id();
    let entity = app.medicaid_id(|new| {
        new.category = MedicaidIdCategory::Entity;
        new.owning_organization = Some(org.id);
    });
    let own_individual = app.medicaid_id(|new| new.owning_organization = Some(org.id));
    let before = app.fingerprint();
    for spaced in [format!(" {} ", given.number), format!("\u{a0}{}\n", given.number)] {
        assert_eq!(search(&manager, &org, &spaced).expect(200).json()["medicaid_id"], given.number);
    }
    let violation = |body: &Value| {
        let document =
            manager.post(&org.path("/medicaid-ids/search"), body).problem(422, "validation_failed");
        assert_eq!(document["errors"][0]["pointer"], "/medicaid_id");
        document["errors"][0]["code"].as_str().unwrap().to_owned()
    };
    assert_eq!(violation(&json!({})), "required");
    // Fragments legible in the blurred screenshot, and similar input.
    for text in [
        "",
        " ",
        "71",
        "Bl Le",
        "6 .",
        "17",
        "123456",
        "12345678901",
        "111111a",
        "１１１１１１１",
        "-1111111",
    ] {
        assert_eq!(violation(&json!({"medicaid_id": text})), "format", "{text}");
    }
    assert_eq!(violation(&json!({"medicaid_id": 1_111_111})), "format");
    for own in [&org.group_medicaid_id, &entity.number] {
        assert_eq!(violation(&json!({"medicaid_id": own})), "individual_medicaid_id_required");
    }
    assert_eq!(violation(&json!({"medicaid_id": own_individual.number})), "not_applicable");
    assert!(app.fingerprint() == before);
}

on_both_engines!(r_040_x_26_unknown_and_foreign_medicaid_ids_get_identical_responses);
fn r_040_x_26_unknown_and_foreign_medicaid_ids_get_identical_responses(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let manager = org.manager("Debi Henderson").client();
    let lakeside = app.provider_group("Lakeside");
    let theirs = lakeside.granted_medicaid_id();
    let their_entity = app.medicaid_id(|new| {
        new.category = MedicaidIdCategory::Entity;
        new.owning_organization = Some(lakeside.id);
    });
    let unlinked = app.medicaid_id(|_| {});
    let begins_tomorrow = app.medicaid_id(|_| {});
    org.link(&begins_tomorrow, day("2026-02-02"));
    let before = app.fingerprint();
    let unknown = search(&manager, &org, "7999999999");
    let _ = unknown.clone().problem(404, "not_found");
    for number in [
        &theirs.number,
        &their_entity.number,
        &lakeside.group_medicaid_id,
        &unlinked.number,
        &begins_tomorrow.number,
    ] {
        let answer = search(&manager, &org, number);
        assert_eq!((answer.status, answer.text()), (404, unknown.text()), "{number}");
    }
    let put = |id: &str| {
        let path = org.path(&format!("/medicaid-ids/{id}/agent-access"));
        let body = json!({"action": "grant_all", "confirmation": "yes"});
        let call =
            manager.call("PUT", &path).header("if-match", "*").header("x-request-id", "the-same-each-time");
        call.json(&body).send()
    };
    let unknown = put("mid_01h455vb4pex5vsknk084sn02q");
    for id in [&theirs, &their_entity, &unlinked, &begins_tomorrow] {
        let answer = put(&id.id.to_string());
        assert_eq!((answer.status, answer.text()), (404, unknown.text()));
    }
    assert!(app.fingerprint() == before);
}
