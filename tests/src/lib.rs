//! The test kit.
//!
//! It starts a portal on a separate database for each test and creates fixtures. Its HTTP clients
//! check every response against the API contract.

pub mod account_operations;
pub mod agent_access;
pub mod app;
pub mod application_inactivity;
pub mod carried_ids;
pub mod clamd;
pub mod client;
pub mod contract;
pub mod database;
pub mod documents;
pub mod explorer;
pub mod filled_screens;
pub mod fixture;
mod fixture_users;
pub mod given;
pub mod inspector;
pub mod jobs;
pub mod json;
pub mod key_documents;
pub mod life_cycle;
pub mod link_consents;
pub mod mailbox;
pub mod medicaid_ids;
pub mod member_inactivity;
pub mod operation;
pub mod operations;
pub mod outbox;
pub mod principals;
pub mod processes;
pub mod provider_accounts;
pub mod raw;
pub mod reads;
pub mod sign_in;
pub mod smtp;
pub mod stored;
pub mod submission;
pub mod targets;
pub mod text_fields;
pub mod tls_postgres;
pub mod transfer;

pub use app::TestApp;
pub use client::{Answer, Client, at_once};
pub use mailbox::DeliveredMail;
pub use portal_persistence::Engine;

/// Runs a test on SQLite and on PostgreSQL: write `on_both_engines!(name);` above `fn name(app:
/// &TestApp)`.
///
/// To use other settings, pass a function that starts the portal: `on_both_engines!(name, start);`.
#[macro_export]
macro_rules! on_both_engines {
    ($test:ident) => {
        $crate::on_both_engines!($test, $crate::TestApp::start);
    };
    ($test:ident, $start:path) => {
        mod $test {
            #[expect(unused_imports, reason = "`start` may be a function of the file, or of the kit")]
            use super::*;

            #[test]
            fn on_sqlite() {
                $crate::app::on($crate::Engine::Sqlite, $start, super::$test);
            }

            #[test]
            fn on_postgres() {
                $crate::app::on($crate::Engine::Postgres, $start, super::$test);
            }
        }
    };
}
