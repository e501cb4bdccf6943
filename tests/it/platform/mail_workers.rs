//! Mail workers: the claims of one worker, and what the others do.

use std::collections::BTreeSet;

use chrono::Duration;
use portal_api::background::mail::{Mailbox, Transport, deliver_due};
use portal_domain::ground::id::WorkerId;
use portal_domain::ground::mail::MailStatus;
use portal_tests::outbox::{RECIPIENT, mail, post, reset, stored, the_mail};
use portal_tests::{Engine, TestApp, on_both_engines};

on_both_engines!(another_worker_delivers_the_emails_of_a_dead_one_after_the_claim_expires);
fn another_worker_delivers_the_emails_of_a_dead_one_after_the_claim_expires(app: &TestApp) {
    post(app, &[mail("k1", RECIPIENT, reset("Pat"))]);
    let worker = WorkerId::new(1, [7; 10]);
    let claimed = app.write(|tx| tx.outbox().claim(worker, Duration::minutes(2), 10));
    assert_eq!(claimed.len(), 1);
    assert!(app.deliver_mails().is_empty());
    app.advance(Duration::minutes(2) - Duration::microseconds(1));
    assert!(app.deliver_mails().is_empty());
    app.advance(Duration::microseconds(1));
    assert_eq!(app.deliver_mails().len(), 1);
    let id = claimed[0].id;
    assert!(!app.write(|tx| tx.outbox().mark_sent(id, worker)), "too late");
    assert!(!app.write(|tx| tx.outbox().mark_failed(id, worker, "too late", None)));
    assert_eq!(the_mail(app).status, MailStatus::Sent);
}

on_both_engines!(a_claimed_email_that_was_not_tried_has_no_counted_attempt);
fn a_claimed_email_that_was_not_tried_has_no_counted_attempt(app: &TestApp) {
    post(app, &[mail("k1", RECIPIENT, reset("Pat"))]);
    let worker = WorkerId::new(1, [7; 10]);
    let _ = app.write(|tx| tx.outbox().claim(worker, Duration::minutes(2), 10));
    assert_eq!(app.write(|tx| tx.outbox().release(worker, &[])), 0);
    let id = the_mail(app).id;
    assert_eq!(app.write(|tx| tx.outbox().release(WorkerId::new(1, [8; 10]), &[id])), 0, "not theirs");
    assert_eq!(app.write(|tx| tx.outbox().release(worker, &[id])), 1);
    assert_eq!(app.deliver_mails().len(), 1);
    assert_eq!(the_mail(app).attempts, 1);
}

on_both_engines!(an_outcome_that_cannot_be_recorded_does_not_delay_other_emails);
fn an_outcome_that_cannot_be_recorded_does_not_delay_other_emails(app: &TestApp) {
    post(app, &["k1", "k2", "k3"].map(|key| mail(key, RECIPIENT, reset("Pat"))));
    let (forbid, allow) = match app.engine {
        Engine::Sqlite => (
            "CREATE TRIGGER not_recorded BEFORE UPDATE ON outbox_mails WHEN NEW.status = 'sent' \
             BEGIN SELECT RAISE(ABORT, 'on purpose'); END",
            "DROP TRIGGER not_recorded",
        ),
        Engine::Postgres => (
            "ALTER TABLE outbox_mails ADD CONSTRAINT not_recorded CHECK (status <> 'sent')",
            "ALTER TABLE outbox_mails DROP CONSTRAINT not_recorded",
        ),
    };
    app.inspector().run(forbid);
    let mailbox = Mailbox::default();
    let mailer = app.mailer(Transport::Mailbox(mailbox.clone()));
    let delivered = actix_web::rt::Runtime::new().unwrap().block_on(deliver_due(&app.portal, &mailer));
    assert!(delivered.is_err());
    assert_eq!(mailbox.mails().len(), 1);
    app.inspector().run(allow);
    assert_eq!(app.deliver_mails().len(), 2, "the claims on the others were released");
    app.advance(Duration::minutes(2));
    assert_eq!(app.deliver_mails().len(), 1, "it may have been sent, so it waits until its claim expires");
    let mut attempts: Vec<_> = stored(app).into_iter().map(|mail| mail.attempts).collect();
    attempts.sort_unstable();
    assert_eq!(attempts, [1, 1, 2]);
}

on_both_engines!(a_withdrawn_email_is_not_sent);
fn a_withdrawn_email_is_not_sent(app: &TestApp) {
    post(app, &[mail("k1", "one@example.org", reset("Pat")), mail("k2", RECIPIENT, reset("Pat"))]);
    let worker = WorkerId::new(1, [7; 10]);
    let claimed = app.write(|tx| tx.outbox().claim(worker, Duration::minutes(2), 10));
    assert!(
        app.write(|tx| tx.outbox().withdraw("k1")),
        "a worker that has not tried it yet finds it withdrawn"
    );
    assert!(!app.write(|tx| tx.outbox().withdraw("k1")));
    let id_of = |to: &str| claimed.iter().find(|mail| mail.recipient == to).unwrap().id;
    let (gone, left) = (id_of("one@example.org"), id_of(RECIPIENT));
    assert!(!app.read(|tx| tx.outbox().is_claimed(gone, worker)));
    assert!(app.read(|tx| tx.outbox().is_claimed(left, worker)));
    assert_eq!(app.write(|tx| tx.outbox().release(worker, &[gone, left])), 1);
    assert_eq!(app.deliver_mails().len(), 1);
    assert!(!app.write(|tx| tx.outbox().withdraw("k2")), "a delivered email stays on record");
    post(app, &[mail("k1", "one@example.org", reset("Pat"))]);
    let given_up = app.write(|tx| tx.outbox().claim(worker, Duration::minutes(2), 10)).remove(0).id;
    assert!(app.write(|tx| tx.outbox().mark_failed(given_up, worker, "given up", None)));
    assert!(app.write(|tx| tx.outbox().withdraw("k1")), "an operator cannot resend it either");
    assert_eq!(the_mail(app).recipient, RECIPIENT);
}

on_both_engines!(concurrent_workers_deliver_each_email_once);
fn concurrent_workers_deliver_each_email_once(app: &TestApp) {
    let mails: Vec<_> =
        (0..90).map(|n| mail(&format!("k{n}"), &format!("p{n}@example.org"), reset("Pat"))).collect();
    post(app, &mails);
    let mailbox = Mailbox::default();
    let tried: usize = std::thread::scope(|scope| {
        let deliver = || app.deliver_through(&app.mailer(Transport::Mailbox(mailbox.clone())));
        let workers = [scope.spawn(deliver), scope.spawn(deliver), scope.spawn(deliver)];
        workers.into_iter().map(|worker| worker.join().unwrap()).sum()
    });
    assert_eq!(tried, 90);
    let to: BTreeSet<_> = mailbox.mails().into_iter().map(|kept| kept.mail.to).collect();
    assert_eq!((mailbox.mails().len(), to.len()), (90, 90));
    assert!(stored(app).iter().all(|mail| (mail.status, mail.attempts) == (MailStatus::Sent, 1)));
}
