//! Text that mail programs turn into links.

use super::as_it_looks;

/// The commonest top-level domains. A name with one of these after a dot is a link in most mail
/// programs.
const TOP_LEVEL_DOMAINS: [&str; 40] = [
    "ai", "app", "biz", "ca", "cc", "club", "cn", "co", "com", "de", "dev", "edu", "eu", "fr", "gov", "in",
    "info", "io", "jp", "link", "live", "ly", "me", "mobi", "net", "nl", "online", "org", "pro", "ru",
    "shop", "site", "store", "top", "tv", "uk", "us", "website", "ws", "xyz",
];

/// Whether the name of a person contains what looks like a web or email address: `://`, `www.`, `@`,
/// a slash, or a word that ends in a dot and one of the commonest top-level domains.
pub(super) fn looks_like_link(text: &str) -> bool {
    let text = as_it_looks(text).to_lowercase().replace('。', ".");
    let is_address = |c: char| matches!(c, '@' | '/' | '⁄' | '∕' | '\\');
    text.contains(is_address) || text.contains("www.") || text.split_whitespace().any(ends_like_a_host)
}

fn ends_like_a_host(word: &str) -> bool {
    let pieces = word.split(|c: char| !(is_of_a_word(c) || matches!(c, '.' | '-')));
    pieces.map(|piece| piece.trim_matches(['.', '-'])).any(|piece| {
        piece
            .rsplit_once('.')
            .is_some_and(|(host, domain)| host.ends_with(is_of_a_word) && TOP_LEVEL_DOMAINS.contains(&domain))
    })
}

/// The text as mail programs do not turn any of it into a link: dots of host names become `[.]`, and
/// a space follows the colon of a scheme. Other text stays as it is.
#[must_use]
pub fn unlinked(text: &str) -> String {
    let characters: Vec<char> = text.chars().collect();
    let at = |place: usize| characters.get(place).copied();
    let mut plain = String::with_capacity(text.len());
    for (place, c) in characters.iter().copied().enumerate() {
        let before = place.checked_sub(1).and_then(at);
        let (next, second) = (at(place + 1), at(place + 2));
        let in_a_word = before.is_some_and(is_of_a_word);
        match c {
            '.' | '。' | '．' | '｡'
                if (in_a_word && begins_label(next, second)) || ends_www(&characters, place) =>
            {
                plain.push_str("[.]");
            }
            ':' | '：'
                if in_a_word && next.is_some_and(|next| !next.is_whitespace() && !next.is_numeric()) =>
            {
                plain.push_str(": ");
            }
            '\\' if before == Some('\\') => plain.push_str(" \\"),
            _ => plain.push(c),
        }
    }
    plain
}

/// Whether a character can be part of a host name: a letter, a digit, a combining mark, or a picture.
fn is_of_a_word(c: char) -> bool {
    c.is_alphanumeric()
        || !(c.is_ascii()
            || c.is_whitespace()
            || c.is_control()
            || matches!(c, '\u{a1}' | '\u{ab}' | '\u{b7}' | '\u{bb}' | '\u{bf}')
            || matches!(c, '\u{2010}'..='\u{2027}' | '\u{2030}'..='\u{205e}' | '\u{3001}'..='\u{3003}')
            || matches!(c, '\u{3008}'..='\u{3011}' | '\u{ff01}'..='\u{ff0f}' | '\u{ff1a}'..='\u{ff20}'))
}

/// Whether a top-level domain could begin here. The shortest have two characters.
fn begins_label(first: Option<char>, second: Option<char>) -> bool {
    first.is_some_and(char::is_alphabetic)
        && second.is_some_and(|second| second.is_alphanumeric() || second == '-')
}

fn ends_www(characters: &[char], dot: usize) -> bool {
    let start = dot.saturating_sub(3);
    characters
        .get(start..dot)
        .is_some_and(|word| word.len() == 3 && word.iter().all(|c| matches!(c, 'w' | 'W')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r_214_web_and_email_addresses_look_like_links() {
        for text in [
            "http://x",
            "a://b",
            "www.example",
            "WWW.Example",
            "jane@example",
            "a/b",
            "example.com",
            "Example.COM,",
            "(example.org)",
            "sub-1.example.co",
            "Reset:example.net!",
            "example.com.",
            "example．com",
            "example。com",
            "exa\u{ad}mple.com",
            "ｅｘａｍｐｌｅ．ｃｏｍ",
            "jane＠example",
            "a／b",
            "தமிழ்.com",
            "x\u{302}.com",
            "i❤.ws",
        ] {
            assert!(looks_like_link(text), "{text}");
        }
    }

    #[test]
    fn r_214_names_with_dots_do_not_look_like_links() {
        for text in [
            "",
            "Dr. Com",
            "J.R. Smith",
            "Smith Jr.",
            "Ph.D.",
            "M.D.",
            "St.John",
            ".com",
            "com",
            "Co. Me",
            "Awww",
        ] {
            assert!(!looks_like_link(text), "{text}");
        }
    }

    #[test]
    fn r_214_addresses_in_a_text_become_unlinkable() {
        for (text, plain) in [
            ("https://evil.example/a?b=c", "https: //evil[.]example/a?b=c"),
            ("see www.x now", "see www[.]x now"),
            ("jane@mail.example.org", "jane@mail[.]example[.]org"),
            ("a.b.com", "a.b[.]com"),
            ("example。com", "example[.]com"),
            ("mailto:jane", "mailto: jane"),
            ("\\\\server\\share", "\\ \\server\\share"),
            ("例え.テスト", "例え[.]テスト"),
            ("xn--e1a4c.xn--p1ai", "xn--e1a4c[.]xn--p1ai"),
        ] {
            assert_eq!(unlinked(text), plain);
        }
    }

    #[test]
    fn r_214_ordinary_text_stays_as_it_is() {
        for text in [
            "Dr. J. R. Smith, Ph.D.",
            "U.S.A.",
            "At 10:30, version 1.5.",
            "Reason: late. Thanks",
            "<script>alert(1)</script>",
            ";alert(1)//\n</xmp>",
            "**-***4321",
        ] {
            assert_eq!(unlinked(text), text);
        }
    }
}
