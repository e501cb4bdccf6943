//! Helpers that post emails to the outbox and read their state.

use portal_domain::ground::email::EmailAddress;
use portal_domain::ground::mail::{MailContent, OutgoingMail};
use portal_persistence::platform::outbox::StoredMail;

use crate::app::TestApp;

/// The token in emails with a link.
pub const TOKEN: &str = "ppi_0A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8S9t0U1";

/// The default recipient.
pub const RECIPIENT: &str = "pat.reyes@bluegrass.example";

/// An email with this key.
#[must_use]
pub fn mail(key: &str, recipient: &str, content: MailContent) -> OutgoingMail {
    let recipient = EmailAddress::parse(recipient).unwrap();
    OutgoingMail { key: key.into(), recipient, organization: None, content }
}

/// Posts emails.
pub fn post(app: &TestApp, mails: &[OutgoingMail]) {
    app.write(|tx| tx.outbox().post(mails));
}

/// The content of a password reset email.
#[must_use]
pub fn reset(name: &str) -> MailContent {
    MailContent::PasswordReset {
        name: name.into(),
        token: TOKEN.into(),
        expires_at: "2026-02-01T18:00:00Z".parse().unwrap(),
    }
}

/// All emails in the outbox.
#[must_use]
pub fn stored(app: &TestApp) -> Vec<StoredMail> {
    app.read(|tx| tx.outbox().list(None, None, 100)).items
}

/// The only email in the outbox.
#[must_use]
pub fn the_mail(app: &TestApp) -> StoredMail {
    let mails = stored(app);
    assert_eq!(mails.len(), 1);
    mails.into_iter().next().unwrap()
}
