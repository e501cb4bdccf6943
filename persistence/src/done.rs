//! The proof that a write recorded what it did.

/// Proof that a write stored its effects, or changed nothing. [`crate::Tx::commit_effects`] returns
/// one.
#[must_use = "a write returns it, to show that its change was recorded"]
#[derive(Debug)]
pub struct Done(pub(crate) ());

impl Done {
    /// The proof of a write that changed nothing, such as one that was carried out before.
    pub const fn unchanged() -> Self {
        Self(())
    }

    /// The proof of a write that changed bookkeeping only, such as a queue or the state of a sign-in.
    pub const fn bookkeeping() -> Self {
        Self(())
    }

    /// The proof of a refused attempt: it was counted, and nothing else was changed.
    pub const fn counted_refusal() -> Self {
        Self(())
    }

    /// The answer of a write, with its proof.
    pub fn with<T>(self, answer: T) -> (T, Self) {
        (answer, self)
    }
}
