//! Calendars as text (iCalendar, RFC 5545). The text depends only on the arguments, including the
//! current time.

use chrono::NaiveDate;
use portal_domain::Instant;
use portal_domain::medicaid::calendar_feed::Entry;
use sha2::{Digest, Sha256};

/// How often programs should refresh.
const REFRESH: &str = "PT6H";
/// The maximum length of a line, in octets (RFC 5545, section 3.1).
const LINE: usize = 75;

/// A calendar of all-day entries.
pub(super) struct Calendar<'a> {
    /// The display name.
    pub name: &'a str,
    /// The entries.
    pub entries: &'a [Entry],
}

impl Calendar<'_> {
    /// The calendar as text, created at `made_at`.
    pub(super) fn text(&self, made_at: Instant) -> String {
        let stamp = made_at.format("%Y%m%dT%H%M%SZ").to_string();
        let mut text = Text(String::with_capacity(512 + 400 * self.entries.len()));
        text.line("BEGIN", "VCALENDAR");
        text.line("VERSION", "2.0");
        text.line("PRODID", "-//provider-portal//due dates//EN");
        text.line("CALSCALE", "GREGORIAN");
        // The default display name: the standard property (RFC 7986) and the common one.
        text.line("NAME", &escaped(self.name));
        text.line("X-WR-CALNAME", &escaped(self.name));
        text.line("REFRESH-INTERVAL;VALUE=DURATION", REFRESH);
        text.line("X-PUBLISHED-TTL", REFRESH);
        for entry in self.entries {
            text.line("BEGIN", "VEVENT");
            text.line("UID", &escaped(&entry.uid));
            text.line("DTSTAMP", &stamp);
            // Without an end, an all-day event lasts one day in every time zone.
            text.line("DTSTART;VALUE=DATE", &day(entry.on));
            text.line("SUMMARY", &escaped(&entry.summary));
            text.line("DESCRIPTION", &escaped(&entry.description));
            text.line("CLASS", "PRIVATE");
            // The entry does not make anyone busy.
            text.line("TRANSP", "TRANSPARENT");
            text.line("END", "VEVENT");
        }
        text.line("END", "VCALENDAR");
        text.0
    }

    /// A digest of the content, independent of when the text was created.
    pub(super) fn fingerprint(&self) -> String {
        let mut hasher = Sha256::new();
        let mut add = |text: &str| {
            hasher.update(text);
            // NUL separates the texts, because none contains it.
            hasher.update([0]);
        };
        add(self.name);
        for entry in self.entries {
            add(&entry.uid);
            add(&day(entry.on));
            add(&entry.summary);
            add(&entry.description);
        }
        hasher.finalize().iter().take(6).map(|byte| format!("{byte:02x}")).collect()
    }
}

fn day(date: NaiveDate) -> String {
    date.format("%Y%m%d").to_string()
}

/// Escapes a TEXT value (RFC 5545, section 3.3.11). Control characters other than line feeds are
/// dropped, because they are not allowed.
fn escaped(text: &str) -> String {
    let mut value = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' | ';' | ',' => value.extend(['\\', c]),
            '\n' => value.push_str("\\n"),
            c if c.is_control() => {}
            c => value.push(c),
        }
    }
    value
}

/// Content lines.
struct Text(String);

