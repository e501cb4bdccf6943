//! Problem documents for refused associations.

use portal_domain::organizations::association::AssociationRefusal;

use crate::http::problem::{Code, Problem, Refusal};

impl Refusal for AssociationRefusal {
    const CODES: &'static [(Self, Code)] = &[
        (Self::Used, Code::link_used),
        (Self::Expired, Code::link_expired),
        (Self::AlreadyLinked, Code::already_linked),
        (Self::AdministratorExists, Code::administrator_exists),
    ];

    fn reason(self) -> &'static str {
        self.as_str()
    }

    fn detail(self) -> &'static str {
        match self {
            Self::Used => "the association is already completed",
            Self::Expired => "step 2 is no longer possible; start again with step 1",
            Self::AlreadyLinked => "you are a member of this account already",
            Self::AdministratorExists => {
                "An Administrator exists for this Provider ID; contact them and request access."
            }
            Self::AgreementNotAccepted | Self::AgreementOutdated => "the agreement is not accepted",
        }
    }

    fn pointer(self) -> Option<(&'static str, &'static str)> {
        match self {
            Self::AgreementNotAccepted => Some(("/agreement_accepted", "the agreement must be accepted")),
            Self::AgreementOutdated => Some(("/agreement_version", "is not the current version")),
            _ => None,
        }
    }
}

/// The problem with every refusal. If the account has an administrator, it says where to request
/// access.
pub(super) fn problem(refusals: &[AssociationRefusal]) -> Problem {
    let problem = Problem::refused(refusals);
    match problem.code() {
        Code::administrator_exists => problem.member("request_access", "/api/v1/access-requests"),
        _ => problem,
    }
}
