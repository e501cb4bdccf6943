//! What a database is used for: a live portal or a sandbox. A sandbox has users with a public
//! password, and anyone may erase it, so the two never share a database.

use crate::vocabulary;

vocabulary! {
    /// What a database is used for.
    pub enum InstanceKind {
        /// A portal with real data.
        Live = "live",
        /// A sandbox with demonstration data.
        Sandbox = "sandbox",
    }
}

/// What a database says about its use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DatabaseUse {
    /// The kind recorded at the first start; `None` before.
    pub recorded: Option<InstanceKind>,
    /// Whether the database has users or organizations.
    pub has_data: bool,
}

/// Why a server or a command may not use a database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InstanceRefusal {
    /// A sandbox was started on a database that is live or has data of unknown origin.
    NotASandbox,
    /// A live portal was started on the database of a sandbox.
    IsASandbox,
}

impl InstanceRefusal {
    /// What an operator reads.
    #[must_use]
    pub const fn message(self) -> &'static str {
        match self {
            Self::NotASandbox => "--demo: the database has real data; a sandbox needs a database of its own",
            Self::IsASandbox => {
                "the database belongs to a sandbox, whose passwords are public; use another database"
            }
        }
    }
}

/// Decides whether an instance of this kind may use the database. Returns the kind to record if none
/// is recorded yet.
pub fn admit(found: DatabaseUse, wanted: InstanceKind) -> Result<Option<InstanceKind>, InstanceRefusal> {
    match (found.recorded, wanted) {
        (Some(recorded), _) if recorded == wanted => Ok(None),
        (None, InstanceKind::Live) => Ok(Some(wanted)),
        (None, InstanceKind::Sandbox) if !found.has_data => Ok(Some(wanted)),
        (_, InstanceKind::Sandbox) => Err(InstanceRefusal::NotASandbox),
        (Some(_), InstanceKind::Live) => Err(InstanceRefusal::IsASandbox),
    }
}

#[cfg(test)]
mod tests {
    use super::InstanceKind::{Live, Sandbox};
    use super::*;

    #[test]
    fn each_kind_of_instance_uses_only_databases_of_its_kind() {
        let cases = [
            (None, false, Live, Ok(Some(Live))),
            (None, true, Live, Ok(Some(Live))),
            (None, false, Sandbox, Ok(Some(Sandbox))),
            (None, true, Sandbox, Err(InstanceRefusal::NotASandbox)),
            (Some(Live), false, Sandbox, Err(InstanceRefusal::NotASandbox)),
            (Some(Live), true, Sandbox, Err(InstanceRefusal::NotASandbox)),
            (Some(Sandbox), false, Live, Err(InstanceRefusal::IsASandbox)),
            (Some(Sandbox), true, Live, Err(InstanceRefusal::IsASandbox)),
            (Some(Live), true, Live, Ok(None)),
            (Some(Sandbox), true, Sandbox, Ok(None)),
        ];
        for (recorded, has_data, wanted, expected) in cases {
            assert_eq!(
                admit(DatabaseUse { recorded, has_data }, wanted),
                expected,
                "{recorded:?} {wanted:?}"
            );
        }
    }
}
