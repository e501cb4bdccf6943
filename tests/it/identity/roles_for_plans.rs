//! Staff, support, and reviewers hold their platform role for a plan, and reach nothing of the others
//! (domain rule R-208).

use portal_domain::ground::application_status::ApplicationStatus;
use portal_domain::ground::plan_code::PlanCode;
use portal_domain::ground::tax_identifier::TaxId;
use portal_domain::identity::user::{HeldRole, PlatformRole};
use portal_domain::organizations::membership::{MembershipStatus, Role};
use portal_tests::fixture::{Fixture, Relation};
use portal_tests::given::Organization;
use portal_tests::life_cycle::{given, path, step};
use portal_tests::operations::OPERATIONS;
use portal_tests::principals::{STAFF, STAFF_OF_ANOTHER_PLAN};
use portal_tests::provider_accounts::{PLAN_ASSOCIATIONS, REASON, TAX_ID, waiting};
use portal_tests::{Answer, Client, TestApp, on_both_engines};
use serde_json::{Value, json};

const REGISTRATIONS: &str = "/api/v1/plan/registrations";
const CALLERS: &str = "/api/v1/caller-verifications";

fn ids(client: &Client, list: &str) -> Vec<Value> {
    client.all(list).iter().map(|item| item["id"].clone()).collect()
}

/// The response without the ID of the request.
fn body(answer: &Answer) -> Value {
    answer.without_request_id()
}

/// A registrant of the practice, who awaits verification.
fn registrant(practice: &Organization<'_>) -> String {
    let pending = MembershipStatus::VerificationPending;
    practice.member_with("Jeremy Huang", &[Role::AccountUser], &[], pending).membership.to_string()
}

on_both_engines!(r_208_staff_support_and_reviewers_of_another_plan_reach_nothing_of_a_plan);
fn r_208_staff_support_and_reviewers_of_another_plan_reach_nothing_of_a_plan(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let marcus = org.agent("Marcus Webb");
    let [submitted, reviewed] = [ApplicationStatus::Submitted, ApplicationStatus::DmsReviewInProgress]
        .map(|status| org.application(&marcus, given(status)).id);
    let individual = org.granted_medicaid_id();
    let jeremy = registrant(&app.practice("Riverbend", PlanCode::Lhcc));
    let record = app.provider_on_file("CCA-200417", "Harborlight Primary Care", TAX_ID);
    let amara = app.unconfirmed_administrator(app.platform_user("Amara Whitfield", &[]), &record);
    let roles = [PlatformRole::PlanStaff, PlatformRole::Support, PlatformRole::DmsReviewer];
    let insiders = roles.map(|role| (role, app.staff_of("Ina Insider", role, PlanCode::Ahw)));
    let before = app.fingerprint();
    let alike = |client: &Client, path: &str, nonexistent: &str| {
        let refused = client.get(path);
        assert!([403, 404].contains(&refused.status), "{path}");
        assert_eq!(body(&refused), body(&client.get(nonexistent)), "{path}");
    };

    for (role, insider) in &insiders {
        for list in ["/api/v1/organizations", "/api/v1/applications", "/api/v1/correspondence"] {
            assert_eq!(insider.all(list), Vec::<Value>::new(), "{list} as {role}");
        }
        let nowhere = "/api/v1/organizations/org_01k2zqj5t8e4vbx9m3c7w6r1hd";
        for page in ["", "/members", "/medicaid-ids", "/audit-events"] {
            alike(insider, &org.path(page), &format!("{nowhere}{page}"));
        }
        alike(insider, &path(submitted, ""), "/api/v1/applications/app_01k2zqj5t8e4vbx9m3c7w6r1hd");
        let medicaid_ids = "/api/v1/medicaid-ids";
        alike(
            insider,
            &format!("{medicaid_ids}/{}/revalidation", individual.id),
            &format!("{medicaid_ids}/mid_01k2zqj5t8e4vbx9m3c7w6r1hd/revalidation"),
        );
    }
    let [(_, staff), _, (_, reviewer)] = &insiders;
    let _ = step(reviewer, submitted, "start-review").problem(404, "not_found");
    for decision in ["return", "approve", "deny"] {
        let _ = step(reviewer, reviewed, decision).problem(404, "not_found");
    }
    assert!(staff.all(REGISTRATIONS).is_empty() && staff.all(PLAN_ASSOCIATIONS).is_empty());
    let verify = format!("{REGISTRATIONS}/{jeremy}/verify-original");
    let _ = staff.post(&verify, &json!({})).problem(404, "not_found");
    let association = format!("{PLAN_ASSOCIATIONS}/{amara}");
    let _ = staff.post_empty(&format!("{association}/confirm")).problem(404, "not_found");
    let _ =
        staff.post(&format!("{association}/reject"), &json!({"reason": REASON})).problem(404, "not_found");
    assert_eq!(app.fingerprint(), before, "nothing was changed");

    // The staff of the plan may do all of this.
    let reviewer = app.staff_of("Grace Oyelaran", PlatformRole::DmsReviewer, PlanCode::Ky);
    let _ = step(&reviewer, submitted, "start-review").expect(200);
    let staff = app.staff_of("Ruth Delgado", PlatformRole::PlanStaff, PlanCode::Cca);
    let _ = staff.post_empty(&format!("{association}/confirm")).expect(200);
    let staff = app.staff_of("Rita Delgado", PlatformRole::PlanStaff, PlanCode::Lhcc);
    let _ = staff.post(&verify, &json!({})).expect(200);
}

