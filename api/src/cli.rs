//! The command line.

#![expect(clippy::print_stdout, reason = "the command line answers on standard output")]

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use clap::{Parser, Subcommand};
use portal_domain::audit::{AuditAction, AuditEvent, Detail};
use portal_domain::email::EmailAddress;
use portal_domain::id::{OrganizationId, UserId};
use portal_domain::job::{JobName, JobTrigger};
use portal_domain::mail::SecurityMatter;
use portal_domain::medicaid_id::{MedicaidIdCategory, MedicaidIdStatus};
use portal_domain::membership::{MembershipStatus, Role};
use portal_domain::organization::OrganizationKind;
use portal_domain::plan::PlanCode;
use portal_domain::session::SessionEnd;
use portal_domain::tax_identifier::TaxId;
use portal_domain::user::PlatformRole;
use portal_persistence::audit::{Author, ChainState};
use portal_persistence::medicaid_ids::NewMedicaidId;
use portal_persistence::memberships::NewMembership;
use portal_persistence::organizations::NewOrganization;
use portal_persistence::users::NewUser;
use portal_persistence::{Constraint, Engine, SchemaState, StoreError};

use zeroize::Zeroizing;

use crate::app::Portal;
use crate::auth::notice::{self, Recipient};
use crate::auth::password;
use crate::clock::Clock;
use crate::keys::Keys;
use crate::problem::Problem;
use crate::settings::{Profile, Settings};
use crate::{import, jobs, sandbox, serve, telemetry};

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
    /// Bring the database schema up to date
    Migrate,
    /// Print the OpenAPI document
    Openapi,
    /// Bring data in
    Import {
        #[command(subcommand)]
        what: Import,
    },
    /// Look after people
    User {
        #[command(subcommand)]
        what: User,
    },
    /// Look after organizations
    Organization {
        #[command(subcommand)]
        what: OrganizationCommand,
    },
    /// Run timed work
    Jobs {
        #[command(subcommand)]
        what: Jobs,
    },
    /// Look after keys
    Keys {
        #[command(subcommand)]
        what: KeysCommand,
    },
    /// Look after the audit trail
    Audit {
        #[command(subcommand)]
        what: Audit,
    },
}

#[derive(Subcommand)]
enum Import {
    /// NPI registry JSON, as its API answers it
    Nppes {
        /// Files, or quoted patterns such as 'data/*.json'
        #[arg(required = true)]
        files: Vec<String>,
    },
    /// What a plan knows about its providers: CSV, a row for each address
    ProviderRecords {
        /// The file
        file: PathBuf,
    },
}

#[derive(Subcommand)]
enum User {
    /// Create a person
    Create(NewPerson),
    /// Remove the second factors and recovery codes of a person who lost both; their sessions end, and a mail tells them
    RemoveFactor {
        /// The e-mail address they sign in with
        #[arg(long)]
        email: String,
    },
}

#[derive(clap::Args)]
struct NewPerson {
    /// The e-mail address to sign in with
    #[arg(long)]
    email: String,
    /// First name
    #[arg(long)]
    first_name: String,
    /// Last name
    #[arg(long)]
    last_name: String,
    /// Read the password from the first line of standard input (at least 15 characters)
    #[arg(long)]
    password_stdin: bool,
    /// A role on the platform: plan_staff, dms_reviewer, support, operator
    #[arg(long = "platform-role", value_parser = parse_platform_role)]
    platform_roles: Vec<PlatformRole>,
    /// An organization to be an active member of
    #[arg(long, requires = "roles")]
    organization: Option<OrganizationId>,
    /// A role there: organization_administrator, credentialing_agent, account_user
    #[arg(long = "role", requires = "organization", value_parser = parse_role)]
    roles: Vec<Role>,
}

#[derive(Subcommand)]
enum OrganizationCommand {
    /// Create an organization
    Create(NewOrganizationArguments),
}

