//! Commits the effects of a decision. The order of their locks is defined only here.

use portal_domain::ground::effects::Effects;

use crate::database::Tx;
use crate::done::Done;
use crate::error::StoreError;
use crate::platform::audit::Author;

impl Tx<'_> {
    /// Stores the effects of a decision after its change: first correspondence, notices and mails,
    /// then audit events. Acquire every other lock first: the heads of the audit chains are locked
    /// last, so that no chain is held while waiting for another lock.
    pub fn commit_effects(&mut self, effects: &Effects, author: &Author<'_>) -> Result<Done, StoreError> {
        for entry in effects.correspondence() {
            self.correspondence().post(entry)?;
        }
        self.notifications().post(effects.notices())?;
        self.outbox().post(effects.mails())?;
        for event in effects.events() {
            self.audit().record(event, author)?;
        }
        Ok(Done(()))
    }
}
