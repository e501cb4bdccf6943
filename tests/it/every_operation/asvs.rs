//! `docs/asvs.csv`: a verdict on each requirement of levels 1 and 2 of the OWASP Application
//! Security Verification Standard (ASVS) 5.0.0.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use super::traceability;

/// The chapters of the standard, with their numbers of requirements at level 1 and at level 2.
const CHAPTERS: [(&str, &str, usize, usize); 17] = [
    ("V1", "Encoding", 8, 19),
    ("V2", "Validation", 4, 7),
    ("V3", "Web pages", 8, 11),
    ("V4", "API", 2, 8),
    ("V5", "Files", 4, 5),
    ("V6", "Authentication", 13, 22),
    ("V7", "Sessions", 6, 12),
    ("V8", "Authorization", 4, 3),
    ("V9", "Self-contained tokens", 4, 3),
    ("V10", "OAuth", 5, 24),
    ("V11", "Cryptography", 3, 11),
    ("V12", "Communication", 3, 6),
    ("V13", "Configuration", 1, 12),
    ("V14", "Data protection", 2, 7),
    ("V15", "Secure coding", 3, 10),
    ("V16", "Logging and errors", 0, 16),
    ("V17", "WebRTC", 0, 7),
];
const LEVELS: [&str; 2] = ["L1", "L2"];
const VERDICTS: [&str; 3] = ["met", "not_met", "not_applicable"];
const COLUMNS: [&str; 7] = ["requirement", "level", "chapter", "name", "verdict", "proof", "reason"];

/// The longest row that can be read without effort, in characters.
const LONGEST_ROW: usize = 320;
/// The most proofs of a requirement.
const MOST_PROOFS: usize = 3;

/// A row of the table.
struct Row {
    requirement: String,
    level: String,
    chapter: String,
    name: String,
    verdict: String,
    proof: Vec<String>,
    reason: String,
    length: usize,
}

fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}

fn rows() -> Vec<Row> {
    let mut table = csv::Reader::from_path(root().join("docs/asvs.csv")).unwrap();
    assert_eq!(table.headers().unwrap(), &COLUMNS[..]);
    let row = |record: csv::StringRecord| {
        let column = |index: usize| record[index].to_owned();
        Row {
            requirement: column(0),
            level: column(1),
            chapter: column(2),
            name: column(3),
            verdict: column(4),
            proof: record[5].split_whitespace().map(str::to_owned).collect(),
            reason: column(6),
            length: record.iter().map(|text| text.chars().count() + 1).sum(),
        }
    };
    table.records().map(|record| row(record.unwrap())).collect()
}

/// The three numbers of a requirement: `V6.2.10` is 6, 2, and 10.
fn numbers(requirement: &str) -> Option<Vec<u32>> {
    let numbers = requirement.strip_prefix('V')?.split('.').map(|part| part.parse().ok());
    numbers.collect::<Option<Vec<u32>>>().filter(|numbers| numbers.len() == 3)
}

/// The number of rows of each verdict and level, as a table for the security page.
pub(super) fn totals() -> String {
    let rows = rows();
    let count = |matches: &dyn Fn(&Row) -> bool| rows.iter().filter(|row| matches(row)).count();
    let line = |verdict: &str| {
        let of = |level: &str| count(&|row| row.verdict == verdict && row.level == level);
        format!("| `{verdict}` | {} | {} |\n", of("L1"), of("L2"))
    };
    let all = |level: &str| count(&|row| row.level == level);
    let lines = VERDICTS.map(line).concat();
    format!(
        "| Verdict | Level 1 | Level 2 |\n|---|---|---|\n{lines}| all | {} | {} |\n",
        all("L1"),
        all("L2")
    )
}

#[test]
fn the_asvs_table_has_every_requirement_of_levels_1_and_2_once() {
    let rows = rows();
    let places: Vec<_> = rows.iter().map(|row| numbers(&row.requirement)).collect();
    assert!(places.iter().all(Option::is_some), "a requirement is called like V6.2.10");
    assert!(places.is_sorted_by(|before, after| before < after), "in the order of the standard, once each");
    let of_level = |level: &str| rows.iter().filter(|row| row.level == level).count();
    assert_eq!(LEVELS.map(of_level), [70, 183]);
    for (number, name, level_1, level_2) in CHAPTERS {
        let chapter: Vec<_> = rows
            .iter()
            .filter(|row| row.requirement.split('.').next() == Some(number) && row.chapter == name)
            .collect();
        let of_level = |level: &str| chapter.iter().filter(|row| row.level == level).count();
        assert_eq!(LEVELS.map(of_level), [level_1, level_2], "{number} {name}");
    }
}

#[test]
fn every_asvs_requirement_has_a_verdict_with_a_proof_or_a_reason() {
    for Row { requirement, name, verdict, proof, reason, length, .. } in rows() {
        assert!(VERDICTS.contains(&verdict.as_str()), "{requirement}: {verdict}");
        assert!(!name.is_empty(), "{requirement}");
        assert!(length <= LONGEST_ROW, "{requirement} has {length} characters");
        if verdict == "met" {
            assert!((1..=MOST_PROOFS).contains(&proof.len()), "{requirement} needs a proof");
        } else {
            assert!(proof.is_empty(), "{requirement} has a proof, but is {verdict}");
            assert!(!reason.is_empty(), "{requirement} needs a reason");
        }
        assert!(reason.is_empty() || reason.ends_with('.'), "{requirement}: a reason is a sentence");
    }
}

#[test]
fn the_tests_and_files_named_in_the_asvs_table_exist() {
    let tests = traceability::tests();
    let exists = |proof: &str| {
        let is_file = proof.contains(['/', '.']);
        if is_file {
            fs::metadata(root().join(proof)).is_ok_and(|file| file.is_file())
        } else {
            tests.contains(proof)
        }
    };
    let missing: BTreeSet<_> =
        rows().into_iter().flat_map(|row| row.proof).filter(|proof| !exists(proof)).collect();
    assert!(missing.is_empty(), "neither a test nor a file: {missing:?}");
}