#[derive(clap::Args)]
struct NewOrganizationArguments {
    /// Its name
    #[arg(long)]
    name: String,
    /// provider_group, entity, individual_provider, third_party_credentialing, provider_account, tin_practice
    #[arg(long, value_parser = parse_kind)]
    kind: OrganizationKind,
    /// The plan: ky, cca, ahw, lhcc
    #[arg(long, value_parser = parse_plan)]
    plan: PlanCode,
    /// Read the tax id from the first line of standard input
    #[arg(long)]
    tax_id_stdin: bool,
    /// A group Medicaid ID it owns; repeat for several
    #[arg(long = "group-medicaid-id")]
    group_medicaid_ids: Vec<String>,
}

#[derive(Subcommand)]
enum Jobs {
    /// Run a job now, suspiciously many included
    Run {
        /// The job: member_inactivity
        #[arg(value_parser = parse_job)]
        name: JobName,
        /// Tell what it would do, and do nothing
        #[arg(long)]
        dry_run: bool,
    },
}

#[derive(Subcommand)]
enum KeysCommand {
    /// Print a document with fresh keys
    Generate,
}

#[derive(Subcommand)]
enum Audit {
    /// Check every chain from its first event to its head
    Verify,
}

fn parse_platform_role(text: &str) -> Result<PlatformRole, String> {
    PlatformRole::parse(text).ok_or_else(|| "no such role on the platform".into())
}

fn parse_job(text: &str) -> Result<JobName, String> {
    JobName::parse(text).ok_or_else(|| "no such job".into())
}

fn parse_kind(text: &str) -> Result<OrganizationKind, String> {
    OrganizationKind::parse(text).ok_or_else(|| "no such kind of organization".into())
}

fn parse_plan(text: &str) -> Result<PlanCode, String> {
    PlanCode::parse(text).ok_or_else(|| "no such plan".into())
}

fn parse_role(text: &str) -> Result<Role, String> {
    match Role::parse(text) {
        // Domain rule R-006: there is no other way to this role than its invitation.
        Some(Role::CaAdminManager) => Err("ca_admin_manager requires an invitation".into()),
        Some(role) => Ok(role),
        None => Err("no such role".into()),
    }
}

/// Runs the command line; faults go to standard error, one a line.
pub fn run() -> ExitCode {
    let arguments = Arguments::parse();
    match carry_out(arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(faults) => {
            faults.iter().for_each(|fault| eprintln!("{fault}"));
            ExitCode::FAILURE
        }
    }
}

/// The environment; variables that are not text cannot be ours.
fn environment() -> impl Iterator<Item = (String, String)> {
    std::env::vars_os().filter_map(|(key, value)| Some((key.into_string().ok()?, value.into_string().ok()?)))
}

type Outcome = Result<(), Vec<String>>;

fn fault(text: impl std::fmt::Display) -> Vec<String> {
    vec![text.to_string()]
}

fn carry_out(arguments: Arguments) -> Outcome {
    match arguments.command {
        Some(Command::Openapi) => {
            println!("{}", openapi_text(arguments.demo)?);
            Ok(())
        }
        Some(Command::Keys { what: KeysCommand::Generate }) => {
            println!("{}", Keys::generate().map_err(fault)?);
            Ok(())
        }
        command => {
            let settings = Settings::load(environment(), arguments.demo)?;
            telemetry::start(&settings);
            let portal = open(settings)?;
            match command {
                None | Some(Command::Serve) => serve_until_stopped(portal),
                Some(Command::Migrate) => migrate(&portal),
                Some(Command::Import { what: Import::Nppes { files } }) => {
                    require_current_schema(&portal)?;
                    import::nppes::run(&portal, &files)
                }
                Some(Command::Import { what: Import::ProviderRecords { file } }) => {
                    require_current_schema(&portal)?;
                    import::provider_records::run(&portal, &file)
                }
                Some(Command::User { what: User::Create(person) }) => {
                    require_current_schema(&portal)?;
                    create_user(&portal, &person)
                }
                Some(Command::User { what: User::RemoveFactor { email } }) => {
                    require_current_schema(&portal)?;
                    let removed = remove_factors(&portal, &email)?;
                    println!("{removed} second factor(s) removed");
                    Ok(())
                }
                Some(Command::Organization { what: OrganizationCommand::Create(new) }) => {
                    require_current_schema(&portal)?;
                    create_organization(&portal, &new)
                }
                Some(Command::Jobs { what: Jobs::Run { name, dry_run } }) => {
                    require_current_schema(&portal)?;
                    run_job(&portal, name, dry_run)
                }
                Some(Command::Audit { what: Audit::Verify }) => {
                    require_current_schema(&portal)?;
                    verify_audit(&portal)
                }
                Some(Command::Openapi | Command::Keys { .. }) => Ok(()),
            }
        }
    }
}

