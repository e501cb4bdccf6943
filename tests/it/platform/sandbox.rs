//! The sandbox: an explorer is signed in with one call, and finds the documents' own data.

use portal_tests::contract::{document, operation_of};
use portal_tests::filing::{save, try_to_save, try_to_submit, upload};
use portal_tests::provider_accounts::{ASSOCIATE, LINK, acceptance};
use portal_tests::{Client, TestApp};
use serde_json::{Value, json};

/// What those who come in by a link choose.
const PASSWORD: &str = "seven purple lanterns";
const APPLICATIONS: &str = "/api/v1/applications";
/// From where tests begin to the days that the document's examples are made for.
const UNTIL_THE_EXAMPLES_HOLD: i64 = 300;

fn persona(app: &TestApp, name: &str) -> Client {
    let tokens =
        app.anonymous().post_empty(&format!("/api/v1/sandbox/personas/{name}/token")).expect(200).json();
    app.with_token(tokens["access_token"].as_str().unwrap())
}

fn organization(client: &Client) -> String {
    client.get("/api/v1/me").expect(200).json()["memberships"][0]["organization"]["id"]
        .as_str()
        .unwrap()
        .to_owned()
}

fn agent(client: &Client, organization: &str, name: &str) -> String {
    let agents = client.all(&format!("/api/v1/organizations/{organization}/credentialing-agents"));
    agents.iter().find(|agent| agent["name"] == name).unwrap()["id"].as_str().unwrap().to_owned()
}

fn work(client: &Client, organization: &str, agent: &str) -> Vec<Value> {
    client.all(&format!("/api/v1/organizations/{organization}/work-assignments?agent_id={agent}"))
}

/// The token of the newest mail to that address with a link for that purpose, as an explorer finds it in the mailbox.
fn token_for(app: &TestApp, email: &str, purpose: &str) -> String {
    let path = format!("/api/v1/sandbox/mailbox?recipient={}", portal_tests::client::encoded(email));
    let mails = app.anonymous().get(&path).expect(200).json();
    let marker = format!("/links/{purpose}#token=");
    let mut links = mails["items"].as_array().unwrap().iter().filter_map(|mail| mail["link"].as_str());
    let link =
        links.find(|link| link.contains(&marker)).unwrap_or_else(|| panic!("no {purpose} mail: {mails:#}"));
    link.split_once("#token=").unwrap().1.to_owned()
}

/// The documented example of a request's body.
fn example(method: &str, path: &str) -> Value {
    let operation = &operation_of(method, path).unwrap().operation;
    let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
    let name = schema["$ref"].as_str().unwrap().rsplit('/').next().unwrap();
    document()["components"]["schemas"][name]["example"].clone()
}

/// Starts an application about a Medicaid ID.
fn begin(client: &Client, organization: &str, application_type: &str, medicaid_id: &str) -> Value {
    let body = json!({
        "organization_id": organization, "application_type": application_type, "medicaid_id": medicaid_id,
    });
    client.post(APPLICATIONS, &body).expect(201).json()
}

fn id(application: &Value) -> &str {
    application["id"].as_str().unwrap()
}

/// A click on the link of a mail, as browsers do it: what stands after `#` stays behind.
fn open_link(app: &TestApp, purpose: &str) {
    let before = app.fingerprint();
    let browser = app.anonymous().unruly();
    let page = browser.call("GET", &format!("/links/{purpose}")).header("accept", "text/html").send();
    assert_eq!((page.status, app.fingerprint()), (200, before));
}

fn accept(app: &TestApp, email: &str, (first_name, last_name): (&str, &str)) -> Value {
    let body = json!({
        "token": token_for(app, email, "invitation"),
        "first_name": first_name,
        "last_name": last_name,
        "password": PASSWORD,
    });
    let accepted = app.anonymous().post("/api/v1/invitations/accept", &body).expect(200).json();
    let _ = app.anonymous().post("/api/v1/invitations/accept", &body).problem(410, "invitation_used");
    accepted
}

/// The path of the member with that name.
fn member(client: &Client, organization: &str, name: &str) -> String {
    let members = client.all(&format!("/api/v1/organizations/{organization}/members"));
    let found = members.iter().find(|member| member["name"] == name).unwrap();
    format!("/api/v1/organizations/{organization}/members/{}", found["id"].as_str().unwrap())
}