on_both_engines!(r_208_the_lists_of_another_plans_staff_are_empty);
fn r_208_the_lists_of_another_plans_staff_are_empty(app: &TestApp) {
    let shown = |principal| {
        let (_app, fixture) = Fixture::of(app.engine, principal);
        let public = ["/api/v1/plans", "/problems"];
        let me = fixture.client.get("/api/v1/me").expect(200).json();
        // The provider account to which the caller belongs.
        let own: Vec<_> = me["memberships"]
            .as_array()
            .unwrap()
            .iter()
            .map(|membership| membership["organization"]["id"].clone())
            .collect();
        let lists = OPERATIONS.iter().filter(|operation| {
            operation.method == "GET" && !operation.is_personal() && !public.contains(&operation.path)
        });
        let mut shown = Vec::new();
        for operation in lists {
            let answer = operation.call(&fixture.client, fixture.targets(Relation::Own));
            if answer.header("content-type").is_some_and(|kind| kind.starts_with("application/json"))
                && answer.json()["items"]
                    .as_array()
                    .is_some_and(|items| items.iter().any(|item| !own.contains(&item["id"])))
            {
                shown.push(operation.path);
            }
        }
        shown
    };
    for principal in STAFF_OF_ANOTHER_PLAN {
        assert_eq!(shown(principal), Vec::<&str>::new(), "{principal}");
    }
    // The staff of all plans see rows in these lists.
    let [staff, reviewer, support, _operator] = STAFF.map(shown);
    for list in ["/organizations", "/plan/associations", "/plan/registrations"] {
        assert!(staff.contains(&format!("/api/v1{list}").as_str()), "{staff:?}");
    }
    assert!(reviewer.contains(&"/api/v1/applications"), "{reviewer:?}");
    assert!(reviewer.contains(&"/api/v1/correspondence"), "{reviewer:?}");
    assert!(support.contains(&"/api/v1/organizations"), "{support:?}");
}

