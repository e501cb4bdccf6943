//! Delivering mails when the test says so, and reading them.

use actix_web::rt::Runtime;
use portal_api::background::mail::{KeptMail, Mailbox, Mailer, Transport, deliver_due};

use crate::app::TestApp;

/// A mail that was delivered.
#[derive(Clone, Debug)]
pub struct DeliveredMail {
    /// Where it went.
    pub to: String,
    /// Its subject.
    pub subject: String,
    /// The text part.
    pub text: String,
    /// The HTML part.
    pub html: String,
    /// Its Message-ID, with angle brackets.
    pub message_id: String,
}

impl DeliveredMail {
    /// The one-time token of its link.
    #[must_use]
    #[track_caller]
    pub fn token(&self) -> String {
        let (_, rest) = self.text.split_once("#token=").expect("the mail has a link");
        rest.split_whitespace().next().unwrap().to_owned()
    }
}

impl TestApp {
    /// Delivers whatever is due, and gives the mails of this call: the oldest first, of the same instant by recipient and
    /// subject.
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

    /// Delivers whatever is due, of which exactly one mail goes to this address.
    #[must_use]
    #[track_caller]
    pub fn only_mail_to(&self, email: &str) -> DeliveredMail {
        let mut mails: Vec<_> =
            self.deliver_mails().into_iter().filter(|mail| mail.to.eq_ignore_ascii_case(email)).collect();
        assert_eq!(mails.len(), 1, "mails to {email}: {mails:?}");
        mails.remove(0)
    }

    /// Looks into whatever strangers asked for.
    pub fn process_requests(&self) {
        let _ = portal_api::background::self_service::process_requests(&self.portal).unwrap();
    }

    /// Mails leave through this transport.
    #[must_use]
    pub fn mailer(&self, transport: Transport) -> Mailer {
        Mailer::through(transport, &self.portal.settings).unwrap()
    }

    /// Tries whatever is due through that transport, in this thread; gives how many mails were tried.
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