/// Presses the button of a member; gives the status after it.
fn press(client: &Client, member: &str, button: &str) -> Value {
    client.post(&format!("{member}/{button}"), &json!({})).expect(200).json()["status"].clone()
}

fn complete_registration(app: &TestApp, email: &str) -> Client {
    open_link(app, "registration");
    let body = json!({"token": token_for(app, email, "registration"), "password": PASSWORD});
    let _ = app.anonymous().post("/api/v1/registrations/complete", &body).expect(200);
    let _ = app.anonymous().post("/api/v1/registrations/complete", &body).problem(410, "link_used");
    app.sign_in(email, PASSWORD)
}

/// Where the only membership of somebody stands.
fn standing(client: &Client) -> Value {
    client.get("/api/v1/me").expect(200).json()["memberships"][0]["status"].clone()
}

#[test]
fn s0_katherine_invites_a_manager_who_accepts_signs_in_and_reassigns() {
    let app = TestApp::start_sandbox();
    let katherine = persona(&app, "organization-administrator");
    let house = organization(&katherine);
    // An invitation with the role of CA Admin Manager must be sent to the user from the Organization Administrator.
    let invitation = json!({"email": "nora.fields@bluegrass.example", "role": "ca_admin_manager"});
    let _ = katherine.post(&format!("/api/v1/organizations/{house}/invitations"), &invitation).expect(201);
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
    let nora = app.sign_in("nora.fields@bluegrass.example", PASSWORD);
    let (marcus, priya) = (agent(&nora, &house, "Marcus Webb"), agent(&nora, &house, "Priya Nair"));
    let items: Vec<_> = work(&nora, &house, &marcus)
        .iter()
        .map(|row| json!({"id": row["id"], "version": row["version"]}))
        .collect();
    let body = json!({"from_agent_id": marcus, "to_agent_id": priya, "items": items});
    let moved = nora.post(&format!("/api/v1/organizations/{house}/reassignments"), &body).expect(201).json();
    assert_eq!(moved["moved"], 4);
    assert_eq!(persona(&app, "second-credentialing-agent").all("/api/v1/notifications").len(), 4);
}

#[test]
fn s0_f_04_debi_grants_all_agents_access_to_lee_blake_and_removes_it_when_lee_leaves() {
    let app = TestApp::start_sandbox();
    let (debi, marcus) = (persona(&app, "ca-admin-manager"), persona(&app, "credentialing-agent"));
    let house = organization(&debi);
    // Enter the Medicaid ID of the individual, click Search.
    let search = || {
        let path = format!("/api/v1/organizations/{house}/medicaid-ids/search");
        debi.post(&path, &json!({"medicaid_id": "7100126126"}))
    };
    let found = search().expect(200).json();
    assert_eq!(
        (&found["name"], &found["status"], &found["end_date"]),
        (&json!("Blake, Lee"), &json!("active"), &json!("2020-02-28"))
    );
    assert_eq!(found["agent_access"], json!({"state": "none"}));
    let maintenance =
        json!({"organization_id": house, "application_type": "maintenance", "medicaid_id": "7100126126"});
    let _ = marcus.post(APPLICATIONS, &maintenance).problem(403, "access_not_granted");
    // Grant access to all Credentialing Agents within the organization; a confirmation message displays, Yes or No.
    let access = format!("/api/v1/organizations/{house}/medicaid-ids/{}/agent-access", id(&found));
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
    // That Maintenance is the group's own; once it is approved, Lee is out of the group.
    let of_group = begin(&marcus, &house, "maintenance", "7100000001");
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
    let house = organization(&marcus);
    // Providers who are past due must be brought into compliance.
    let past_due = marcus.all(&format!("/api/v1/reports/past-due-revalidations?organization_id={house}"));
    assert_eq!(past_due.len(), 1);
    assert_eq!(
        (&past_due[0]["medicaid_id"], &past_due[0]["due_date"], &past_due[0]["days_past_due"]),
        (&json!("2222222"), &json!("2025-12-23"), &json!(40))
    );
    let due = format!("/api/v1/medicaid-ids/{}/revalidation", id(&past_due[0]));
    assert_eq!(marcus.get(&due).expect(200).json()["past_due"], true);
    // The revalidation is started a year or more before it is due: a message displays.
    let mut early =
        json!({"organization_id": house, "application_type": "revalidation", "medicaid_id": "1111111"});
    let asked = marcus.post(APPLICATIONS, &early).problem(409, "confirmation_required");
    assert_eq!(
        asked["message"],
        "Providers are required to revalidate every five years. Your revalidation is due June 16, 2027. Additional \
         maintenance items cannot be submitted until this revalidation is approved by DMS. Do you wish to continue? Yes/No"
    );
    // If Yes you will lose information entered on this screen and be returned to the dashboard.
    early["acknowledge"] = json!([asked["acknowledge"]]);
    let early = marcus.post(APPLICATIONS, &early).expect(201).json();
    assert_eq!((&early["next"], &early["screens"]), (&json!("dashboard"), &json!({})));
    let near = begin(&marcus, &house, "revalidation", "3333333");
    let late = begin(&marcus, &house, "revalidation", "2222222");
    assert!(near.get("next").is_none() && late.get("next").is_none(), "nobody was asked");
    // The application is left before it is submitted: another message displays.
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
    // One at a time, and no maintenance is submitted until it is approved.
    let again =
        json!({"organization_id": house, "application_type": "revalidation", "medicaid_id": "3333333"});
    let refused = marcus.post(APPLICATIONS, &again).problem(409, "open_item_exists");
    assert_eq!(refused["application_number"], near["application_number"]);
    let waiting = begin(&marcus, &house, "maintenance", "3333333");
    let refused = try_to_submit(&marcus, id(&waiting)).problem(409, "revalidation_pending");
    assert_eq!(refused["application_number"], near["application_number"]);
}

