//! The audit chains of a database that an earlier version wrote.

use std::sync::Arc;

use diesel::connection::SimpleConnection;
use diesel::{Connection, SqliteConnection};
use portal_api::portal::clock::Clock;
use portal_api::portal::keys::Keys;
use portal_api::portal::settings::Settings;
use portal_api::portal::state::Portal;
use portal_domain::ground::id::{OrganizationId, UserId};
use portal_domain::identity::user;
use portal_persistence::platform::audit::{Author, ChainState};
use portal_persistence::{SchemaState, StoreError};

const EARLIER: &str = include_str!("../../data/audit/chains.sql");

/// The number of events in each chain.
fn events(portal: &Portal) -> Vec<i64> {
    let found = portal.database.read(portal.moment(), |tx| {
        let chains = tx.audit().chains()?;
        chains.iter().map(|chain| tx.audit().verify(chain)).collect::<Result<Vec<_>, StoreError>>()
    });
    let count = |state| match state {
        ChainState::Intact { events } => events,
        ChainState::Broken { at } => panic!("broken at {at}"),
    };
    found.unwrap().into_iter().map(count).collect()
}

#[test]
fn the_chains_of_an_earlier_version_are_intact_and_continue() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("earlier.db");
    let file = file.to_str().unwrap();
    SqliteConnection::establish(file).unwrap().batch_execute(EARLIER).unwrap();
    let url = ("PORTAL_DATABASE_URL".to_owned(), format!("sqlite://{file}"));
    let settings = Settings::load([url], false).unwrap();
    let keys = Keys::parse(&Keys::generate().unwrap()).unwrap();
    let portal = Portal::new(settings, keys, Arc::new(Clock::system()), None).unwrap();
    let _ = portal.database.migrate().unwrap();
    assert_eq!(portal.database.schema_state().unwrap(), SchemaState::Current);
    assert_eq!(events(&portal), [5, 1, 16]);

    let author = Author { user: None, name: "command line", request_id: "" };
    let effects = user::created(UserId::new(1, [0; 10]), None::<OrganizationId>);
    portal
        .database
        .write(portal.moment(), |tx| Ok::<_, StoreError>(tx.commit_effects(&effects, &author)?.with(())))
        .unwrap();
    assert_eq!(events(&portal), [5, 1, 17]);
}
