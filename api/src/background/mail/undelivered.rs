//! Why an email was not delivered.

/// Why an email was not delivered, in words for operators. It never contains an address, a token,
/// or text from the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Undelivered {
    /// A later attempt may succeed.
    Temporary(String),
    /// No later attempt can succeed.
    Permanent(String),
}

pub(super) fn temporary(text: impl Into<String>) -> Undelivered {
    Undelivered::Temporary(text.into())
}

pub(super) fn permanent(text: impl Into<String>) -> Undelivered {
    Undelivered::Permanent(text.into())
}