#[test]
fn s1_pt_56_selects_exempt_from_licensure_and_uploads_the_letter() {
    let app = TestApp::start_sandbox();
    let marcus = persona(&app, "credentialing-agent");
    let house = organization(&marcus);
    for application_type in ["maintenance", "revalidation"] {
        let application = begin(&marcus, &house, application_type, "7100000056");
        let label = "Non-Emergency Transportation";
        assert_eq!(application["provider_type"], json!({"code": "56", "label": label}));
        // The effective date may be as early as July 1, 2019.
        let license = json!({"license_type": "exempt_from_licensure", "effective_date": "2019-06-30"});
        let too_early = json!({"2.2": {"licenses": [license]}});
        let refused = try_to_save(&marcus, id(&application), &too_early).problem(422, "validation_failed");
        let fault = &refused["errors"][0];
        assert_eq!((&fault["screen"], &fault["earliest"]), (&json!("2.2"), &json!("2019-07-01")));
        // Exempt from Licensure on the 2.2 License Information screen, as the document's example has it.
        let exempt = &document()["components"]["schemas"]["LicensesScreenBody"]["example"];
        let _ = save(&marcus, id(&application), json!({"2.2": exempt}));
        // The letter must be uploaded to the 8.0 Document Upload screen.
        let refused = try_to_submit(&marcus, id(&application)).problem(422, "validation_failed");
        assert_eq!(refused["errors"].as_array().unwrap().len(), 1);
        let fault = &refused["errors"][0];
        assert_eq!((&fault["screen"], &fault["code"]), (&json!("8.0"), &json!("document_required")));
        assert_eq!(fault["pointer"], "/screens/8.0/transportation_cabinet_exemption_letter");
        let _ = upload(&marcus, id(&application), "transportation_cabinet_exemption_letter");
        let filed = try_to_submit(&marcus, id(&application)).expect(200).json();
        assert_eq!(filed["application_status"], "submitted", "{application_type}");
    }
    // Others cannot select it.
    let other = begin(&marcus, &house, "maintenance", "3333333");
    let license = json!({"license_type": "exempt_from_licensure", "effective_date": "2019-07-01"});
    let refused = try_to_save(&marcus, id(&other), &json!({"2.2": {"licenses": [license]}}))
        .problem(422, "validation_failed");
    assert_eq!(refused["errors"][0]["code"], "license_type_not_allowed_for_provider_type");
}

