//! The replies of mail servers and their effects on an email.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::time::{Duration as Patience, Instant as Stopwatch};

use chrono::Duration;
use portal_api::background::mail::{SmtpServer, Transport};
use portal_domain::ground::id::MailId;
use portal_domain::ground::mail::MailStatus;

use portal_tests::outbox::{RECIPIENT, TOKEN, mail, post, reset, stored, the_mail};
use portal_tests::smtp::{Script, ScriptedServer};
use portal_tests::{Engine, TestApp, on_both_engines};

/// Longer than any test's mail server takes to reply, unless it hangs on purpose.
pub(super) const PATIENCE: Patience = Patience::from_secs(20);

/// A transport to a mail server that gives this reply to one command and accepts every other one.
fn answering(verb: &'static str, answer: &'static str) -> Transport {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("smtp://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        let (stream, _) = listener.accept().unwrap();
        let mut writer = &stream;
        let mut say = |text: &str| writer.write_all(format!("{text}\r\n").as_bytes());
        say("220 ready").unwrap();
        for line in BufReader::new(&stream).lines().map_while(Result::ok) {
            let given = line.split([' ', ':']).next().unwrap_or_default();
            let said = match given {
                given if given == verb => say(answer),
                "EHLO" => say("250-answering\r\n250-8BITMIME\r\n250 SMTPUTF8"),
                _ => say("250 fine"),
            };
            if said.is_err() {
                return;
            }
        }
    });
    Transport::Smtp(Box::new(SmtpServer::at(&url, PATIENCE).unwrap()))
}

on_both_engines!(a_deferred_or_interrupted_email_is_resent_with_the_same_message_id);
fn a_deferred_or_interrupted_email_is_resent_with_the_same_message_id(app: &TestApp) {
    use Script::{Accept, DeferContent, DeferRecipient, DropAfterDot, DropBeforeDot, RefuseService};
    let scripts = [DeferRecipient, DeferContent, DropBeforeDot, DropAfterDot, RefuseService, Accept];
    let server = ScriptedServer::start(&scripts);
    let mailer = app.mailer(server.transport(PATIENCE));
    post(app, &[mail("k1", RECIPIENT, reset("Pat"))]);
    for attempt in 1..=5 {
        assert_eq!(app.deliver_through(&mailer), 1);
        let mail = the_mail(app);
        assert_eq!((mail.status, mail.attempts), (MailStatus::Queued, attempt), "{:?}", mail.last_error);
        assert!(mail.not_before > app.clock.session_now());
        assert_eq!(app.deliver_through(&mailer), 0, "not before its time");
        app.advance(Duration::hours(8));
    }
    assert_eq!(the_mail(app).last_error.as_deref(), Some("the mail server answered 554 (5.3.2)"));
    assert_eq!(app.deliver_through(&mailer), 1);
    assert_eq!((the_mail(app).status, the_mail(app).last_error), (MailStatus::Sent, None));
    assert_eq!(server.connections(), scripts.len());
    let received = server.received();
    assert_eq!(received.len(), 4);
    assert_eq!(received.iter().filter(|received| received.accepted).count(), 1);
    let ids: BTreeSet<_> = received.iter().flat_map(|received| received.header("Message-ID")).collect();
    assert_eq!(ids.len(), 1, "{ids:?}");
    assert_eq!(received[0].content, received[3].content, "the content is identical");
}

on_both_engines!(delivery_to_a_hanging_mail_server_times_out_and_is_retried);
fn delivery_to_a_hanging_mail_server_times_out_and_is_retried(app: &TestApp) {
    let server = ScriptedServer::start(&[Script::Hang]);
    post(app, &[mail("k1", RECIPIENT, reset("Pat"))]);
    let started = Stopwatch::now();
    assert_eq!(app.deliver_through(&app.mailer(server.transport(Patience::from_millis(100)))), 1);
    assert!(started.elapsed() < Patience::from_secs(10));
    assert_eq!(the_mail(app).last_error.as_deref(), Some("the mail server took too long"));
    app.advance(Duration::minutes(2));
    assert_eq!(app.deliver_through(&app.mailer(server.transport(PATIENCE))), 1);
    assert_eq!(the_mail(app).status, MailStatus::Sent);
}

