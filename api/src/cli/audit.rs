//! The `audit` commands.

use clap::Subcommand;
use portal_persistence::StoreError;
use portal_persistence::platform::audit::ChainState;

use super::{Outcome, failed};
use crate::portal::state::Portal;

#[derive(Subcommand)]
pub(super) enum Audit {
    /// Verify every audit chain from its first event to its head
    Verify,
}

pub(super) fn run(portal: &Portal, what: &Audit) -> Outcome {
    match what {
        Audit::Verify => verify_audit(portal),
    }
}

fn verify_audit(portal: &Portal) -> Outcome {
    let checked: Result<Vec<(String, ChainState)>, StoreError> =
        portal.database.read(portal.moment(), |tx| {
            let chains = tx.audit().chains()?;
            chains.into_iter().map(|chain| tx.audit().verify(&chain).map(|state| (chain, state))).collect()
        });
    let mut errors = Vec::new();
    for (chain, state) in checked.map_err(failed)? {
        match state {
            ChainState::Intact { events } => println!("{chain}: {events} events, intact"),
            ChainState::Broken { at } => errors.push(format!("{chain}: broken at event {at}")),
        }
    }
    if errors.is_empty() { Ok(()) } else { Err(errors) }
}