on_both_engines!(r_208_lists_have_the_rows_of_the_callers_plans_page_by_page);
fn r_208_lists_have_the_rows_of_the_callers_plans_page_by_page(app: &TestApp) {
    let plans = [PlanCode::Ahw, PlanCode::Lhcc, PlanCode::Cca, PlanCode::Ahw, PlanCode::Lhcc, PlanCode::Ahw];
    let practices: Vec<_> = plans
        .iter()
        .zip('A'..)
        .map(|(plan, letter)| {
            let practice = app.practice(&format!("{letter} Practice"), *plan);
            (*plan, json!(practice.id.to_string()), json!(registrant(&practice)))
        })
        .collect();
    let held = |plans: &[PlanCode]| -> Vec<_> {
        plans.iter().map(|plan| HeldRole::of_plan(PlatformRole::PlanStaff, *plan)).collect()
    };
    for served in [vec![PlanCode::Ahw], vec![PlanCode::Lhcc, PlanCode::Ahw], vec![PlanCode::Ky]] {
        let staff = app.signed_in(app.platform_user_of("Stella Staff", &held(&served)));
        let expected = practices.iter().filter(|(plan, ..)| served.contains(plan));
        let (organizations, registrants): (Vec<_>, Vec<_>) =
            expected.map(|(_, organization, registrant)| (organization.clone(), registrant.clone())).unzip();
        for limit in [1, 2, 100] {
            let paged = |list: &str| ids(&staff, &format!("{list}?limit={limit}"));
            assert_eq!(paged("/api/v1/organizations"), organizations, "{served:?}, {limit} a page");
            let mut found = paged(REGISTRATIONS);
            found.sort_by_key(ToString::to_string);
            let mut expected = registrants.clone();
            expected.sort_by_key(ToString::to_string);
            assert_eq!(found, expected, "{served:?}, {limit} a page");
        }
    }
}

on_both_engines!(r_208_a_member_who_works_for_a_plan_sees_own_organizations_and_those_of_the_plan);
fn r_208_a_member_who_works_for_a_plan_sees_own_organizations_and_those_of_the_plan(app: &TestApp) {
    let own = app.provider_group("A Group");
    let [theirs, hidden] = [PlanCode::Ahw, PlanCode::Cca].map(|plan| app.practice("B Practice", plan));
    let pat = own.agent("Pat Both");
    let grant = json!({"role": "support", "plan": "ahw", "reason": "Helps out."});
    let _ = app.operator().post(&format!("/api/v1/users/{}/grant-role", pat.user), &grant).expect(200);
    let client = pat.client();
    let expected: Vec<_> = [own.id, theirs.id].map(|id| json!(id.to_string())).into();
    assert_eq!(ids(&client, "/api/v1/organizations?limit=1"), expected);
    let _ = client.get(&hidden.path("")).problem(404, "not_found");
}

on_both_engines!(r_208_a_user_reviews_one_plan_and_supports_another);
fn r_208_a_user_reviews_one_plan_and_supports_another(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let submitted = org.application(&org.agent("Marcus Webb"), given(ApplicationStatus::Submitted)).id;
    let practice = app.practice("Riverbend", PlanCode::Ahw);
    let both = app.signed_in(app.platform_user_of(
        "Grace Oyelaran",
        &[
            HeldRole::of_plan(PlatformRole::DmsReviewer, PlanCode::Ky),
            HeldRole::of_plan(PlatformRole::Support, PlanCode::Ahw),
        ],
    ));
    let me = both.get("/api/v1/me").expect(200).json();
    let roles = json!([{"role": "dms_reviewer", "plan": "ky"}, {"role": "support", "plan": "ahw"}]);
    assert_eq!(me["platform_roles"], roles);
    assert_eq!(ids(&both, "/api/v1/organizations"), [json!(practice.id.to_string())]);
    let _ = both.get(&org.path("")).problem(404, "not_found");
    let _ = step(&both, submitted, "start-review").expect(200);
    let before = app.fingerprint();
    let facts = json!({"plan": "ky", "medicaid_id": "1111111", "name": "Doe, John", "npi": "1993999998", "tax_id": "400-55-1234"});
    let _ = both.post(CALLERS, &facts).problem(403, "role_required");
    assert_eq!(app.fingerprint(), before);
}

