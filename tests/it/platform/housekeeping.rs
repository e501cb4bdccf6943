//! Background work: expired data is deleted, requests that fail do not block others, and the
//! process finishes its work before it ends.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration as Patience, Instant as Stopwatch};

use chrono::Duration;
use portal_api::background::housekeeping;
use portal_api::portal::keys::Keys;
use portal_api::portal::state::Portal;
use portal_api::server::serve;

use portal_domain::ground::id::UserId;
use portal_domain::ground::mail::{MailContent, MailStatus, OutgoingMail, SecurityMatter};
use portal_domain::identity::attempts::{DISABLED_AT, Tries};
use portal_domain::identity::one_time_token::TokenPurpose;
use portal_domain::identity::self_service::SelfServiceRequest;
use portal_domain::identity::session::SessionEnd;
use portal_domain::platform::job::{JobName, JobTrigger};
use portal_persistence::identity::one_time_tokens::TokenSubject;
use portal_persistence::identity::self_service::QueuedRequest;
use portal_persistence::platform::idempotency::KeyedRequest;
use portal_tests::app::contract;
use portal_tests::provider_accounts::TAX_ID;
use portal_tests::sign_in::PASSWORD;
use portal_tests::{Engine, TestApp, on_both_engines, outbox};
use serde_json::json;

/// Checks that the rows still exist after `kept` and no longer exist after `deleted`.
#[track_caller]
fn check_retention(app: &TestApp, rows: &str, kept: Duration, deleted: Duration) {
    let before = app.count(rows);
    assert!(before > 0, "{rows}");
    app.advance(kept);
    let _ = housekeeping::purge(&app.portal);
    assert_eq!(app.count(rows), before, "{rows} after {kept}");
    app.advance(deleted - kept);
    let _ = housekeeping::purge(&app.portal);
    assert_eq!(app.count(rows), 0, "{rows} after {deleted}");
}

fn mail(key: &str, recipient: &str) -> OutgoingMail {
    let matter = SecurityMatter::PasswordChanged;
    outbox::mail(key, recipient, MailContent::SecurityNotice { name: "Pat".into(), matter })
}

fn post(app: &TestApp, key: &str, recipient: &str) {
    outbox::post(app, &[mail(key, recipient)]);
}

fn keyed_request(user: UserId) -> KeyedRequest {
    KeyedRequest { user, route: "POST /somewhere".into(), key: "k1".into(), digest: vec![7; 32] }
}

fn scheduled_run(app: &TestApp, trigger: JobTrigger) {
    app.write(|tx| {
        let id = tx.jobs().start_run(JobName::MemberInactivity, trigger)?;
        tx.jobs().finish_run(id, &json!({}))
    });
}

on_both_engines!(responses_stored_for_retries_are_deleted_after_a_day);
fn responses_stored_for_retries_are_deleted_after_a_day(app: &TestApp) {
    let user = app.platform_user("Pat Person", &[]);
    let _ = app.write(|tx| tx.idempotency().claim(&keyed_request(user)));
    check_retention(app, "idempotency_keys", Duration::hours(23), Duration::hours(24));
}

on_both_engines!(attempt_counters_are_deleted_after_a_month);
fn attempt_counters_are_deleted_after_a_month(app: &TestApp) {
    let _ = app.write(|tx| tx.sign_in_attempts().count("password|account|one"));
    check_retention(app, "attempt_counters", Duration::days(30), Duration::days(31));
    let _ = app.write(|tx| tx.sign_in_attempts().count("password|account|another"));
    app.advance(Duration::days(31));
    assert_eq!(housekeeping::purge_often(&app.portal), 1);
}

on_both_engines!(only_counters_of_disabled_authenticators_are_kept);
fn only_counters_of_disabled_authenticators_are_kept(app: &TestApp) {
    let kept = ["otp|user|one", "password|account|one", "password|current|one"];
    let deleted = ["association|one", "otp|device|one", "password|device|one", "registration|email|one"];
    for subject in kept.iter().chain(&deleted) {
        app.write(|tx| {
            let window_ends = tx.now();
            let _ = tx.sign_in_attempts().count(subject)?;
            tx.sign_in_attempts().store_tries(subject, Tries { count: DISABLED_AT, window_ends })
        });
    }
    app.advance(Duration::days(31));
    assert_eq!(housekeeping::purge_often(&app.portal), 4);
    let query = "SELECT subject AS value FROM attempt_counters ORDER BY subject";
    assert_eq!(app.inspector().texts(query), kept);
}

