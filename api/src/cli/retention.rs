//! The `retention` commands.

use clap::Subcommand;

use super::Outcome;
use crate::background::housekeeping;
use crate::portal::state::Portal;

#[derive(Subcommand)]
pub(super) enum Retention {
    /// Delete data whose retention period is over, as the server does every hour
    Run,
}

pub(super) fn run(portal: &Portal, what: &Retention) -> Outcome {
    match what {
        Retention::Run => {
            println!("{} row(s) deleted", housekeeping::purge(portal));
            Ok(())
        }
    }
}
