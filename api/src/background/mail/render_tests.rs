use chrono::Duration;
use portal_domain::ground::disabled_reason::DisabledReason;
use portal_domain::ground::id::{MembershipId, OrganizationId};
use portal_domain::ground::mail::{InvitationMail, SecurityMatter};
use portal_domain::ground::text::visible;

use super::*;

const X_01: &str = "<script>alert(1)</script>";
const X_02: &str = ";alert(1)//\n</xmp><script>alert(1)</script>";

fn rendered(content: &MailContent) -> RenderedMail {
    let mail = ClaimedMail {
        id: MailId::new(1, [7; 10]),
        organization: None,
        recipient: "debi.henderson@example.org".into(),
        content: None,
        attempts: 1,
        created_at: Instant::UNIX_EPOCH,
    };
    let sender = "no-reply@portal.example".parse().unwrap();
    render(&mail, content, &Plans::load(None).unwrap(), "https://portal.example", &sender).unwrap()
}

/// Every kind of email, with this text in place of all user input.
fn every_mail_with(text: &str) -> Vec<MailContent> {
    let typed = || text.to_owned();
    let invitation = InvitationMail {
        plan: PlanCode::Ky,
        inviter: typed(),
        organization: typed(),
        role_name: typed(),
        token: "ppi_token".into(),
        expires_at: Instant::UNIX_EPOCH + Duration::hours(72),
    };
    vec![
        MailContent::CaAdminManagerInvitation(invitation.clone()),
        MailContent::Invitation(invitation),
        MailContent::AccessRequest {
            organization: typed(),
            requester: typed(),
            requester_email: typed(),
            message: Some(typed()),
        },
        MailContent::NewRegistration {
            plan: PlanCode::Lhcc,
            organization: typed(),
            organization_id: OrganizationId::new(1, [7; 10]),
            membership_id: MembershipId::new(1, [7; 10]),
            name: typed(),
            email: typed(),
            tax_id_masked: "XX-XXX4321".into(),
            enable_token: Some("ppe_token".into()),
        },
        MailContent::AssociationWaiting {
            plan: PlanCode::Cca,
            provider: typed(),
            username: typed(),
            name: typed(),
            email: typed(),
            after_failures: true,
        },
        MailContent::AssociationConfirmed {
            plan: PlanCode::Cca,
            provider: typed(),
            name: typed(),
            accept_until: Some(Instant::UNIX_EPOCH + Duration::hours(72)),
        },
        MailContent::AssociationConfirmed {
            plan: PlanCode::Cca,
            provider: typed(),
            name: typed(),
            accept_until: None,
        },
        MailContent::AssociationRejected {
            plan: PlanCode::Cca,
            provider: typed(),
            name: typed(),
            reason: typed(),
        },
        MailContent::Registration {
            plan: PlanCode::Ahw,
            organization: typed(),
            name: typed(),
            token: "ppg_token".into(),
            expires_at: Instant::UNIX_EPOCH,
        },
        MailContent::PasswordReset {
            name: typed(),
            token: "ppw_token".into(),
            expires_at: Instant::UNIX_EPOCH,
        },
        MailContent::FactorRegistered {
            name: typed(),
            label: "OKTA Verify".into(),
            token: "ppf_token".into(),
            expires_at: Instant::UNIX_EPOCH,
        },
        MailContent::MemberEnabled { organization: typed(), name: typed(), must_register: true },
        MailContent::MemberDisabled {
            organization: typed(),
            name: typed(),
            reason: DisabledReason::Inactivity,
        },
        MailContent::MemberRevoked { organization: typed(), name: typed() },
        MailContent::AdministratorAdded { organization: typed(), name: typed(), by: typed() },
        MailContent::SecurityNotice { name: typed(), matter: SecurityMatter::PasswordChanged },
        MailContent::SecurityNotice { name: typed(), matter: SecurityMatter::SignInBlocked },
        MailContent::SecurityNotice { name: typed(), matter: SecurityMatter::WrongCodes },
    ]
}

#[test]
fn r_206_stored_scripts_are_inert_in_every_mail() {
    for text in [X_01, X_02] {
        for content in every_mail_with(text) {
            let mail = rendered(&content);
            let named = content.template();
            assert!(!mail.html.contains("<script") && !mail.html.contains("</xmp>"), "{named}");
            assert!(mail.html.contains("&#60;script&#62;alert(1)&#60;/script&#62;"), "{named}");
            assert!(mail.text.contains("<script>alert(1)</script>"), "{named}");
        }
    }
}

#[test]
fn the_text_part_marks_each_line_of_a_quoted_message() {
    let quoted = "Please admit me.\n\nHello Ana,\nYour account is locked.";
    let mails = every_mail_with(quoted);
    let request = mails.iter().find(|mail| matches!(mail, MailContent::AccessRequest { .. })).unwrap();
    let text = rendered(request).text;
    let expected = "\n> Please admit me.\n> \n> Hello Ana,\n> Your account is locked.\n\n";
    assert!(text.contains(expected), "{text}");
}

