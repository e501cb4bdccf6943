//! Mails: posted with what they tell about, delivered apart from any request (decision D-13).

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::time::{Duration as Patience, Instant as Stopwatch};

use chrono::Duration;
use portal_api::background::mail::{Mailbox, Mailer, SmtpServer, Transport, deliver_due};
use portal_domain::ground::email::EmailAddress;
use portal_domain::ground::id::{MailId, MembershipId, OrganizationId, WorkerId};
use portal_domain::ground::plan_code::PlanCode;
use portal_domain::identity::user::PlatformRole;
use portal_domain::organizations::membership::DisabledReason;
use portal_domain::platform::mail::{InvitationMail, MailContent, MailStatus, OutgoingMail, SecurityMatter};
use portal_persistence::platform::outbox::StoredMail;
use portal_tests::smtp::{Script, ScriptedServer};
use portal_tests::{Client, Engine, TestApp, on_both_engines};

const TOKEN: &str = "ppi_0A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8S9t0U1";
const RECIPIENT: &str = "pat.reyes@bluegrass.example";
/// Longer than any test's mail server takes that means to answer.
const PATIENCE: Patience = Patience::from_secs(20);

fn mail(key: &str, recipient: &str, content: MailContent) -> OutgoingMail {
    let recipient = EmailAddress::parse(recipient).unwrap();
    OutgoingMail { key: key.into(), recipient, organization: None, content }
}

fn post(app: &TestApp, mails: &[OutgoingMail]) {
    app.write(|tx| tx.outbox().post(mails));
}

fn reset(name: &str) -> MailContent {
    MailContent::PasswordReset {
        name: name.into(),
        token: TOKEN.into(),
        expires_at: "2026-02-01T18:00:00Z".parse().unwrap(),
    }
}

fn invitation(inviter: &str, organization: &str, role_name: &str) -> InvitationMail {
    InvitationMail {
        plan: PlanCode::Ky,
        inviter: inviter.into(),
        organization: organization.into(),
        role_name: role_name.into(),
        token: TOKEN.into(),
        expires_at: "2026-02-04T17:00:00Z".parse().unwrap(),
    }
}

fn stored(app: &TestApp) -> Vec<StoredMail> {
    app.read(|tx| tx.outbox().list(None, None, 100)).items
}

fn the_mail(app: &TestApp) -> StoredMail {
    let mails = stored(app);
    assert_eq!(mails.len(), 1);
    mails.into_iter().next().unwrap()
}

/// Leads to a mail server that gives one command that answer and every other one a good one.
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

fn operator(app: &TestApp) -> Client {
    app.signed_in(app.platform_user("Ruth Delgado", &[PlatformRole::Operator]))
}

on_both_engines!(a_mail_is_posted_once_delivered_once_and_wiped);
fn a_mail_is_posted_once_delivered_once_and_wiped(app: &TestApp) {
    post(app, &[]);
    post(app, &[mail("k1", RECIPIENT, reset("Pat")), mail("k1", "else@example.org", reset("Else"))]);
    post(app, &[mail("k1", RECIPIENT, reset("Pat")), mail("k2", "zoe@example.org", reset("Zoe"))]);
    let sealed = "SELECT dedupe_key AS value FROM outbox_mails WHERE content_sealed IS NOT NULL ORDER BY 1";
    assert_eq!(app.inspector().texts(sealed), ["k1", "k2"]);
    let delivered = app.deliver_mails();
    assert_eq!(
        delivered.iter().map(|mail| mail.to.as_str()).collect::<Vec<_>>(),
        [RECIPIENT, "zoe@example.org"]
    );
    assert!(delivered.iter().all(|mail| mail.token() == TOKEN));
    assert!(app.deliver_mails().is_empty());
    assert!(app.inspector().texts(sealed).is_empty(), "tokens do not outlive their delivery");
    for mail in stored(app) {
        assert_eq!((mail.status, mail.attempts), (MailStatus::Sent, 1));
        assert_eq!(mail.settled_at, Some(app.clock.session_now()));
    }
    post(app, &[mail("k1", RECIPIENT, reset("Pat"))]);
    assert!(app.deliver_mails().is_empty(), "a key stays used");
}

on_both_engines!(what_is_not_committed_is_never_sent);
fn what_is_not_committed_is_never_sent(app: &TestApp) {
    let refused: Result<(), _> = app.portal.database.write(app.portal.moment(), |tx| {
        tx.outbox().post(&[mail("k1", RECIPIENT, reset("Pat"))])?;
        Err(portal_persistence::StoreError::Stale("something else"))
    });
    assert!(refused.is_err());
    assert!(app.deliver_mails().is_empty());
}

