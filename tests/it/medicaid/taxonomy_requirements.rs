//! Whether claims of a billing provider need a taxonomy code (domain rule R-112).

use portal_tests::{Client, TestApp, on_both_engines};
use serde_json::{Value, json};

const NPI: &str = "1993999998";

fn signed_in_user(app: &TestApp) -> Client {
    app.signed_in(app.platform_user("Ruth Delgado", &[]))
}

fn ask(client: &Client, npi: &str) -> Value {
    client.get(&format!("/api/v1/taxonomy-requirements?npi={npi}")).expect(200).json()
}

fn linked_to(app: &TestApp, provider_type: &str) {
    let _ = app.medicaid_id(|new| {
        new.provider_type = provider_type.into();
        new.npi = Some(NPI.into());
    });
}

on_both_engines!(f_14_r_112_several_medicaid_ids_of_several_provider_types_require_a_taxonomy_code);
fn f_14_r_112_several_medicaid_ids_of_several_provider_types_require_a_taxonomy_code(app: &TestApp) {
    let client = signed_in_user(app);
    linked_to(app, "64");
    assert_eq!(
        ask(&client, NPI),
        json!({
            "required": false, "loop": "2000A", "segment": "PRV", "medicaid_id_count": 1, "provider_type_count": 1,
        })
    );
    linked_to(app, "64");
    let two_of_one_type = ask(&client, NPI);
    assert_eq!(
        (&two_of_one_type["required"], &two_of_one_type["medicaid_id_count"]),
        (&json!(false), &json!(2))
    );
    linked_to(app, "31");
    assert_eq!(
        ask(&client, NPI),
        json!({
            "required": true, "loop": "2000A", "segment": "PRV", "medicaid_id_count": 3, "provider_type_count": 2,
        })
    );
}

on_both_engines!(r_112_every_npi_of_a_medicaid_id_counts_not_only_the_one_in_the_grid);
fn r_112_every_npi_of_a_medicaid_id_counts_not_only_the_one_in_the_grid(app: &TestApp) {
    let client = signed_in_user(app);
    linked_to(app, "64");
    let _ = app.medicaid_id(|new| {
        new.provider_type = "31".into();
        new.details.further_npis = vec![NPI.into(), NPI.into()];
    });
    let answer = ask(&client, NPI);
    assert_eq!((&answer["required"], &answer["medicaid_id_count"]), (&json!(true), &json!(2)));
}

on_both_engines!(r_112_an_unknown_npi_is_404_and_an_invalid_one_422);
fn r_112_an_unknown_npi_is_404_and_an_invalid_one_422(app: &TestApp) {
    let client = signed_in_user(app);
    linked_to(app, "64");
    let _ = client.get("/api/v1/taxonomy-requirements?npi=1245319599").problem(404, "not_found");
    for (query, code) in [
        ("?npi=147852360", "npi_length"),
        ("?npi=3698521473", "npi_prefix"),
        ("?npi=1234567890", "npi_check_digit"),
        ("?npi=%EF%BC%91234567893", "npi_length"),
        ("?npi=", "format"),
        ("", "required"),
    ] {
        let refused =
            client.get(&format!("/api/v1/taxonomy-requirements{query}")).problem(422, "validation_failed");
        assert_eq!(
            (&refused["errors"][0]["parameter"], &refused["errors"][0]["code"]),
            (&json!("npi"), &json!(code)),
            "{query}"
        );
    }
    let _ = app
        .anonymous()
        .get(&format!("/api/v1/taxonomy-requirements?npi={NPI}"))
        .problem(401, "unauthenticated");
}
