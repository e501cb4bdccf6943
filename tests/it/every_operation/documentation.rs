//! The lists in the documentation that are generated from the code.
//!
//! A page has them between `<!-- generated: NAME -->` and `<!-- end -->`. Regenerate them with
//! `UPDATE_DOCS=1 cargo test -p portal-tests --test it documentation`.

use std::fs;
use std::path::{Path, PathBuf};

use portal_api::cli;
use portal_api::http::actions;
use portal_api::http::problem::Code;
use portal_api::server::setting_list::{SETTINGS, Setting};
use portal_domain::platform::job::JobName;

use super::{asvs, traceability};

/// Lines of prose end here.
const WIDTH: usize = 100;

/// Checks that a generated list of a page matches the code, or writes it.
fn check(page: &str, name: &str, list: &str) {
    let path = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../docs")).join(page);
    let text = fs::read_to_string(&path).unwrap();
    let start = format!("<!-- generated: {name} -->\n");
    let (before, rest) = text.split_once(&start).expect("the page has the list");
    let (present, after) = rest.split_once("<!-- end -->").expect("the list ends");
    let expected = format!("\n{list}\n");
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs::write(&path, format!("{before}{start}{expected}<!-- end -->{after}")).unwrap();
    } else {
        assert_eq!(present, expected, "{page}: regenerate it with UPDATE_DOCS=1");
    }
}

/// An item of a list, wrapped between words.
fn item(text: &str) -> String {
    let mut lines = vec!["-".to_owned()];
    for word in text.split(' ') {
        let last = lines.last_mut().unwrap();
        if last.chars().count() + 1 + word.chars().count() > WIDTH {
            lines.push(format!("  {word}"));
        } else {
            *last = format!("{last} {word}");
        }
    }
    lines.join("\n") + "\n"
}

#[test]
fn the_documented_problem_codes_match_the_server() {
    let one = |code: &Code| {
        item(&format!("`{}` ({}): {}. {}", code.as_str(), code.status(), code.title(), code.remedy()))
    };
    check("api/problem-codes.md", "problems", &Code::ALL.iter().map(one).collect::<String>());
}

#[test]
fn the_documented_commands_match_the_command_line() {
    let one = |(usage, purpose): (String, String)| item(&format!("`{usage}`: {purpose}."));
    check(
        "operations/command-line.md",
        "commands",
        &cli::commands().into_iter().map(one).collect::<String>(),
    );
}

#[test]
fn the_documented_actions_match_the_server() {
    let list = |lines: Vec<String>| lines.iter().map(|line| item(line)).collect::<String>();
    let actions = list(actions::lines(|offer| &offer.actions));
    let reasons = list(actions::lines(|offer| &offer.reasons));
    check("api/actions.md", "actions", &format!("Actions:\n\n{actions}\nReasons:\n\n{reasons}"));
}

#[test]
fn the_documented_jobs_match_the_server() {
    let one = |job: &JobName| item(&format!("`{job}` {}", job.purpose()));
    check("operations/jobs.md", "jobs", &JobName::ALL.iter().map(one).collect::<String>());
}

#[test]
fn the_documented_settings_match_the_server() {
    let one = |setting: &Setting| {
        let default = setting.default.map_or("none".into(), |default| format!("`{default}`"));
        format!("| `PORTAL_{}` | {default} | {} |\n", setting.name.to_uppercase(), setting.meaning)
    };
    let rows = SETTINGS.iter().map(one).collect::<String>();
    let table = format!("| Variable | Default | Meaning |\n|---|---|---|\n{rows}");
    check("operations/settings.md", "settings", &table);
}

#[test]
fn the_documented_asvs_totals_match_the_table() {
    check("security.md", "asvs", &asvs::totals());
}

/// The pages of the documentation with their text.
fn pages() -> Vec<(PathBuf, String)> {
    fn read(folder: &Path, found: &mut Vec<(PathBuf, String)>) {
        for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
            let path = entry.path();
            if path.is_dir() {
                read(&path, found);
            } else if path.extension().is_some_and(|extension| extension == "md") {
                found.push((path.clone(), fs::read_to_string(&path).unwrap()));
            }
        }
    }
    let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."));
    let mut found = Vec::new();
    read(&root.join("docs"), &mut found);
    for page in ["README.md", "CHANGELOG.md"] {
        found.push((root.join(page), fs::read_to_string(root.join(page)).unwrap()));
    }
    found
}

#[test]
fn lines_of_the_documentation_end_at_a_hundred_columns() {
    for (path, text) in pages() {
        for (number, line) in text.lines().enumerate() {
            assert!(line.chars().count() <= WIDTH, "{}:{}", path.display(), number + 1);
        }
    }
}

/// The anchors of a page's headings, as GitHub makes them: lowercase, with hyphens for spaces, and
/// without punctuation.
fn anchors(text: &str) -> Vec<String> {
    let mut in_code = false;
    let headings = text.lines().filter(|line| {
        in_code ^= line.starts_with("```");
        !in_code && line.starts_with('#')
    });
    let anchor = |heading: &str| {
        let title = heading.trim_start_matches('#').trim().to_lowercase().replace(' ', "-");
        title.chars().filter(|c| c.is_alphanumeric() || ['-', '_'].contains(c)).collect()
    };
    headings.map(anchor).collect()
}

#[test]
fn links_between_pages_lead_to_a_file_and_a_heading() {
    for (path, text) in pages() {
        for rest in text.split("](").skip(1) {
            let target = rest.split(')').next().unwrap();
            if target.contains("://") {
                continue;
            }
            let (file, anchor) = target.split_once('#').unwrap_or((target, ""));
            let linked = if file.is_empty() { path.clone() } else { path.parent().unwrap().join(file) };
            assert!(linked.exists(), "{} links to {target}", path.display());
            if !anchor.is_empty() {
                let anchors = anchors(&fs::read_to_string(&linked).unwrap());
                assert!(anchors.iter().any(|one| one == anchor), "{} links to {target}", path.display());
            }
        }
    }
}

#[test]
fn the_tests_named_in_the_security_page_exist() {
    let text = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/security.md")).unwrap();
    let is_snake_case = |name: &str| name.chars().all(|c| matches!(c, 'a'..='z' | '0'..='9' | '_'));
    let named = text.split('`').filter(|name| is_snake_case(name) && name.matches('_').count() >= 3);
    let tests = traceability::tests();
    let (found, missing): (Vec<_>, Vec<_>) = named.partition(|name| tests.contains(*name));
    assert!(missing.is_empty(), "no test is called {missing:?}");
    assert!(found.len() > 50, "only {} tests are named", found.len());
}