/// The document as committed: pretty, with a line end.
pub fn openapi_text(demo: bool) -> Result<String, Vec<String>> {
    serve::document(demo).to_pretty_json().map_err(fault)
}

/// Puts a portal together from settings, with its keys read, or made beside the SQLite file.
pub fn open(settings: Settings) -> Result<Portal, Vec<String>> {
    let keys = match (&settings.keys, &settings.keys_file, settings.profile) {
        (Some(text), _, _) => Keys::parse(text),
        (None, Some(path), _) => Keys::read(Path::new(path)),
        (None, None, Profile::Local) => Keys::read_or_make(&local_keys(&settings)),
        (None, None, Profile::Production) => Err("keys_file: production needs keys".into()),
    };
    make_private(&settings).map_err(|error| fault(format!("{}: {error}", settings.database_url)))?;
    Portal::new(settings, keys.map_err(fault)?, Arc::new(Clock::system()), None).map_err(fault)
}

fn local_keys(settings: &Settings) -> PathBuf {
    let database = settings.database_url.strip_prefix("sqlite://").unwrap_or("provider-portal.db");
    PathBuf::from(format!("{database}.keys.json"))
}

/// Makes the SQLite file before the engine does, so that only its owner may read it; one that others may read is refused
/// in production.
fn make_private(settings: &Settings) -> std::io::Result<()> {
    let Some(path) = settings.database_url.strip_prefix("sqlite://") else { return Ok(()) };
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(path)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let wide = file.metadata()?.permissions().mode() & 0o077 != 0;
        if wide && settings.profile == Profile::Production {
            return Err(std::io::Error::other("others may read it; chmod 600"));
        }
    }
    drop(file);
    Ok(())
}

/// SQLite is migrated as needed; PostgreSQL, which several instances share, only by `migrate`.
fn require_current_schema(portal: &Portal) -> Outcome {
    if portal.database.engine() == Engine::Sqlite
        && matches!(portal.database.schema_state().map_err(fault)?, SchemaState::Behind { .. })
    {
        portal.database.migrate().map_err(fault)?;
    }
    match portal.database.schema_state().map_err(fault)? {
        SchemaState::Current => Ok(()),
        SchemaState::Behind { pending } => {
            Err(fault(format!("the schema is {pending} migration(s) behind: run `provider-portal migrate`")))
        }
        SchemaState::Unknown { version } => {
            Err(fault(format!("the schema has migration {version}, which this version does not know")))
        }
    }
}

fn migrate(portal: &Portal) -> Outcome {
    let ran = portal.database.migrate().map_err(fault)?;
    println!("{ran} migration(s) run");
    require_current_schema(portal)
}

fn serve_until_stopped(portal: Portal) -> Outcome {
    require_current_schema(&portal)?;
    if portal.settings.profile == Profile::Production && !portal.database.is_durable().map_err(fault)? {
        return Err(fault(
            "database: fsync, full_page_writes and synchronous_commit must be on in production",
        ));
    }
    if portal.settings.demo {
        sandbox::fill(&portal, false).map_err(fault)?;
    }
    actix_web::rt::System::new().block_on(async move {
        let bind = portal.settings.bind;
        let listening = serve::listen(portal).map_err(|error| fault(format!("{bind}: {error}")))?;
        greet(&listening);
        serve::until_told_to_stop(listening).await.map_err(fault)
    })
}

