//! Email addresses: their format, and the key by which they are compared.

/// A deliverable address: a dot-atom of at most 64 ASCII characters (RFC 5322), one `@`, and a
/// dotted domain, at most 254 characters in all. Internationalized domains use their ASCII form
/// (`xn--…`).
///
/// Stored as entered and compared by [`EmailAddress::key`], so that letter case never creates a
/// second account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EmailAddress(String);

/// The error for a string that is not an email address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EmailAddressError;

impl EmailAddress {
    /// Parses an address. Trims surrounding whitespace.
    pub fn parse(text: &str) -> Result<Self, EmailAddressError> {
        let text = text.trim();
        let (local, domain) = text.split_once('@').ok_or(EmailAddressError)?;
        let atoms = |part: &str, plain: fn(u8) -> bool| {
            part.split('.').all(|atom| !atom.is_empty() && atom.bytes().all(plain))
        };
        let labels = domain.split('.');
        let dotted = labels.clone().count() >= 2
            && labels
                .into_iter()
                .all(|label| !label.starts_with('-') && !label.ends_with('-') && label.len() <= 63);
        let mailable = atoms(local, is_atext) && local.len() <= 64 && atoms(domain, is_label) && dotted;
        if mailable && text.len() <= 254 { Ok(Self(text.to_owned())) } else { Err(EmailAddressError) }
    }

    /// The address as entered.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The key under which the address is unique.
    #[must_use]
    pub fn key(&self) -> String {
        Self::key_of(&self.0)
    }

    /// The key of any text entered as an address, valid or not.
    #[must_use]
    pub fn key_of(text: &str) -> String {
        text.trim().to_lowercase()
    }
}

/// RFC 5322 atext, ASCII only. Folding the case of other scripts could give two mailboxes the same
/// key, and few servers accept such addresses.
const fn is_atext(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(byte, b'!' | b'#'..=b'\'' | b'*' | b'+' | b'-' | b'/' | b'=' | b'?' | b'^'..=b'`' | b'{'..=b'~')
}

const fn is_label(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'-'
}

impl std::fmt::Display for EmailAddress {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_compared_without_case() {
        let shown = EmailAddress::parse(" Debi.Henderson@Example.org ").unwrap();
        assert_eq!(shown.as_str(), "Debi.Henderson@Example.org");
        assert_eq!(shown.key(), "debi.henderson@example.org");
    }

    #[test]
    fn malformed_addresses_are_refused() {
        let long = format!("a@{}.org", "x".repeat(260));
        for text in [
            "",
            "@",
            "a@",
            "@b.org",
            "a@b",
            "a@@b.org",
            "a b@c.org",
            "a@b..org",
            "a@b.org\nBcc: x@y.org",
            "a..b@c.org",
            ".a@b.org",
            "a\"b@c.org",
            "<a@b.org",
            "a,b@c.org",
            "a@-b.org",
            "a@b_c.org",
            "\u{212a}atherine@example.org",
            "a\u{200b}b@example.org",
            &format!("{}@b.org", "a".repeat(65)),
            &long,
        ] {
            assert_eq!(EmailAddress::parse(text), Err(EmailAddressError), "{text}");
        }
    }
}
