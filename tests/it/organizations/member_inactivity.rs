//! The 90-day rule: which members are disabled, and when.

use chrono::Duration;
use portal_domain::ground::id::UserId;
use portal_domain::ground::plan_code::PlanCode;
use portal_domain::identity::user::LockReason;
use portal_domain::organizations::membership::{MembershipStatus, Permission, Role};
use portal_domain::organizations::organization::OrganizationKind;
use portal_persistence::organizations::memberships::NewMembership;
use portal_tests::member_inactivity::{JOB, practice, status, status_of, user_of};
use portal_tests::stored::{sql_id, sql_time};
use portal_tests::{TestApp, on_both_engines};
use serde_json::json;

fn signs_in(app: &TestApp, user: UserId) {
    app.write(|tx| tx.users().note_login(user));
}

on_both_engines!(r_178_the_last_login_on_the_screen_disables_on_february_18);
fn r_178_the_last_login_on_the_screen_disables_on_february_18(app: &TestApp) {
    // The dates on the screen: Jeremy Huang, last login 2014-11-20 10:27:25.
    app.advance_to("2014-06-02T15:00:00Z");
    let org = practice(app, "Riverbend Pediatrics");
    let jeremy = user_of(&org, "Jeremy Huang");
    app.advance_to("2014-11-20T16:27:25Z");
    signs_in(app, jeremy.user);
    app.advance_to("2015-02-18T05:59:59Z");
    assert_eq!(app.run_job(JOB).outcome["disabled"], 0);
    assert_eq!(status(app, &jeremy), "active", "day 89 ends at midnight in Louisiana");
    app.advance_to("2015-02-18T06:00:00Z");
    assert_eq!(app.run_job(JOB).outcome["disabled"], 1);
    assert_eq!(status(app, &jeremy), "disabled");
    let id = sql_id(app, jeremy.membership);
    let reason = format!("SELECT disabled_reason AS value FROM memberships WHERE id = {id}");
    assert_eq!(app.inspector().one_text(&reason), "inactivity");
    let history = app.read(|tx| tx.members().history(jeremy.membership, None, 10)).items;
    let entries: Vec<_> = history
        .iter()
        .map(|entry| (entry.action.as_str(), entry.actor_email.as_str(), entry.number))
        .collect();
    assert_eq!(entries, [("disabled_for_inactivity", "system", 1)]);
    let event = app.read(|tx| tx.audit().list(org.id, None, None, 10)).items.remove(0);
    assert_eq!((event.actor_user, event.actor_name.as_str()), (None, "member_inactivity job"));
    assert_eq!((event.action.as_str(), event.object), ("member.disabled", jeremy.membership.to_string()));
    assert_eq!(event.details, json!({"reason": "inactivity", "inactive_days": 90}));
    let mails = app.inspector().texts("SELECT template || ' ' || recipient AS value FROM outbox_mails");
    assert_eq!(mails, [format!("member_disabled {}", jeremy.email)]);
}

on_both_engines!(r_178_members_who_never_signed_in_count_from_the_day_they_joined);
fn r_178_members_who_never_signed_in_count_from_the_day_they_joined(app: &TestApp) {
    app.advance_to("2026-01-10T23:30:00Z");
    let person = user_of(&practice(app, "Riverbend Pediatrics"), "Nora New");
    app.advance_to("2026-04-10T04:59:59Z");
    assert_eq!(app.run_job(JOB).outcome["disabled"], 0);
    app.advance_to("2026-04-10T05:00:00Z");
    assert_eq!(app.run_job(JOB).outcome["disabled"], 1);
    assert_eq!(status(app, &person), "disabled");
}

on_both_engines!(r_178_being_enabled_again_restarts_the_count);
fn r_178_being_enabled_again_restarts_the_count(app: &TestApp) {
    let person = user_of(&practice(app, "Riverbend Pediatrics"), "Rita Return");
    app.advance(Duration::days(90));
    let enabled_at = sql_time(app, app.now());
    let id = sql_id(app, person.membership);
    app.inspector().run(&format!("UPDATE memberships SET enabled_at = {enabled_at} WHERE id = {id}"));
    assert_eq!(app.run_job(JOB).outcome["disabled"], 0, "the next run does not disable the member again");
    app.advance(Duration::days(89));
    assert_eq!(app.run_job(JOB).outcome["disabled"], 0);
    app.advance(Duration::days(1));
    assert_eq!(app.run_job(JOB).outcome["disabled"], 1);
}

on_both_engines!(r_178_only_active_members_are_disabled);
fn r_178_only_active_members_are_disabled(app: &TestApp) {
    let org = practice(app, "Riverbend Pediatrics");
    let others: Vec<_> = MembershipStatus::ALL
        .iter()
        .filter(|status| **status != MembershipStatus::Active)
        .map(|status| (org.member_with("Pat Other", &[Role::AccountUser], &[], *status), status.as_str()))
        .collect();
    let locked = user_of(&org, "Lena Locked");
    app.write(|tx| tx.users().set_lock(locked.user, Some(LockReason::Inactivity)));
    app.advance(Duration::days(400));
    assert_eq!(app.run_job(JOB).outcome["disabled"], 1);
    assert_eq!(status(app, &locked), "disabled", "locked until the job runs (A-23)");
    assert_eq!(app.count("users WHERE lock_reason = 'inactivity'"), 1, "the user is still locked");
    others.iter().for_each(|(person, before)| assert_eq!(status(app, person), *before));
}