fn greet(listening: &serve::Listening) {
    let base = format!("http://{}", listening.address);
    println!("Swagger UI   {base}/swagger-ui/");
    println!("Document     {base}/api-docs/openapi.json");
    if listening.portal.settings.demo {
        println!("Sign in      {} with password {}", sandbox::manager().email, sandbox::PASSWORD);
        println!("             or as anybody in {base}/api/v1/sandbox/personas");
    } else {
        println!(
            "Sign in      POST {base}/api/v1/oauth/token; create people with `provider-portal user create`"
        );
        println!("             or restart with --demo to explore with demonstration data");
    }
}

fn create_user(portal: &Portal, person: &NewPerson) -> Outcome {
    let email =
        EmailAddress::parse(&person.email).map_err(|_error| fault("--email: not an e-mail address"))?;
    if person.first_name.trim().is_empty() || person.last_name.trim().is_empty() {
        return Err(fault("--first-name, --last-name: must not be empty"));
    }
    if let Some(id) = person.organization {
        let found = portal.database.read(portal.moment(), |tx| tx.organizations().find(id)).map_err(fault)?;
        found.ok_or_else(|| fault("--organization: there is no such organization"))?;
    }
    let password_hash = if person.password_stdin {
        let mut line = String::new();
        std::io::stdin().read_line(&mut line).map_err(fault)?;
        let password = line.trim_end_matches(['\r', '\n']);
        let context = [person.email.as_str(), person.first_name.as_str(), person.last_name.as_str()];
        password::acceptable(password, &context)
            .map_err(|refusal| fault(format!("password: {}", refusal.message())))?;
        Some(portal.passwords.hash(password).map_err(fault)?)
    } else {
        None
    };
    let created: Result<UserId, StoreError> = portal.database.write(portal.moment(), |tx| {
        let id = tx.new_id();
        tx.users().insert(&NewUser {
            id,
            email: email.clone(),
            first_name: person.first_name.trim().to_owned(),
            last_name: person.last_name.trim().to_owned(),
            password_hash: password_hash.clone(),
            platform_roles: person.platform_roles.clone(),
        })?;
        if let Some(organization) = person.organization {
            let membership = tx.new_id();
            tx.memberships().insert(&NewMembership {
                id: membership,
                organization,
                user: id,
                status: MembershipStatus::Active,
                roles: person.roles.clone(),
                permissions: vec![],
            })?;
        }
        let event = AuditEvent {
            organization: person.organization,
            action: AuditAction::UserCreated,
            object: id.to_string(),
            details: vec![],
        };
        tx.audit().record(&event, &COMMAND_LINE)?;
        Ok(id)
    });
    match created {
        Ok(id) => {
            println!("{id}");
            Ok(())
        }
        Err(StoreError::Taken(Constraint::UserEmail)) => {
            Err(fault("--email: somebody has this address already"))
        }
        Err(error) => Err(fault(error)),
    }
}

/// Removes every second factor of a person, with the recovery codes, and ends their sessions: for somebody who lost the
/// app and the codes. Returns how many there were; none is a fault.
pub fn remove_factors(portal: &Portal, email: &str) -> Result<usize, Vec<String>> {
    let removed: Result<Option<usize>, Problem> = portal.database.write(portal.moment(), |tx| {
        let Some(found) = tx.users().find_by_email(email)? else { return Ok(None) };
        let Some(person) = tx.users().lock(found.id)? else { return Ok(None) };
        let methods = tx.mfa().list(person.id)?;
        if methods.is_empty() {
            return Ok(Some(0));
        }
        tx.mfa().remove_all(person.id)?;
        tx.sign_in_attempts().rebind_codes(person.id)?;
        tx.sessions().end_all(person.id, SessionEnd::CredentialsChanged)?;
        let name = person.name();
        let recipient = Recipient { user: person.id, name: &name, email: &person.email };
        let epoch = portal.clock.session_now().timestamp_micros();
        notice::post(tx, recipient, SecurityMatter::MfaMethodRemoved, epoch)?;
        let ids = methods.iter().map(|method| method.id.to_string()).collect();
        let event = AuditEvent {
            organization: None,
            action: AuditAction::MfaMethodRemoved,
            object: person.id.to_string(),
            details: vec![("methods", Detail::List(ids))],
        };
        tx.audit().record(&event, &COMMAND_LINE)?;
        Ok(Some(methods.len()))
    });
    match removed.map_err(fault)? {
        Some(0) => Err(fault("--email: the person has no second factor")),
        Some(count) => Ok(count),
        None => Err(fault("--email: nobody has this address")),
    }
}

