//! The command line, with one file per command.

#![expect(clippy::print_stdout, reason = "the command line answers on standard output")]

mod after_restore;
mod audit;
mod export;
mod import;
mod jobs;
mod keys;
mod opening;
mod organization;
mod retention;
mod user;
mod user_administration;

use std::process::ExitCode;

use clap::{CommandFactory, Parser, Subcommand};
use portal_domain::ground::text::{self, EXPLANATION_MAX, TextKind};
use portal_persistence::platform::audit::Author;

pub use self::after_restore::after_restore;
pub use self::audit::{VerifiedAudit, read_report, verify_audit};
pub use self::keys::require_keys;
pub use self::opening::{check_database_role, claim_database, open, openapi_text};
pub use self::user_administration::change_user;

use self::opening::{migrate, require_current_schema, serve_until_stopped};
use crate::portal::settings::Settings;
use crate::server::telemetry;

/// Administration of health-plan provider portals.
#[derive(Parser)]
#[command(name = "provider-portal", version)]
struct Arguments {
    /// Start as a sandbox, with demonstration data and personas to sign in as
    #[arg(long, global = true)]
    demo: bool,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Serve the API (the default)
    Serve,
    /// Migrate the database schema to this version
    Migrate {
        /// Print the SQL with the rights of the PostgreSQL role that serves, instead of migrating
        #[arg(long)]
        print_grants: bool,
        /// The role that serves
        #[arg(long, value_name = "NAME", default_value = "portal", requires = "print_grants")]
        role: String,
    },
    /// Print the OpenAPI document
    Openapi,
    /// Import data
    Import {
        #[command(subcommand)]
        what: import::Import,
    },
    /// Export data
    Export {
        #[command(subcommand)]
        what: export::Export,
    },
    /// Manage users
    User {
        #[command(subcommand)]
        what: user::User,
    },
    /// Manage organizations
    Organization {
        #[command(subcommand)]
        what: organization::Organization,
    },
    /// Run jobs
    Jobs {
        #[command(subcommand)]
        what: jobs::Jobs,
    },
    /// Manage keys
    Keys {
        #[command(subcommand)]
        what: keys::KeysCommand,
    },
    /// End links and sessions of a restored backup, and cancel its unsent emails
    AfterRestore(after_restore::AfterRestore),
    /// Delete expired data
    Retention {
        #[command(subcommand)]
        what: retention::Retention,
    },
    /// Verify the audit trail, and report who read personal data
    Audit {
        #[command(subcommand)]
        what: audit::Audit,
    },
}

/// Every command with what it does, for the documentation: the usage with required arguments, and
/// the first line of the help.
#[must_use]
pub fn commands() -> Vec<(String, String)> {
    fn collect(prefix: &str, command: &clap::Command, found: &mut Vec<(String, String)>) {
        let subcommands: Vec<_> = command.get_subcommands().collect();
        for subcommand in &subcommands {
            collect(&format!("{prefix} {}", subcommand.get_name()), subcommand, found);
        }
        if subcommands.is_empty() {
            let files = command.get_positionals().map(|argument| {
                let name = argument.get_id().as_str().to_uppercase();
                let several = argument.get_num_args().is_some_and(|count| count.max_values() > 1);
                format!(" {name}{}", if several { "…" } else { "" })
            });
            let purpose = command.get_about().map(ToString::to_string).unwrap_or_default();
            found.push((format!("{prefix}{}", files.collect::<String>()), purpose));
        }
    }
    let (command, mut found) = (Arguments::command(), Vec::new());
    collect(command.get_name(), &command, &mut found);
    found
}

/// The author of the command line's changes in the audit trail.
const COMMAND_LINE: Author<'static> = Author { user: None, name: "command line", request_id: "" };

type Outcome = Result<(), Vec<String>>;

fn failed(text: impl std::fmt::Display) -> Vec<String> {
    vec![text.to_string()]
}

/// The reason for a change, which is recorded in the audit trail.
fn checked_reason(reason: &str) -> Result<String, Vec<String>> {
    let reason = text::composed(reason.trim());
    if !(1..=EXPLANATION_MAX).contains(&reason.chars().count()) {
        return Err(failed("--reason: must have 1 to 2,000 characters"));
    }
    text::examine(TextKind::Passage, &reason)
        .map_err(|refusal| failed(format!("--reason: {}", refusal.message())))?;
    Ok(reason.into_owned())
}

/// Runs the command line. Prints errors to standard error, one per line.
pub fn run() -> ExitCode {
    let arguments = Arguments::parse();
    match carry_out(arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(errors) => {
            errors.iter().for_each(|error| eprintln!("{error}"));
            ExitCode::FAILURE
        }
    }
}

/// The environment variables. Those that are not valid Unicode cannot be settings.
fn environment() -> impl Iterator<Item = (String, String)> {
    std::env::vars_os().filter_map(|(key, value)| Some((key.into_string().ok()?, value.into_string().ok()?)))
}

fn carry_out(arguments: Arguments) -> Outcome {
    match &arguments.command {
        Some(Command::Openapi) => {
            println!("{}", openapi_text(arguments.demo)?);
            return Ok(());
        }
        Some(Command::Migrate { print_grants: true, role }) => {
            print!("{}", portal_persistence::grants(role));
            return Ok(());
        }
        Some(Command::Keys { what: keys::KeysCommand::Generate }) => return keys::generate(),
        _ => {}
    }
    let settings = Settings::load(environment(), arguments.demo)?;
    telemetry::start(&settings);
    let portal = open(settings)?;
    match arguments.command {
        None | Some(Command::Serve) => return serve_until_stopped(portal),
        Some(Command::Migrate { .. }) => return migrate(&portal),
        _ => require_current_schema(&portal)?,
    }
    match &arguments.command {
        Some(Command::Import { what }) => import::run(&portal, what),
        Some(Command::Export { what }) => export::run(&portal, what),
        Some(Command::User { what }) => user::run(&portal, what),
        Some(Command::Organization { what }) => organization::run(&portal, what),
        Some(Command::Jobs { what }) => jobs::run(&portal, what),
        Some(Command::AfterRestore(options)) => after_restore::run(&portal, options),
        Some(Command::Retention { what }) => retention::run(&portal, what),
        Some(Command::Audit { what }) => audit::run(&portal, what),
        Some(Command::Keys { what }) => keys::run(&portal, what),
        // Handled above.
        None | Some(Command::Serve | Command::Migrate { .. } | Command::Openapi) => Ok(()),
    }
}