on_both_engines!(mfa_challenges_are_deleted_when_they_have_expired);
fn mfa_challenges_are_deleted_when_they_have_expired(app: &TestApp) {
    let user = app.platform_user("Pat Person", &[]);
    app.write(|tx| tx.mfa().challenge(user, &[7; 32]));
    check_retention(app, "mfa_challenges", Duration::minutes(1), Duration::hours(1));
}

on_both_engines!(sessions_and_their_tokens_are_deleted_three_months_after_they_ended);
fn sessions_and_their_tokens_are_deleted_three_months_after_they_ended(app: &TestApp) {
    let user = app.platform_user("Pat Person", &[]);
    let (ended, _) = app.session_of(user);
    assert!(app.write(|tx| tx.sessions().end(ended, SessionEnd::SignedOut)));
    let _ = app.session_of(user);
    assert_eq!(app.count("sessions"), 2);
    check_retention(app, "sessions", Duration::days(90), Duration::days(91));
    assert_eq!(app.count("refresh_tokens"), 0);
}

on_both_engines!(links_are_deleted_a_month_after_they_became_invalid);
fn links_are_deleted_a_month_after_they_became_invalid(app: &TestApp) {
    let user = app.platform_user("Pat Person", &[]);
    let issue = |hash: u8, lifetime: Duration| {
        let expires_at = app.now() + lifetime;
        app.write(|tx| {
            let subject = TokenSubject::User(user);
            tx.one_time_tokens().issue(TokenPurpose::PasswordReset, &[hash; 32], subject, expires_at)
        });
    };
    issue(1, Duration::hours(1));
    check_retention(app, "one_time_tokens", Duration::days(30), Duration::days(31));
    issue(2, Duration::days(3650));
    assert!(app.write(|tx| tx.one_time_tokens().consume(TokenPurpose::PasswordReset, &[2; 32])));
    check_retention(app, "one_time_tokens", Duration::days(30), Duration::days(31));
}

on_both_engines!(delivered_emails_are_deleted_after_a_month_and_dead_ones_after_three);
fn delivered_emails_are_deleted_after_a_month_and_dead_ones_after_three(app: &TestApp) {
    post(app, "k1", "pat@example.org");
    assert_eq!(app.deliver_mails().len(), 1);
    post(app, "k2", "dead@example.org");
    app.write(|tx| {
        let worker = tx.new_id();
        let id = tx.outbox().claim(worker, Duration::minutes(2), 10)?.remove(0).id;
        tx.outbox().mark_failed(id, worker, "given up", None).map(drop)
    });
    post(app, "k3", "queued@example.org");
    check_retention(app, "outbox_mails WHERE status = 'sent'", Duration::days(30), Duration::days(31));
    check_retention(app, "outbox_mails WHERE status = 'dead'", Duration::days(59), Duration::days(60));
    assert_eq!(app.deliver_mails().len(), 1, "an email that is not yet delivered is not deleted");
}

on_both_engines!(associations_are_deleted_a_day_after_they_expired);
fn associations_are_deleted_a_day_after_they_expired(app: &TestApp) {
    let record = app.provider_on_file("CCA-100234", "Amara O'Brien", TAX_ID);
    let user = app.platform_user("Amara O'Brien", &[]);
    let _ = app.started_association(user, &record);
    check_retention(app, "provider_associations", Duration::days(1), Duration::hours(25));
    assert_eq!(app.count("provider_records"), 1);
}

