//! Recipients of mails that concern a whole organization.

use crate::Instant;
use crate::ground::email::EmailAddress;
use crate::ground::id::{MembershipId, UserId};
use crate::ground::mail::{MailContent, OutgoingMail};
use crate::organizations::organization::OrganizationFacts;

/// A recipient of mails that concern the whole organization.
#[derive(Clone, Debug)]
pub struct Addressee {
    /// The user.
    pub user: UserId,
    /// The name, "First Last".
    pub name: String,
    /// The email address on file.
    pub email: EmailAddress,
}

/// A link with a one-time token that a mail carries.
// No `Debug`: tokens must not reach a log.
#[derive(Clone)]
pub struct MailedLink {
    /// The token.
    pub token: String,
    /// When the link expires.
    pub expires_at: Instant,
}

/// A member who became an administrator.
#[derive(Clone, Copy, Debug)]
pub struct NewAdministrator<'a> {
    /// The membership.
    pub membership: MembershipId,
    /// The member's name.
    pub name: &'a str,
    /// Who made the member an administrator.
    pub by: &'a str,
}

/// The mails that tell the other administrators about a new one.
pub(super) fn administrator_added(
    organization: &OrganizationFacts,
    administrators: &[Addressee],
    new: NewAdministrator<'_>,
    now: Instant,
) -> Vec<OutgoingMail> {
    let mail = |addressee: &Addressee| OutgoingMail {
        key: format!("administrator_added:{}:{}:{}", new.membership, addressee.user, now.timestamp_micros()),
        recipient: addressee.email.clone(),
        organization: Some(organization.id),
        content: MailContent::AdministratorAdded {
            organization: organization.name.clone(),
            name: new.name.to_owned(),
            by: new.by.to_owned(),
        },
    };
    administrators.iter().map(mail).collect()
}

/// The mail with a link to complete the registration (N-08).
pub(super) fn registration(
    key: String,
    organization: &OrganizationFacts,
    (name, recipient): (&str, EmailAddress),
    link: MailedLink,
) -> OutgoingMail {
    OutgoingMail {
        key,
        recipient,
        organization: Some(organization.id),
        content: MailContent::Registration {
            plan: organization.plan,
            organization: organization.name.clone(),
            name: name.to_owned(),
            token: link.token,
            expires_at: link.expires_at,
        },
    }
}