on_both_engines!(a_refused_email_is_dead_until_an_operator_resends_it);
fn a_refused_email_is_dead_until_an_operator_resends_it(app: &TestApp) {
    let server = ScriptedServer::start(&[Script::RefuseRecipient, Script::RefuseContent]);
    let mailer = app.mailer(server.transport(PATIENCE));
    post(app, &[mail("k1", RECIPIENT, reset("Pat"))]);
    assert_eq!(app.deliver_through(&mailer), 1);
    app.advance(Duration::hours(8));
    assert_eq!(app.deliver_through(&mailer), 0, "it is not retried automatically");

    let operator = app.operator();
    assert!(operator.all("/api/v1/system/mails?status=sent").is_empty());
    let page = operator.get("/api/v1/system/mails?status=dead").expect(200);
    assert!(!page.text().contains(RECIPIENT) && !page.text().contains(TOKEN));
    let dead = &page.json()["items"][0];
    assert_eq!(dead["recipient"], "p***@bluegrass.example");
    assert_eq!(dead["template"], "password_reset");
    assert_eq!(dead["status"], "dead");
    assert_eq!(dead["attempts"], 1);
    assert_eq!(dead["last_error"], "the mail server answered 550 (5.1.1)");

    let retry = format!("/api/v1/system/mails/{}/retry", dead["id"].as_str().unwrap());
    let before = app.audit_events();
    let queued = operator.post_empty(&retry).expect(200).json();
    assert_eq!(queued["status"], "queued");
    assert_eq!(queued["attempts"], 0);
    assert_eq!(app.audit_events(), before + 1);
    let problem = operator.post_empty(&retry).problem(409, "invalid_transition");
    assert_eq!(problem["from"], "queued");
    assert_eq!(app.deliver_through(&mailer), 1);
    assert_eq!(the_mail(app).last_error.as_deref(), Some("the mail server answered 554 (5.6.0)"));
    let _ = operator.post_empty(&retry).expect(200);
    assert_eq!(app.deliver_through(&mailer), 1);
    assert!(server.received().last().unwrap().accepted);
    assert_eq!(operator.post_empty(&retry).problem(409, "invalid_transition")["from"], "sent");
    let unknown = format!("/api/v1/system/mails/{}/retry", MailId::new(1, [7; 10]));
    let _ = operator.post_empty(&unknown).problem(404, "not_found");
}

on_both_engines!(an_email_is_abandoned_after_eight_attempts);
fn an_email_is_abandoned_after_eight_attempts(app: &TestApp) {
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let server = SmtpServer::at(&format!("smtp://{closed}"), PATIENCE).unwrap();
    let mailer = app.mailer(Transport::Smtp(Box::new(server)));
    post(app, &[mail("k1", RECIPIENT, reset("Pat"))]);
    for _ in 0..8 {
        assert_eq!(the_mail(app).status, MailStatus::Queued);
        assert_eq!(app.deliver_through(&mailer), 1);
        app.advance(Duration::hours(8));
    }
    let dead = the_mail(app);
    assert_eq!((dead.status, dead.attempts), (MailStatus::Dead, 8));
    assert_eq!(dead.last_error.as_deref(), Some("the mail server could not be reached"));
}

on_both_engines!(only_a_refusal_of_the_recipient_or_the_content_is_permanent);
fn only_a_refusal_of_the_recipient_or_the_content_is_permanent(app: &TestApp) {
    for (n, (verb, answer, status)) in [
        ("EHLO", "550 not you", MailStatus::Queued),
        ("MAIL", "550 5.1.8 not from there", MailStatus::Queued),
        ("MAIL", "553 who is that", MailStatus::Queued),
        ("RCPT", "550 5.7.1 no relaying", MailStatus::Queued),
        ("RCPT", "554 not today", MailStatus::Queued),
        ("RCPT", "550 nobody here", MailStatus::Dead),
        ("RCPT", "551 5.1.6 moved away", MailStatus::Dead),
        ("DATA", "554 5.7.1 policy", MailStatus::Queued),
        ("DATA", "554 5.6.0 not wanted", MailStatus::Dead),
    ]
    .into_iter()
    .enumerate()
    {
        let recipient = format!("p{n}@example.org");
        post(app, &[mail(&format!("k{n}"), &recipient, reset("Pat"))]);
        assert_eq!(app.deliver_through(&app.mailer(answering(verb, answer))), 1);
        let mail = stored(app).into_iter().find(|mail| mail.recipient == recipient).unwrap();
        assert_eq!(mail.status, status, "{verb}: {answer}");
        let error = mail.last_error.unwrap();
        assert!(error.starts_with(&format!("the mail server answered {}", &answer[..3])), "{error}");
    }
}

#[test]
fn a_request_that_posts_an_email_does_not_wait_for_the_mail_server() {
    let server = ScriptedServer::start(&[Script::RefuseRecipient, Script::Hang, Script::Hang]);
    let url = server.url();
    let app = TestApp::start_with(Engine::Sqlite, false, &[("SMTP_URL", url.as_str())]);
    post(&app, &[mail("k1", RECIPIENT, reset("Pat"))]);
    assert_eq!(app.deliver_through(&app.mailer(server.transport(PATIENCE))), 1);
    assert_eq!(server.connections(), 1);
    let retry = format!("/api/v1/system/mails/{}/retry", the_mail(&app).id);
    let _ = app.operator().post_empty(&retry).expect(200);
    assert_eq!(the_mail(&app).status, MailStatus::Queued);
    assert_eq!(server.connections(), 1, "posting does not contact the mail server");
}
