//! The effects of a change to a member.

use std::collections::BTreeSet;

use crate::Instant;
use crate::ground::audit::{AuditAction, AuditEvent, Detail};
use crate::ground::effects::Effects;
use crate::ground::email::EmailAddress;
use crate::ground::mail::{MailContent, OutgoingMail, SecurityMatter};
use crate::organizations::addressee::{
    Addressee, MailedLink, NewAdministrator, administrator_added, registration,
};
use crate::organizations::member::MemberChange;
use crate::organizations::member_words::MemberAction;
use crate::organizations::membership::MembershipStatus;
use crate::organizations::organization::OrganizationFacts;

/// What surrounds the storage of a change to a member.
#[derive(Clone, Copy)]
pub struct Recorded<'a> {
    /// The organization, with the new name if the change gave it one.
    pub organization: &'a OrganizationFacts,
    /// The member's name.
    pub name: &'a str,
    /// The member's email address on file.
    pub email: &'a EmailAddress,
    /// The version of the membership after the change.
    pub version: i64,
    /// Whether the plan tells members about changes of their status (N-10).
    pub mail_on_status_change: bool,
    /// The link of the mail, for actions that send one.
    pub link: Option<&'a MailedLink>,
    /// For the original registrant of a practice, whom the plan's staff set up (domain rule R-171):
    /// the link of the registration mail, and the version of the membership before.
    pub original_registrant: Option<(&'a MailedLink, i64)>,
    /// The new name of the organization, if the change gave it one.
    pub renamed: Option<&'a str>,
    /// How many sessions were ended, if that was asked for.
    pub ended_sessions: Option<usize>,
    /// The administrators before the change.
    pub administrators: &'a [Addressee],
    /// The name of the user who made the change.
    pub by: &'a str,
    /// The time of the change.
    pub now: Instant,
}

impl MemberChange {
    /// The effects: the audit event with status and rights before and after, and the mails to the
    /// member and to the other administrators.
    #[must_use]
    pub fn effects(&self, recorded: Recorded<'_>) -> Effects {
        let original = recorded.original_registrant.map(|(link, version)| {
            let key = format!("registration:original:{}:{version}", self.before().id);
            registration(key, recorded.organization, (recorded.name, recorded.email.clone()), link.clone())
        });
        Effects::recorded_as(self.event(&recorded))
            .mailing(original)
            .mailing(self.mail(&recorded))
            .mailing(self.announcement(&recorded))
    }

    fn event(&self, recorded: &Recorded<'_>) -> AuditEvent {
        let before = self.before();
        let action = match recorded.original_registrant {
            Some(_) => AuditAction::OriginalRegistrantVerified,
            None => self.action().records().1,
        };
        let mut event = AuditEvent::bare(recorded.organization.id, action, before.id)
            .with("status_before", Detail::text(before.status))
            .with("status_after", Detail::text(self.status()));
        if *self.rights() != before.rights {
            event = event
                .with("roles_before", words(&before.rights.roles))
                .with("roles_after", words(&self.rights().roles))
                .with("permissions_before", words(&before.rights.permissions))
                .with("permissions_after", words(&self.rights().permissions));
        }
        if let Some(name) = recorded.renamed {
            event = event.with("organization_name", Detail::text(name));
        }
        if let Some(sessions) = recorded.ended_sessions {
            event = event.with("sessions", Detail::count(sessions));
        }
        event
    }

    /// The mail to the member.
    fn mail(&self, recorded: &Recorded<'_>) -> Option<OutgoingMail> {
        let content = self.mail_content(recorded)?;
        Some(OutgoingMail {
            key: format!("{}:{}:{}", content.template(), self.before().id, recorded.version),
            recipient: recorded.email.clone(),
            organization: Some(recorded.organization.id),
            content,
        })
    }

    fn mail_content(&self, recorded: &Recorded<'_>) -> Option<MailContent> {
        let organization = recorded.organization.name.clone();
        let name = recorded.name.to_owned();
        match self.action() {
            MemberAction::SendRegistrationEmail => recorded.link.map(|link| MailContent::Registration {
                plan: recorded.organization.plan,
                organization,
                name,
                token: link.token.clone(),
                expires_at: link.expires_at,
            }),
            MemberAction::SendPasswordResetEmail => recorded.link.map(|link| MailContent::PasswordReset {
                name,
                token: link.token.clone(),
                expires_at: link.expires_at,
            }),
            MemberAction::EndSessions => {
                Some(MailContent::SecurityNotice { name, matter: SecurityMatter::SessionsEndedByManager })
            }
            _ if !recorded.mail_on_status_change => None,
            MemberAction::VerifyAccount | MemberAction::EnableUser => {
                let must_register = self.status() == MembershipStatus::Unverified;
                Some(MailContent::MemberEnabled { organization, name, must_register })
            }
            MemberAction::DisableUser => {
                let reason = self.disabled_reason()?;
                Some(MailContent::MemberDisabled { organization, name, reason })
            }
            MemberAction::RevokeUser => Some(MailContent::MemberRevoked { organization, name }),
            MemberAction::MakeAdmin | MemberAction::UpdatePermissions => None,
        }
    }

    /// The mails to the other administrators about a new one. In a practice, a new administrator who
    /// must still register is announced only afterwards.
    fn announcement(&self, recorded: &Recorded<'_>) -> Vec<OutgoingMail> {
        let organization = recorded.organization;
        if !self.makes_administrator(organization.kind) || self.status() != MembershipStatus::Active {
            return vec![];
        }
        let new = NewAdministrator { membership: self.before().id, name: recorded.name, by: recorded.by };
        administrator_added(organization, recorded.administrators, new, recorded.now)
    }
}

fn words<T: ToString>(rights: &BTreeSet<T>) -> Detail {
    Detail::List(rights.iter().map(ToString::to_string).collect())
}

#[cfg(test)]
#[path = "member_effects_tests.rs"]
mod tests;
