//! Three servers on one PostgreSQL withdraw 10,000 applications while the active one is repeatedly
//! killed or stopped (decision D-15). Everything must be done exactly once.
//!
//! The servers are processes that use the machine's clock. Nothing signals that one of them has
//! noticed an expired lease. Therefore, this test, as the only one, polls and sleeps; every wait
//! has a time limit.

use std::fs::File;
use std::path::PathBuf;
use std::process::{Child, Command};
use std::thread::sleep;
use std::time::{Duration, Instant};

use portal_api::portal::clock::Clock;
use portal_api::portal::keys::Keys;
use portal_domain::ground::email::EmailAddress;
use portal_domain::ground::id::{MembershipId, OrganizationId, UserId, WorkerId};
use portal_domain::ground::plan_code::PlanCode;
use portal_domain::organizations::membership::{MembershipStatus, Role};
use portal_domain::organizations::organization::OrganizationKind;
use portal_persistence::identity::users::NewUser;
use portal_persistence::organizations::memberships::NewMembership;
use portal_persistence::organizations::organizations::NewOrganization;
use portal_persistence::platform::audit::ChainState;
use portal_persistence::{Database, Engine, StoreError, Tx};
use portal_tests::database::{self, TestDatabase};
use portal_tests::inspector::Inspector;
use tempfile::TempDir;

const DUE: i64 = 10_000;
/// Enough applications to keep the due ones below the safety threshold (decision D-17).
const AT_WORK: i64 = 190_000;
const TO_WARN: i64 = 300;
/// Inactive for long enough, but never warned about.
const UNWARNED: i64 = 300;
const WARNINGS: i64 = TO_WARN + UNWARNED;
const ROUNDS: usize = 10;
/// Withdrawals between two rounds: enough to show progress, and few enough to leave work for all
/// rounds.
const STEP: i64 = 300;
const LEASE: Duration = Duration::from_secs(2);
/// PostgreSQL ends a transaction that is idle for 10 s. Only then does a stopped server lose its
/// locks.
const UNTIL_LOCKS_ARE_LOST: Duration = Duration::from_secs(20);
const PATIENCE: Duration = Duration::from_secs(60);

/// A server process, killed when this value is dropped.
struct Server {
    child: Child,
    log: PathBuf,
}

impl Server {
    fn signal(&self, signal: &str) {
        // Use the shell's built-in `kill`, because not every machine has the program.
        let kill = format!("kill {signal} {}", self.child.id());
        assert!(Command::new("sh").args(["-c", &kill]).status().unwrap().success(), "{kill}");
    }

    /// Whether one of its runs holds the lease, according to its log.
    fn holds_lease(&self, holder: &str) -> bool {
        let log = std::fs::read_to_string(&self.log).unwrap_or_default();
        let mut ids =
            log.match_indices("wkr_").filter_map(|(at, _)| log.get(at..at + 30)?.parse::<WorkerId>().ok());
        ids.any(|id| id.uuid().to_string() == holder)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // SIGKILL also ends a stopped process.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The running servers.
struct Servers<'d> {
    // Dropped before the folder that contains their logs.
    running: Vec<Server>,
    started: usize,
    folder: TempDir,
    database: &'d TestDatabase,
    keys: String,
}

impl<'d> Servers<'d> {
    fn new(database: &'d TestDatabase) -> Self {
        let (folder, keys) = (tempfile::tempdir().unwrap(), Keys::generate().unwrap());
        Self { running: vec![], started: 0, folder, database, keys }
    }

    fn start(&mut self) {
        self.started += 1;
        let log = self.folder.path().join(format!("server-{}.log", self.started));
        let mut command = Command::new(env!("CARGO_BIN_EXE_portal"));
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("PORTAL_") {
                command.env_remove(name);
            }
        }
        let (output, violations) =
            (File::create(log.with_extension("out")).unwrap(), File::create(&log).unwrap());
        command
            .envs([
                ("PORTAL_DATABASE_URL", self.database.serving_url.as_str()),
                ("PORTAL_KEYS", self.keys.as_str()),
                ("PORTAL_BIND", "127.0.0.1:0"),
                ("PORTAL_METRICS_BIND", "off"),
                ("PORTAL_MAIL_DIR", "mail"),
                ("PORTAL_WORKERS", "1"),
                ("PORTAL_POOL_SIZE", "4"),
                ("PORTAL_JOB_LEASE_SECONDS", "2"),
                ("PORTAL_JOB_INTERVAL_SECONDS", "1"),
            ])
            .current_dir(self.folder.path())
            .stdout(output)
            .stderr(violations);
        self.running.push(Server { child: command.spawn().unwrap(), log });
    }