impl Text {
    /// Adds a line, folded if it is too long. Folds come between characters, never within one.
    fn line(&mut self, name: &str, value: &str) {
        let mut width = 0;
        for c in name.chars().chain([':']).chain(value.chars()) {
            if width + c.len_utf8() > LINE {
                // The space counts toward the line that it begins.
                self.0.push_str("\r\n ");
                width = 1;
            }
            self.0.push(c);
            width += c.len_utf8();
        }
        self.0.push_str("\r\n");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(value: &str) -> String {
        let mut text = Text(String::new());
        text.line("SUMMARY", value);
        text.0
    }

    fn entry(summary: &str) -> Entry {
        Entry {
            uid: "withdrawal-app_01h455vb4pex5vsknk084sn02q".into(),
            on: NaiveDate::from_ymd_opt(2023, 10, 29).unwrap(),
            summary: summary.into(),
            description: "Work on it.".into(),
        }
    }

    #[test]
    fn a_calendar_is_rendered_as_icalendar_text() {
        let entries = [entry("APP0543 (Change of Ownership) is withdrawn automatically")];
        let calendar = Calendar { name: "Bluegrass; Dr. Smith, MD", entries: &entries };
        let expected = "BEGIN:VCALENDAR\r\n\
            VERSION:2.0\r\n\
            PRODID:-//provider-portal//due dates//EN\r\n\
            CALSCALE:GREGORIAN\r\n\
            NAME:Bluegrass\\; Dr. Smith\\, MD\r\n\
            X-WR-CALNAME:Bluegrass\\; Dr. Smith\\, MD\r\n\
            REFRESH-INTERVAL;VALUE=DURATION:PT6H\r\n\
            X-PUBLISHED-TTL:PT6H\r\n\
            BEGIN:VEVENT\r\n\
            UID:withdrawal-app_01h455vb4pex5vsknk084sn02q\r\n\
            DTSTAMP:20230701T160000Z\r\n\
            DTSTART;VALUE=DATE:20231029\r\n\
            SUMMARY:APP0543 (Change of Ownership) is withdrawn automatically\r\n\
            DESCRIPTION:Work on it.\r\n\
            CLASS:PRIVATE\r\n\
            TRANSP:TRANSPARENT\r\n\
            END:VEVENT\r\n\
            END:VCALENDAR\r\n";
        assert_eq!(calendar.text("2023-07-01T16:00:00.5Z".parse().unwrap()), expected);
    }

    #[test]
    fn lines_are_folded_after_75_octets() {
        // "SUMMARY:" takes 8 octets.
        assert_eq!(line(&"a".repeat(67)), format!("SUMMARY:{}\r\n", "a".repeat(67)));
        assert_eq!(line(&"a".repeat(68)), format!("SUMMARY:{}\r\n a\r\n", "a".repeat(67)));
        let long = line(&"a".repeat(67 + 74 + 1));
        assert_eq!(long, format!("SUMMARY:{}\r\n {}\r\n a\r\n", "a".repeat(67), "a".repeat(74)));
    }

    #[test]
    fn folding_splits_no_character_and_unfolding_reverses_it() {
        for value in [
            "ä".repeat(200),
            "老虎".repeat(100),
            "😀 ".repeat(100),
            " ".repeat(300),
            "a, b; c\\d ".repeat(50),
        ] {
            let folded = line(&value);
            for line in folded.trim_end_matches("\r\n").split("\r\n") {
                assert!(line.len() <= LINE, "{} octets: {line}", line.len());
            }
            assert_eq!(folded.replace("\r\n ", ""), format!("SUMMARY:{value}\r\n"));
        }
    }

    #[test]
    fn text_values_cannot_add_calendar_lines() {
        assert_eq!(escaped("a\r\nEND:VCALENDAR\r\u{7f}\u{85}\0b"), "a\\nEND:VCALENDARb");
        assert_eq!(escaped("\\n,;:\""), "\\\\n\\,\\;:\"");
    }

    #[test]
    fn a_fingerprint_depends_on_the_content_and_not_on_the_time() {
        fn of(name: &str, entries: &[Entry]) -> String {
            Calendar { name, entries }.fingerprint()
        }
        let (one, other) = ([entry("one")], [entry("other")]);
        assert_eq!(of("A", &one), of("A", &one));
        assert_ne!(of("A", &one), of("A", &other));
        assert_ne!(of("A", &one), of("B", &one));
        assert_ne!(of("A", &one), of("A", &[]));
    }
}
