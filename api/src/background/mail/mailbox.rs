//! Emails kept in memory, for the sandbox.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use portal_domain::Instant;

use crate::background::mail::RenderedMail;
/// The number of emails that the mailbox keeps.
pub(crate) const KEPT: usize = 500;

/// The latest emails, kept in memory.
#[derive(Clone, Default)]
pub struct Mailbox(Arc<Mutex<VecDeque<KeptMail>>>);

/// An email kept in memory.
#[derive(Clone)]
pub struct KeptMail {
    /// The email.
    pub mail: RenderedMail,
    /// When it was delivered.
    pub sent_at: Instant,
}

impl Mailbox {
    pub(super) fn keep(&self, mail: RenderedMail, sent_at: Instant) {
        let mut mails = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if mails.len() == KEPT {
            mails.pop_front();
        }
        mails.push_back(KeptMail { mail, sent_at });
    }

    /// The emails, oldest first.
    #[must_use]
    pub fn mails(&self) -> Vec<KeptMail> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
    }

    /// Deletes all emails.
    pub fn clear(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mailbox_keeps_the_latest_emails() {
        let mailbox = Mailbox::default();
        let mail = |number: u16| RenderedMail {
            id: portal_domain::ground::id::MailId::new(u64::from(number), [7; 10]),
            to: String::new(),
            subject: number.to_string(),
            text: String::new(),
            html: String::new(),
            message_id: String::new(),
            link: None,
            posted_at: Instant::UNIX_EPOCH,
        };
        (0..=500).for_each(|number| mailbox.keep(mail(number), Instant::UNIX_EPOCH));
        let kept = mailbox.mails();
        assert_eq!(kept.len(), KEPT);
        assert_eq!((kept[0].mail.subject.as_str(), kept[499].mail.subject.as_str()), ("1", "500"));
    }
}
