//! Runs the workflows of the Kentucky documents in the sandbox. The comments name the documented
//! steps.

use portal_tests::contract::document;
use portal_tests::explorer::{accept, open_link, organization, persona, token_for};
use portal_tests::sign_in::NEW_PASSWORD;
use portal_tests::submission::{physicians_license, save, try_to_save, try_to_submit, upload};
use portal_tests::{Client, TestApp};
use serde_json::{Value, json};

use super::sandbox::{APPLICATIONS, agent, id, work};

/// Starts an application about a Medicaid ID.
fn begin(client: &Client, organization: &str, application_type: &str, medicaid_id: &str) -> Value {
    let body = json!({
        "organization_id": organization, "application_type": application_type, "medicaid_id": medicaid_id,
    });
    client.post(APPLICATIONS, &body).expect(201).json()
}

#[test]
fn s0_katherine_invites_a_manager_who_accepts_signs_in_and_reassigns() {
    let app = TestApp::start_sandbox();
    let katherine = persona(&app, "organization-administrator");
    let org = organization(&katherine);
    // An invitation with the role of CA Admin Manager must be sent to the user from the
    // Organization Administrator.
    let invitation = json!({"email": "nora.fields@bluegrass.example", "role": "ca_admin_manager"});
    let _ = katherine.post(&format!("/api/v1/organizations/{org}/invitations"), &invitation).expect(201);
    // The user will receive an email with a link to complete the role set up.
    open_link(&app, "invitation");
    let token = token_for(&app, "nora.fields@bluegrass.example", "invitation");
    let offer =
        app.anonymous().post("/api/v1/invitations/inspect", &json!({"token": token})).expect(200).json();
    assert_eq!(
        (&offer["application_name"], &offer["role_name"]),
        (&json!("Partner Portal"), &json!("AdminManager"))
    );
    // Valid only for a one-time use.
    let accepted = accept(&app, "nora.fields@bluegrass.example", ("Nora", "Fields"));
    assert_eq!(accepted["roles"], json!(["ca_admin_manager"]));
    // Select the name of the current agent, search, select all items, select another agent, save.
    let nora = app.sign_in("nora.fields@bluegrass.example", NEW_PASSWORD);
    let (marcus, priya) = (agent(&nora, &org, "Marcus Webb"), agent(&nora, &org, "Priya Nair"));
    let items: Vec<_> = work(&nora, &org, &marcus)
        .iter()
        .map(|row| json!({"id": row["id"], "version": row["version"]}))
        .collect();
    let body = json!({"from_agent_id": marcus, "to_agent_id": priya, "items": items});
    let moved = nora.post(&format!("/api/v1/organizations/{org}/reassignments"), &body).expect(201).json();
    assert_eq!(moved["moved"], 4);
    assert_eq!(persona(&app, "second-credentialing-agent").all("/api/v1/notifications").len(), 4);
}

