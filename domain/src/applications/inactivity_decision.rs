//! What inactivity does to an application: the effects of a warning and of an automatic withdrawal
//! (domain rules; N-02, N-03).

use chrono_tz::Tz;

use crate::Instant;
use crate::applications::correspondence::Matter;
use crate::applications::inactivity::{IdleFacts, InactivityRule, warning_key, withdrawal_key};
use crate::ground::audit::{AuditAction, Detail};
use crate::ground::calendar::local_date;
use crate::ground::effects::Effects;
use crate::ground::notice::{Notice, NotificationKind, Recipient};

/// The inactivity of one application at one moment.
#[derive(Clone, Copy, Debug)]
pub struct IdlePeriod {
    /// The plan's thresholds.
    pub rule: InactivityRule,
    /// The facts about the application.
    pub facts: IdleFacts,
    /// The time of the decision.
    pub now: Instant,
    /// The plan's time zone, in which days count.
    pub zone: Tz,
}

impl IdlePeriod {
    fn days_inactive(&self) -> i64 {
        self.rule.inactivity(&self.facts, self.now, self.zone).days_inactive
    }
}

/// A decided automatic withdrawal.
#[derive(Clone)]
pub struct AutomaticWithdrawal {
    /// The audit event, and the notifications of the audience and the initiator.
    pub effects: Effects,
    /// The text of the history entry.
    pub explanation: String,
}

impl Matter {
    /// Warns the audience that the application will be withdrawn (N-02).
    #[must_use]
    pub fn warn(&self, idle: IdlePeriod, threshold_days: u32, audience: &[Recipient]) -> Effects {
        let IdlePeriod { rule, facts, now, zone } = idle;
        let text = rule.warning(&self.named(), &facts, now, zone);
        let since = facts.last_activity_at;
        let notices = audience.iter().enumerate().map(|(position, recipient)| Notice {
            threshold_days: Some(threshold_days),
            dedupe_key: Some(warning_key(self.application, since, threshold_days, position)),
            ..self.notice(recipient, NotificationKind::AutoWithdrawalWarning, text.clone())
        });
        let details = vec![
            ("threshold_days", Detail::Number(threshold_days.into())),
            ("days_inactive", Detail::Number(idle.days_inactive())),
            ("told", user_ids(audience)),
        ];
        let event = self.event(AuditAction::ApplicationWarned, self.application.to_string(), details);
        Effects::recorded_as(event).notifying(notices)
    }

    /// Withdraws the application for inactivity (N-03). The initiator is notified in addition to
    /// the audience. `given` lists the thresholds of the warnings that were given.
    #[must_use]
    pub fn withdraw_automatically(
        &self,
        idle: IdlePeriod,
        given: &[u32],
        audience: &[Recipient],
        initiator: &Recipient,
    ) -> AutomaticWithdrawal {
        let IdlePeriod { rule, facts, now, zone } = idle;
        let text = rule.withdrawal(&self.named(), facts.last_activity_at, now, zone);
        let initiator = Some(initiator)
            .filter(|initiator| audience.iter().all(|recipient| recipient.user != initiator.user));
        let notice = |recipient: &Recipient| Notice {
            dedupe_key: Some(withdrawal_key(self.application, self.version + 1, recipient.user)),
            ..self.notice(recipient, NotificationKind::ApplicationWithdrawn, text.clone())
        };
        // The initiator is notified because of the initiation, not because of a reassignment.
        let to_initiator = initiator.map(|initiator| Notice { reassignment: None, ..notice(initiator) });
        let notices = audience.iter().map(notice).chain(to_initiator);
        let recipients: Vec<_> = audience.iter().chain(initiator).cloned().collect();
        let mut details = vec![
            ("days_inactive", Detail::Number(idle.days_inactive())),
            ("from", Detail::Text(self.status.to_string())),
            ("told", user_ids(&recipients)),
        ];
        if let Some(warning) = facts.last_warning {
            details.push(("warned_on", Detail::Text(local_date(warning.at, zone).to_string())));
        }
        let missed = rule.missed(given);
        if !missed.is_empty() {
            details.push(("missed_warnings", Detail::List(missed.iter().map(u32::to_string).collect())));
        }
        let action = AuditAction::ApplicationWithdrawnAutomatically;
        let event = self.event(action, self.application.to_string(), details);
        AutomaticWithdrawal {
            effects: Effects::recorded_as(event).notifying(notices),
            explanation: rule.explanation(facts.last_activity_at, now, zone, given),
        }
    }
}

