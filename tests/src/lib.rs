//! The test kit: a portal on a database of its own for each test, clients that speak HTTP to it and hold every answer
//! against the document, and builders that tell what is given.

pub mod app;
pub mod client;
pub mod contract;
pub mod database;
pub mod filing;
pub mod given;
pub mod mailbox;
pub mod medicaid_ids;
pub mod operations;
pub mod provider_accounts;
pub mod smtp;
pub mod world;

pub use app::TestApp;
pub use client::{Answer, Client};
pub use mailbox::DeliveredMail;
pub use portal_persistence::Engine;

/// Declares tests that run on SQLite, and again on PostgreSQL.
#[macro_export]
macro_rules! on_both_engines {
    ($($(#[$meta:meta])* fn $name:ident($app:ident) $body:block)+) => {
        $(
            $(#[$meta])*
            mod $name {
                use super::*;

                fn run($app: &$crate::TestApp) $body

                #[test]
                fn on_sqlite() {
                    run(&$crate::TestApp::start($crate::Engine::Sqlite));
                }

                #[test]
                fn on_postgres() {
                    if $crate::database::postgres_is_at_hand() {
                        run(&$crate::TestApp::start($crate::Engine::Postgres));
                    }
                }
            }
        )+
    };
}
