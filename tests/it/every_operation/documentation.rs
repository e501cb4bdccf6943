//! The lists in the documentation that are generated from the code.
//!
//! A page has them between `<!-- generated: NAME -->` and `<!-- end -->`. Write them anew with
//! `UPDATE_DOCS=1 cargo test -p portal-tests --test it documentation`.

use std::fs;
use std::path::Path;

use portal_api::cli;
use portal_api::http::problem::Code;

/// Lines of prose end here.
const WIDTH: usize = 100;

/// Holds one generated list of a page equal to the code, or writes it.
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
        assert_eq!(present, expected, "{page}: write it anew with UPDATE_DOCS=1");
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
fn the_problem_codes_are_those_of_the_server() {
    let one = |code: &Code| {
        item(&format!("`{}` ({}): {}. {}", code.as_str(), code.status(), code.title(), code.remedy()))
    };
    check("api/problem-codes.md", "problems", &Code::ALL.iter().map(one).collect::<String>());
}

#[test]
fn the_commands_are_those_of_the_command_line() {
    let row = |(usage, purpose): (String, String)| format!("| `{usage}` | {purpose} |\n");
    let rows: String = cli::commands().into_iter().map(row).collect();
    check("operations/command-line.md", "commands", &format!("| Command | Purpose |\n|---|---|\n{rows}"));
}