on_both_engines!(a_mail_deferred_or_cut_off_is_sent_again_under_the_same_message_id);
fn a_mail_deferred_or_cut_off_is_sent_again_under_the_same_message_id(app: &TestApp) {
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
        app.pass(Duration::hours(8));
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
    assert_eq!(received[0].content, received[3].content, "the same to the last byte");
}

on_both_engines!(a_mail_server_that_hangs_is_given_up_on_for_now);
fn a_mail_server_that_hangs_is_given_up_on_for_now(app: &TestApp) {
    let server = ScriptedServer::start(&[Script::Hang]);
    post(app, &[mail("k1", RECIPIENT, reset("Pat"))]);
    let begun = Stopwatch::now();
    assert_eq!(app.deliver_through(&app.mailer(server.transport(Patience::from_millis(100)))), 1);
    assert!(begun.elapsed() < Patience::from_secs(10));
    assert_eq!(the_mail(app).last_error.as_deref(), Some("the mail server took too long"));
    app.pass(Duration::minutes(2));
    assert_eq!(app.deliver_through(&app.mailer(server.transport(PATIENCE))), 1);
    assert_eq!(the_mail(app).status, MailStatus::Sent);
}

on_both_engines!(a_mail_that_is_refused_is_a_dead_letter_that_an_operator_can_send_again);
fn a_mail_that_is_refused_is_a_dead_letter_that_an_operator_can_send_again(app: &TestApp) {
    let server = ScriptedServer::start(&[Script::RefuseRecipient, Script::RefuseContent]);
    let mailer = app.mailer(server.transport(PATIENCE));
    post(app, &[mail("k1", RECIPIENT, reset("Pat"))]);
    assert_eq!(app.deliver_through(&mailer), 1);
    app.pass(Duration::hours(8));
    assert_eq!(app.deliver_through(&mailer), 0, "it is not tried again by itself");

    let operator = operator(app);
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
    let nobody = format!("/api/v1/system/mails/{}/retry", MailId::new(1, [7; 10]));
    let _ = operator.post_empty(&nobody).problem(404, "not_found");
}

on_both_engines!(only_operators_look_into_the_outbox);
fn only_operators_look_into_the_outbox(app: &TestApp) {
    let house = app.provider_group("Bluegrass");
    let manager = house.manager("Debi Henderson").client();
    let support = app.signed_in(app.platform_user("Sam Whitaker", &[PlatformRole::Support]));
    post(app, &[mail("k1", RECIPIENT, reset("Pat"))]);
    let retry = format!("/api/v1/system/mails/{}/retry", the_mail(app).id);
    for client in [&manager, &support] {
        let _ = client.get("/api/v1/system/mails").problem(403, "role_required");
        let _ = client.post_empty(&retry).problem(403, "role_required");
    }
}

on_both_engines!(a_mail_is_given_up_after_eight_attempts);
fn a_mail_is_given_up_after_eight_attempts(app: &TestApp) {
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let server = SmtpServer::at(&format!("smtp://{closed}"), PATIENCE).unwrap();
    let mailer = app.mailer(Transport::Smtp(Box::new(server)));
    post(app, &[mail("k1", RECIPIENT, reset("Pat"))]);
    for _ in 0..8 {
        assert_eq!(the_mail(app).status, MailStatus::Queued);
        assert_eq!(app.deliver_through(&mailer), 1);
        app.pass(Duration::hours(8));
    }
    let dead = the_mail(app);
    assert_eq!((dead.status, dead.attempts), (MailStatus::Dead, 8));
    assert_eq!(dead.last_error.as_deref(), Some("the mail server could not be reached"));
}

on_both_engines!(what_a_dead_worker_claimed_is_delivered_by_another_one_after_the_claim);
fn what_a_dead_worker_claimed_is_delivered_by_another_one_after_the_claim(app: &TestApp) {
    post(app, &[mail("k1", RECIPIENT, reset("Pat"))]);
    let worker = WorkerId::new(1, [7; 10]);
    let claimed = app.write(|tx| tx.outbox().claim(worker, Duration::minutes(2), 10));
    assert_eq!(claimed.len(), 1);
    assert!(app.deliver_mails().is_empty());
    app.pass(Duration::minutes(2) - Duration::microseconds(1));
    assert!(app.deliver_mails().is_empty());
    app.pass(Duration::microseconds(1));
    assert_eq!(app.deliver_mails().len(), 1);
    let id = claimed[0].id;
    assert!(!app.write(|tx| tx.outbox().mark_sent(id, worker)), "too late");
    assert!(!app.write(|tx| tx.outbox().mark_failed(id, worker, "too late", None)));
    assert_eq!(the_mail(app).status, MailStatus::Sent);
}

