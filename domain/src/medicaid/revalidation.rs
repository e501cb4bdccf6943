//! Revalidation of Medicaid IDs: due dates and prompts (domain rules ).

use chrono::{Months, NaiveDate};

use crate::ground::application_status::ApplicationStatus;
use crate::ground::application_type::ApplicationType;

/// A confirmation prompt, with the consequence of answering Yes. All placeholders are filled in
/// (detail X-21).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prompt {
    /// The question.
    pub message: String,
    /// The consequence of answering Yes.
    pub consequence: String,
    /// When the revalidation is due.
    pub due_date: NaiveDate,
    /// Calendar days until the due date; negative if it has passed.
    pub days_until_due: i64,
}

/// When the next revalidation is due: `years` calendar years after the validation (domain rule
/// February 29 becomes February 28 in a year without a leap day.
#[must_use]
pub fn due_after(validated_on: NaiveDate, years: u32) -> NaiveDate {
    validated_on.checked_add_months(Months::new(years.saturating_mul(12))).unwrap_or(NaiveDate::MAX)
}

/// Calendar days until a revalidation is due; negative if the due date has passed.
#[must_use]
pub fn days_until_due(due: NaiveDate, today: NaiveDate) -> i64 {
    (due - today).num_days()
}

/// Whether a revalidation is past due. On the due date itself it is not (domain rule R-076).
#[must_use]
pub fn is_past_due(due: NaiveDate, today: NaiveDate) -> bool {
    due < today
}

/// The prompt when a revalidation is started early (domain rule R-071). Returns `None` if it is not
/// early, is past due, or has no known due date (domain rule R-072).
#[must_use]
pub fn early_warning(
    due: Option<NaiveDate>,
    today: NaiveDate,
    policy: &RevalidationPolicy,
) -> Option<Prompt> {
    let due_date = due?;
    let days_until_due = days_until_due(due_date, today);
    (days_until_due >= i64::from(policy.early_days)).then(|| Prompt {
        message: policy.early_warning.replace(DUE_DATE, &spelled(due_date)),
        consequence: policy.consequence.clone(),
        due_date,
        days_until_due,
    })
}

/// Whether leaving this application requires a prompt: it is a revalidation that was never
/// submitted (domain rule R-074).
#[must_use]
pub fn asks_on_exit(application_type: ApplicationType, status: ApplicationStatus) -> bool {
    application_type == ApplicationType::Revalidation && status == ApplicationStatus::InProgress
}

/// The prompt when a user leaves a revalidation that is not submitted (domain rule R-074). An
/// overdue one has its own wording instead of a negative number (ambiguity A-09). Returns `None`
/// without a known due date, because there is no number of days to show.
#[must_use]
pub fn exit_prompt(due: Option<NaiveDate>, today: NaiveDate, policy: &RevalidationPolicy) -> Option<Prompt> {
    let due_date = due?;
    let days_until_due = days_until_due(due_date, today);
    let text = if days_until_due < 0 { &policy.exit_warning_overdue } else { &policy.exit_warning };
    Some(Prompt {
        message: text.replace(DAYS, &days_until_due.unsigned_abs().to_string()),
        consequence: policy.consequence.clone(),
        due_date,
        days_until_due,
    })
}

const DUE_DATE: &str = "[revalidation date]";
const DAYS: &str = "[X]";

/// Formats a date for use in a sentence: `July 1, 2026`.
fn spelled(date: NaiveDate) -> String {
    date.format("%B %-d, %Y").to_string()
}

