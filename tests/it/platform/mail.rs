//! Emails: posting them with the change they report, and their content (decision D-13).

use std::collections::BTreeSet;

use portal_api::background::mail::Mailer;
use portal_domain::ground::disabled_reason::DisabledReason;
use portal_domain::ground::id::{MembershipId, OrganizationId};
use portal_domain::ground::mail::{InvitationMail, MailContent, MailStatus, SecurityMatter};
use portal_domain::ground::plan_code::PlanCode;
use portal_domain::identity::user::PlatformRole;
use portal_tests::outbox::{RECIPIENT, TOKEN, mail, post, reset, stored, the_mail};
use portal_tests::smtp::ScriptedServer;
use portal_tests::{Engine, TestApp, on_both_engines};

use super::mail_servers::PATIENCE;

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

on_both_engines!(an_email_is_posted_once_delivered_once_and_erased);
fn an_email_is_posted_once_delivered_once_and_erased(app: &TestApp) {
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
    assert!(app.deliver_mails().is_empty(), "a key cannot be used again");
}

on_both_engines!(an_email_that_was_not_committed_is_never_sent);
fn an_email_that_was_not_committed_is_never_sent(app: &TestApp) {
    let refused: Result<(), _> = app.portal.database.write_unrecorded(app.portal.moment(), |tx| {
        tx.outbox().post(&[mail("k1", RECIPIENT, reset("Pat"))])?;
        Err(portal_persistence::StoreError::Stale("something else"))
    });
    assert!(refused.is_err());
    assert!(app.deliver_mails().is_empty());
}

on_both_engines!(only_operators_can_read_the_outbox);
fn only_operators_can_read_the_outbox(app: &TestApp) {
    let org = app.provider_group("Bluegrass");
    let manager = org.manager("Debi Henderson").client();
    let support = app.staff("Sam Whitaker", PlatformRole::Support);
    post(app, &[mail("k1", RECIPIENT, reset("Pat"))]);
    let retry = format!("/api/v1/system/mails/{}/retry", the_mail(app).id);
    for client in [&manager, &support] {
        let _ = client.get("/api/v1/system/mails").problem(403, "role_required");
        let _ = client.post_empty(&retry).problem(403, "role_required");
    }
}

on_both_engines!(x_01_x_02_stored_scripts_are_inert_in_html_emails);
fn x_01_x_02_stored_scripts_are_inert_in_html_emails(app: &TestApp) {
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
            MailContent::SecurityNotice { name: (*script).into(), matter: SecurityMatter::MfaMethodRemoved },
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
fn r_007_n_01_x_19_the_invitation_of_a_ca_admin_manager_matches_the_document() {
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
fn no_text_in_an_email_injects_a_header_a_recipient_or_an_end() {
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
fn without_a_mail_server_emails_become_files_that_only_the_owner_can_read() {
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
    assert!(text < html, "mail clients prefer the last part");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = |path: &std::path::Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&mails), mode(&file)), (0o700, 0o600));
    }
}

#[test]
fn the_sandbox_mailbox_shows_the_emails_of_all_users() {
    let app = TestApp::start_sandbox();
    let inbox = |query: &str| {
        let page = app.anonymous().get(&format!("/api/v1/sandbox/mailbox{query}")).expect(200).json();
        page["items"].as_array().unwrap().clone()
    };
    let before = inbox("").len();
    post(&app, &[mail("k1", RECIPIENT, reset("Pat"))]);
    let mails = inbox("");
    assert_eq!(mails.len(), before + 1, "the email is delivered at once");
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
        let browser = app.anonymous().unchecked();
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
    let _ = app.anonymous().unchecked().get("/links/nothing").problem(404, "not_found");
    assert_eq!(app.fingerprint(), before);
}
