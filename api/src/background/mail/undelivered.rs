//! Why a mail was not delivered.

/// Why a mail was not delivered, in words for operators: never an address, a token, or what the server wrote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Undelivered {
    /// Trying again later may help.
    Temporary(String),
    /// The mail itself was refused.
    Permanent(String),
}

pub(super) fn temporary(text: impl Into<String>) -> Undelivered {
    Undelivered::Temporary(text.into())
}

pub(super) fn permanent(text: impl Into<String>) -> Undelivered {
    Undelivered::Permanent(text.into())
}
