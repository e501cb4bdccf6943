//! Startup from the settings: keys, the database file, the schema, and serving.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use portal_domain::platform::instance::{self, InstanceKind};
use portal_persistence::{Engine, SchemaState, StoreError};

use super::keys::require_keys;
use super::{Outcome, failed};
use crate::background::audit_anchor;
use crate::background::mail::Mailer;
use crate::portal::clock::Clock;
use crate::portal::keys::Keys;
use crate::portal::password_cost;
use crate::portal::settings::{PasswordCost, Profile, Settings};
use crate::portal::state::Portal;
use crate::sandbox;
use crate::server::serve::{self, Contract};
use crate::server::start;

/// The OpenAPI document as formatted JSON, without a final line break.
pub fn openapi_text(demo: bool) -> Result<String, Vec<String>> {
    serve::document(demo).to_pretty_json().map_err(failed)
}

/// Builds a portal from the settings. The local profile generates missing keys next to the SQLite
/// file.
pub fn open(settings: Settings) -> Result<Portal, Vec<String>> {
    let keys = match (&settings.keys, &settings.keys_file, settings.profile) {
        (Some(text), _, _) => Keys::parse(text),
        (None, Some(path), _) => Keys::read(Path::new(path)),
        (None, None, Profile::Local) => Keys::read_or_make(&local_keys(&settings)),
        (None, None, Profile::Production) => Err("keys_file: production needs keys".into()),
    };
    make_private(&settings).map_err(|error| failed(format!("{}: {error}", settings.database_url)))?;
    // Every command refuses mail settings that `serve` could not use.
    Mailer::from_settings(&settings).map_err(failed)?;
    Portal::new(settings, keys.map_err(failed)?, Arc::new(Clock::system()), None).map_err(failed)
}

fn local_keys(settings: &Settings) -> PathBuf {
    let database = settings.database_url.strip_prefix("sqlite://").unwrap_or("provider-portal.db");
    PathBuf::from(format!("{database}.keys.json"))
}

/// Creates the SQLite file before the engine does, so that only its owner can read it. Production
/// refuses a file that others can read.
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

/// Requires the current schema. SQLite is migrated as needed; PostgreSQL, which several instances
/// share, only by `migrate`.
pub(super) fn require_current_schema(portal: &Portal) -> Outcome {
    if portal.database.engine() == Engine::Sqlite
        && matches!(portal.database.schema_state().map_err(failed)?, SchemaState::Behind { .. })
    {
        portal.database.migrate().map_err(failed)?;
    }
    match portal.database.schema_state().map_err(failed)? {
        SchemaState::Current => claim_database(portal),
        SchemaState::Behind { pending } => {
            Err(failed(format!("the schema is {pending} migration(s) behind: run `provider-portal migrate`")))
        }
        SchemaState::Unknown { version } => {
            Err(failed(format!("the schema has migration {version}, which this version does not know")))
        }
    }
}

/// Refuses the database of a sandbox, or for a sandbox, any other database with data. Records what
/// the database is used for.
pub fn claim_database(portal: &Portal) -> Outcome {
    let wanted = if portal.settings.demo { InstanceKind::Sandbox } else { InstanceKind::Live };
    let admitted: Result<_, StoreError> = portal.database.write_unrecorded(portal.moment(), |tx| {
        if let Ok(Some(kind)) = instance::admit(tx.instance().database_use()?, wanted) {
            tx.instance().record(kind)?;
        }
        // Another start may have recorded a kind first.
        Ok(instance::admit(tx.instance().database_use()?, wanted))
    });
    admitted.map_err(failed)?.map(drop).map_err(|refusal| failed(refusal.message()))
}

pub(super) fn migrate(portal: &Portal) -> Outcome {
    let ran = portal.database.migrate().map_err(failed)?;
    println!("{ran} migration(s) run");
    require_current_schema(portal)
}

/// Refuses a PostgreSQL role that cannot read all tables. In production, also refuses one that can
/// change the audit trail or the schema, unless the settings allow it.
pub fn check_database_role(portal: &Portal) -> Outcome {
    let unreadable = portal.database.unreadable_tables().map_err(failed)?;
    if !unreadable.is_empty() {
        return Err(failed(format!(
            "database: the role has no rights on {}; run the SQL of `provider-portal migrate --print-grants`",
            unreadable.join(", ")
        )));
    }
    if portal.settings.profile != Profile::Production {
        return Ok(());
    }
    let objections = portal.database.role_objections().map_err(failed)?;
    if portal.settings.allow_privileged_database_role {
        for objection in objections {
            tracing::warn!(objection, "the database role has more rights than serving needs");
        }
        return Ok(());
    }
    let refused: Vec<String> =
        objections.iter().map(|objection| format!("database: the role {objection}")).collect();
    if refused.is_empty() { Ok(()) } else { Err(refused) }
}

pub(super) fn serve_until_stopped(portal: Portal) -> Outcome {
    let refusals = start::refusals(&portal.settings, start::user().map_err(failed)?);
    if !refusals.is_empty() {
        return Err(refusals);
    }
    require_current_schema(&portal)?;
    require_keys(&portal)?;
    if portal.settings.profile == Profile::Production && !portal.database.is_durable().map_err(failed)? {
        return Err(failed(
            "database: fsync, full_page_writes and synchronous_commit must be on in production",
        ));
    }
    check_database_role(&portal)?;
    if !portal.database.has_english_messages().map_err(failed)? {
        tracing::error!(
            "lc_messages is not English: deadlocks and lock timeouts are not recognized; run \
             ALTER ROLE ... SET lc_messages = 'C'"
        );
    }
    if portal.settings.virus_scanner.is_none() {
        tracing::warn!(
            "no virus scanner is set: documents can be downloaded without a scan (PORTAL_VIRUS_SCANNER)"
        );
    }
    let PasswordCost { memory_kib, iterations } = portal.settings.password_cost;
    let free_kib = password_cost::free_memory_kib();
    tracing::info!(memory_kib, iterations, free_kib, "the cost of hashing passwords");
    if portal.settings.demo {
        sandbox::fill(&portal, false).map_err(failed)?;
    }
    // An anchor that cannot be written is noticed at once.
    audit_anchor::record(&portal).map_err(|error| failed(format!("audit_anchor: {error}")))?;
    actix_web::rt::System::new().block_on(async move {
        let bind = portal.settings.bind;
        let contract = Contract::new(portal.settings.demo).map_err(failed)?;
        let listening =
            serve::listen(portal, contract).map_err(|error| failed(format!("{bind}: {error}")))?;
        greet(&listening);
        serve::until_told_to_stop(listening).await.map_err(failed)
    })
}

fn greet(listening: &serve::Listening) {
    let base = format!("http://{}", listening.address);
    if listening.portal.settings.api_docs {
        println!("Swagger UI   {base}/swagger-ui/");
        println!("Document     {base}/api-docs/openapi.json");
    }
    if listening.portal.settings.demo {
        println!("Sign in      {} with password {}", sandbox::manager().email, sandbox::PASSWORD);
        println!("             or as any persona listed at {base}/api/v1/sandbox/personas");
    } else {
        println!(
            "Sign in      POST {base}/api/v1/oauth/token; create people with `provider-portal user create`"
        );
    }
}