on_both_engines!(r_180_memberships_in_other_practices_stay_active);
fn r_180_memberships_in_other_practices_stay_active(app: &TestApp) {
    let (org, other) = (practice(app, "Riverbend Pediatrics"), practice(app, "Bayou Family Care"));
    let person = user_of(&org, "Tess Twice");
    app.advance(Duration::days(80));
    let joined = app.write(|tx| {
        let id = tx.new_id();
        tx.memberships().insert(&NewMembership {
            id,
            organization: other.id,
            user: person.user,
            status: MembershipStatus::Active,
            roles: vec![Role::AccountUser],
            permissions: vec![],
        })?;
        Ok(id)
    });
    app.advance(Duration::days(10));
    assert_eq!(app.run_job(JOB).outcome["disabled"], 1);
    assert_eq!(status(app, &person), "disabled");
    assert_eq!(status_of(app, joined), "active");
}

on_both_engines!(r_181_the_job_can_disable_the_last_account_manager);
fn r_181_the_job_can_disable_the_last_account_manager(app: &TestApp) {
    let org = practice(app, "Riverbend Pediatrics");
    let manager = org.member_with(
        "Kim McWeeney",
        &[Role::AccountUser],
        &[Permission::ManageAccount],
        MembershipStatus::Active,
    );
    app.advance(Duration::days(90));
    assert_eq!(app.run_job(JOB).outcome["disabled"], 1);
    assert_eq!(status(app, &manager), "disabled");
}

on_both_engines!(members_of_plans_without_the_rule_stay_active);
fn members_of_plans_without_the_rule_stay_active(app: &TestApp) {
    let ky = app.provider_group("Bluegrass").manager("Debi Henderson");
    let cca =
        user_of(&app.organization("Harbor", OrganizationKind::ProviderAccount, PlanCode::Cca), "Sam Harbor");
    let ahw = user_of(&app.organization("Ozark", OrganizationKind::TinPractice, PlanCode::Ahw), "Ann Ozark");
    app.advance(Duration::days(1000));
    assert_eq!(app.run_job(JOB).outcome["disabled"], 1);
    assert_eq!([&ky, &cca, &ahw].map(|person| status(app, person)), ["active", "active", "disabled"]);
}

on_both_engines!(running_the_job_again_changes_nothing);
fn running_the_job_again_changes_nothing(app: &TestApp) {
    let org = practice(app, "Riverbend Pediatrics");
    let people: Vec<_> = (0..3).map(|n| user_of(&org, &format!("Member N{n}"))).collect();
    app.advance(Duration::days(90));
    assert_eq!(app.run_job(JOB).outcome["disabled"], 3);
    let counts = || {
        ["memberships WHERE version = 2", "member_history", "audit_events", "outbox_mails"]
            .map(|rows| app.count(rows))
    };
    assert_eq!(counts(), [3; 4]);
    assert_eq!(app.run_job(JOB).outcome["disabled"], 0);
    assert_eq!(counts(), [3; 4]);
    assert!(people.iter().all(|person| status(app, person) == "disabled"));
    assert_eq!(app.count("job_runs WHERE finished_at IS NOT NULL"), 2);
}

on_both_engines!(a_member_who_signs_in_during_the_run_stays_active);
fn a_member_who_signs_in_during_the_run_stays_active(app: &TestApp) {
    let org = practice(app, "Riverbend Pediatrics");
    let (awake, asleep) = (user_of(&org, "Ava Awake"), user_of(&org, "Sid Asleep"));
    app.advance(Duration::days(90));
    let before = app.now() - Duration::days(1);
    let found = app.read(|tx| tx.members().idle(PlanCode::Lhcc, before, None, 10));
    assert_eq!(found.len(), 2);
    signs_in(app, awake.user);
    let left = app.write(|tx| tx.members().still_idle(found.clone(), before));
    assert_eq!(left.iter().map(|member| member.user).collect::<Vec<_>>(), [asleep.user]);
}

#[test]
fn advancing_the_sandboxs_clock_runs_the_job() {
    let app = TestApp::start_sandbox();
    let active = |plan: &str| {
        let of_plan = format!("(SELECT id FROM organizations WHERE plan = '{plan}')");
        app.count(&format!("memberships WHERE status = 'active' AND organization_id IN {of_plan}"))
    };
    let (kentucky, affected) = (active("ky"), active("lhcc") + active("ahw"));
    assert!(kentucky > 0 && affected > 0);
    let _ = app.anonymous().post("/api/v1/sandbox/clock/advance", &json!({"days": 100})).expect(200);
    assert_eq!((active("ky"), active("lhcc"), active("ahw")), (kentucky, 0, 0));
    let runs =
        "job_runs WHERE name = 'member_inactivity' AND trigger = 'sandbox' AND finished_at IS NOT NULL";
    assert_eq!(app.count(runs), 2, "one run with an effect, and the last one");
    assert_eq!(app.count("member_history WHERE action = 'disabled_for_inactivity'"), affected);
}
