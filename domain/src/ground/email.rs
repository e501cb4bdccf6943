//! E-mail addresses: shape, and the one key by which they are compared.

/// An address that mail can be sent to: one `@`, a dot-atom of at most 64 ASCII characters (RFC 5322), and a dotted domain;
/// at most 254 characters. Domains of other scripts are given in their ASCII form (`xn--…`).
///
/// Kept as it was given; compared by [`EmailAddress::key`], so that letter case never makes a second account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EmailAddress(String);

/// Why a text is no e-mail address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EmailAddressError;

impl EmailAddress {
    /// Parses an address; surrounding white space is dropped.
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

    /// The address as it was given.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The key under which the address is unique.
    #[must_use]
    pub fn key(&self) -> String {
        Self::key_of(&self.0)
    }

    /// The key of any text someone typed where an address is due, address or not.
    #[must_use]
    pub fn key_of(text: &str) -> String {
        text.trim().to_lowercase()
    }
}

/// RFC 5322 atext. ASCII only: folding other scripts would make one key of two mailboxes, and servers that take such
/// addresses are few.
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
    fn letter_case_does_not_make_another_address() {
        let shown = EmailAddress::parse(" Debi.Henderson@Example.org ").unwrap();
        assert_eq!(shown.as_str(), "Debi.Henderson@Example.org");
        assert_eq!(shown.key(), "debi.henderson@example.org");
    }

    #[test]
    fn texts_that_are_no_address_are_refused() {
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