#[test]
fn s0_f_04_debi_grants_all_agents_access_to_lee_blake_and_removes_it_when_lee_leaves() {
    let app = TestApp::start_sandbox();
    let (debi, marcus) = (persona(&app, "ca-admin-manager"), persona(&app, "credentialing-agent"));
    let org = organization(&debi);
    // Enter the Medicaid ID of the individual, click Search.
    let search = || {
        let path = format!("/api/v1/organizations/{org}/medicaid-ids/search");
        debi.post(&path, &json!({"medicaid_id": "7100126126"}))
    };
    let found = search().expect(200).json();
    assert_eq!(
        (&found["name"], &found["status"], &found["end_date"]),
        (&json!("Blake, Lee"), &json!("active"), &json!("2020-02-28"))
    );
    assert_eq!(found["agent_access"], json!({"state": "none"}));
    let maintenance =
        json!({"organization_id": org, "application_type": "maintenance", "medicaid_id": "7100126126"});
    let _ = marcus.post(APPLICATIONS, &maintenance).problem(403, "access_not_granted");
    // Grant access to all Credentialing Agents within the organization; a confirmation message
    // displays, Yes or No.
    let access = format!("/api/v1/organizations/{org}/medicaid-ids/{}/agent-access", id(&found));
    let choose = |body: Value| debi.call("PUT", &access).header("if-match", "*").json(&body).send();
    let asked = choose(json!({"action": "grant_all"})).problem(409, "confirmation_required");
    assert_eq!(
        asked["message"],
        "Grant access to Blake, Lee to all credentialing agents within the organization (2 at present)?"
    );
    assert_eq!(asked["options"], json!(["Yes", "No"]));
    let no = choose(json!({"action": "grant_all", "confirmation": "no"})).expect(200).json();
    assert_eq!((&no["applied"], &no["state"]), (&json!(false), &json!("none")));
    let yes = choose(json!({"action": "grant_all", "confirmation": "yes"})).expect(200).json();
    assert_eq!((&yes["state"], &yes["agents_affected"]), (&json!("granted"), &json!(2)));
    let started = marcus.post(APPLICATIONS, &maintenance).expect(201).json();
    // When a provider leaves the group, the access of all Credentialing Agents is removed.
    let removed = choose(json!({"action": "remove_all", "confirmation": "yes"})).expect(200).json();
    assert_eq!((&removed["state"], &removed["open_applications"]), (&json!("removed"), &json!(1)));
    assert_eq!(
        removed["reminder"],
        "A Maintenance item must still be completed to remove the Provider from the Group Medicaid ID."
    );
    let _ = marcus.get(&format!("{APPLICATIONS}/{}", id(&started))).problem(403, "access_not_granted");
    // The group submits that Maintenance application itself. Once it is approved, Lee is no longer
    // in the group.
    let of_group = begin(&marcus, &org, "maintenance", "7100000001");
    let leaves = json!({"5.1": {"links": [{"medicaid_id": "7100126126", "end_date": "2026-01-31"}]}});
    let _ = save(&marcus, id(&of_group), leaves);
    let _ = try_to_submit(&marcus, id(&of_group)).expect(200);
    let _ = search().expect(200);
    let grace = persona(&app, "dms-reviewer");
    for step in ["start-review", "approve"] {
        let _ = grace.post_empty(&format!("{APPLICATIONS}/{}/{step}", id(&of_group))).expect(200);
    }
    let _ = search().problem(404, "not_found");
}

#[test]
fn s1_marcus_revalidates_is_warned_when_it_is_early_and_asked_when_he_leaves() {
    let app = TestApp::start_sandbox();
    let marcus = persona(&app, "credentialing-agent");
    let org = organization(&marcus);
    // Providers who are past due must be brought into compliance.
    let past_due = marcus.all(&format!("/api/v1/reports/past-due-revalidations?organization_id={org}"));
    assert_eq!(past_due.len(), 1);
    assert_eq!(
        (&past_due[0]["medicaid_id"], &past_due[0]["due_date"], &past_due[0]["days_past_due"]),
        (&json!("2222222"), &json!("2025-12-23"), &json!(40))
    );
    let due = format!("/api/v1/medicaid-ids/{}/revalidation", id(&past_due[0]));
    assert_eq!(marcus.get(&due).expect(200).json()["past_due"], true);
    // If the revalidation is started a year or more before it is due, a message is displayed.
    let mut early =
        json!({"organization_id": org, "application_type": "revalidation", "medicaid_id": "1111111"});
    let asked = marcus.post(APPLICATIONS, &early).problem(409, "confirmation_required");
    assert_eq!(
        asked["message"],
        "Providers are required to revalidate every five years. Your revalidation is due June 16, 2027. Additional \
         maintenance items cannot be submitted until this revalidation is approved by DMS. Do you wish to continue? Yes/No"
    );
    // If Yes you will lose information entered on this screen and be returned to the dashboard.
    early["acknowledge"] = json!([asked["acknowledge"]]);
    let early = marcus.post(APPLICATIONS, &early).expect(201).json();
    assert_eq!((&early["next"], &early["requested_effective_date"]), (&json!("dashboard"), &Value::Null));
    let near = begin(&marcus, &org, "revalidation", "3333333");
    let late = begin(&marcus, &org, "revalidation", "2222222");
    assert!(near.get("next").is_none() && late.get("next").is_none(), "no confirmation was requested");
    // If the user leaves the application before submitting it, another message is displayed.
    for (application, begins) in [
        (&early, "Your revalidation period will expire in 500 days."),
        (&near, "Your revalidation period will expire in 45 days."),
        (&late, "Your revalidation period expired 40 days ago."),
    ] {
        let prompt =
            marcus.get(&format!("{APPLICATIONS}/{}/exit-prompt", id(application))).expect(200).json();
        assert_eq!(
            prompt["message"],
            format!("{begins} Are you sure you want to exit this application? Yes/No")
        );
    }
    // Only one revalidation is open at a time, and no maintenance can be submitted until it is
    // approved.
    let again = json!({"organization_id": org, "application_type": "revalidation", "medicaid_id": "3333333"});
    let refused = marcus.post(APPLICATIONS, &again).problem(409, "open_item_exists");
    assert_eq!(refused["application_number"], near["application_number"]);
    let waiting = begin(&marcus, &org, "maintenance", "3333333");
    let _ = save(&marcus, id(&waiting), physicians_license());
    let _ = upload(&marcus, id(&waiting), "license_copy");
    let refused = try_to_submit(&marcus, id(&waiting)).problem(409, "revalidation_pending");
    assert_eq!(refused["application_number"], near["application_number"]);
}