on_both_engines!(what_was_claimed_and_not_come_to_does_not_count_as_tried);
fn what_was_claimed_and_not_come_to_does_not_count_as_tried(app: &TestApp) {
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

on_both_engines!(when_an_outcome_cannot_be_noted_the_other_mails_do_not_wait);
fn when_an_outcome_cannot_be_noted_the_other_mails_do_not_wait(app: &TestApp) {
    post(app, &["k1", "k2", "k3"].map(|key| mail(key, RECIPIENT, reset("Pat"))));
    let (forbid, allow) = match app.engine {
        Engine::Sqlite => (
            "CREATE TRIGGER unnoted BEFORE UPDATE ON outbox_mails WHEN NEW.status = 'sent' \
             BEGIN SELECT RAISE(ABORT, 'on purpose'); END",
            "DROP TRIGGER unnoted",
        ),
        Engine::Postgres => (
            "ALTER TABLE outbox_mails ADD CONSTRAINT unnoted CHECK (status <> 'sent')",
            "ALTER TABLE outbox_mails DROP CONSTRAINT unnoted",
        ),
    };
    app.inspector().run(forbid);
    let mailbox = Mailbox::default();
    let mailer = app.mailer(Transport::Mailbox(mailbox.clone()));
    let delivered = actix_web::rt::Runtime::new().unwrap().block_on(deliver_due(&app.portal, &mailer));
    assert!(delivered.is_err());
    assert_eq!(mailbox.mails().len(), 1);
    app.inspector().run(allow);
    assert_eq!(app.deliver_mails().len(), 2, "the others were given back");
    app.pass(Duration::minutes(2));
    assert_eq!(app.deliver_mails().len(), 1, "it may have gone out, so it waits until its claim is over");
    let mut attempts: Vec<_> = stored(app).into_iter().map(|mail| mail.attempts).collect();
    attempts.sort_unstable();
    assert_eq!(attempts, [1, 1, 2]);
}

on_both_engines!(only_a_refusal_of_recipient_or_content_is_for_good);
fn only_a_refusal_of_recipient_or_content_is_for_good(app: &TestApp) {
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
        let told = mail.last_error.unwrap();
        assert!(told.starts_with(&format!("the mail server answered {}", &answer[..3])), "{told}");
    }
}

on_both_engines!(a_mail_that_was_withdrawn_is_not_sent);
fn a_mail_that_was_withdrawn_is_not_sent(app: &TestApp) {
    post(app, &[mail("k1", "one@example.org", reset("Pat")), mail("k2", RECIPIENT, reset("Pat"))]);
    let worker = WorkerId::new(1, [7; 10]);
    let claimed = app.write(|tx| tx.outbox().claim(worker, Duration::minutes(2), 10));
    assert!(app.write(|tx| tx.outbox().withdraw("k1")), "a worker that has not come to it finds it gone");
    assert!(!app.write(|tx| tx.outbox().withdraw("k1")));
    let id_of = |to: &str| claimed.iter().find(|mail| mail.recipient == to).unwrap().id;
    let (gone, left) = (id_of("one@example.org"), id_of(RECIPIENT));
    assert!(!app.read(|tx| tx.outbox().is_claimed(gone, worker)));
    assert!(app.read(|tx| tx.outbox().is_claimed(left, worker)));
    assert_eq!(app.write(|tx| tx.outbox().release(worker, &[gone, left])), 1);
    assert_eq!(app.deliver_mails().len(), 1);
    assert!(!app.write(|tx| tx.outbox().withdraw("k2")), "what was delivered stays on record");
    post(app, &[mail("k1", "one@example.org", reset("Pat"))]);
    let given_up = app.write(|tx| tx.outbox().claim(worker, Duration::minutes(2), 10)).remove(0).id;
    assert!(app.write(|tx| tx.outbox().mark_failed(given_up, worker, "given up", None)));
    assert!(app.write(|tx| tx.outbox().withdraw("k1")), "nor may an operator send it again");
    assert_eq!(the_mail(app).recipient, RECIPIENT);
}