#[test]
fn names_cannot_break_lines_or_turn_the_direction_of_text() {
    let text = "Bluegrass\r\nBcc: all@example.org\u{2028}\0\u{202e}moc.live";
    for content in every_mail_with(text) {
        let mail = rendered(&content);
        let named = content.template();
        assert_eq!(mail.subject, visible(&mail.subject, false), "{named}");
        assert_eq!(mail.text, visible(&mail.text, true), "{named}");
    }
    let mail = rendered(&every_mail_with(text)[1]);
    assert_eq!(mail.subject, "Invitation to Bluegrass Bcc: all@example[.]org moc[.]live");
    let long = rendered(&every_mail_with(&"x".repeat(300))[1]);
    assert_eq!(long.subject.chars().count(), SUBJECT_MAX);
}

/// The words of a text that mail programs turn into links: URLs, `www.`, and names with a dot before
/// two letters.
fn linked(text: &str) -> Vec<String> {
    let is_host = |word: &str| {
        let labels: Vec<_> = word.split('.').collect();
        labels.windows(2).any(|pair| {
            let ends = pair[0].chars().last().is_some_and(char::is_alphanumeric);
            ends && pair[1].chars().take(2).filter(|c| c.is_alphabetic()).count() == 2
        })
    };
    let words = text.split_whitespace().map(str::to_lowercase);
    words.filter(|word| word.contains("://") || word.contains("www.") || is_host(word)).collect()
}

#[test]
fn r_214_no_text_of_users_is_a_link_in_any_mail() {
    assert_eq!(
        linked("see https://a, www.b and c.de/f or Dr. A.B. at 1.5"),
        ["https://a,", "www.b", "c.de/f"]
    );
    let help = linked(&plans_help());
    for text in [
        "https://evil.example/login",
        "www.evil",
        "Please visit evil.com/reset?token=1.",
        "jane@evil.org",
        "evil。com",
        "EVIL.CO.UK",
        "//evil.example",
        "mailto:jane@evil.org",
    ] {
        for content in every_mail_with(text) {
            let mail = rendered(&content);
            let named = content.template();
            assert!(mail.text.to_lowercase().contains("evil"), "{named} quotes the text");
            for part in [&mail.subject, &mail.text, &without_tags(&mail.html)] {
                let ours = |word: &String| word.starts_with("https://portal.example/") || help.contains(word);
                let foreign: Vec<_> = linked(part).into_iter().filter(|word| !ours(word)).collect();
                assert_eq!(foreign, [""; 0], "{named} with {text}");
            }
            let links = mail.html.matches("href=\"").count();
            assert_eq!(links, mail.html.matches("href=\"https://portal.example/").count(), "{named}");
        }
    }
}

/// The text that HTML shows.
fn without_tags(html: &str) -> String {
    html.split('<')
        .map(|piece| piece.split_once('>').map_or(piece, |(_, text)| text))
        .collect::<Vec<_>>()
        .join(" ")
}

/// The help texts of all plans, which operators write.
fn plans_help() -> String {
    let plans = Plans::load(None).unwrap();
    let helps = PlanCode::ALL.iter().filter_map(|code| plans.get(*code)).map(|plan| plan.help.clone());
    helps.collect::<Vec<_>>().join(" ")
}

#[test]
fn a_link_leads_to_the_configured_base_with_its_token_in_the_fragment() {
    let links: Vec<_> = every_mail_with("x").iter().filter_map(|content| rendered(content).link).collect();
    assert_eq!(
        links,
        [
            "https://portal.example/links/invitation#token=ppi_token",
            "https://portal.example/links/invitation#token=ppi_token",
            "https://portal.example/links/enable-user#token=ppe_token",
            "https://portal.example/links/registration#token=ppg_token",
            "https://portal.example/links/password-reset#token=ppw_token",
            "https://portal.example/links/remove-factor#token=ppf_token",
        ]
    );
    for content in every_mail_with("x") {
        let mail = rendered(&content);
        if let Some(link) = &mail.link {
            assert!(mail.text.contains(&format!("{link}\n")), "{}", content.template());
            assert!(mail.html.contains(&format!("href=\"{link}\"")), "{}", content.template());
        }
    }
}

#[test]
fn without_a_button_the_mail_about_a_registration_names_the_member() {
    let content = every_mail_with("x").into_iter().find_map(|content| match content {
        MailContent::NewRegistration {
            plan,
            organization,
            organization_id,
            membership_id,
            name,
            email,
            tax_id_masked,
            ..
        } => Some(MailContent::NewRegistration {
            plan,
            organization,
            organization_id,
            membership_id,
            name,
            email,
            tax_id_masked,
            enable_token: None,
        }),
        _ => None,
    });
    let mail = rendered(&content.unwrap());
    assert_eq!(mail.link, None);
    assert!(mail.text.contains("https://portal.example/#/organizations/org_"));
    assert!(mail.text.contains("User Management") && mail.html.contains("User Management"));
}

#[test]
fn expiry_is_told_in_the_plan_s_own_zone() {
    let mail = rendered(&every_mail_with("x")[1]);
    assert!(mail.text.contains("January 3, 1970, 7:00 PM EST"), "{}", mail.text);
}

#[test]
fn the_message_id_depends_on_the_mail_alone() {
    let ids: Vec<_> = every_mail_with("x").iter().map(|content| rendered(content).message_id).collect();
    assert!(ids.iter().all(|id| *id == ids[0] && id.ends_with("@portal.example>")));
}
