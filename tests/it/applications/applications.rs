//! Reading applications.

use portal_domain::ground::application_status::ApplicationStatus;
use portal_domain::ground::application_type::ApplicationType;
use portal_domain::identity::user::PlatformRole;
use portal_domain::organizations::membership::{MembershipStatus, Role};
use portal_tests::given::Given;
use portal_tests::{TestApp, on_both_engines};
use serde_json::json;

on_both_engines!(only_permitted_users_can_read_an_application);
fn only_permitted_users_can_read_an_application(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let marcus = org.agent("Marcus Webb");
    let draft = org.application(&marcus, Given::default());
    let submitted =
        org.application(&marcus, Given { status: ApplicationStatus::Submitted, ..Given::default() });
    let path = |item: portal_tests::given::Item| format!("/api/v1/applications/{}", item.id);
    let administrator = org.member("Katherine Tully", &[Role::OrganizationAdministrator]);
    for reader in [&marcus, &org.manager("Debi Henderson"), &administrator] {
        let _ = reader.client().get(&path(draft)).expect(200);
        let _ = reader.client().get(&format!("{}/history", path(draft))).expect(200);
    }
    let lakeside = app.provider_group("Lakeside");
    for person in [
        org.agent("Priya Nair"),
        org.member("Lena Ortiz", &[Role::AccountUser]),
        lakeside.manager("Sam Outsider"),
    ] {
        let _ = person.client().get(&path(submitted)).problem(404, "not_found");
        let _ = person.client().get(&format!("{}/history", path(submitted))).problem(404, "not_found");
    }
    let reviewer = app.reviewer();
    let _ = reviewer.get(&path(submitted)).expect(200);
    let _ = reviewer.get(&path(draft)).problem(404, "not_found");
}

on_both_engines!(disabled_actions_list_their_reasons);
fn disabled_actions_list_their_reasons(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let marcus = org.agent("Marcus Webb");
    let approved =
        org.application(&marcus, Given { status: ApplicationStatus::Approved, ..Given::default() });
    let reasons = |client: &portal_tests::Client, action: &str| {
        let shown = client.get(&format!("/api/v1/applications/{}", approved.id)).expect(200).json();
        let actions = shown["actions"].as_array().unwrap().clone();
        let found = actions.into_iter().find(|entry| entry["action"] == action).unwrap();
        assert_eq!(found["allowed"], found["reasons"].as_array().unwrap().is_empty());
        found["reasons"].clone()
    };
    let (agent, manager) = (marcus.client(), org.manager("Debi Henderson").client());
    assert_eq!(reasons(&agent, "reassign"), json!(["item_not_reassignable", "role_required"]));
    assert_eq!(reasons(&manager, "reassign"), json!(["item_not_reassignable"]));
    assert_eq!(reasons(&agent, "save"), json!(["invalid_transition"]));
    assert_eq!(reasons(&manager, "save"), json!(["role_required", "invalid_transition"]));
    assert_eq!(reasons(&manager, "withdraw"), json!(["not_initiator", "invalid_transition"]));
    assert_eq!(reasons(&agent, "approve"), json!(["role_required", "invalid_transition"]));
}

on_both_engines!(f_05_a_list_contains_exactly_what_its_reader_can_see_newest_first);
fn f_05_a_list_contains_exactly_what_its_reader_can_see_newest_first(app: &TestApp) {
    let (org, lakeside) = (app.provider_group("Bluegrass"), app.provider_group("Lakeside"));
    let [marcus, priya] = ["Marcus Webb", "Priya Nair"].map(|name| org.agent(name));
    let sam = lakeside.agent("Sam Outsider");
    let mut items = vec![];
    for (place, agent) in [(&org, &marcus), (&org, &priya), (&lakeside, &sam)] {
        for status in
            [ApplicationStatus::InProgress, ApplicationStatus::Submitted, ApplicationStatus::Withdrawn]
        {
            // Ids are ordered by millisecond, and randomly within one.
            app.advance(chrono::Duration::seconds(1));
            items.push(place.application(agent, Given { status, ..Given::default() }));
        }
    }
    let granted = org.granted_medicaid_id();
    let without_access = org.linked_medicaid_id();
    for (individual, kind) in [
        (&granted, ApplicationType::Maintenance),
        (&without_access, ApplicationType::Maintenance),
        (&without_access, ApplicationType::Enrollment),
    ] {
        app.advance(chrono::Duration::seconds(1));
        items.push(org.application_about(&marcus, individual, kind, ApplicationStatus::InProgress));
    }
    items.reverse();
    let administrator = org.administrator("Katherine Tully");
    let both = org.member("Ann Both", &[Role::CaAdminManager, Role::CredentialingAgent]);
    let _ = lakeside.join(&both, &[Role::CredentialingAgent], &[]);
    let disabled = org.member_with("Tom Ashby", &[Role::CredentialingAgent], &[], MembershipStatus::Disabled);
    let staff = |role| app.staff("Grace Oyelaran", role);
    let mut readers: Vec<portal_tests::Client> =
        [&marcus, &priya, &sam, &administrator, &both, &disabled].map(|person| person.client()).into();
    readers.push(org.manager("Debi Henderson").client());
    readers.extend(
        [PlatformRole::DmsReviewer, PlatformRole::Operator, PlatformRole::PlanStaff, PlatformRole::Support]
            .map(staff),
    );
    let mut seen = vec![];
    for reader in &readers {
        let may = |item: &&portal_tests::given::Item| {
            reader.get(&format!("/api/v1/applications/{}", item.id)).status == 200
        };
        let wanted: Vec<_> = items.iter().filter(may).map(|item| json!(item.id.to_string())).collect();
        let listed: Vec<_> =
            reader.all("/api/v1/applications?limit=2").iter().map(|row| row["id"].clone()).collect();
        assert_eq!(listed, wanted);
        seen.push(listed.len());
    }
    assert_eq!(seen, [5, 3, 3, 9, 9, 0, 9, 6, 12, 0, 0]);
}