on_both_engines!(two_workers_at_once_deliver_each_mail_once);
fn two_workers_at_once_deliver_each_mail_once(app: &TestApp) {
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

on_both_engines!(x_01_x_02_stored_scripts_are_inert_in_html_mail);
fn x_01_x_02_stored_scripts_are_inert_in_html_mail(app: &TestApp) {
    let scripts = ["<script>alert(1)</script>", ";alert(1)//\n</xmp><script>alert(1)</script>"];
    let mails = scripts.iter().enumerate().flat_map(|(n, script)| {
        let content = [
            MailContent::CaAdminManagerInvitation(invitation(script, script, script)),
            MailContent::Invitation(invitation(script, script, script)),
            MailContent::AccessRequest {
                organization: (*script).into(),
                requester: (*script).into(),
                requester_email: (*script).into(),
                message: Some((*script).into()),
            },
            MailContent::NewRegistration {
                plan: PlanCode::Lhcc,
                organization: (*script).into(),
                organization_id: OrganizationId::new(1, [7; 10]),
                membership_id: MembershipId::new(1, [7; 10]),
                name: (*script).into(),
                email: (*script).into(),
                tax_id_masked: "XX-XXX4321".into(),
                enable_token: None,
            },
            MailContent::MemberDisabled {
                organization: (*script).into(),
                name: (*script).into(),
                reason: DisabledReason::Staff,
            },
            MailContent::SecurityNotice { name: (*script).into(), matter: SecurityMatter::MfaMethodAdded },
        ];
        content.into_iter().enumerate().map(move |(m, content)| mail(&format!("{n}.{m}"), RECIPIENT, content))
    });
    post(app, &mails.collect::<Vec<_>>());
    let delivered = app.deliver_mails();
    assert_eq!(delivered.len(), 12);
    for mail in delivered {
        assert!(!mail.html.contains("<script") && !mail.html.contains("</xmp>"), "{}", mail.html);
        assert!(mail.html.contains("&#60;script&#62;alert(1)&#60;/script&#62;"), "{}", mail.html);
    }
}

#[test]
fn r_007_n_01_x_19_the_invitation_of_a_ca_admin_manager_is_as_the_document_shows_it() {
    let app = TestApp::start(Engine::Sqlite);
    let content = invitation("Katherine Tully", "Bluegrass Family Health Group", "AdminManager");
    post(&app, &[mail("k1", RECIPIENT, MailContent::CaAdminManagerInvitation(content))]);
    let delivered = app.deliver_mails();
    assert_eq!(delivered.len(), 1);
    assert_eq!(delivered[0].subject, "Invitation to Organization User");
    insta::assert_snapshot!("n_01_text", &delivered[0].text);
    insta::assert_snapshot!("n_01_html", &delivered[0].html);
}

#[test]
fn no_text_in_a_mail_adds_a_header_a_recipient_or_an_end() {
    let app = TestApp::start(Engine::Sqlite);
    let server = ScriptedServer::start(&[]);
    let long = "x".repeat(300);
    let texts = [
        "\r\nBcc: all@example.org",
        "\nBcc: all@example.org\n\n",
        "\r\n.\r\nMAIL FROM:<evil@example.org>\r\nRCPT TO:<all@example.org>\r\nDATA\r\n",
        "\n.\n",
        "\0",
        "\u{2028}Bcc: all@example.org",
        "=?utf-8?q?=0D=0ABcc:_all@example.org?=",
        "\"><b>Zo\u{eb}</b> <zoe@example.org>",
        "--part_\r\nContent-Type: text/html\r\n\r\n",
        long.as_str(),
    ];
    let mails: Vec<_> = texts
        .iter()
        .enumerate()
        .flat_map(|(n, text)| {
            let request = MailContent::AccessRequest {
                organization: (*text).into(),
                requester: (*text).into(),
                requester_email: (*text).into(),
                message: Some((*text).into()),
            };
            [
                mail(&format!("i{n}"), RECIPIENT, MailContent::Invitation(invitation(text, text, text))),
                mail(&format!("r{n}"), RECIPIENT, request),
            ]
        })
        .collect();
    post(&app, &mails);
    assert_eq!(app.deliver_through(&app.mailer(server.transport(PATIENCE))), mails.len());
    let received = server.received();
    assert_eq!((received.len(), server.connections()), (mails.len(), mails.len()));
    for mail in received {
        assert_eq!(mail.recipients, [format!("RCPT TO:<{RECIPIENT}>")]);
        let names: BTreeSet<_> = mail.headers().into_iter().map(|(name, _)| name).collect();
        let expected =
            ["Auto-Submitted", "Content-Type", "Date", "From", "MIME-Version", "Message-ID", "Subject", "To"];
        assert_eq!(names.iter().map(String::as_str).collect::<Vec<_>>(), expected);
        assert_eq!(mail.headers().len(), expected.len());
        assert!(mail.content.trim_end().ends_with("--"), "nothing comes after the last part");
    }
}

#[test]
fn a_request_that_posts_a_mail_does_not_wait_for_the_mail_server() {
    let server = ScriptedServer::start(&[Script::RefuseRecipient, Script::Hang, Script::Hang]);
    let url = server.url();
    let app = TestApp::start_with(Engine::Sqlite, false, &[("SMTP_URL", url.as_str())]);
    post(&app, &[mail("k1", RECIPIENT, reset("Pat"))]);
    assert_eq!(app.deliver_through(&app.mailer(server.transport(PATIENCE))), 1);
    assert_eq!(server.connections(), 1);
    let retry = format!("/api/v1/system/mails/{}/retry", the_mail(&app).id);
    let _ = operator(&app).post_empty(&retry).expect(200);
    assert_eq!(the_mail(&app).status, MailStatus::Queued);
    assert_eq!(server.connections(), 1, "posting reaches no mail server");
}

#[test]
fn without_a_mail_server_mails_become_files_that_nobody_else_reads() {
    let folder = tempfile::tempdir().unwrap();
    let mails = folder.path().join("mail");
    let app = TestApp::start_with(Engine::Sqlite, false, &[("MAIL_DIR", mails.to_str().unwrap())]);
    assert!(!mails.exists());
    post(&app, &[mail("k1", RECIPIENT, reset("Pat"))]);
    assert_eq!(app.deliver_through(&Mailer::from_settings(&app.portal.settings).unwrap()), 1);
    let names: Vec<_> = std::fs::read_dir(&mails)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    assert_eq!(names, [format!("{}.eml", the_mail(&app).id)]);
    let file = mails.join(&names[0]);
    let content = std::fs::read_to_string(&file).unwrap();
    assert_eq!(content.matches("\r\nTo: ").count(), 1);
    assert!(content.contains(&format!("Message-ID: <{}@provider-portal.example>", the_mail(&app).id)));
    let (text, html) = (content.find("text/plain").unwrap(), content.find("text/html").unwrap());
    assert!(text < html, "what a mail reader shows last it likes best");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = |path: &std::path::Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&mails), mode(&file)), (0o700, 0o600));
    }
}

