//! The lists in the documentation that are generated from the code.
//!
//! A page has them between `<!-- generated: NAME -->` and `<!-- end -->`. Regenerate them with
//! `UPDATE_DOCS=1 cargo test -p portal-tests --test it documentation`.

use std::fs;
use std::path::{Path, PathBuf};

use portal_api::cli;
use portal_api::http::problem::Code;

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

#[test]
fn links_between_pages_lead_to_a_file() {
    for (path, text) in pages() {
        for rest in text.split("](").skip(1) {
            let target = rest.split(')').next().unwrap_or_default();
            let file = target.split('#').next().unwrap_or_default();
            if file.is_empty() || target.contains("://") {
                continue;
            }
            let linked = path.parent().unwrap().join(file);
            assert!(linked.exists(), "{} links to {target}", path.display());
        }
    }
}
