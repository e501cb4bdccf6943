//! The `keys` commands.

use std::ops::ControlFlow;

use clap::Subcommand;

use super::{Outcome, failed};
use crate::background::reseal::{Progress, reseal};
use crate::portal::keys::Keys;
use crate::portal::state::Portal;

#[derive(Subcommand)]
pub(super) enum KeysCommand {
    /// Print a key document with new keys
    Generate,
    /// Seal documents and other encrypted values with the current field key; can be interrupted
    Reseal,
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
    }
}

fn reseal_all(portal: &Portal) -> Outcome {
    let columns = reseal(portal, |progress| {
        println!("{}", line(progress));
        ControlFlow::Continue(())
    });
    let columns = columns.map_err(failed)?;
    let unreadable: i64 = columns.iter().map(|column| column.unreadable).sum();
    let (done, left): (i64, i64) =
        columns.iter().fold((0, 0), |(done, left), column| (done + column.done, left + column.left));
    println!("{done} sealed, {left} left");
    if unreadable > 0 {
        return Err(failed(format!("{unreadable} value(s) cannot be opened; the log names them")));
    }
    Ok(())
}

fn line(progress: &Progress) -> String {
    let (table, column) = progress.column.names();
    format!("{table}.{column}: {} sealed, {} left", progress.done, progress.left)
}
