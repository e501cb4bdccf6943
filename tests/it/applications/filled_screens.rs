//! Applications about a Medicaid ID on file begin with its data, and an approval changes nothing
//! else (domain rule R-206).

use portal_domain::applications::screen::{NpiEntry, Screens};
use portal_domain::ground::application_status::ApplicationStatus;
use portal_domain::ground::application_type::ApplicationType;
use portal_domain::medicaid::agent_access::AgentAccessState;
use portal_tests::filled_screens::{
    kentucky_license, ohio_license, start_about, submit_and_approve, submit_for_review,
};
use portal_tests::life_cycle::{shown, step};
use portal_tests::link_consents::start_group_maintenance;
use portal_tests::medicaid_ids::{LINKED_SINCE, day};
use portal_tests::submission::{enrollment_screens, save, try_to_save, try_to_submit, upload};
use portal_tests::{TestApp, on_both_engines};
use serde_json::{Value, json};

const MAINTENANCE: ApplicationType = ApplicationType::Maintenance;

on_both_engines!(r_206_two_maintenances_leave_the_licenses_of_both_on_file);
fn r_206_two_maintenances_leave_the_licenses_of_both_on_file(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let agent = org.agent("Marcus Webb").client();
    let one = org.granted_medicaid_id();
    let (first, _) = start_about(&agent, &org, &one, MAINTENANCE);
    let _ = save(&agent, first, json!({"2.2": {"licenses": [kentucky_license()]}}));
    let _ = submit_and_approve(app, &agent, first);
    assert_eq!(app.licenses_on_file(&one), ["12345"]);

    let (second, started) = start_about(&agent, &org, &one, MAINTENANCE);
    assert_eq!(started["screens"]["2.2"], json!({"licenses": [kentucky_license()]}));
    let both = json!([kentucky_license(), ohio_license()]);
    let _ = save(&agent, second, json!({"2.2": {"licenses": both}}));
    let _ = submit_and_approve(app, &agent, second);
    assert_eq!(app.licenses_on_file(&one), ["12345", "777"]);

    let (third, started) = start_about(&agent, &org, &one, MAINTENANCE);
    assert_eq!(started["screens"]["2.2"]["licenses"], both);
    let _ = save(&agent, third, json!({"2.2": {"licenses": [ohio_license()]}}));
    let _ = submit_and_approve(app, &agent, third);
    assert_eq!(app.licenses_on_file(&one), ["777"], "removed on the screen");
}

on_both_engines!(r_206_a_maintenance_whose_screens_began_empty_adds_to_what_is_on_file);
fn r_206_a_maintenance_whose_screens_began_empty_adds_to_what_is_on_file(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let marcus = org.agent("Marcus Webb");
    let one = org.provider_on_file();
    // Earlier versions started every application with empty screens.
    let old = org.application_about(&marcus, &one, MAINTENANCE, ApplicationStatus::InProgress);
    assert_eq!(app.filled_with(old.id), None);
    let screens = json!({
        "1.3": {"npis": [{"npi": "1245319599", "primary": true}]},
        "1.4": {"taxonomies": [{"code": "207L00000X", "primary": false}]},
        "2.2": {"licenses": [ohio_license()]},
    });
    let _ = save(&marcus.client(), old.id, screens);
    let _ = submit_and_approve(app, &marcus.client(), old.id);

    assert_eq!(app.licenses_on_file(&one), ["12345", "777"]);
    let is = app.on_file(&one);
    let codes: Vec<_> = is.taxonomies.iter().map(|taxonomy| taxonomy.code.as_str()).collect();
    assert_eq!(codes, ["207Q00000X", "207L00000X"]);
    assert_eq!(is.telephone.as_deref(), Some("5025550100"));
    let npis = app.read(|tx| tx.medicaid_ids().npis(one.id, None));
    let npi = |npi: &str, primary| NpiEntry { npi: npi.into(), primary };
    assert_eq!(npis, [npi("1245319599", true), npi("1993999998", false)]);
}

