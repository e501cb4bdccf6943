//! E-mail addresses: shape, and the one key by which they are compared.

/// An address with one `@`, a local part and a dotted domain, at most 254 characters.
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
        let plain = |part: &str| part.chars().all(|c| !c.is_whitespace() && !c.is_control() && c != '@');
        let dotted = domain.split('.').count() >= 2 && domain.split('.').all(|label| !label.is_empty());
        if local.is_empty() || !plain(local) || !plain(domain) || !dotted || text.len() > 254 {
            return Err(EmailAddressError);
        }
        Ok(Self(text.to_owned()))
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
            &long,
        ] {
            assert_eq!(EmailAddress::parse(text), Err(EmailAddressError), "{text}");
        }
    }
}
