//! The effects of a change to a member.

use std::collections::BTreeSet;

use crate::ground::audit::{AuditAction, AuditEvent, Detail};
use crate::ground::effects::Effects;
use crate::ground::id::OrganizationId;
use crate::organizations::member::MemberChange;

/// What surrounds the storage of a change to a member.
#[derive(Clone, Copy, Debug)]
pub struct Recorded<'a> {
    /// The organization.
    pub organization: OrganizationId,
    /// Whether the plan's staff set up the first registrant of a practice (domain rule R-171).
    pub is_original_registrant: bool,
    /// The new name of the organization, if the change gave it one.
    pub renamed: Option<&'a str>,
    /// How many sessions were ended, if that was asked for.
    pub ended_sessions: Option<usize>,
}

impl MemberChange {
    /// The effects: the audit event with status and rights before and after.
    #[must_use]
    pub fn effects(&self, recorded: Recorded<'_>) -> Effects {
        let before = self.before();
        let action = match recorded.is_original_registrant {
            true => AuditAction::OriginalRegistrantVerified,
            false => self.action().records().1,
        };
        let mut event = AuditEvent::bare(recorded.organization, action, before.id)
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
        Effects::recorded_as(event)
    }
}

fn words<T: ToString>(rights: &BTreeSet<T>) -> Detail {
    Detail::List(rights.iter().map(ToString::to_string).collect())
}