#[test]
fn s1_pt_56_selects_exempt_from_licensure_and_uploads_the_letter() {
    let app = TestApp::start_sandbox();
    let marcus = persona(&app, "credentialing-agent");
    let org = organization(&marcus);
    for application_type in ["maintenance", "revalidation"] {
        let application = begin(&marcus, &org, application_type, "7100000056");
        let label = "Non-Emergency Transportation";
        assert_eq!(application["provider_type"], json!({"code": "56", "label": label}));
        // The effective date may be as early as July 1, 2019.
        let license = json!({"license_type": "exempt_from_licensure", "effective_date": "2019-06-30"});
        let too_early = json!({"2.2": {"licenses": [license]}});
        let refused = try_to_save(&marcus, id(&application), &too_early).problem(422, "validation_failed");
        let violation = &refused["errors"][0];
        assert_eq!((&violation["screen"], &violation["earliest"]), (&json!("2.2"), &json!("2019-07-01")));
        // Select Exempt from Licensure on the 2.2 License Information screen, as in the OpenAPI
        // example.
        let exempt = &document()["components"]["schemas"]["LicensesScreenBody"]["example"];
        let _ = save(&marcus, id(&application), json!({"2.2": exempt}));
        // The letter must be uploaded to the 8.0 Document Upload screen.
        let refused = try_to_submit(&marcus, id(&application)).problem(422, "validation_failed");
        assert_eq!(refused["errors"].as_array().unwrap().len(), 1);
        let violation = &refused["errors"][0];
        assert_eq!((&violation["screen"], &violation["code"]), (&json!("8.0"), &json!("document_required")));
        assert_eq!(violation["pointer"], "/screens/8.0/transportation_cabinet_exemption_letter");
        let _ = upload(&marcus, id(&application), "transportation_cabinet_exemption_letter");
        let submitted = try_to_submit(&marcus, id(&application)).expect(200).json();
        assert_eq!(submitted["application_status"], "submitted", "{application_type}");
    }
    // Other provider types cannot select the exemption.
    let other = begin(&marcus, &org, "maintenance", "3333333");
    let license = json!({"license_type": "exempt_from_licensure", "effective_date": "2019-07-01"});
    let refused = try_to_save(&marcus, id(&other), &json!({"2.2": {"licenses": [license]}}))
        .problem(422, "validation_failed");
    assert_eq!(refused["errors"][0]["code"], "license_type_not_allowed_for_provider_type");
}
