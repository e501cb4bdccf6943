//! Plans that lock logins before they disable members (ambiguity A-23).

use chrono::Duration;
use portal_api::background::jobs;
use portal_domain::ground::plan_code::PlanCode;
use portal_domain::organizations::membership::{MembershipStatus, Role};
use portal_domain::organizations::organization::OrganizationKind;
use portal_domain::platform::job::JobTrigger;
use portal_persistence::Engine;
use portal_persistence::organizations::memberships::NewMembership;
use portal_tests::member_inactivity::{JOB, status};
use portal_tests::sign_in::{NEW_PASSWORD, PASSWORD, sign_in};
use portal_tests::{TestApp, on_both_engines};
use serde_json::json;

/// A portal whose Kentucky plan locks logins after 60 days and disables members after 90 (ambiguity
///
fn start_with_login_locks(engine: Engine) -> TestApp {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("plans.toml");
    let profile = concat!(
        include_str!("../../../api/plans/ky.toml"),
        include_str!("../../../api/plans/ky-provider-types.toml")
    )
    .replace("members = { ", "members = { disable_after_days = 90, lock_after_days = 60, ")
    .replace("[credentialing", "[plan.credentialing");
    std::fs::write(&file, format!("[[plan]]\n{profile}")).unwrap();
    TestApp::start_with(engine, false, &[("PLANS_FILE", file.to_str().unwrap())])
}

on_both_engines!(d_17_locked_logins_do_not_count_toward_the_safety_threshold, start_with_login_locks);
fn d_17_locked_logins_do_not_count_toward_the_safety_threshold(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    for n in 0..51 {
        let _ = org.agent(&format!("Member N{n}"));
    }
    app.advance(Duration::days(1));
    let _ = org.agent("Lana Late");
    app.advance(Duration::days(59));
    let run_scheduled = || {
        let outcome = app.run_if_due(JOB).unwrap().outcome;
        (outcome["locked"], outcome["held_back"])
    };
    assert_eq!(run_scheduled(), (0, 51), "51 locks wait for an operator");
    assert_eq!(app.run_job(JOB).outcome["locked"], 51, "who confirms");
    app.advance(Duration::days(1));
    assert_eq!(run_scheduled(), (1, 0), "locked users are not counted again");
}

on_both_engines!(a_23_a_plan_can_lock_logins_before_it_disables_members, start_with_login_locks);
fn a_23_a_plan_can_lock_logins_before_it_disables_members(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let (idle, wanted) = (org.agent("Ida Idle"), org.agent("Wanda Wanted"));
    let locked =
        || app.inspector().texts("SELECT email AS value FROM users WHERE lock_reason = 'inactivity'");
    app.advance(Duration::days(59));
    assert_eq!(app.run_job(JOB).outcome["locked"], 0);
    let lakeside = app.organization("Lakeside", OrganizationKind::ProviderGroup, PlanCode::Cca);
    app.write(|tx| {
        let id = tx.new_id();
        tx.memberships().insert(&NewMembership {
            id,
            organization: lakeside.id,
            user: wanted.user,
            status: MembershipStatus::Active,
            roles: vec![Role::AccountUser],
            permissions: vec![],
        })
    });
    app.advance(Duration::days(1));
    let dry_run = jobs::run(&app.portal, JOB, JobTrigger::CommandLine, true, None).unwrap();
    assert_eq!((dry_run.outcome["would_lock"], dry_run.outcome["would_disable"]), (1, 0));
    let report = app.run_job(JOB);
    assert_eq!((report.outcome["locked"], report.outcome["disabled"]), (1, 0));
    assert_eq!(locked(), std::slice::from_ref(&idle.email), "a member who was just enabled is not locked");
    let events = app.read(|tx| tx.audit().list(org.id, None, None, 10)).items;
    assert_eq!(events.len(), 1);
    assert_eq!(
        (events[0].action.as_str(), &events[0].details),
        ("member.updated", &json!({"locked": "inactivity"}))
    );
    assert_eq!(app.run_job(JOB).outcome["locked"], 0, "running the job again changes nothing");
    app.advance(Duration::days(30));
    assert_eq!(app.run_job(JOB).outcome["disabled"], 2);
    assert_eq!([&idle, &wanted].map(|person| status(app, person)), ["disabled", "disabled"]);
    assert_eq!(locked(), std::slice::from_ref(&idle.email));
}

on_both_engines!(s4_a_user_locked_for_inactivity_is_sent_a_reset_email_and_signs_in, start_with_login_locks);
fn s4_a_user_locked_for_inactivity_is_sent_a_reset_email_and_signs_in(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let idle = org.agent("Ida Idle");
    let hash = app.portal.passwords.hash(PASSWORD).unwrap();
    app.write(|tx| tx.users().set_password(idle.user, &hash));
    app.advance(Duration::days(60));
    assert_eq!(app.run_job(JOB).outcome["locked"], 1);
    let _ = sign_in(app, &idle.email, PASSWORD).expect(400);
    let administrator = org.administrator("Katherine Tully").client();
    let member = org.path(&format!("/members/{}", idle.membership));
    let shown = administrator.get(&member).expect(200).json();
    assert_eq!(shown["status"], "locked");
    let _ = administrator.post(&format!("{member}/send-password-reset-email"), &json!({})).expect(200);
    let token = app.only_mail_to(&idle.email).token();
    let body = json!({"token": token, "password": NEW_PASSWORD});
    let _ = app.anonymous().post("/api/v1/password-resets/complete", &body).expect(204);
    let _ = sign_in(app, &idle.email, NEW_PASSWORD).expect(200);
    assert_eq!(administrator.get(&member).expect(200).json()["status"], "active");
}