    /// The server that holds the lease, if its log says so.
    fn leader(&self, inspector: &mut Inspector) -> Option<usize> {
        let query = "SELECT CAST(holder AS text) AS value FROM job_leases \
                     WHERE name = 'application_inactivity' AND expires_at > now()";
        let holder = inspector.texts(query).into_iter().next()?;
        self.running.iter().position(|server| server.holds_lease(&holder))
    }
}

/// Polls until `poll` finds something, for at most `patience`.
fn wait_for<T>(patience: Duration, mut poll: impl FnMut() -> Option<T>) -> Option<T> {
    let started = Instant::now();
    while started.elapsed() < patience {
        if let Some(found) = poll() {
            return Some(found);
        }
        sleep(Duration::from_millis(20));
    }
    None
}

fn number(inspector: &mut Inspector, query: &str) -> i64 {
    inspector.texts(&format!("SELECT CAST(({query}) AS text) AS value")).remove(0).parse().unwrap()
}

fn withdrawn(inspector: &mut Inspector) -> i64 {
    inspector.count("applications WHERE status = 'withdrawn'")
}

/// The number of times that the lease was taken.
fn term(inspector: &mut Inspector) -> i64 {
    number(inspector, "SELECT coalesce(max(term), 0) FROM job_leases WHERE name = 'application_inactivity'")
}

fn person(tx: &mut Tx<'_>, first_name: &str) -> Result<UserId, StoreError> {
    let id = tx.new_id();
    tx.users().insert(&NewUser {
        id,
        email: EmailAddress::parse(&format!("{}@example.org", first_name.to_lowercase())).unwrap(),
        first_name: first_name.into(),
        last_name: "Person".into(),
        password_hash: None,
        platform_roles: vec![],
    })?;
    Ok(id)
}

/// An organization with an agent who is assigned every application, and a user who started them
/// all.
fn people(database: &Database) -> (OrganizationId, MembershipId, UserId) {
    let made: Result<_, StoreError> = database.write_unrecorded(Clock::system().now(), |tx| {
        let (organization, membership) = (tx.new_id(), tx.new_id());
        tx.organizations().insert(&NewOrganization {
            id: organization,
            name: "Bluegrass".into(),
            kind: OrganizationKind::ProviderGroup,
            plan: PlanCode::Ky,
            tax_id: None,
        })?;
        let (agent, initiator) = (person(tx, "Marcus")?, person(tx, "Priya")?);
        tx.memberships().insert(&NewMembership {
            id: membership,
            organization,
            user: agent,
            status: MembershipStatus::Active,
            roles: vec![Role::CredentialingAgent],
            permissions: vec![],
        })?;
        Ok((organization, membership, initiator))
    });
    made.unwrap()
}

/// Inserts `how_many` applications, inactive for `inactive_days`, numbered from `first`.
fn applications(
    inspector: &mut Inspector,
    (organization, agent, initiator): (OrganizationId, MembershipId, UserId),
    (first, how_many): (i64, i64),
    inactive_days: i64,
) {
    let (organization, agent, initiator) = (organization.uuid(), agent.uuid(), initiator.uuid());
    let last = first + how_many - 1;
    inspector.run(&format!(
        "INSERT INTO applications (id, organization_id, application_type, application_number, status, provider_name, \
         provider_type_code, provider_type_label, npi_valid, date_of_initiation, initiated_by, assigned_to, \
         last_activity_at, version, created_at) \
         SELECT gen_random_uuid(), '{organization}', 'enrollment', 'APP' || number, 'in_progress', 'Doe, John', \
         '64', 'Physician individual', false, current_date, '{initiator}', '{agent}', \
         now() - interval '{inactive_days} days', 1, now() FROM generate_series({first}, {last}) AS number"
    ));
}

