//! The job for inactive members on several instances: one works at a time, and everything is done
//! once (decision D-15).

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Barrier};

use chrono::Duration;
use portal_api::background::jobs;
use portal_api::portal::failure::Failure;
use portal_api::portal::state::Portal;
use portal_domain::ground::plan_code::PlanCode;
use portal_domain::platform::job::JobTrigger;
use portal_persistence::StoreError;
use portal_persistence::platform::audit::ChainState;
use portal_tests::member_inactivity::{JOB, practice, status, user_of};
use portal_tests::{TestApp, on_both_engines};
use serde_json::json;

use super::member_inactivity_runs::RUN;

/// The default duration of a lease without renewal.
const LEASE_TTL: Duration = Duration::seconds(15);

/// Another instance of the portal with the same database and clock.
fn another_instance(app: &TestApp) -> Portal {
    app.another_instance(Arc::clone(&app.clock))
}

on_both_engines!(three_instances_disable_three_hundred_members_once_each);
fn three_instances_disable_three_hundred_members_once_each(app: &TestApp) {
    let orgs: Vec<_> = (0..3).map(|n| practice(app, &format!("Practice {n}"))).collect();
    for n in 0..300 {
        let _ = user_of(&orgs[n % 3], &format!("Member N{n}"));
    }
    app.advance(Duration::days(100));
    let instances: Vec<_> = (0..3).map(|_| another_instance(app)).collect();
    let (barrier, done, clock) = (Barrier::new(4), AtomicBool::new(false), Arc::clone(&app.clock));
    let disabled: i64 = std::thread::scope(|scope| {
        let runs: Vec<_> = instances
            .iter()
            .map(|portal| {
                let barrier = &barrier;
                scope.spawn(move || {
                    barrier.wait();
                    run_until_complete(portal)
                })
            })
            .collect();
        // Leases expire during a run, and other instances take over.
        scope.spawn(|| {
            barrier.wait();
            for _ in 0..200 {
                if done.load(Ordering::SeqCst) {
                    return;
                }
                clock.pass(Duration::seconds(16));
                std::thread::sleep(std::time::Duration::from_millis(10));
            }
        });
        let disabled: i64 = runs.into_iter().map(|run| run.join().unwrap()).sum();
        done.store(true, Ordering::SeqCst);
        disabled
    });
    assert!(disabled <= 300, "{disabled}");
    assert_eq!(app.count("memberships WHERE status = 'disabled' AND version = 2"), 300);
    assert_eq!(app.count("member_history WHERE number = 1 AND action = 'disabled_for_inactivity'"), 300);
    assert_eq!(app.count("member_history"), 300);
    assert_eq!(app.count("audit_events"), 300);
    let mails: BTreeSet<_> =
        app.inspector().texts("SELECT recipient AS value FROM outbox_mails").into_iter().collect();
    assert_eq!((mails.len(), app.count("outbox_mails")), (300, 300));
    for org in &orgs {
        assert_eq!(app.read(|tx| tx.audit().verify(&org.id.to_string())), ChainState::Intact { events: 100 });
    }
}

on_both_engines!(d_15_a_second_run_is_refused_while_the_job_runs);
fn d_15_a_second_run_is_refused_while_the_job_runs(app: &TestApp) {
    let person = user_of(&practice(app, "Riverbend Pediatrics"), "Jeremy Huang");
    app.advance(Duration::days(90));
    let lease = app
        .write(|tx| {
            let worker = tx.new_id();
            tx.jobs().take_lease(JOB, worker, LEASE_TTL)
        })
        .unwrap();
    assert_eq!(lease.term, 1);
    let client = app.operator();
    let before = app.fingerprint();
    let _ = client.post(RUN, &json!({"dry_run": false})).problem(409, "job_running");
    assert_eq!(app.fingerprint(), before);
    let _ = client.post(RUN, &json!({"dry_run": true})).expect(200);
    app.advance(LEASE_TTL - Duration::microseconds(1));
    let refused = jobs::run(&another_instance(app), JOB, JobTrigger::CommandLine, false, None).unwrap_err();
    assert!(matches!(refused, Failure::JobRunning));
    app.advance(Duration::microseconds(1));
    assert_eq!(app.run_job(JOB).outcome["disabled"], 1, "a lease that is not renewed expires");
    assert_eq!(status(app, &person), "disabled");
    assert_eq!(app.run_job(JOB).outcome["disabled"], 0, "a finished run releases its lease");
}

on_both_engines!(d_15_a_paused_leader_cannot_write_after_another_one_took_the_lease);
fn d_15_a_paused_leader_cannot_write_after_another_one_took_the_lease(app: &TestApp) {
    let person = user_of(&practice(app, "Riverbend Pediatrics"), "Jeremy Huang");
    app.advance(Duration::days(90));
    let take = || {
        app.write(|tx| {
            let worker = tx.new_id();
            tx.jobs().take_lease(JOB, worker, LEASE_TTL)
        })
    };
    let paused = take().unwrap();
    let found = app.read(|tx| tx.members().idle(PlanCode::Lhcc, app.now(), None, 10));
    assert_eq!(found.len(), 1);
    app.advance(LEASE_TTL);
    let leader = take().unwrap();
    assert_eq!((leader.term, take()), (2, None));
    let before = app.fingerprint();
    let late: Result<(), StoreError> = app.portal.database.write_unrecorded(app.portal.moment(), |tx| {
        tx.members().disable_idle(&found[0], app.now())?;
        tx.jobs().still_holds(&paused, LEASE_TTL)
    });
    assert!(matches!(late, Err(StoreError::Stale(_))), "{late:?}");
    assert_eq!(app.fingerprint(), before);
    assert_eq!(status(app, &person), "active");
    app.write(|tx| tx.jobs().still_holds(&leader, LEASE_TTL));
    app.write(|tx| tx.jobs().release(&paused));
    assert_eq!(take(), None, "a lost lease cannot be released");
}

on_both_engines!(a_run_stopped_by_a_shutdown_is_completed_later);
fn a_run_stopped_by_a_shutdown_is_completed_later(app: &TestApp) {
    let person = user_of(&practice(app, "Riverbend Pediatrics"), "Jeremy Huang");
    app.advance(Duration::days(90));
    let stopping = another_instance(app);
    stopping.drain();
    let stopped = jobs::run(&stopping, JOB, JobTrigger::Schedule, false, None).unwrap_err();
    assert!(matches!(stopped, Failure::ShuttingDown));
    assert_eq!(status(app, &person), "active");
    assert_eq!((app.count("job_runs"), app.count("job_runs WHERE finished_at IS NULL")), (1, 1));
    let caught_up = app.run_if_due(JOB).unwrap();
    assert_eq!(caught_up.outcome["disabled"], 1);
    assert_eq!(status(app, &person), "disabled");
}

/// Retries the job until a run completes; returns the number of members that this run disabled.
fn run_until_complete(portal: &Portal) -> i64 {
    for _ in 0..10_000 {
        match jobs::run(portal, JOB, JobTrigger::CommandLine, false, None) {
            Ok(report) => return report.outcome["disabled"],
            Err(failure) => {
                let expected = matches!(
                    failure,
                    Failure::JobRunning | Failure::Store(StoreError::Stale(_) | StoreError::Busy(_))
                );
                assert!(expected, "{failure}");
                std::thread::sleep(std::time::Duration::from_millis(2));
            }
        }
    }
    panic!("the job never completed");
}
