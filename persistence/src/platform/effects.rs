//! Committing the effects of a decision: the one place that knows the order of their locks.

use portal_domain::ground::effects::Effects;

use crate::database::Tx;
use crate::error::StoreError;
use crate::platform::audit::Author;

/// Proof that a change was stored together with its effects. Only [`Tx::commit_effects`] makes one.
#[must_use = "a write hands it on, to show that its change was recorded"]
#[derive(Debug)]
pub struct Done(());

impl Done {
    /// The proof together with what the write answers.
    pub fn with<T>(self, answer: T) -> (T, Self) {
        (answer, self)
    }
}

impl Tx<'_> {
    /// Stores the effects of a decision, after its change: correspondence, notices and mails first,
    /// then the audit events. Take every other lock before: the heads of the audit chains are
    /// locked last, so that a chain is never held while waiting for something else.
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