on_both_engines!(r_208_support_verifies_the_callers_of_its_plan_only);
fn r_208_support_verifies_the_callers_of_its_plan_only(app: &TestApp) {
    let known = app.medicaid_id(|new| new.npi = Some("1993999998".into()));
    let facts = |number: &str| json!({"plan": "ky", "medicaid_id": number, "name": "Doe, John", "npi": "1993999998", "tax_id": "400-55-1234"});
    let elsewhere = app.staff_of("Sue Support", PlatformRole::Support, PlanCode::Cca);
    let before = app.fingerprint();
    let refused = [known.number.as_str(), "7199999999"].map(|number| elsewhere.post(CALLERS, &facts(number)));
    assert_eq!(refused.each_ref().map(|answer| answer.status), [403, 403]);
    assert_eq!(body(&refused[0]), body(&refused[1]), "the response does not reveal which number is on file");
    assert_eq!(app.fingerprint(), before, "nothing was recorded");
    // A Medicaid ID that an organization of another plan owns is unknown to the plan.
    let practice = app.practice("Riverbend", PlanCode::Lhcc);
    let tax_id = TaxId::parse("61-1234321").ok();
    let [own, foreign] = [app.provider_group("Bluegrass").id, practice.id].map(|owner| {
        app.medicaid_id(|new| {
            new.npi = Some("1993999998".into());
            new.details.fein = tax_id.clone();
            new.owning_organization = Some(owner);
        })
    });
    let of_ky = app.staff_of("Sam Support", PlatformRole::Support, PlanCode::Ky);
    for (given, expected) in [(own, true), (foreign, false)] {
        let mut stated = facts(&given.number);
        stated["tax_id"] = json!("61-1234321");
        assert_eq!(of_ky.post(CALLERS, &stated).expect(200).json()["verified"], json!(expected));
    }
}

on_both_engines!(r_208_only_the_staff_of_the_plan_are_notified_of_a_registration);
fn r_208_only_the_staff_of_the_plan_are_notified_of_a_registration(app: &TestApp) {
    for (name, plan) in [("Ada Ahw", PlanCode::Ahw), ("Carl Cca", PlanCode::Cca)] {
        let _ = app.platform_user_of(name, &[HeldRole::of_plan(PlatformRole::PlanStaff, plan)]);
    }
    let _ = app.platform_user("Alma Everywhere", &[PlatformRole::PlanStaff]);
    let registration = json!({
        "plan": "ahw", "tin": "72-7654321", "email": "first@example.org", "first_name": "Jeremy", "last_name": "Huang",
    });
    let _ = app.anonymous().post("/api/v1/registrations", &registration).expect(202);
    app.process_requests();
    let mut notified: Vec<_> =
        app.deliver_mails().iter().map(|mail| mail.to.split('.').next().unwrap().to_owned()).collect();
    notified.sort();
    assert_eq!(notified, ["ada", "alma"]);
}

on_both_engines!(r_208_a_stored_response_is_withheld_after_the_role_for_its_plan_ended);
fn r_208_a_stored_response_is_withheld_after_the_role_for_its_plan_ended(app: &TestApp) {
    let record = app.provider_on_file("CCA-200417", "Harborlight Primary Care", TAX_ID);
    let _ = app.unconfirmed_administrator(app.platform_user("Amara Whitfield", &[]), &record);
    let practice = app.practice("Riverbend", PlanCode::Cca);
    let member = practice.member("Olive Ordinary", &[Role::AccountUser]).membership;
    let roles = [PlanCode::Cca, PlanCode::Ahw].map(|plan| HeldRole::of_plan(PlatformRole::PlanStaff, plan));
    let user = app.platform_user_of("Stella Staff", &roles);
    let staff = app.signed_in(user);
    let association = waiting(&staff)[0]["id"].as_str().unwrap().to_owned();
    let confirm = || {
        let path = format!("{PLAN_ASSOCIATIONS}/{association}/confirm");
        staff.call("POST", &path).header("idempotency-key", "confirm-amara").send()
    };
    let disable = || {
        let path = practice.path(&format!("/members/{member}/disable"));
        staff.call("POST", &path).header("idempotency-key", "disable-olive").json(&json!({})).send()
    };
    let first = [confirm().expect(200).text(), disable().expect(200).text()];
    assert_eq!([confirm().expect(200).text(), disable().expect(200).text()], first, "a retry");

    let revoke = json!({"role": "plan_staff", "plan": "cca", "reason": "Moved to another team."});
    let _ = app.operator().post(&format!("/api/v1/users/{user}/revoke-role"), &revoke).expect(200);

    let before = app.fingerprint();
    let _ = confirm().problem(404, "not_found");
    let _ = disable().problem(404, "not_found");
    assert_eq!(app.fingerprint(), before);
}
