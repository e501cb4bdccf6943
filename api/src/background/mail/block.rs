//! The parts of a mail, without its wording and layout.

use super::user_input::line;

/// The content of a mail above the notes at the end of every mail.
pub(super) struct MailBody {
    /// The title, which is also the subject.
    pub(super) title: String,
    /// The blocks, from top to bottom.
    pub(super) blocks: Vec<Block>,
}

/// A part of a mail. The HTML layout escapes everything except fixed wording.
pub(super) enum Block {
    /// A paragraph without data. Because of its type it cannot hold user input, and is not escaped.
    Fixed(&'static str),
    /// A paragraph.
    Text(String),
    /// A paragraph of two lines.
    Lines([String; 2]),
    /// Labeled values, one per line.
    Facts(Vec<(&'static str, String)>),
    /// A user's message, with its line breaks.
    Quote(String),
    /// A link with a one-time token.
    Link {
        /// The text of the link.
        label: &'static str,
        /// The URL.
        url: String,
        /// Whether HTML shows the link as a button.
        is_button: bool,
    },
    /// A sentence with a link to the portal. The layouts add its last character: HTML ends with a
    /// period, text with a colon and the URL.
    SignIn {
        /// The words before the link.
        before: &'static str,
        /// The text of the link.
        label: &'static str,
        /// The words after the link.
        after: &'static str,
    },
}

impl MailBody {
    /// The URL with a one-time token, in mails that have one.
    pub(super) fn link(&self) -> Option<&str> {
        self.blocks.iter().find_map(|block| match block {
            Block::Link { url, .. } => Some(url.as_str()),
            _ => None,
        })
    }
}

/// The salutation.
pub(super) fn hello(name: &str) -> Block {
    Block::Text(format!("Hello {},", line(name)))
}
