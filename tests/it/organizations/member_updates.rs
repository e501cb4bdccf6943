//! Updates of members, all or nothing: permissions, roles, status, and comments.

use portal_domain::ground::plan_code::PlanCode;
use portal_tests::client::encoded;
use portal_tests::{TestApp, on_both_engines};
use serde_json::{Value, json};

use super::members::{member_path, update, user};

on_both_engines!(r_172_granting_manage_account_adds_an_account_manager);
fn r_172_granting_manage_account_adds_an_account_manager(app: &TestApp) {
    let practice = app.practice("Riverbend", PlanCode::Ahw);
    let lena = practice.account_manager("Lena Ortiz");
    let jeremy = user(&practice, "Jeremy Huang");
    let jeremy_client = jeremy.client();
    let _ = jeremy_client.get(&practice.path("/members")).problem(403, "role_required");
    let updated = update(
        &lena.client(),
        &practice,
        &jeremy,
        &json!({"permissions": ["claims", "manage_account"], "comment": "Second account manager."}),
    )
    .expect(200)
    .json();
    assert_eq!(updated["permissions"], json!(["claims", "manage_account"]));
    let _ = jeremy_client.get(&practice.path("/members")).expect(200);
    let mail = app.only_mail_to(&lena.email);
    assert!(mail.text.contains("Jeremy Huang"), "the others are notified of the new one");
}

on_both_engines!(sec_cve_c_01_c_03_managing_members_does_not_allow_conferring_rights_beyond_ones_own);
fn sec_cve_c_01_c_03_managing_members_does_not_allow_conferring_rights_beyond_ones_own(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let katherine = org.administrator("Katherine Tully");
    let debi = org.manager("Debi Henderson");
    let marcus = org.agent("Marcus Webb");
    let (admin, managers, agents) = (katherine.client(), debi.client(), marcus.client());
    let before = app.fingerprint();
    let problem =
        update(&admin, &org, &marcus, &json!({"roles": ["credentialing_agent", "ca_admin_manager"]}))
            .problem(422, "validation_failed");
    assert_eq!(
        (&problem["errors"][0]["pointer"], &problem["errors"][0]["code"]),
        (&"/roles".into(), &"role_requires_invitation".into())
    );
    for (who, person) in [(managers, &marcus), (agents, &debi)] {
        let _ = update(&who, &org, person, &json!({"roles": []})).problem(403, "role_required");
    }
    let _ = update(
        &admin,
        &org,
        &katherine,
        &json!({"roles": ["organization_administrator", "credentialing_agent"]}),
    )
    .problem(403, "own_rights");
    assert_eq!(app.fingerprint(), before);
    let taken = update(&admin, &org, &debi, &json!({"roles": ["credentialing_agent"]})).expect(200).json();
    assert_eq!(
        taken["roles"],
        json!(["credentialing_agent"]),
        "removing a permission requires the same right as granting it"
    );
}

on_both_engines!(r_184_a_comment_has_at_most_two_hundred_characters);
fn r_184_a_comment_has_at_most_two_hundred_characters(app: &TestApp) {
    let practice = app.practice("Riverbend", PlanCode::Ahw);
    let client = practice.account_manager("Lena Ortiz").client();
    let jeremy = user(&practice, "Jeremy Huang");
    for text in ["", &"😀".repeat(200), &"\r\n".repeat(100)] {
        let _ = update(&client, &practice, &jeremy, &json!({"comment": text})).expect(200);
        let history = client.get(&member_path(&practice, &jeremy, "/comments?limit=1")).expect(200).json();
        assert_eq!(history["items"][0]["comment"], text);
    }
    let before = app.fingerprint();
    let problem =
        update(&client, &practice, &jeremy, &json!({"comment": "😀".repeat(201), "permissions": []}))
            .problem(422, "validation_failed");
    let violation = &problem["errors"][0];
    assert_eq!(
        (&violation["code"], &violation["max"], &violation["actual"]),
        (&"comment_too_long".into(), &200.into(), &201.into())
    );
    assert_eq!(app.fingerprint(), before, "nothing is changed");
}

on_both_engines!(sql_in_a_search_or_a_comment_is_plain_text);
fn sql_in_a_search_or_a_comment_is_plain_text(app: &TestApp) {
    let practice = app.practice("Riverbend", PlanCode::Ahw);
    let client = practice.account_manager("Lena Ortiz").client();
    let jeremy = user(&practice, "Jeremy Huang");
    for sql in ["' OR '1'='1", "%' OR 'a' LIKE '%", "'); DELETE FROM memberships; --", "\\' OR 1=1 --"] {
        let found = client.all(&practice.path(&format!("/members?name={}", encoded(sql))));
        assert!(found.is_empty(), "no member is called {sql}");
        let _ = update(&client, &practice, &jeremy, &json!({"comment": sql})).expect(200);
        let history = client.get(&member_path(&practice, &jeremy, "/comments?limit=1")).expect(200).json();
        assert_eq!(history["items"][0]["comment"], sql);
    }
    assert_eq!(client.all(&practice.path("/members")).len(), 2, "both members are still there");
}

on_both_engines!(r_186_one_update_sets_status_permissions_and_comment_together);
fn r_186_one_update_sets_status_permissions_and_comment_together(app: &TestApp) {
    let practice = app.practice("Riverbend", PlanCode::Ahw);
    let client = practice.account_manager("Lena Ortiz").client();
    let jeremy = user(&practice, "Jeremy Huang");
    let body = json!({"status_action": "disable_user", "permissions": [], "comment": "Left."});
    let updated = update(&client, &practice, &jeremy, &body).expect(200).json();
    assert_eq!((&updated["status"], &updated["permissions"]), (&"disabled".into(), &json!([])));
    let history = client.get(&member_path(&practice, &jeremy, "/comments")).expect(200).json();
    assert_eq!(history["items"].as_array().unwrap().len(), 1);
    assert_eq!(
        (&history["items"][0]["action"], &history["items"][0]["number"]),
        (&"disabled".into(), &1.into())
    );
}

on_both_engines!(r_202_a_stale_update_is_refused_with_the_current_etag);
fn r_202_a_stale_update_is_refused_with_the_current_etag(app: &TestApp) {
    let practice = app.practice("Riverbend", PlanCode::Ahw);
    let client = practice.account_manager("Lena Ortiz").client();
    let jeremy = user(&practice, "Jeremy Huang");
    let path = member_path(&practice, &jeremy, "");
    let read = client.get(&path).expect(200);
    let etag = read.header("etag").unwrap().to_owned();
    let patch =
        |etag: &str, body: Value| client.call("PATCH", &path).header("if-match", etag).json(&body).send();
    let first = patch(&etag, json!({"permissions": ["claims", "eligibility"]})).expect(200);
    let problem = patch(&etag, json!({"permissions": []})).problem(412, "precondition_failed");
    assert_eq!(problem["current_etag"].as_str(), first.header("etag"));
    let _ = client
        .call("PATCH", &path)
        .json(&json!({"permissions": []}))
        .send()
        .problem(428, "precondition_required");
}
