//! The `keys` commands.

use std::ops::ControlFlow;

use clap::Subcommand;
use portal_persistence::platform::key_uses::KeyKind;

use super::{Outcome, failed};
use crate::background::key_state::{KeyState, key_states};
use crate::background::reseal::{Progress, reseal};
use crate::portal::keys::Keys;
use crate::portal::state::Portal;

#[derive(Subcommand)]
pub(super) enum KeysCommand {
    /// Print a key document with new keys
    Generate,
    /// Seal and index all values, documents included, with the current keys; can be interrupted
    Reseal,
    /// Show which keys are in use, and which ones you can remove
    Status,
}

/// Prints a key document with new keys. Needs no settings.
pub(super) fn generate() -> Outcome {
    println!("{}", Keys::generate().map_err(failed)?);
    Ok(())
}

pub(super) fn run(portal: &Portal, what: &KeysCommand) -> Outcome {
    match what {
        KeysCommand::Generate => generate(),
        KeysCommand::Reseal => reseal_all(portal),
        KeysCommand::Status => {
            key_states(portal).map_err(failed)?.iter().for_each(|state| println!("{}", described(state)));
            Ok(())
        }
    }
}

fn reseal_all(portal: &Portal) -> Outcome {
    let resealing = reseal(portal, |progress| {
        println!("{}", line(progress));
        ControlFlow::Continue(())
    });
    let columns = resealing.map_err(failed)?.columns;
    let sum = |count: fn(&Progress) -> i64| columns.iter().map(count).sum::<i64>();
    println!("{} sealed, {} left", sum(|column| column.done), sum(|column| column.left));
    match sum(|column| column.unreadable) {
        0 => Ok(()),
        unreadable => Err(failed(format!("{unreadable} value(s) cannot be opened; the log names them"))),
    }
}

fn line(progress: &Progress) -> String {
    let (table, column) = progress.column.names();
    format!("{table}.{column}: {} sealed, {} left", progress.done, progress.left)
}

/// A key, its uses, and what the operator should know.
fn described(state: &KeyState) -> String {
    let uses: Vec<_> = state.uses.iter().map(|(values, count)| format!("{values} {count}")).collect();
    let uses = if uses.is_empty() { "no values".to_owned() } else { uses.join(", ") };
    let remark = match state {
        state if state.is_missing() => " (MISSING from the key document)",
        state if state.current => " (current)",
        state if state.id.is_some() && state.count() == 0 => " (you can remove it)",
        _ => "",
    };
    format!("{}{remark}: {uses}", state.name())
}

/// Refuses keys with which stored values cannot be read or found. Without a pepper, only some users
/// cannot sign in before they reset their password, which is logged.
pub fn require_keys(portal: &Portal) -> Outcome {
    let mut errors = Vec::new();
    for state in key_states(portal).map_err(failed)?.iter().filter(|state| state.is_missing()) {
        let (name, count) = (state.name(), state.count());
        match state.kind {
            KeyKind::Field | KeyKind::Index => errors.push(format!(
                "keys: {name} is missing, and {count} value(s) need it; add it, run `provider-portal keys reseal`, \
                 and remove it when `provider-portal keys status` says that you can"
            )),
            KeyKind::Pepper => {
                tracing::error!(%name, users = count, "a pepper is missing: these users must reset their passwords");
            }
        }
    }
    if errors.is_empty() { Ok(()) } else { Err(errors) }
}
