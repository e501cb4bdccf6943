//! Makes user input safe to quote in a mail: no control characters, names on a single line, and
//! nothing that mail programs turn into a link (domain rules ).

use portal_domain::ground::text::{unlinked, visible};

/// The maximum length of a name or the like, in characters.
const LINE_MAX: usize = 200;

/// User input as one line.
pub(super) fn line(text: &str) -> String {
    let plain = visible(text, false);
    let joined = plain.split_whitespace().collect::<Vec<_>>().join(" ");
    unlinked(&joined).chars().take(LINE_MAX).collect()
}

/// User input with its line breaks.
pub(super) fn passage(text: &str) -> String {
    let lines = text.replace("\r\n", "\n").replace('\r', "\n");
    unlinked(&visible(&lines, true).replace('\t', " "))
}
