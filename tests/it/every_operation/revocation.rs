//! A revoked right is refused from the next request on, under load.

use std::sync::atomic::{AtomicBool, Ordering};

use chrono::Duration;
use portal_domain::ground::plan_code::PlanCode;
use portal_domain::identity::user::LockReason;
use portal_domain::organizations::membership::{MembershipStatus, Permission, Role};
use portal_tests::given::{Organization, Person};
use portal_tests::{Client, TestApp, on_both_engines};
use serde_json::json;

const ROUNDS: usize = 50;

/// Removes a right while four clients use the session; returns the status of the first request
/// after the removal.
fn next_status(busy: &Client, path: &str, remove: impl FnOnce()) -> u16 {
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                while !done.load(Ordering::SeqCst) {
                    let _ = busy.get(path);
                }
            });
        }
        remove();
        let status = busy.get(path).status;
        done.store(true, Ordering::SeqCst);
        status
    })
}

fn practice(app: &TestApp) -> (Organization<'_>, Person<'_>, Person<'_>) {
    let org = app.practice("Riverbend", PlanCode::Ahw);
    let lena = org.account_manager("Lena Ortiz");
    let permissions = [Permission::ManageAccount];
    let jeremy =
        org.member_with("Jeremy Huang", &[Role::AccountUser], &permissions, MembershipStatus::Active);
    (org, lena, jeremy)
}

on_both_engines!(the_first_request_after_disabling_is_refused);
fn the_first_request_after_disabling_is_refused(app: &TestApp) {
    let (org, lena, jeremy) = practice(app);
    let path = org.path(&format!("/members/{}", jeremy.membership));
    for _ in 0..ROUNDS {
        app.advance(Duration::milliseconds(10));
        let manager = lena.client();
        let status = next_status(&jeremy.client(), &org.path(""), || {
            let _ = manager.post(&format!("{path}/disable"), &json!({})).expect(200);
        });
        assert_eq!(status, 404);
        app.set_membership_status(jeremy.membership, MembershipStatus::Active);
    }
}

on_both_engines!(the_first_request_after_a_permission_was_removed_is_refused);
fn the_first_request_after_a_permission_was_removed_is_refused(app: &TestApp) {
    let (org, lena, jeremy) = practice(app);
    let path = org.path(&format!("/members/{}", jeremy.membership));
    for _ in 0..ROUNDS {
        app.advance(Duration::milliseconds(10));
        let manager = lena.client();
        let set = |permissions: serde_json::Value| {
            let body = json!({"permissions": permissions});
            let _ = manager.call("PATCH", &path).header("if-match", "*").json(&body).send().expect(200);
        };
        let status = next_status(&jeremy.client(), &org.path("/members"), || set(json!(["claims"])));
        assert_eq!(status, 403);
        set(json!(["claims", "manage_account"]));
    }
}

on_both_engines!(the_first_request_after_a_lock_or_the_end_of_sessions_is_refused);
fn the_first_request_after_a_lock_or_the_end_of_sessions_is_refused(app: &TestApp) {
    let (org, lena, jeremy) = practice(app);
    let path = org.path(&format!("/members/{}/sessions", jeremy.membership));
    for round in 0..ROUNDS {
        app.advance(Duration::milliseconds(10));
        let manager = lena.client();
        let status = next_status(&jeremy.client(), "/api/v1/me", || match round % 2 {
            0 => {
                let _ = manager.call("DELETE", &path).send().expect(204);
            }
            _ => app.write(|tx| tx.users().set_lock(jeremy.user, Some(LockReason::Staff))),
        });
        assert_eq!(status, 401);
        app.write(|tx| tx.users().set_lock(jeremy.user, None));
    }
}
