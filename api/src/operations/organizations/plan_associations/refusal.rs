//! Problem documents for refused decisions about associations.

use portal_domain::organizations::association_confirmation::{AssociationToConfirm, ConfirmationRefusal};

use crate::http::problem::{Code, Problem, Refusal};

impl Refusal for ConfirmationRefusal {
    const CODES: &'static [(Self, Code)] = &[
        (Self::OwnRights, Code::own_rights),
        (Self::InvalidTransition, Code::invalid_transition),
        (Self::AdministratorExists, Code::administrator_exists),
    ];

    fn reason(self) -> &'static str {
        self.as_str()
    }

    fn detail(self) -> &'static str {
        match self {
            Self::OwnRights => "you cannot decide about your own association",
            Self::InvalidTransition => "the association no longer waits for confirmation",
            Self::AdministratorExists => "the provider account has an administrator; reject the association",
        }
    }
}

/// The problem with every refusal. If the status is the obstacle, it names the status.
pub(super) fn problem(refusals: &[ConfirmationRefusal], association: &AssociationToConfirm) -> Problem {
    let problem = Problem::refused(refusals);
    match problem.code() {
        Code::invalid_transition => {
            problem.member("from", association.status).member("allowed", association.allowed())
        }
        _ => problem,
    }
}