on_both_engines!(f_05_a_list_is_filtered_by_organization_type_status_and_assignee);
fn f_05_a_list_is_filtered_by_organization_type_status_and_assignee(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let marcus = org.member("Marcus Webb", &[Role::CredentialingAgent, Role::CaAdminManager]);
    let priya = org.agent("Priya Nair");
    let draft = org.application(&marcus, Given::default());
    let given = Given {
        application_type: ApplicationType::LocumTenens,
        status: ApplicationStatus::Denied,
        ..Given::default()
    };
    let denied = org.application(&priya, given);
    let client = marcus.client();
    let found = |query: &str| {
        let rows = client.all(&format!("/api/v1/applications?{query}"));
        rows.iter().map(|row| row["id"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let (draft, denied) = (draft.id.to_string(), denied.id.to_string());
    assert_eq!(found("assigned_to_me=true"), std::slice::from_ref(&draft));
    assert_eq!(found("application_type=locum_tenens"), std::slice::from_ref(&denied));
    assert_eq!(found("application_type=application"), std::slice::from_ref(&draft));
    assert_eq!(found("application_status=denied&application_status=approved"), [denied]);
    assert_eq!(found(&format!("organization_id={}&application_status=in_progress", org.id)), [draft]);
    let lakeside = app.provider_group("Lakeside");
    let _ = lakeside.application(&lakeside.agent("Sam Outsider"), Given::default());
    assert!(
        found(&format!("organization_id={}", lakeside.id)).is_empty(),
        "a foreign organization filters out everything"
    );
    let _ = client.get("/api/v1/applications?application_status=pending").problem(422, "validation_failed");
    let _ = client
        .get(&format!("/api/v1/applications?organization_id={}", marcus.membership))
        .problem(400, "malformed_id");
    let page = client.get("/api/v1/applications?limit=1").expect(200).json();
    let cursor = page["next_cursor"].as_str().unwrap();
    let _ = client
        .get(&format!("/api/v1/applications?assigned_to_me=true&cursor={cursor}"))
        .problem(400, "invalid_cursor");
}

on_both_engines!(x_06_a_leading_zero_of_an_application_number_is_preserved);
fn x_06_a_leading_zero_of_an_application_number_is_preserved(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let marcus = org.agent("Marcus Webb");
    let item = org.application(&marcus, Given { number: "APP0543".into(), ..Given::default() });
    let client = marcus.client();
    let shown = client.get(&format!("/api/v1/applications/{}", item.id)).expect(200).json();
    assert_eq!(shown["application_number"], "APP0543");
    assert_eq!(client.all("/api/v1/applications")[0]["application_number"], "APP0543");
}

on_both_engines!(an_unchanged_application_gets_304);
fn an_unchanged_application_gets_304(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let marcus = org.agent("Marcus Webb");
    let item = org.application(&marcus, Given::default());
    let client = marcus.client();
    let path = format!("/api/v1/applications/{}", item.id);
    let etag = client.get(&path).expect(200).header("etag").unwrap().to_owned();
    let unchanged = client.call("GET", &path).header("if-none-match", &etag).send().expect(304);
    assert!(unchanged.body.is_empty());
    app.advance(chrono::Duration::minutes(20));
    let _ = client.call("GET", &path).header("if-none-match", &etag).send().problem(401, "unauthenticated");
    let tomorrow = app.signed_in(marcus.user);
    app.advance(chrono::Duration::minutes(5));
    let _ = tomorrow.call("GET", &path).header("if-none-match", &etag).send().expect(304);
}