#[test]
fn the_examples_of_the_document_make_an_application() {
    let app = TestApp::start_sandbox();
    let (marcus, grace) = (persona(&app, "credentialing-agent"), persona(&app, "dms-reviewer"));
    let days = json!({"days": UNTIL_THE_EXAMPLES_HOLD});
    let _ = app.anonymous().post("/api/v1/sandbox/clock/advance", &days).expect(200);
    let mut beginning = example("POST", APPLICATIONS);
    beginning["organization_id"] = json!(organization(&marcus));
    let started = marcus.post(APPLICATIONS, &beginning).expect(201).json();
    let path = format!("{APPLICATIONS}/{}", id(&started));
    let screens = example("PATCH", &path);
    let saved = marcus.call("PATCH", &path).header("if-match", "*").json(&screens).send().expect(200).json();
    assert_eq!(saved["screens"]["1.1"]["tax_id_masked"], "***-**-1234");
    let filed = marcus.post_empty(&format!("{path}/submit")).expect(200).json();
    assert_eq!(filed["application_status"], "submitted");
    let _ = grace.post_empty(&format!("{path}/start-review")).expect(200);
    let approved = grace.post_empty(&format!("{path}/approve")).expect(200).json();
    assert!(approved["medicaid_id"].as_str().unwrap().starts_with("71"), "issued here");
}

#[test]
fn f_12_f_14_the_examples_for_support_are_about_providers_of_the_sandbox() {
    let app = TestApp::start_sandbox();
    let sam = persona(&app, "support");
    let path = "/api/v1/caller-verifications";
    let verified = sam.post(path, &example("POST", path)).expect(200).json();
    assert_eq!(verified["verified"], true);
    let path = "/api/v1/taxonomy-requirements";
    let operation = &operation_of("GET", path).unwrap().operation;
    let npi = operation["parameters"][0]["example"].as_str().unwrap();
    let answer = sam.get(&format!("{path}?npi={npi}")).expect(200).json();
    assert_eq!(
        answer,
        json!({"required": true, "loop": "2000A", "segment": "PRV", "medicaid_id_count": 2, "provider_type_count": 2})
    );
}

#[test]
fn s2_a_registrant_associates_an_account_links_a_group_and_asks_for_access_to_another() {
    let app = TestApp::start_sandbox();
    let amara = persona(&app, "provider-registrant");
    let both_steps = |path: &str, claim: &Value| {
        let step_1 = amara.post(path, claim).expect(201).json();
        let id = step_1["association_id"].as_str().unwrap();
        amara.post(&format!("{path}/{id}/complete"), &acceptance(&step_1)).expect(201).json()
    };
    // Ensure the information matches the letter; any ZIP code of the profile will do.
    let practitioner = json!({
        "provider_type": "practitioner", "first_name": "Amara", "last_name": "Whitfield",
        "tax_id": "04-3555017", "provider_id": "CCA100234", "zip": "02139",
    });
    let own = both_steps(ASSOCIATE, &practitioner);
    assert_eq!(own["role"], "organization_administrator");
    // Users, Link Account: the information, Next, the agreement, Finish.
    let group = json!({
        "provider_type": "group", "group_name": "Harborlight Primary Care",
        "tax_id": "04-3555028", "provider_id": "CCA200417", "zip": "02210",
    });
    let linked = both_steps(LINK, &group);
    // All linked accounts stand under the Manage Linked Accounts tab.
    let accounts = amara.all(LINK);
    let usernames: Vec<_> = accounts.iter().map(|account| account["username"].as_str().unwrap()).collect();
    assert_eq!(usernames, ["CCA100234", "CCA200417"]);
    assert_eq!(accounts[1]["covers_total"], 2, "all providers listed under the Group Tax ID");
    let switch = json!({"membership_id": linked["membership_id"]});
    let switched =
        amara.call("PUT", "/api/v1/me/active-account").header("if-match", "*").json(&switch).send();
    assert_eq!(switched.expect(200).json()["username"], "CCA200417");
    // If an Administrator for the Provider ID exists, contact them and request access.
    let taken = json!({
        "provider_type": "group", "group_name": "Seaglass Physical Therapy",
        "tax_id": "04-3555039", "provider_id": "CCA300512", "zip": "01930",
    });
    let refused = amara.post(LINK, &taken).problem(409, "administrator_exists");
    let ask = json!({"provider_id": "CCA300512", "message": "I work at the front desk."});
    let _ = amara.post(refused["request_access"].as_str().unwrap(), &ask).expect(202);
    app.process_requests();
    let helen = persona(&app, "account-administrator");
    let requests = helen.all(&format!("/api/v1/organizations/{}/access-requests", organization(&helen)));
    assert_eq!(requests.len(), 1);
    assert_eq!(requests[0]["email"], "amara.whitfield@harborlight.example");
    let mails = app
        .anonymous()
        .get("/api/v1/sandbox/mailbox?recipient=helen.marsh@seaglass.example")
        .expect(200)
        .json();
    assert!(mails["items"][0]["text"].as_str().unwrap().contains("Amara Whitfield"));
}

