//! The `jobs` commands.

use clap::Subcommand;
use portal_domain::platform::job::{JobName, JobTrigger};

use super::{COMMAND_LINE, Outcome, failed};
use crate::background::jobs;
use crate::portal::jobs::DryRun;
use crate::portal::state::Portal;

#[derive(Subcommand)]
pub(super) enum Jobs {
    /// Run a job now, even if it affects suspiciously many members or applications
    Run {
        /// The job: member_inactivity or application_inactivity
        #[arg(value_parser = parse_job)]
        name: JobName,
        /// Show what the job would do without changing anything
        #[arg(long)]
        dry_run: bool,
    },
}

fn parse_job(text: &str) -> Result<JobName, String> {
    JobName::parse(text).ok_or_else(|| "no such job".into())
}

pub(super) fn run(portal: &Portal, what: &Jobs) -> Outcome {
    match what {
        Jobs::Run { name, dry_run } => run_job(portal, *name, *dry_run),
    }
}

fn run_job(portal: &Portal, name: JobName, dry_run: bool) -> Outcome {
    let report =
        jobs::run(portal, name, JobTrigger::CommandLine, dry_run, Some(&COMMAND_LINE)).map_err(failed)?;
    report.outcome.iter().for_each(|(word, count)| println!("{word}: {count}"));
    let truncated = match &report.dry_run {
        Some(DryRun::Members(listed)) => {
            for found in &listed.items {
                let (member, days) = (&found.member, found.inactive_days);
                println!("{}  {}  {}  ({days} days)", found.disables_on, member.membership, member.name);
            }
            listed.truncated
        }
        Some(DryRun::Applications(listed)) => {
            for found in &listed.items {
                let (application, days) = (&found.application, found.days_inactive);
                println!("{}  {}  {}  ({days} days)", found.withdraws_on, application.id, application.number);
            }
            listed.truncated
        }
        None => false,
    };
    if truncated {
        println!("… and more");
    }
    Ok(())
}