on_both_engines!(scheduled_runs_except_the_latest_are_deleted_after_three_months);
fn scheduled_runs_except_the_latest_are_deleted_after_three_months(app: &TestApp) {
    for trigger in [JobTrigger::Schedule, JobTrigger::Operator, JobTrigger::Schedule] {
        scheduled_run(app, trigger);
        app.advance(Duration::hours(1));
    }
    let runs = || (app.count("job_runs WHERE trigger = 'schedule'"), app.count("job_runs"));
    app.advance(Duration::days(90) - Duration::hours(4));
    let _ = housekeeping::purge(&app.portal);
    assert_eq!(runs(), (2, 3));
    app.advance(Duration::days(10));
    let _ = housekeeping::purge(&app.portal);
    assert_eq!(runs(), (1, 2), "the schedule depends on the latest run");
    scheduled_run(app, JobTrigger::Schedule);
    let _ = housekeeping::purge(&app.portal);
    assert_eq!(runs(), (1, 2));
}

on_both_engines!(known_clients_are_deleted_after_half_a_year_without_use);
fn known_clients_are_deleted_after_half_a_year_without_use(app: &TestApp) {
    let user = app.platform_user("Pat Person", &[]);
    app.write(|tx| tx.sign_in_attempts().remember(user, &[7; 32]));
    app.advance(Duration::days(100));
    app.write(|tx| tx.sign_in_attempts().note_use(&[7; 32]));
    check_retention(app, "trusted_devices", Duration::days(180), Duration::days(181));
}

on_both_engines!(more_expired_rows_than_one_batch_are_all_deleted);
fn more_expired_rows_than_one_batch_are_all_deleted(app: &TestApp) {
    app.write(|tx| {
        for n in 0..501 {
            let _ = tx.sign_in_attempts().count(&format!("password|account|{n}"))?;
        }
        Ok(())
    });
    app.advance(Duration::days(31));
    assert_eq!(housekeeping::purge(&app.portal), 501);
    assert_eq!(housekeeping::purge(&app.portal), 0);
}

on_both_engines!(requests_that_fail_do_not_block_others);
fn requests_that_fail_do_not_block_others(app: &TestApp) {
    let (_, email) = app.person("Jeremy Huang", Some(PASSWORD), &[]);
    let ask = || {
        let request = SelfServiceRequest::PasswordReset { email: email.clone() };
        app.write(|tx| tx.self_service().insert(&request))
    };
    // More than one batch.
    for _ in 0..60 {
        let _ = ask();
    }
    let break_storage = match app.engine {
        Engine::Sqlite => "UPDATE self_service_requests SET content_sealed = x'00'",
        Engine::Postgres => "UPDATE self_service_requests SET content_sealed = '\\x00'",
    };
    app.inspector().run(break_storage);
    app.advance(Duration::seconds(1));
    let _ = ask();
    app.process_requests();
    app.process_requests();
    let _ = app.only_mail_to(&email);
    let waiting = |attempts: i64| app.count(&format!("self_service_requests WHERE attempts = {attempts}"));
    assert_eq!(waiting(1), 60);
    app.advance(Duration::seconds(59));
    app.process_requests();
    assert_eq!(waiting(1), 60, "not before their time");
    for attempts in 1..8 {
        assert_eq!(waiting(attempts), 60);
        assert_eq!(app.count("self_service_requests WHERE set_aside_at IS NOT NULL"), 0);
        app.advance(Duration::hours(6));
        app.process_requests();
        app.process_requests();
    }
    let set_aside = "self_service_requests WHERE attempts = 8 AND set_aside_at IS NOT NULL";
    assert_eq!(app.count(set_aside), 60);
    app.advance(Duration::days(10));
    app.process_requests();
    assert_eq!(app.count(set_aside), 60, "they are no longer tried");
    check_retention(app, set_aside, Duration::days(79), Duration::days(81));
}