#[test]
fn s2_an_administrator_invites_users_by_list_makes_an_admin_and_revokes() {
    let app = TestApp::start_sandbox();
    let helen = persona(&app, "account-administrator");
    let account = organization(&helen);
    let list = format!("/api/v1/organizations/{account}/invite-list");
    // Complete user information fields; ZIP code is typically the remittance address ZIP code.
    for (email, zip) in [("lee.tran@seaglass.example", "01930"), ("pat.otto@seaglass.example", "01944")] {
        let entry = json!({"email": email, "first_name": "Lee", "last_name": "Tran", "zip": zip, "role": "account_user"});
        let _ = helen.post(&list, &entry).expect(201);
    }
    // You will get a success or failure message once completed.
    let sent = helen.post_empty(&format!("{list}/send")).expect(200).json();
    assert_eq!((&sent["sent"], &sent["failed"]), (&json!(1), &json!(1)));
    let accepted = accept(&app, "lee.tran@seaglass.example", ("Lee", "Tran"));
    assert_eq!(accepted["status"], "active");
    // Select user; click Make Admin | Revoke User.
    let owen = persona(&app, "account-user");
    let members = format!("/api/v1/organizations/{account}/members");
    let _ = owen.get(&members).problem(403, "role_required");
    assert_eq!(press(&helen, &member(&helen, &account, "Owen Park"), "make-admin"), "active");
    assert_eq!(owen.all(&members).len(), 3);
    assert_eq!(press(&helen, &member(&helen, &account, "Lee Tran"), "revoke"), "revoked");
}

#[test]
fn s3_an_account_manager_verifies_jeremy_and_reads_his_comments_as_text() {
    let app = TestApp::start_sandbox();
    let lena = persona(&app, "account-manager");
    let practice = organization(&lena);
    // Select the Verification Pending box, click the Verify Account button.
    let waiting = lena.all(&format!("/api/v1/organizations/{practice}/members?verification_pending=true"));
    assert_eq!(waiting.len(), 1);
    assert_eq!(
        (&waiting[0]["name"], &waiting[0]["telephone"]),
        (&json!("Jeremy Huang"), &json!("1231231234"))
    );
    let jeremy = member(&lena, &practice, "Jeremy Huang");
    let comments = lena.all(&format!("{jeremy}/comments"));
    let told: Vec<_> = comments.iter().map(|entry| (&entry["action"], entry["comment"].as_str())).collect();
    assert_eq!(
        told,
        [
            (&json!("update_user_roles"), Some(";alert(1)//\n</xmp><script>alert(1)</script>")),
            (&json!("update_user_roles"), Some("<script>alert(1)</script>")),
            (&json!("registered"), None),
        ]
    );
    // Selecting access levels; once a user is enabled, their status will change to Unverified.
    let verify = json!({"permissions": ["claims", "eligibility"], "comment": "Called back."});
    let verified = lena.post(&format!("{jeremy}/verify"), &verify).expect(200).json();
    assert_eq!((&verified["status"], &verified["verified"]), (&json!("unverified"), &json!(true)));
    // Click Send Registration Email for the user to be notified that they must complete their registration.
    assert_eq!(press(&lena, &jeremy, "send-registration-email"), "unverified");
    let his = complete_registration(&app, "jeremy.huang@riverbend.example");
    assert_eq!(standing(&his), "active");
    // If a user leaves the practice, click Disable User.
    assert_eq!(press(&lena, &jeremy, "disable"), "disabled");
    assert_eq!(standing(&his), "disabled", "at his very next request");
}

