//! Problem documents for refused actions on users.

use portal_domain::identity::user_administration::{Circumstances, UserRefusal, allowed};

use crate::http::problem::{Code, Problem, Refusal};

impl Refusal for UserRefusal {
    // An operator who acts on another user can sign in, so only the command line meets `LastOperator`
    // alone.
    const CODES: &'static [(Self, Code)] = &[
        (Self::OwnUser, Code::own_rights),
        (Self::LastOperator, Code::own_rights),
        (Self::AlreadyHasRole, Code::already_has_role),
        (Self::InvalidTransition, Code::invalid_transition),
        (Self::RoleNotHeld, Code::invalid_transition),
        (Self::NoFactor, Code::invalid_transition),
    ];

    fn reason(self) -> &'static str {
        self.as_str()
    }

    fn detail(self) -> &'static str {
        "the action is not possible for this user now; nothing was changed"
    }

    fn pointer(self) -> Option<(&'static str, &'static str)> {
        match self {
            Self::SameEmail => Some(("/email", "is already the user's address")),
            Self::RoleForAllPlans => Some(("/plan", "must be absent: operators act for all plans")),
            _ => None,
        }
    }
}

/// The problem with every refusal. If the user's state is the obstacle, it says what is allowed.
pub(super) fn problem(refusals: &[UserRefusal], circumstances: &Circumstances<'_>) -> Problem {
    let problem = Problem::refused(refusals);
    if problem.code() != Code::invalid_transition {
        return problem;
    }
    let allowed: Vec<_> = allowed(circumstances).iter().map(|action| action.as_str()).collect();
    problem.member("from", circumstances.user.state().as_str()).member("allowed", allowed)
}
