//! Operators grant and revoke platform roles for a plan or for all plans (domain rule R-208).

use portal_domain::ground::id::UserId;
use portal_domain::ground::plan_code::PlanCode;
use portal_domain::identity::user::PlatformRole;
use portal_persistence::Engine;
use portal_tests::json::violations;
use portal_tests::{Answer, Client, TestApp, on_both_engines};
use serde_json::{Value, json};

/// Grants or revokes a role.
fn change(operator: &Client, user: UserId, how: &str, mut role: Value) -> Answer {
    role["reason"] = json!("A new assignment.");
    operator.post(&format!("/api/v1/users/{user}/{how}"), &role)
}

on_both_engines!(r_208_a_role_for_a_plan_is_granted_and_revoked_with_the_next_request);
fn r_208_a_role_for_a_plan_is_granted_and_revoked_with_the_next_request(app: &TestApp) {
    let operator = app.operator();
    let practices = [PlanCode::Ahw, PlanCode::Cca].map(|plan| app.practice("Riverbend", plan));
    let sam = app.platform_user("Sam Whitaker", &[]);
    let client = app.signed_in(sam);
    let sees = || practices.each_ref().map(|practice| client.get(&practice.path("")).status == 200);
    let roles = || client.get("/api/v1/me").expect(200).json()["platform_roles"].clone();
    let changed = |how, role| change(&operator, sam, how, role).expect(200).json()["platform_roles"].clone();
    let (ahw, cca) = (json!({"role": "support", "plan": "ahw"}), json!({"role": "support", "plan": "cca"}));
    let all = json!({"role": "support"});
    assert_eq!(sees(), [false, false]);

    assert_eq!(changed("grant-role", ahw.clone()), json!([ahw]));
    assert_eq!((sees(), roles()), ([true, false], json!([ahw])));
    assert_eq!(changed("grant-role", cca.clone()), json!([cca, ahw]));
    assert_eq!(sees(), [true, true]);
    assert_eq!(changed("revoke-role", ahw.clone()), json!([cca]));
    assert_eq!((sees(), roles()), ([false, true], json!([cca])));
    assert_eq!(
        changed("grant-role", all.clone()),
        json!([all]),
        "the role for all plans replaces the others"
    );
    assert_eq!((sees(), roles()), ([true, true], json!([all])));
    assert_eq!(changed("revoke-role", all.clone()), json!([]));
    assert_eq!(sees(), [false, false]);
    // Without a plan, a role is revoked wherever the user holds it.
    let _ = changed("grant-role", ahw);
    let _ = changed("grant-role", cca);
    assert_eq!(changed("revoke-role", all), json!([]));
    assert_eq!((sees(), roles()), ([false, false], json!([])));
}

on_both_engines!(r_208_a_grant_or_revocation_that_does_not_apply_changes_nothing);
fn r_208_a_grant_or_revocation_that_does_not_apply_changes_nothing(app: &TestApp) {
    let operator = app.operator();
    let grace = app.platform_user("Grace Oyelaran", &[PlatformRole::DmsReviewer]);
    let another = app.platform_user("Ruth Delgado", &[PlatformRole::Operator]);
    let before = app.fingerprint();
    let reviewer_of_ky = json!({"role": "dms_reviewer", "plan": "ky"});
    let _ = change(&operator, grace, "grant-role", reviewer_of_ky.clone()).problem(409, "already_has_role");
    let refused = change(&operator, grace, "revoke-role", reviewer_of_ky).problem(409, "invalid_transition");
    assert_eq!(refused["reasons"], json!(["role_not_held"]));
    for (user, how) in [(grace, "grant-role"), (another, "revoke-role")] {
        let refused = change(&operator, user, how, json!({"role": "operator", "plan": "ky"}));
        assert_eq!(violations(refused), [("/plan".into(), "role_for_all_plans".into())]);
    }
    let unknown = change(&operator, grace, "grant-role", json!({"role": "support", "plan": "elsewhere"}));
    assert_eq!(unknown.problem(422, "validation_failed")["errors"][0]["pointer"], "/plan");
    assert_eq!(app.fingerprint(), before);
}

on_both_engines!(r_208_after_an_upgrade_roles_are_for_all_plans);
fn r_208_after_an_upgrade_roles_are_for_all_plans(app: &TestApp) {
    let practice = app.practice("Riverbend", PlanCode::Ahw);
    let everywhere = app.staff("Sue Support", PlatformRole::Support);
    let of_ahw = app.staff_of("Sam Support", PlatformRole::Support, PlanCode::Ahw);
    let (down, up) = match app.engine {
        Engine::Sqlite => (
            include_str!("../../../migrations/sqlite/2026-12-01-000013_roles_for_plans/down.sql"),
            include_str!("../../../migrations/sqlite/2026-12-01-000013_roles_for_plans/up.sql"),
        ),
        Engine::Postgres => (
            include_str!("../../../migrations/postgres/2026-12-01-000013_roles_for_plans/down.sql"),
            include_str!("../../../migrations/postgres/2026-12-01-000013_roles_for_plans/up.sql"),
        ),
    };
    app.inspector().run(&format!("{down}{up}"));
    let me = everywhere.get("/api/v1/me").expect(200).json();
    assert_eq!(me["platform_roles"], json!([{"role": "support"}]));
    let _ = everywhere.get(&practice.path("")).expect(200);
    // An earlier version has no roles for plans. It must not treat them as roles for all plans.
    assert_eq!(of_ahw.get("/api/v1/me").expect(200).json()["platform_roles"], json!([]));
    let _ = of_ahw.get(&practice.path("")).problem(404, "not_found");
}