#[test]
fn whoever_explores_the_sandbox_reads_everybody_s_mail() {
    let app = TestApp::start_sandbox();
    let inbox = |query: &str| {
        let page = app.anonymous().get(&format!("/api/v1/sandbox/mailbox{query}")).expect(200).json();
        page["items"].as_array().unwrap().clone()
    };
    let before = inbox("").len();
    post(&app, &[mail("k1", RECIPIENT, reset("Pat"))]);
    let mails = inbox("");
    assert_eq!(mails.len(), before + 1, "nobody has to wait");
    assert_eq!(mails[0]["to"], RECIPIENT);
    assert_eq!(mails[0]["subject"], "Set a new password");
    let link = mails[0]["link"].as_str().unwrap();
    assert!(link.ends_with(&format!("/links/password-reset#token={TOKEN}")), "{link}");
    assert!(mails[0]["text"].as_str().unwrap().contains(link));
    assert_eq!(inbox("?recipient=PAT.Reyes@bluegrass.example").len(), 1);
    assert!(inbox("?recipient=nobody@bluegrass.example").is_empty());
}

#[test]
fn a_link_leads_to_a_page_without_scripts_that_changes_nothing() {
    let app = TestApp::start(Engine::Sqlite);
    let before = app.fingerprint();
    for (purpose, path) in [
        ("invitation", "/api/v1/invitations/inspect"),
        ("registration", "/api/v1/registrations/complete"),
        ("password-reset", "/api/v1/password-resets/complete"),
        ("enable-user", "/api/v1/registrations/enable"),
    ] {
        let browser = app.anonymous().unruly();
        let page = browser
            .call("GET", &format!("/links/{purpose}"))
            .header("accept", "text/html")
            .send()
            .expect(200);
        assert_eq!(page.header("content-type"), Some("text/html; charset=utf-8"));
        assert_eq!(page.header("cache-control"), Some("no-store"));
        assert_eq!(page.header("referrer-policy"), Some("no-referrer"));
        assert!(page.header("content-security-policy").unwrap().contains("default-src 'none'"));
        assert!(page.text().contains(path) && !page.text().contains("<script"), "{}", page.text());
    }
    let _ = app.anonymous().unruly().get("/links/nothing").problem(404, "not_found");
    assert_eq!(app.fingerprint(), before);
}
