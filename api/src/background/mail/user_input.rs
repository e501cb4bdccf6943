//! Makes user input safe to quote in a mail: no control characters, names on a single line, and
//! nothing that mail programs turn into a link (domain rules ).

use portal_domain::ground::text::unlinked;

/// The maximum length of a name or the like, in characters.
const LINE_MAX: usize = 200;

/// Whether a character is invisible, and breaks lines or changes the direction of what follows.
pub(super) const fn misleads(c: char) -> bool {
    matches!(
        c,
        '\u{61c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}'
    )
}

fn plain(c: char) -> char {
    if c.is_control() || misleads(c) { ' ' } else { c }
}

/// User input as one line.
pub(super) fn line(text: &str) -> String {
    let plain: String = text.chars().map(plain).collect();
    let joined = plain.split_whitespace().collect::<Vec<_>>().join(" ");
    unlinked(&joined).chars().take(LINE_MAX).collect()
}

/// User input with its line breaks.
pub(super) fn passage(text: &str) -> String {
    let lines = text.replace("\r\n", "\n").replace('\r', "\n");
    let plain: String = lines.chars().map(|c| if c == '\n' { c } else { plain(c) }).collect();
    unlinked(&plain)
}
