//! When a member who does not sign in is disabled, or the login is locked (domain rules R-178,
//! R-181; ambiguity A-23).
//!
//! Everything is computed from three recorded instants, so it also applies to users who never
//! signed in.

use chrono::NaiveDate;
use chrono_tz::Tz;

use crate::Instant;
use crate::ground::audit::{AuditAction, AuditEvent, Detail};
use crate::ground::calendar::{days_after, days_between, so_many_days_back};
use crate::ground::disabled_reason::DisabledReason;
use crate::ground::effects::Effects;
use crate::ground::email::EmailAddress;
use crate::ground::id::{MembershipId, OrganizationId};
use crate::ground::mail::{MailContent, OutgoingMail};

/// The number of days that a dry run looks ahead for members to be disabled.
pub const FORESIGHT_DAYS: u32 = 14;

/// The start of the inactivity count: the last sign-in, the last enabling, or the creation of the
/// membership, whichever is latest (domain rule R-178).
///
/// Enabling a member again restarts the count.
#[must_use]
pub fn baseline(last_login: Option<Instant>, enabled_at: Option<Instant>, created_at: Instant) -> Instant {
    [last_login, enabled_at].into_iter().flatten().fold(created_at, Instant::max)
}

/// Calendar days in the plan's zone since the baseline; never negative.
#[must_use]
pub fn inactive_days(baseline: Instant, now: Instant, zone: Tz) -> i64 {
    days_between(baseline, now, zone).max(0)
}

/// The calendar day in the plan's zone on which the inactivity reaches `days`.
#[must_use]
pub fn disables_on(baseline: Instant, days: u32, zone: Tz) -> NaiveDate {
    days_after(baseline, days, zone)
}

/// Members with a baseline before this instant are due: for them, the day of [`disables_on`] has been
/// reached (domain section 5.13: active on day 89, disabled on day 90).
#[must_use]
pub fn due_before(now: Instant, days: u32, zone: Tz) -> Instant {
    so_many_days_back(now, days, zone)
}

/// A member whom the job disabled.
#[derive(Clone, Copy, Debug)]
pub struct DisabledMember<'a> {
    /// The membership.
    pub membership: MembershipId,
    /// The version of the membership after the change.
    pub version: i64,
    /// The member's name.
    pub name: &'a str,
    /// The organization, and its name.
    pub organization: (OrganizationId, &'a str),
}

/// The job disabled a member for inactivity (domain rule R-178). The member is notified at
/// `recipient`, for plans that send such mails (N-10).
#[must_use]
pub fn disabled(member: DisabledMember<'_>, inactive_days: i64, recipient: Option<EmailAddress>) -> Effects {
    let (organization, organization_name) = member.organization;
    let reason = DisabledReason::Inactivity;
    let event = AuditEvent::bare(organization, AuditAction::MemberDisabled, member.membership)
        .with("reason", Detail::text(reason))
        .with("inactive_days", Detail::Number(inactive_days));
    Effects::recorded_as(event).mailing(recipient.map(|recipient| OutgoingMail {
        key: format!("member_disabled:{}:{}", member.membership, member.version),
        recipient,
        organization: Some(organization),
        content: MailContent::MemberDisabled {
            organization: organization_name.to_owned(),
            name: member.name.to_owned(),
            reason,
        },
    }))
}

/// The job locked the login of a member for inactivity (ambiguity A-23).
#[must_use]
pub fn locked(organization: OrganizationId, membership: MembershipId) -> Effects {
    let event = AuditEvent::bare(organization, AuditAction::MemberUpdated, membership);
    Effects::recorded_as(event.with("locked", Detail::text(DisabledReason::Inactivity)))
}

#[cfg(test)]
mod tests {
    use chrono::Duration;
    use chrono_tz::America::{Chicago, New_York};
    use proptest::prelude::*;

    use super::*;
    use crate::ground::calendar::local_date;

    fn is_due(baseline: Instant, days: u32, now: Instant, zone: Tz) -> bool {
        local_date(now, zone) >= disables_on(baseline, days, zone)
    }

