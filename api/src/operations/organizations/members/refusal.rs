//! Problem documents for refused actions on members.

use portal_domain::organizations::member::{self, Circumstances, Member};
use portal_domain::organizations::member_words::MemberRefusal;

use crate::http::problem::{Code, Problem, Refusal};

impl Refusal for MemberRefusal {
    const CODES: &'static [(Self, Code)] = &[
        (Self::LastAdministrator, Code::last_administrator),
        (Self::LastAccountManager, Code::last_account_manager),
        (Self::ActionNotOffered, Code::action_not_offered),
        (Self::BeyondAuthority, Code::beyond_authority),
        (Self::OwnRights, Code::own_rights),
        (Self::PlanStaffRequired, Code::plan_staff_required),
        (Self::AlreadyHasRole, Code::already_has_role),
        (Self::UsePasswordReset, Code::use_password_reset),
        (Self::RegistrationIncomplete, Code::registration_incomplete),
        (Self::UserDisabled, Code::user_disabled),
        (Self::InvalidTransition, Code::invalid_transition),
    ];

    fn reason(self) -> &'static str {
        self.as_str()
    }

    fn detail(self) -> &'static str {
        "the action is not possible for this member now; nothing was changed"
    }

    fn pointer(self) -> Option<(&'static str, &'static str)> {
        match self {
            Self::RoleRequiresInvitation => {
                Some(("/roles", "ca_admin_manager can only be reached by an invitation"))
            }
            Self::RoleNotOffered => Some(("/roles", "organizations of this kind do not have this role")),
            Self::PermissionNotOffered => Some(("/permissions", "the plan does not have this permission")),
            _ => None,
        }
    }
}

/// The problem with every refusal. If the member's status is the obstacle, it says what is allowed.
pub(super) fn problem(
    refusals: &[MemberRefusal],
    circumstances: &Circumstances<'_>,
    member: &Member,
) -> Problem {
    let problem = Problem::refused(refusals);
    if problem.code() != Code::invalid_transition {
        return problem;
    }
    let allowed: Vec<_> =
        member::allowed(circumstances, member).iter().map(|action| action.as_str()).collect();
    problem.member("from", member.shown_status()).member("allowed", allowed)
}