#[test]
fn d_15_three_servers_withdraw_ten_thousand_applications_once_each_while_leaders_are_killed_and_stopped() {
    if !database::is_tested(Engine::Postgres) {
        return;
    }
    let started = Instant::now();
    let database = TestDatabase::migrated(Engine::Postgres);
    let own = database::open(&database.url);
    let given = people(&own);
    let mut inspector = Inspector::open(&database.url);
    applications(&mut inspector, given, (100_000, DUE), 130);
    inspector.run("UPDATE applications SET warned_of_days = 60, warned_at = now() - interval '70 days'");
    applications(&mut inspector, given, (200_000, AT_WORK), 0);
    applications(&mut inspector, given, (500_000, TO_WARN), 31);
    applications(&mut inspector, given, (600_000, UNWARNED), 152);
    inspector.run("ANALYZE");
    let prepared = started.elapsed();

    let mut servers = Servers::new(&database);
    (0..3).for_each(|_| servers.start());
    let (mut killed, mut stopped, mut overtaken) = (0, 0, 0);
    let mut reached = 0;
    for round in 0..ROUNDS {
        let leader = wait_for(PATIENCE, || {
            let leader = servers.leader(&mut inspector)?;
            (withdrawn(&mut inspector) >= reached + STEP).then_some(leader)
        });
        let leader = leader.unwrap_or_else(|| panic!("round {round}: no leader makes progress"));
        if round % 2 == 0 {
            drop(servers.running.remove(leader));
            servers.start();
            killed += 1;
        } else {
            let server = &servers.running[leader];
            let before = term(&mut inspector);
            server.signal("-STOP");
            // A server stopped within a transaction keeps its locks until PostgreSQL ends the
            // transaction. Wait that long until two takeovers have been seen.
            let patience = if overtaken < 2 { UNTIL_LOCKS_ARE_LOST } else { 2 * LEASE };
            let taken_over = wait_for(patience, || (term(&mut inspector) > before).then_some(()));
            server.signal("-CONT");
            stopped += 1;
            overtaken += usize::from(taken_over.is_some());
        }
        reached = withdrawn(&mut inspector);
        assert!(reached < DUE, "round {round}: too few withdrawals were left to interrupt");
    }
    let finished = "job_runs WHERE name = 'application_inactivity' AND finished_at IS NOT NULL";
    let done = wait_for(PATIENCE, || (inspector.count(finished) > 0).then_some(()));
    assert!(done.is_some(), "the job was never finished: {} withdrawn", withdrawn(&mut inspector));
    // Give the overtaken servers time to do harm.
    sleep(2 * LEASE);
    let terms = term(&mut inspector);
    drop(servers);

    assert_eq!((killed, stopped), (5, 5));
    assert!(overtaken >= 2, "no server took over from a stopped one: {overtaken}");
    let of_the_job = "status = 'withdrawn' AND version = 2 AND withdrawal_kind = 'automatic' \
                      AND status_before_withdrawal = 'in_progress' AND withdrawn_at IS NOT NULL";
    assert_eq!(inspector.count(&format!("applications WHERE {of_the_job}")), DUE);
    assert_eq!(
        inspector.count("applications WHERE status = 'in_progress' AND version = 1"),
        AT_WORK + TO_WARN + UNWARNED
    );
    let history = "application_history WHERE action = 'withdrawn_automatically' AND version_after = 2";
    assert_eq!((inspector.count(history), inspector.count("application_history")), (DUE, DUE));
    let of_kind = |inspector: &mut Inspector, kind: &str| {
        let rows = format!("notifications WHERE kind = '{kind}'");
        let pairs = format!("SELECT count(DISTINCT (application_id, recipient_user_id)) FROM {rows}");
        (inspector.count(&rows), number(inspector, &pairs))
    };
    assert_eq!(
        of_kind(&mut inspector, "application_withdrawn"),
        (2 * DUE, 2 * DUE),
        "the agent and the initiator"
    );
    assert_eq!(of_kind(&mut inspector, "auto_withdrawal_warning"), (WARNINGS, WARNINGS));
    assert_eq!(inspector.count("notifications"), 2 * DUE + WARNINGS);
    let recorded = |inspector: &mut Inspector, action: &str| {
        let rows = format!("audit_events WHERE action = '{action}'");
        (inspector.count(&rows), number(inspector, &format!("SELECT count(DISTINCT object) FROM {rows}")))
    };
    assert_eq!(recorded(&mut inspector, "application.withdrawn_automatically"), (DUE, DUE));
    assert_eq!(recorded(&mut inspector, "application.warned"), (WARNINGS, WARNINGS));
    let chain = own.read(Clock::system().now(), |tx| tx.audit().verify(&given.0.to_string())).unwrap();
    assert_eq!(chain, ChainState::Intact { events: DUE + WARNINGS });
    println!(
        "{DUE} withdrawn and {WARNINGS} warned of, once each, in {:.0} s ({:.0} s to prepare): {killed} leaders killed, \
         {stopped} stopped, {overtaken} of them overtaken meanwhile, the lease taken {terms} times",
        started.elapsed().as_secs_f32(),
        prepared.as_secs_f32(),
    );
}