on_both_engines!(r_206_four_types_begin_with_everything_on_file_and_an_approval_keeps_it);
fn r_206_four_types_begin_with_everything_on_file_and_an_approval_keeps_it(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let agent = org.agent("Marcus Webb").client();
    for kind in [
        MAINTENANCE,
        ApplicationType::Revalidation,
        ApplicationType::Reapplication,
        ApplicationType::Reinstatement,
    ] {
        let one = org.provider_on_file();
        let was = app.on_file(&one);
        let (id, started) = start_about(&agent, &org, &one, kind);
        let address = enrollment_screens()["1.1"]["primary_physical_address"].clone();
        let group = org.group_medicaid_id.as_str();
        let expected = json!({
            "1.1": {
                "first_name": "John",
                "last_name": "Doe",
                "tax_id_masked": "***-**-0001",
                "email": "john.doe@example.org",
                "telephone": "5025550100",
                "primary_physical_address": address,
            },
            "1.3": {"npis": [{"npi": "1993999998", "primary": true}]},
            "1.4": {"taxonomies": [{"code": "207Q00000X", "npi": "1993999998", "primary": true}]},
            "2.2": {"licenses": [kentucky_license()]},
            "5.1": {"links": [{"medicaid_id": group, "effective_date": LINKED_SINCE}]},
        });
        assert_eq!(started["screens"], expected, "{kind}");
        assert_eq!(started["changes"], json!({"conflicts": []}), "{kind}");

        let _ = submit_and_approve(app, &agent, id);

        let is = app.on_file(&one);
        assert_eq!((&is.name, &is.email, &is.telephone), (&was.name, &was.email, &was.telephone), "{kind}");
        assert_eq!((&is.npi, &is.ssn_masked), (&was.npi, &was.ssn_masked), "{kind}");
        assert_eq!((&is.licenses, &is.taxonomies), (&was.licenses, &was.taxonomies), "{kind}");
        assert_eq!(is.primary_physical_address, was.primary_physical_address, "{kind}");
        let tie = app.read(|tx| tx.medicaid_ids().tie(org.id, one.id, day("2026-06-01")));
        assert!(tie.is_linked_now, "{kind}");
    }
    let terminated = org.provider_on_file();
    let (_, started) = start_about(&agent, &org, &terminated, ApplicationType::VoluntaryTermination);
    assert_eq!(started["screens"], json!({}), "other types begin empty");
}

on_both_engines!(r_206_the_social_security_number_on_file_stays_masked_and_is_not_copied);
fn r_206_the_social_security_number_on_file_stays_masked_and_is_not_copied(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let agent = org.agent("Marcus Webb").client();
    let one = org.provider_on_file();
    let (id, _) = start_about(&agent, &org, &one, MAINTENANCE);
    assert_eq!(app.read(|tx| tx.applications().tax_id_digits(id)), None);
    let seen = shown(&agent, id);
    assert_eq!(seen["screens"]["1.1"]["tax_id_masked"], "***-**-0001");
    assert!(!seen.to_string().contains("400550001"));

    let mut basic = seen["screens"]["1.1"].clone();
    basic.as_object_mut().unwrap().remove("tax_id_masked");
    basic["tax_id"] = json!("401-55-0142");
    let corrected = save(&agent, id, json!({"1.1": basic}));
    assert_eq!(corrected["screens"]["1.1"]["tax_id_masked"], "***-**-0142");
    assert_eq!(
        corrected["changes"]["1.1"],
        json!({"on_file": {"tax_id_masked": "***-**-0001"}, "filed": {"tax_id_masked": "***-**-0142"}})
    );
    let _ = submit_and_approve(app, &agent, id);
    assert_eq!(app.on_file(&one).ssn_masked.as_deref(), Some("***-**-0142"));
}

on_both_engines!(x_03_r_206_an_invalid_npi_on_file_does_not_stop_another_change);
fn x_03_r_206_an_invalid_npi_on_file_does_not_stop_another_change(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let agent = org.agent("Marcus Webb").client();
    let one = org.granted_medicaid_id_with(|new| new.npi = Some("1234567890".into()));
    let (id, started) = start_about(&agent, &org, &one, MAINTENANCE);
    assert_eq!(started["screens"]["1.3"], json!({"npis": [{"npi": "1234567890", "primary": true}]}));
    let _ = save(&agent, id, json!({"2.2": {"licenses": [kentucky_license()]}}));
    let _ = upload(&agent, id, "license_copy");
    let npis = json!([{"npi": "1234567890", "primary": true}, {"npi": "1234567891", "primary": false}]);
    let before = app.fingerprint();
    let refused = try_to_save(&agent, id, &json!({"1.3": {"npis": npis}})).problem(422, "validation_failed");
    assert_eq!(refused["errors"].as_array().unwrap().len(), 1);
    assert_eq!(refused["errors"][0]["pointer"], "/screens/1.3/npis/1/npi", "only the new one");
    assert!(app.fingerprint() == before, "nothing changed");
    let _ = try_to_submit(&agent, id).expect(200);
}