on_both_engines!(a_request_is_postponed_once_and_not_processed_meanwhile);
fn a_request_is_postponed_once_and_not_processed_meanwhile(app: &TestApp) {
    let request = SelfServiceRequest::PasswordReset { email: "nobody@example.org".into() };
    let id = app.write(|tx| tx.self_service().insert(&request));
    let found = QueuedRequest { id, attempts: 0 };
    assert_eq!(app.read(|tx| tx.self_service().due(10)), [found]);
    let later = app.now() + Duration::minutes(1);
    assert!(app.write(|tx| tx.self_service().put_off(&found, Some(later))));
    assert!(!app.write(|tx| tx.self_service().put_off(&found, None)), "another instance postponed it");
    assert!(app.write(|tx| tx.self_service().take(&found)).is_none());
    assert!(app.read(|tx| tx.self_service().due(10)).is_empty());
    app.advance(Duration::minutes(1));
    let found = QueuedRequest { id, attempts: 1 };
    assert_eq!(app.read(|tx| tx.self_service().due(10)), [found]);
    assert!(app.write(|tx| tx.self_service().take(&found)).is_some());
}

/// Runs a server with its background work on the same database until `stop` is set; returns how
/// long the shutdown took.
fn serve_until(app: &TestApp, smtp_url: Option<String>, stop: Arc<AtomicBool>) -> Patience {
    let mut settings = app.portal.settings.clone();
    settings.smtp_url = smtp_url;
    let keys = Keys::parse(settings.keys.as_deref().unwrap()).unwrap();
    let portal = Portal::new(settings, keys, Arc::clone(&app.clock), None).unwrap();
    let (sender, receiver) = std::sync::mpsc::channel();
    let stop = async move {
        let started = Stopwatch::now();
        while !stop.load(Ordering::SeqCst) && started.elapsed() < Patience::from_secs(20) {
            actix_web::rt::time::sleep(Patience::from_millis(5)).await;
        }
        sender.send(Stopwatch::now()).unwrap();
    };
    actix_web::rt::System::new().block_on(async move {
        let listening = serve::listen(portal, contract(false)).unwrap();
        serve::until(listening, stop).await.unwrap();
    });
    receiver.recv().unwrap().elapsed()
}

#[test]
fn an_idle_process_shuts_down_at_once() {
    let app = TestApp::start(Engine::Sqlite);
    let stop = Arc::new(AtomicBool::new(false));
    let signal = Arc::clone(&stop);
    std::thread::spawn(move || {
        std::thread::sleep(Patience::from_millis(300));
        signal.store(true, Ordering::SeqCst);
    });
    let took = serve_until(&app, None, stop);
    assert!(took < Patience::from_secs(3), "{took:?}");
}

/// Accepts one email slowly; sets `accepted` when it starts.
fn accept_slowly(listener: &TcpListener, accepted: &AtomicBool) {
    let (stream, _) = listener.accept().unwrap();
    accepted.store(true, Ordering::SeqCst);
    std::thread::sleep(Patience::from_millis(1500));
    let mut writer = &stream;
    let mut say = |text: &str| writer.write_all(format!("{text}\r\n").as_bytes()).unwrap();
    say("220 slow");
    let mut within_content = false;
    for line in BufReader::new(&stream).lines().map_while(Result::ok) {
        match line.as_str() {
            "." => {
                within_content = false;
                say("250 taken over");
            }
            _ if within_content => {}
            "DATA" => {
                within_content = true;
                say("354 go on");
            }
            "QUIT" => return say("221 goodbye"),
            _ if line.starts_with("EHLO") => say("250-slow\r\n250-8BITMIME\r\n250 SMTPUTF8"),
            _ => say("250 fine"),
        }
    }
}

#[test]
fn an_email_in_delivery_is_finished_before_the_process_ends() {
    let app = TestApp::start(Engine::Sqlite);
    post(&app, "k1", "pat@example.org");
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("smtp://{}", listener.local_addr().unwrap());
    let stop = Arc::new(AtomicBool::new(false));
    let accepted = Arc::clone(&stop);
    // The server is asked to stop once it has reached the mail server.
    std::thread::spawn(move || accept_slowly(&listener, &accepted));
    let took = serve_until(&app, Some(url), stop);
    assert!((Patience::from_secs(1)..Patience::from_secs(20)).contains(&took), "{took:?}");
    let mails = app.read(|tx| tx.outbox().list(None, None, 10)).items;
    assert_eq!(
        mails.iter().map(|mail| (mail.status, mail.attempts)).collect::<Vec<_>>(),
        [(MailStatus::Sent, 1)]
    );
}
