//! The command `after-restore`.

use chrono::Duration;
use portal_domain::identity::session::SessionEnd;
use portal_domain::platform::restore::Ended;
use portal_persistence::StoreError;

use super::{COMMAND_LINE, Outcome, failed};
use crate::portal::state::Portal;

#[derive(clap::Args)]
pub(super) struct AfterRestore {
    /// Keep unsent emails that are younger than this many hours
    #[arg(long, value_name = "HOURS", default_value_t = 0)]
    keep_mails_of_last: u16,
}

pub(super) fn run(portal: &Portal, options: &AfterRestore) -> Outcome {
    let ended = after_restore(portal, Duration::hours(options.keep_mails_of_last.into())).map_err(failed)?;
    println!("links: {}\nsessions: {}\nemails: {}", ended.links, ended.sessions, ended.mails);
    Ok(())
}

/// Ends links and sessions, and cancels unsent emails of at least this age, all in one transaction.
pub fn after_restore(portal: &Portal, age_of_mails: Duration) -> Result<Ended, StoreError> {
    portal.database.write(portal.moment(), |tx| {
        let queued_until = tx.now() - age_of_mails;
        let ended = Ended {
            links: tx.one_time_tokens().supersede_all()?,
            sessions: tx.sessions().end_everyones(SessionEnd::EndedByManager)?,
            mails: tx.outbox().withdraw_all(queued_until)?,
        };
        Ok(tx.commit_effects(&ended.recorded(), &COMMAND_LINE)?.with(ended))
    })
}
