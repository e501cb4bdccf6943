//! Violations on a screen, and checks that several screens share.

use chrono::NaiveDate;

use super::content::Screen;
use crate::ground::npi::Npi;
use crate::ground::text::{self, TextKind, TextRefusal};

/// The maximum length in characters of a name, an address line, and a license number.
pub const MAX_TEXT: usize = 100;

pub(crate) const LOOKS_LIKE_SSN: &str = "looks like a Social Security number; only `tax_id` takes one";

/// A violation on a screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// The screen.
    pub screen: Screen,
    /// JSON Pointer within the screen, such as `/licenses/0/effective_date`; empty for the whole
    /// screen.
    pub pointer: String,
    /// The machine-readable code.
    pub code: &'static str,
    /// The message for people. Never contains the value.
    pub message: String,
    /// The earliest accepted date.
    pub earliest: Option<NaiveDate>,
    /// The latest accepted date.
    pub latest: Option<NaiveDate>,
}

/// The violations of one screen.
pub(crate) struct Findings {
    screen: Screen,
    violations: Vec<Violation>,
}

impl Findings {
    pub(crate) const fn on(screen: Screen) -> Self {
        Self { screen, violations: Vec::new() }
    }

    pub(crate) fn add(&mut self, pointer: &str, code: &'static str, message: impl Into<String>) {
        self.add_between(pointer, code, message, (None, None));
    }

    /// Adds a violation of a date, with the range of accepted dates.
    pub(crate) fn add_between(
        &mut self,
        pointer: &str,
        code: &'static str,
        message: impl Into<String>,
        (earliest, latest): (Option<NaiveDate>, Option<NaiveDate>),
    ) {
        let (screen, pointer, message) = (self.screen, pointer.to_owned(), message.into());
        self.violations.push(Violation { screen, pointer, code, message, earliest, latest });
    }

    /// Adds a violation if a list is too long.
    pub(crate) fn check_count(&mut self, pointer: &str, count: usize, max: usize) {
        if count > max {
            self.add(pointer, "too_many_items", format!("must be at most {max}"));
        }
    }

    /// Adds a violation if a text is empty or too long, or contains something that a text of this
    /// kind must not contain (domain rule R-214).
    pub(crate) fn check_text(&mut self, pointer: &str, kind: TextKind, text: &str) {
        if text.trim().is_empty() {
            self.add(pointer, "required", "must not be empty");
        } else if text.chars().count() > MAX_TEXT {
            self.add(pointer, "too_long", format!("must have at most {MAX_TEXT} characters"));
        } else if let Err(refusal) = text::examine(kind, text) {
            let message = match refusal {
                TextRefusal::LooksLikeSsn => LOOKS_LIKE_SSN,
                TextRefusal::HiddenCharacter | TextRefusal::LooksLikeLink => refusal.message(),
            };
            self.add(pointer, refusal.as_str(), message);
        }
    }

    pub(crate) fn check_state(&mut self, pointer: &str, state: &str) {
        if state.is_empty() {
            self.add(pointer, "required", "must not be empty");
        } else if !(state.len() == 2 && state.bytes().all(|byte| byte.is_ascii_uppercase())) {
            self.add(pointer, "format", "must be the two letters of a state");
        }
    }

    pub(crate) fn check_npi(&mut self, pointer: &str, npi: &str) {
        if npi.is_empty() {
            return self.add(pointer, "required", "must not be empty");
        }
        if let Err(error) = Npi::parse(npi) {
            self.add(pointer, error.as_str(), error.message());
        }
    }

    pub(crate) fn into_violations(self) -> Vec<Violation> {
        self.violations
    }
}