on_both_engines!(r_047_r_206_a_link_on_file_ends_on_the_day_given_on_its_entry);
fn r_047_r_206_a_link_on_file_ends_on_the_day_given_on_its_entry(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let agent = org.agent("Marcus Webb").client();
    let (stays, leaves) = (org.linked_medicaid_id(), org.linked_medicaid_id());
    let id = start_group_maintenance(&agent, &org).parse().unwrap();
    let mut links = shown(&agent, id)["screens"]["5.1"]["links"].clone();
    let numbers: Vec<_> = links.as_array().unwrap().iter().map(|link| link["medicaid_id"].clone()).collect();
    assert_eq!(numbers, [json!(stays.number), json!(leaves.number)]);
    links[1]["end_date"] = json!("2026-02-28");
    let saved = save(&agent, id, json!({"5.1": {"links": links}}));
    let end = json!({"medicaid_id": leaves.number, "end_date": "2026-02-28"});
    assert_eq!(saved["changes"]["5.1"], json!({"begins": [], "ends": [end]}));
    submit_for_review(app, &agent, id);
    // The links on file need no consent again.
    assert_eq!(shown(&app.reviewer(), id)["reviewed_links"], Value::Null);
    let _ = step(&app.reviewer(), id, "approve").expect(200);
    let linked_on = |one, on| app.read(|tx| tx.medicaid_ids().tie(org.id, one, day(on))).is_linked_now;
    assert!(linked_on(stays.id, "2026-12-31") && linked_on(leaves.id, "2026-02-28"));
    assert!(!linked_on(leaves.id, "2026-03-01"));

    let id = start_group_maintenance(&agent, &org).parse().unwrap();
    let _ = save(&agent, id, json!({"5.1": {"links": []}}));
    submit_for_review(app, &agent, id);
    let _ = step(&app.reviewer(), id, "approve").expect(200);
    assert!(linked_on(stays.id, "2026-12-31"), "a link that is left out does not end");
}

on_both_engines!(r_206_screens_show_links_to_groups_of_the_own_organization_only);
fn r_206_screens_show_links_to_groups_of_the_own_organization_only(app: &TestApp) {
    let (org, lakeside) = (app.provider_group("Bluegrass"), app.provider_group("Lakeside"));
    let agent = org.agent("Marcus Webb").client();
    let one = org.provider_on_file();
    lakeside.link(&one, day(LINKED_SINCE));
    lakeside.set_access(&one, AgentAccessState::Granted);
    let (id, started) = start_about(&agent, &org, &one, MAINTENANCE);
    assert!(!started.to_string().contains(&lakeside.group_medicaid_id), "another organization's group");
    let _ = submit_and_approve(app, &agent, id);
    let tie = app.read(|tx| tx.medicaid_ids().tie(lakeside.id, one.id, day("2026-06-01")));
    assert!(tie.is_linked_now);
}

on_both_engines!(r_206_a_name_that_cannot_be_divided_stays_on_file);
fn r_206_a_name_that_cannot_be_divided_stays_on_file(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let agent = org.agent("Marcus Webb").client();
    let one = org.granted_medicaid_id_with(|new| (new.name, new.npi) = ("Madonna".into(), None));
    let (id, started) = start_about(&agent, &org, &one, MAINTENANCE);
    let group = json!({"medicaid_id": org.group_medicaid_id, "effective_date": LINKED_SINCE});
    assert_eq!(started["screens"], json!({"5.1": {"links": [group]}}), "nothing else is on file");
    assert_eq!(app.filled_with(id).map(|screens: Screens| screens.present().len()), Some(1));
    let screens = json!({
        "1.1": {"email": "madonna@example.org"},
        "2.2": {"licenses": [kentucky_license()]},
    });
    let _ = save(&agent, id, screens);
    let _ = submit_and_approve(app, &agent, id);
    let is = app.on_file(&one);
    assert_eq!((is.name.as_str(), is.email.as_deref()), ("Madonna", Some("madonna@example.org")));
}