/// A plan's policy on revalidation: when it is due, and the wording of the prompts.
#[derive(Clone, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RevalidationPolicy {
    /// Calendar years from the last validation to the next (domain rule R-070).
    pub years: u32,
    /// Starting a revalidation this many days or more before it is due is early (domain rule
    ///
    pub early_days: u32,
    /// The prompt for an early start. `[revalidation date]` is replaced by the due date.
    pub early_warning: String,
    /// The prompt on leaving an unsubmitted revalidation. `[X]` is replaced by the days until it is
    /// due.
    pub exit_warning: String,
    /// The prompt on leaving an overdue revalidation. `[X]` is replaced by the days since it was
    /// due (ambiguity A-09).
    pub exit_warning_overdue: String,
    /// The consequence of answering Yes.
    pub consequence: String,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::plan::PlanProfile;

    const KY: &str = concat!(
        include_str!("../../../api/plans/ky.toml"),
        include_str!("../../../api/plans/ky-provider-types.toml")
    );

    fn policy() -> RevalidationPolicy {
        toml::from_str::<PlanProfile>(KY).unwrap().credentialing.unwrap().revalidation
    }

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    const CONSEQUENCE: &str =
        "If Yes you will lose information entered on this screen and be returned to the dashboard.";

    #[test]
    fn r_070_x_09_revalidation_is_due_in_five_calendar_years_and_february_29_becomes_28() {
        for (validated, due) in [
            ("2021-07-01", "2026-07-01"),
            ("2020-02-29", "2025-02-28"),
            ("2019-02-28", "2024-02-28"),
            ("2023-12-31", "2028-12-31"),
        ] {
            assert_eq!(due_after(date(validated), 5), date(due), "{validated}");
        }
        assert_eq!(due_after(date("2020-02-29"), 4), date("2024-02-29"));
        assert_eq!(due_after(NaiveDate::MAX, u32::MAX), NaiveDate::MAX);
    }

    #[test]
    fn r_071_a_revalidation_365_days_before_its_due_date_is_early_and_364_days_before_is_not() {
        let early = |due, today| early_warning(Some(date(due)), date(today), &policy());
        assert_eq!(early("2026-07-01", "2025-07-01").unwrap().days_until_due, 365);
        assert_eq!(early("2026-07-01", "2025-07-02"), None);
        assert!(early("2026-07-01", "2021-07-01").is_some());
        // The period between the dates has 366 days.
        assert!(early("2028-03-01", "2027-03-02").is_some());
        assert_eq!(early("2028-03-01", "2027-03-03"), None);
    }

    #[test]
    fn r_071_x_21_the_early_warning_has_the_prescribed_text_with_the_due_date() {
        let prompt = early_warning(Some(date("2026-07-01")), date("2025-07-01"), &policy()).unwrap();
        assert_eq!(
            prompt.message,
            "Providers are required to revalidate every five years. Your revalidation is due July 1, 2026. Additional \
             maintenance items cannot be submitted until this revalidation is approved by DMS. Do you wish to continue? \
             Yes/No"
        );
        assert_eq!(prompt.consequence, CONSEQUENCE);
        assert_eq!(prompt.due_date, date("2026-07-01"));
    }

    #[test]
    fn r_072_a_past_due_or_unknown_due_date_gives_no_early_warning() {
        for due in [Some("2026-02-01"), Some("2026-01-31"), Some("2019-01-01"), None] {
            assert_eq!(early_warning(due.map(date), date("2026-02-01"), &policy()), None, "{due:?}");
        }
    }

    #[test]
    fn r_074_only_a_revalidation_that_was_never_submitted_prompts_on_exit() {
        for kind in ApplicationType::ALL {
            for status in ApplicationStatus::ALL {
                let expected =
                    *kind == ApplicationType::Revalidation && *status == ApplicationStatus::InProgress;
                assert_eq!(asks_on_exit(*kind, *status), expected, "{kind} {status}");
            }
        }
    }

    #[test]
    fn r_074_a_09_x_21_the_exit_prompt_counts_the_days_left_or_since_expiration() {
        let prompt_for = |due| exit_prompt(Some(date(due)), date("2026-02-01"), &policy()).unwrap();
        for (due, days, beginning) in [
            ("2026-03-03", 30, "Your revalidation period will expire in 30 days."),
            ("2026-02-01", 0, "Your revalidation period will expire in 0 days."),
            ("2026-01-31", -1, "Your revalidation period expired 1 days ago."),
            ("2025-02-01", -365, "Your revalidation period expired 365 days ago."),
        ] {
            let prompt = prompt_for(due);
            let expected = format!("{beginning} Are you sure you want to exit this application? Yes/No");
            assert_eq!((prompt.message, prompt.days_until_due), (expected, days), "{due}");
            assert_eq!(prompt.consequence, CONSEQUENCE);
        }
        assert_eq!(exit_prompt(None, date("2026-02-01"), &policy()), None);
    }

    #[test]
    fn r_076_a_revalidation_is_past_due_only_after_its_due_date() {
        let today = date("2026-02-01");
        assert!(is_past_due(date("2026-01-31"), today));
        assert!(!is_past_due(today, today) && !is_past_due(date("2026-02-02"), today));
    }
}