    fn at(text: &str) -> Instant {
        text.parse().unwrap()
    }

    #[test]
    fn r_178_inactivity_counts_from_the_latest_of_creation_enabling_and_sign_in() {
        let (created, enabled, login) =
            (at("2026-01-01T12:00:00Z"), at("2026-02-01T12:00:00Z"), at("2026-03-01T12:00:00Z"));
        assert_eq!(baseline(None, None, created), created, "never signed in");
        assert_eq!(baseline(None, Some(enabled), created), enabled);
        assert_eq!(baseline(Some(login), Some(enabled), created), login);
        assert_eq!(baseline(Some(enabled), Some(login), created), login, "enabled again restarts the count");
        assert_eq!(baseline(Some(created), None, enabled), enabled, "signed in before joining");
    }

    #[test]
    fn r_178_a_last_sign_in_on_november_20_disables_the_member_on_february_18() {
        let last_login = at("2014-11-20T16:27:25Z");
        assert_eq!(disables_on(last_login, 90, Chicago).to_string(), "2015-02-18");
        let day_89 = at("2015-02-18T05:59:59Z");
        assert_eq!(inactive_days(last_login, day_89, Chicago), 89);
        assert!(!is_due(last_login, 90, day_89, Chicago));
        let day_90 = at("2015-02-18T06:00:00Z");
        assert_eq!(inactive_days(last_login, day_90, Chicago), 90);
        assert!(is_due(last_login, 90, day_90, Chicago));
    }

    #[test]
    fn r_178_days_are_calendar_days_of_the_plan_across_clock_changes() {
        // 2026-03-08 has 23 hours, so 90 days of 24 hours end an hour too late.
        let baseline = at("2026-01-10T05:00:00Z");
        assert!(!is_due(baseline, 90, at("2026-04-10T03:59:59Z"), New_York));
        assert!(is_due(baseline, 90, at("2026-04-10T04:00:00Z"), New_York));
        // 2026-11-01 has 25 hours.
        let baseline = at("2026-09-01T04:30:00Z");
        assert!(!is_due(baseline, 90, at("2026-11-30T04:59:59Z"), New_York));
        assert!(is_due(baseline, 90, at("2026-11-30T05:00:00Z"), New_York));
    }

    #[test]
    fn a_clock_that_was_set_back_makes_no_member_due() {
        assert_eq!(inactive_days(at("2026-01-10T05:00:00Z"), at("2025-01-10T05:00:00Z"), New_York), 0);
        assert!(!is_due(at("2026-01-10T05:00:00Z"), 90, at("2025-01-10T05:00:00Z"), New_York));
    }

    proptest! {
        #[test]
        fn r_178_the_threshold_matches_the_rule(
            now in 1_700_000_000i64..1_900_000_000,
            days in 0u32..400,
            around in -90_000i64..90_000,
        ) {
            for zone in [Chicago, New_York] {
                let now = Instant::from_timestamp(now, 0).unwrap();
                let threshold = due_before(now, days, zone);
                for baseline in [
                    threshold,
                    threshold - Duration::microseconds(1),
                    threshold + Duration::seconds(around),
                ] {
                    prop_assert_eq!(is_due(baseline, days, now, zone), baseline < threshold, "{} {}", baseline, now);
                }
            }
        }
    }

    #[test]
    fn r_178_the_threshold_matches_the_rule_on_the_days_of_clock_changes() {
        for now in
            ["2026-03-08T05:30:00Z", "2026-03-08T07:30:00Z", "2026-11-01T05:30:00Z", "2026-11-01T06:30:00Z"]
        {
            for days in [0, 89, 90, 120, 238] {
                let threshold = due_before(at(now), days, Chicago);
                assert!(!is_due(threshold, days, at(now), Chicago), "{now} {days}");
                assert!(
                    is_due(threshold - Duration::microseconds(1), days, at(now), Chicago),
                    "{now} {days}"
                );
            }
        }
    }
}