fn user_ids(recipients: &[Recipient]) -> Detail {
    Detail::List(recipients.iter().map(|recipient| recipient.user.to_string()).collect())
}

#[cfg(test)]
mod tests {
    use chrono_tz::America::New_York;
    use uuid::Uuid;

    use super::*;
    use crate::applications::correspondence::tests::matter;
    use crate::applications::inactivity::LastWarning;
    use crate::ground::application_status::ApplicationStatus;
    use crate::ground::id::UserId;

    fn recipient(number: u128) -> Recipient {
        Recipient { user: UserId::from_uuid(Uuid::from_u128(number)), name: format!("User {number}") }
    }

    fn idle() -> IdlePeriod {
        IdlePeriod {
            rule: InactivityRule {
                notice_days: [30, 60],
                withdraw_after_days: 120,
                warned_at_least_days: 14,
                at_risk_within_days: 30,
            },
            facts: IdleFacts {
                status: ApplicationStatus::InProgress,
                last_activity_at: "2023-07-01T15:00:00Z".parse().unwrap(),
                last_warning: Some(LastWarning {
                    threshold_days: 60,
                    at: "2023-08-31T03:59:59Z".parse().unwrap(),
                }),
            },
            now: "2023-10-29T12:00:00Z".parse().unwrap(),
            zone: New_York,
        }
    }

    #[test]
    fn n_02_a_warning_is_recorded_with_its_threshold_and_recipients() {
        let effects = matter().warn(idle(), 30, &[recipient(1), recipient(2)]);
        let event = effects.events()[0];
        assert_eq!(event.action, AuditAction::ApplicationWarned);
        assert!(event.details.contains(&("threshold_days", Detail::Number(30))));
        assert!(event.details.contains(&("told", user_ids(&[recipient(1), recipient(2)]))));
        let keys: Vec<_> = effects.notices().iter().map(|notice| notice.dedupe_key.clone()).collect();
        assert_eq!(keys.len(), 2);
        assert_ne!(keys[0], keys[1]);
    }

    #[test]
    fn n_03_the_agent_and_the_initiator_are_notified_and_the_same_person_only_once() {
        let agent = recipient(1);
        let both =
            matter().withdraw_automatically(idle(), &[30, 60], std::slice::from_ref(&agent), &recipient(2));
        let notices = both.effects.notices();
        assert_eq!(notices.iter().map(|n| n.recipient).collect::<Vec<_>>(), [agent.user, recipient(2).user]);
        assert_eq!(notices[0].reassignment, matter().reassignment);
        assert_eq!(notices[1].reassignment, None, "the initiator was not assigned by a reassignment");
        let once = matter().withdraw_automatically(idle(), &[30, 60], std::slice::from_ref(&agent), &agent);
        assert_eq!(once.effects.notices().len(), 1);
    }

    #[test]
    fn r_062_missed_warnings_are_recorded() {
        let missed = matter().withdraw_automatically(idle(), &[60], &[recipient(1)], &recipient(1));
        let details = &missed.effects.events()[0].details;
        assert!(details.contains(&("missed_warnings", Detail::List(vec!["30".into()]))), "{details:?}");
        assert!(missed.explanation.contains("no warning was given at 30 days"));
        let complete = matter().withdraw_automatically(idle(), &[30, 60], &[recipient(1)], &recipient(1));
        assert!(complete.effects.events()[0].details.iter().all(|(key, _)| *key != "missed_warnings"));
    }

    #[test]
    fn r_205_a_withdrawal_records_the_day_of_the_last_warning() {
        let withdrawal = matter().withdraw_automatically(idle(), &[30, 60], &[recipient(1)], &recipient(1));
        let details = &withdrawal.effects.events()[0].details;
        assert!(details.contains(&("warned_on", Detail::Text("2023-08-30".into()))), "{details:?}");
    }
}
