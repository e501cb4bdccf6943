//! Helpers that deliver emails on demand and read them.

use actix_web::rt::Runtime;
use portal_api::background::mail::{KeptMail, Mailbox, Mailer, Transport, deliver_due};

use crate::app::TestApp;

/// A delivered email.
#[derive(Clone, Debug)]
pub struct DeliveredMail {
    /// The recipient's address.
    pub to: String,
    /// The subject.
    pub subject: String,
    /// The text part.
    pub text: String,
    /// The HTML part.
    pub html: String,
    /// The Message-ID, with angle brackets.
    pub message_id: String,
}

impl DeliveredMail {
    /// The one-time token in its link.
    #[must_use]
    #[track_caller]
    pub fn token(&self) -> String {
        let (_, rest) = self.text.split_once("#token=").expect("the email has a link");
        rest.split_whitespace().next().unwrap().to_owned()
    }
}

impl TestApp {
    /// Delivers all due emails and returns them, oldest first. Emails of the same instant are
    /// ordered by recipient and subject.
    #[must_use]
    pub fn deliver_mails(&self) -> Vec<DeliveredMail> {
        let mailbox = Mailbox::default();
        let _ = self.deliver_through(&self.mailer(Transport::Mailbox(mailbox.clone())));
        let mut kept = mailbox.mails();
        kept.sort_by_key(|KeptMail { mail, .. }| (mail.posted_at, mail.to.clone(), mail.subject.clone()));
        let delivered = |KeptMail { mail, .. }: KeptMail| DeliveredMail {
            to: mail.to,
            subject: mail.subject,
            text: mail.text,
            html: mail.html,
            message_id: mail.message_id,
        };
        kept.into_iter().map(delivered).collect()
    }

    /// Delivers all due emails and returns the only one to this address.
    #[must_use]
    #[track_caller]
    pub fn only_mail_to(&self, email: &str) -> DeliveredMail {
        let mut mails: Vec<_> =
            self.deliver_mails().into_iter().filter(|mail| mail.to.eq_ignore_ascii_case(email)).collect();
        assert_eq!(mails.len(), 1, "emails to {email}: {mails:?}");
        mails.remove(0)
    }

    /// Processes all due self-service requests.
    pub fn process_requests(&self) {
        let _ = portal_api::background::self_service::process_requests(&self.portal).unwrap();
    }

    /// A mailer with this transport.
    #[must_use]
    pub fn mailer(&self, transport: Transport) -> Mailer {
        Mailer::through(transport, &self.portal.settings).unwrap()
    }

    /// Tries to deliver all due emails in this thread; returns the number of attempts.
    #[must_use]
    pub fn deliver_through(&self, mailer: &Mailer) -> usize {
        let runtime = Runtime::new().unwrap();
        let mut tried = 0;
        loop {
            match runtime.block_on(deliver_due(&self.portal, mailer)).unwrap() {
                0 => return tried,
                more => tried += more,
            }
        }
    }
}