#[test]
fn s3_an_account_manager_helps_the_unverified_the_locked_and_the_disabled() {
    let app = TestApp::start_sandbox();
    let lena = persona(&app, "account-manager");
    let practice = organization(&lena);
    let uma = member(&lena, &practice, "Uma Rhodes");
    assert_eq!(press(&lena, &uma, "send-registration-email"), "unverified");
    assert_eq!(standing(&complete_registration(&app, "uma.rhodes@riverbend.example")), "active");
    // Send password reset emails to a user whose portal account is locked due to inactivity.
    let victor = member(&lena, &practice, "Victor Lane");
    let _ = lena.post(&format!("{victor}/enable"), &json!({})).problem(409, "use_password_reset");
    assert_eq!(press(&lena, &victor, "send-password-reset-email"), "locked");
    open_link(&app, "password-reset");
    let reset = json!({"token": token_for(&app, "victor.lane@riverbend.example", "password-reset"), "password": PASSWORD});
    let _ = app.anonymous().post("/api/v1/password-resets/complete", &reset).expect(204);
    let _ = app.anonymous().post("/api/v1/password-resets/complete", &reset).problem(410, "link_used");
    assert_eq!(standing(&app.sign_in("victor.lane@riverbend.example", PASSWORD)), "active");
    // Account Managers can use this button to re-enable these users.
    let dana = member(&lena, &practice, "Dana Cole");
    assert_eq!(lena.get(&dana).expect(200).json()["disabled_reason"], "by_account_manager");
    assert_eq!(press(&lena, &dana, "enable"), "unverified");
}

#[test]
fn s4_a_user_registers_the_manager_enables_from_the_mail_and_the_plan_looks_after_first_registrants() {
    let app = TestApp::start_sandbox();
    // Account managers will receive an email when a user creates a new user account under the tax id.
    let registration = json!({
        "plan": "lhcc", "tin": "72-7654321", "email": "rosa.field@riverbend.example", "first_name": "Rosa", "last_name": "Field",
    });
    let _ = app.anonymous().post("/api/v1/registrations", &registration).expect(202);
    app.process_requests();
    // The account manager can select the Enable User button in the email.
    open_link(&app, "enable-user");
    let button = json!({"token": token_for(&app, "lena.ortiz@riverbend.example", "enable-user")});
    let _ = app.anonymous().post("/api/v1/registrations/enable", &button).problem(401, "unauthenticated");
    let lena = persona(&app, "account-manager");
    let enabled = lena.post("/api/v1/registrations/enable", &button).expect(200).json();
    assert_eq!((&enabled["name"], &enabled["status"]), (&json!("Rosa Field"), &json!("unverified")));
    // The plan is responsible for verifying and setting up the original registrant of a tax id.
    let ruth = persona(&app, "plan-operator");
    let waiting = ruth.all("/api/v1/plan/registrations?without_manager=true");
    assert_eq!(waiting.len(), 1);
    assert_eq!((&waiting[0]["name"], &waiting[0]["plan"]), (&json!("Carol Jennings"), &json!("ahw")));
    let id = waiting[0]["id"].as_str().unwrap();
    let name = json!({"organization_name": "Ozark Family Clinic"});
    let _ = ruth.post(&format!("/api/v1/plan/registrations/{id}/verify-original"), &name).expect(200);
    let practice = waiting[0]["organization_id"].as_str().unwrap();
    let hers = complete_registration(&app, "carol.jennings@ozark.example");
    assert_eq!(
        hers.all(&format!("/api/v1/organizations/{practice}/members")).len(),
        1,
        "she looks after it now"
    );
}