const COMMAND_LINE: Author<'static> = Author { user: None, name: "command line", request_id: "" };

fn create_organization(portal: &Portal, new: &NewOrganizationArguments) -> Outcome {
    let name = new.name.trim();
    if name.is_empty() || name.chars().count() > 200 || name.chars().any(char::is_control) {
        return Err(fault("--name: must have 1 to 200 characters"));
    }
    let numbers = new.group_medicaid_ids.iter().map(|number| number.trim());
    if let Some(bad) = numbers
        .clone()
        .find(|number| !(7..=10).contains(&number.len()) || !number.bytes().all(|byte| byte.is_ascii_digit()))
    {
        return Err(fault(format!("--group-medicaid-id: {bad} is not 7 to 10 digits")));
    }
    let tax_id = if new.tax_id_stdin {
        let mut line = Zeroizing::new(String::new());
        std::io::stdin().read_line(&mut line).map_err(fault)?;
        Some(TaxId::parse(line.trim()).map_err(|_error| fault("tax id: must be nine digits"))?)
    } else {
        None
    };
    let numbers: Vec<_> = numbers.collect();
    let created: Result<OrganizationId, StoreError> = portal.database.write(portal.moment(), |tx| {
        let id: OrganizationId = tx.new_id();
        let (kind, plan) = (new.kind, new.plan);
        tx.organizations().insert(&NewOrganization {
            id,
            name: name.into(),
            kind,
            plan,
            tax_id: tax_id.clone(),
        })?;
        for number in &numbers {
            let record = tx.new_id();
            tx.medicaid_ids().insert(&NewMedicaidId {
                id: record,
                medicaid_id: (*number).to_owned(),
                category: MedicaidIdCategory::Group,
                provider_type: "65".into(),
                status: MedicaidIdStatus::Active,
                name: name.into(),
                npi: None,
                ssn: None,
                owning_organization: Some(id),
                effective_date: None,
            })?;
        }
        let event = AuditEvent {
            organization: Some(id),
            action: AuditAction::OrganizationCreated,
            object: id.to_string(),
            details: vec![],
        };
        tx.audit().record(&event, &COMMAND_LINE)?;
        Ok(id)
    });
    match created {
        Ok(id) => {
            println!("{id}");
            Ok(())
        }
        Err(StoreError::Taken(Constraint::OrganizationTaxId)) => {
            Err(fault("tax id: another organization of the plan has it"))
        }
        Err(StoreError::Taken(Constraint::MedicaidId)) => Err(fault("--group-medicaid-id: on file already")),
        Err(error) => Err(fault(error)),
    }
}

fn run_job(portal: &Portal, name: JobName, dry_run: bool) -> Outcome {
    let report =
        jobs::run(portal, name, JobTrigger::CommandLine, dry_run, Some(&COMMAND_LINE)).map_err(fault)?;
    report.outcome.iter().for_each(|(word, count)| println!("{word}: {count}"));
    for found in &report.items {
        let (member, days) = (&found.member, found.inactive_days);
        println!("{}  {}  {}  ({days} days)", found.disables_on, member.membership, member.name);
    }
    if report.truncated {
        println!("… and more");
    }
    Ok(())
}

fn verify_audit(portal: &Portal) -> Outcome {
    let checked: Result<Vec<(String, ChainState)>, StoreError> =
        portal.database.read(portal.moment(), |tx| {
            let chains = tx.audit().chains()?;
            chains.into_iter().map(|chain| tx.audit().verify(&chain).map(|state| (chain, state))).collect()
        });
    let mut faults = Vec::new();
    for (chain, state) in checked.map_err(fault)? {
        match state {
            ChainState::Intact { events } => println!("{chain}: {events} events, intact"),
            ChainState::Broken { at } => faults.push(format!("{chain}: broken at event {at}")),
        }
    }
    if faults.is_empty() { Ok(()) } else { Err(faults) }
}
