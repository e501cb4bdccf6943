//! Checks that every rule derived from the seeds and every boundary value has a test that names it.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// The rules, flows, notices, and resolutions derived from the Kentucky job aid.
const JOB_AID: &[&str] = &[
    "R-001", "R-002", "R-003", "R-004", "R-005", "R-006", "R-007", "R-008", "R-009", "R-010", "R-020",
    "R-021", "R-022", "R-023", "R-024", "R-025", "R-026", "R-027", "R-028", "R-029", "R-040", "R-042",
    "R-043", "R-044", "R-045", "R-046", "R-047", "R-048", "F-01", "F-02", "F-03", "F-04", "F-28", "F-29",
    "N-01", "N-04", "A-01", "A-02", "A-04", "A-12", "A-16", "A-20", "X-03", "X-06", "X-07", "X-13", "X-14",
    "X-19",
];

/// Those derived from the Kentucky training page.
const TRAINING_PAGE: &[&str] = &[
    "R-060", "R-061", "R-062", "R-063", "R-065", "R-070", "R-071", "R-072", "R-073", "R-074", "R-076",
    "R-090", "R-091", "R-092", "R-100", "R-101", "R-102", "R-103", "R-104", "R-105", "R-106", "R-107",
    "R-108", "R-110", "R-111", "R-112", "R-113", "F-06", "F-08", "F-09", "F-10", "F-12", "F-13", "F-14",
    "F-15", "N-02", "A-08", "A-09", "A-10", "A-11", "X-09",
];

/// Further rules for applications, access, and scheduled work.
const LIFE_CYCLE: &[&str] = &[
    "R-030", "R-031", "R-032", "R-041", "R-049", "R-064", "R-066", "R-075", "N-03", "N-05", "A-05", "A-06",
    "A-07", "A-15", "A-18", "A-19", "A-21", "F-05", "F-07", "F-11", "R-201", "R-202", "R-205", "R-207",
];

/// Each boundary value, and the tests on both sides of it.
const BOUNDARIES: &[(&str, &[&str])] = &[
    (
        "CAs for the role",
        &[
            "r_003_two_active_agents_and_an_own_group_medicaid_id_are_required",
            "r_003_only_active_agents_count",
        ],
    ),
    ("30-day and 60-day notice", &["r_060_r_062_day_29_nothing_30_first_60_second_119_open_120_withdrawn"]),
    ("automatic withdrawal", &["r_060_r_062_a_07_day_30_and_60_warn_day_119_is_open_and_day_120_withdraws"]),
    (
        "days between the last warning and the withdrawal",
        &["r_205_13_days_after_the_warning_is_too_early_and_14_days_after_it_withdraws"],
    ),
    (
        "early revalidation warning",
        &["r_071_a_revalidation_365_days_before_its_due_date_is_early_and_364_days_before_is_not"],
    ),
    ("exempt backdating", &["r_092_a_10_exemptions_for_existing_medicaid_ids_go_back_to_july_2019"]),
    ("account inactivity", &["r_178_the_last_login_on_the_screen_disables_on_february_18"]),
    ("comment", &["r_184_a_comment_of_200_scalar_values_is_accepted_and_one_more_is_refused"]),
    ("15 working days", &["r_102_r_103_a_renewal_on_the_cutoff_date_is_in_time_and_one_day_later_is_late"]),
    (
        "link",
        &[
            "r_008_a_link_is_valid_until_the_instant_before_its_expiry",
            "r_009_a_used_link_is_reported_as_used_even_after_its_expiry",
        ],
    ),
    ("MFA registration valid from", &["r_111_an_mfa_registration_is_valid_from_october_1_2022_in_new_york"]),
    ("caller facts required from", &["r_110_all_four_facts_are_required_from_october_3_2022_and_not_before"]),
    (
        "link consent",
        &[
            "r_201_a_consent_is_valid_until_the_instant_before_90_days_have_passed",
            "r_201_a_consent_is_valid_for_90_days_at_submission_and_at_approval",
        ],
    ),
    ("NPIs", &["thirty_npis_are_accepted_and_thirty_one_are_refused"]),
    ("requested effective date", &["requested_effective_dates_range_from_one_year_ago_to_90_days_ahead"]),
];

/// The names of all tests.
pub(super) fn tests() -> BTreeSet<String> {
    let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."));
    let mut found = BTreeSet::new();
    for folder in ["domain/src", "domain/tests", "persistence/src", "api/src", "tests/it"] {
        read(&root.join(folder), &mut found);
    }
    found
}

fn read(folder: &Path, found: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let path = entry.path();
        if path.is_dir() {
            read(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(&path).unwrap();
            let lines: Vec<&str> = text.lines().collect();
            for (line, before) in lines.iter().skip(1).zip(&lines) {
                if before.trim() == "#[test]"
                    && let Some(rest) = line.trim_start().strip_prefix("fn ")
                {
                    found.insert(rest.split('(').next().unwrap_or_default().to_owned());
                }
            }
            // rustfmt moves a long name to the next line.
            for rest in text.split("\non_both_engines!(").skip(1) {
                found.insert(rest.trim_start().split([',', ')', '\n']).next().unwrap_or_default().to_owned());
            }
        }
    }
}

/// Converts "R-043" to its spelling in test names: `r_043`.
fn in_names(id: &str) -> String {
    id.to_lowercase().replace('-', "_")
}

fn names(test: &str, id: &str) -> bool {
    // `r_04` must not match `r_043`.
    let id = in_names(id);
    test.match_indices(&id).any(|(place, _)| {
        let before = test[..place].chars().next_back();
        let after = test[place + id.len()..].chars().next();
        before.is_none_or(|c| c == '_') && after.is_none_or(|c| c == '_')
    })
}

#[test]
fn every_rule_of_the_kentucky_documents_is_named_by_a_test() {
    let tests = tests();
    let all = [JOB_AID, TRAINING_PAGE, LIFE_CYCLE].concat();
    let missing: Vec<_> = all.iter().filter(|id| !tests.iter().any(|test| names(test, id))).collect();
    assert!(missing.is_empty(), "no test is named after {missing:?}");
}

#[test]
fn every_boundary_value_has_tests() {
    let tests = tests();
    for (line, needed) in BOUNDARIES {
        assert!(!needed.is_empty(), "{line} has no test");
        let missing: Vec<_> = needed.iter().filter(|name| !tests.contains(**name)).collect();
        assert!(missing.is_empty(), "{line}: no test is called {missing:?}");
    }
}

#[test]
fn similar_rule_ids_are_distinguished() {
    assert!(names("r_043_a_16_without_confirmation", "R-043") && names("r_043_a_16_without", "A-16"));
    assert!(!names("r_043_without", "R-04") && !names("far_043_without", "R-043"));
}
