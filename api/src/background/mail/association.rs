//! The wording of mails about associations with provider accounts (domain rule R-203).

use super::block::{Block, MailBody, hello};
use super::user_input::{line, passage};

/// Tells the plan's staff that a user waits for them.
pub(super) fn waiting(provider: &str, facts: Vec<(&'static str, String)>, after_failures: bool) -> MailBody {
    let mut blocks = vec![
        Block::Fixed(
            "A user matched this provider's data and would be the first administrator of its account.",
        ),
        Block::Facts(facts),
    ];
    if after_failures {
        blocks.push(Block::Fixed(
            "There were at least ten failed attempts with this Provider ID within a day before. \
             The user does not know that the data matched.",
        ));
    }
    blocks.extend([
        Block::Fixed(
            "The user can do nothing in the account yet. Before you confirm, ask the provider at an address \
             or telephone number that you have on record.",
        ),
        Block::SignIn {
            before: "To confirm or reject the user, ",
            label: "sign in to the portal",
            after: "",
        },
    ]);
    MailBody { title: format!("New administrator to confirm for {}", line(provider)), blocks }
}

/// Tells the user that the plan's staff confirmed them. `until` is when the user can still accept the
/// agreement, if that is to be done.
pub(super) fn confirmed(provider: &str, name: &str, until: Option<&str>, help: Block) -> MailBody {
    let provider = line(provider);
    let mut blocks = vec![hello(name)];
    match until {
        None => blocks.extend([
            Block::Text(format!("the plan confirmed you as the administrator of the account of {provider}.")),
            Block::SignIn { before: "You can ", label: "sign in", after: "" },
        ]),
        Some(until) => blocks.extend([
            Block::Text(format!("the plan confirmed that you act for {provider}.")),
            Block::SignIn { before: "To receive its account, ", label: "sign in", after: "" },
            Block::Text(format!(
                "Associate your account with the Provider ID again, with the same data, and accept the \
                 Provider Agreement. This is possible until {until}."
            )),
        ]),
    }
    blocks.push(help);
    MailBody { title: "The plan confirmed your account".into(), blocks }
}

/// Tells the user that the plan's staff rejected them.
pub(super) fn rejected(provider: &str, name: &str, reason: &str, help: Block) -> MailBody {
    MailBody {
        title: "The plan did not confirm your account".into(),
        blocks: vec![
            hello(name),
            Block::Text(format!(
                "the plan did not confirm you as the administrator of the account of {}. The reason:",
                line(provider)
            )),
            Block::Quote(passage(reason)),
            help,
        ],
    }
}