#[test]
fn x_03_x_06_x_07_the_four_applications_are_exactly_as_printed() {
    let app = TestApp::start_sandbox();
    let manager = persona(&app, "ca-admin-manager");
    let house = organization(&manager);
    let rows = work(&manager, &house, &agent(&manager, &house, "Marcus Webb"));
    let printed: Vec<_> = rows
        .iter()
        .map(|row| {
            let text = |member: &str| row[member].as_str().unwrap().to_owned();
            let provider_type = format!(
                "{} - {}",
                row["provider_type"]["code"].as_str().unwrap(),
                row["provider_type"]["label"].as_str().unwrap()
            );
            [
                text("application_type"),
                text("application_number"),
                text("medicaid_id"),
                text("provider_name"),
                provider_type,
                text("npi"),
                text("date_of_initiation"),
                text("application_status"),
            ]
            .join("|")
        })
        .collect();
    assert_eq!(
        printed,
        [
            "enrollment|APP5678|2222222|Doe, Jane|78 - Advanced Practice Registered Nurse (APRN)|147852360|2023-06-15|dms_review_in_progress",
            "enrollment|APP1234|1111111|Doe, John|64 - Physician individual|1234567890|2023-07-01|in_progress",
            "enrollment|APP9876|3333333|Smith, John|64 - Physician individual|369852147|2023-07-15|submitted",
            "enrollment|APP0543|4444444|Smith, Jane|78 - Advanced Practice Registered Nurse (APRN)|258963147|2023-08-02|in_progress",
        ]
    );
    assert!(rows.iter().all(|row| row["npi_valid"] == false), "kept and flagged");
}

#[test]
fn everybody_on_the_list_can_sign_in() {
    let app = TestApp::start_sandbox();
    for person in
        app.anonymous().get("/api/v1/sandbox/personas").expect(200).json()["items"].as_array().unwrap()
    {
        let me = persona(&app, person["name"].as_str().unwrap()).get("/api/v1/me").expect(200).json();
        assert_eq!(me["email"], person["email"]);
        let form = [
            ("grant_type", "password"),
            ("username", person["email"].as_str().unwrap()),
            ("password", portal_api::sandbox::PASSWORD),
        ];
        let _ = app.anonymous().post_form("/api/v1/oauth/token", &form).expect(200);
    }
    let _ = app.anonymous().post_empty("/api/v1/sandbox/personas/nobody/token").problem(404, "not_found");
}

#[test]
fn days_pass_for_applications_but_not_for_sessions() {
    let app = TestApp::start_sandbox();
    let manager = persona(&app, "ca-admin-manager");
    let house = organization(&manager);
    let marcus = agent(&manager, &house, "Marcus Webb");
    let days = |number: &str| {
        work(&manager, &house, &marcus).into_iter().find(|row| row["application_number"] == number).unwrap()["days_until_withdrawal"].as_i64()
    };
    assert_eq!(days("APP0543"), Some(89));
    let advanced =
        app.anonymous().post("/api/v1/sandbox/clock/advance", &json!({"days": 30})).expect(200).json();
    assert_eq!(advanced["now"], "2026-03-03T17:00:00Z");
    assert_eq!(days("APP0543"), Some(59));
    for wrong in [json!({"days": 0}), json!({"days": 3651}), json!({"days": "1"}), json!({})] {
        let _ =
            app.anonymous().post("/api/v1/sandbox/clock/advance", &wrong).problem(422, "validation_failed");
    }
}

#[test]
fn a_reset_tells_the_story_from_its_beginning() {
    let app = TestApp::start_sandbox();
    let manager = persona(&app, "ca-admin-manager");
    let house = organization(&manager);
    let (marcus, priya) = (agent(&manager, &house, "Marcus Webb"), agent(&manager, &house, "Priya Nair"));
    let row = work(&manager, &house, &marcus).remove(0);
    let body = json!({"from_agent_id": marcus, "to_agent_id": priya, "items": [{"id": row["id"], "version": row["version"]}]});
    let _ = manager.post(&format!("/api/v1/organizations/{house}/reassignments"), &body).expect(201);
    let _ = app.anonymous().post("/api/v1/sandbox/clock/advance", &json!({"days": 1})).expect(200);
    let _ = app.anonymous().post_empty("/api/v1/sandbox/reset").expect(204);
    let _ = manager.get("/api/v1/me").problem(401, "unauthenticated");
    let manager = persona(&app, "ca-admin-manager");
    let house = organization(&manager);
    assert_eq!(work(&manager, &house, &agent(&manager, &house, "Marcus Webb")).len(), 4);
    assert_eq!(app.now().to_rfc3339(), "2026-02-01T17:00:00+00:00");
}

#[test]
fn filling_a_filled_sandbox_changes_nothing() {
    let app = TestApp::start_sandbox();
    let before = app.fingerprint();
    portal_api::sandbox::fill(&app.portal, false).unwrap();
    assert_eq!(app.fingerprint(), before);
}
