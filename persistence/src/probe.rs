//! A connection beside the pool, which shows whether the database responds.

use std::sync::{Mutex, PoisonError};

use diesel::r2d2::ManageConnection;

use crate::connection::{AnyConnection, Manager};
use crate::query::RunQueryDsl;

/// The connection, once it was opened.
pub(crate) struct Probe {
    manager: Manager,
    connection: Mutex<Option<AnyConnection>>,
}

impl Probe {
    pub(crate) const fn new(manager: Manager) -> Self {
        Self { manager, connection: Mutex::new(None) }
    }

    /// Whether the database responds.
    pub(crate) fn responds(&self) -> bool {
        let mut held = self.connection.lock().unwrap_or_else(PoisonError::into_inner);
        let connection = held.take().or_else(|| self.manager.connect().ok());
        let Some(mut connection) = connection else { return false };
        let responds = diesel::sql_query("SELECT 1").execute(&mut connection).is_ok();
        // A broken connection is not put back.
        if responds {
            *held = Some(connection);
        }
        responds
    }
}
