//! Problem documents for refused actions on members: `code` is the most serious refusal, `reasons`
//! has all.

use portal_domain::organizations::member::{self, Circumstances, Member};
use portal_domain::organizations::member_words::MemberRefusal;

use crate::http::problem::{Code, FieldError, Problem};

/// The codes, most serious first.
const CODES: [(MemberRefusal, Code); 12] = [
    (MemberRefusal::LastAdministrator, Code::last_administrator),
    (MemberRefusal::LastAccountManager, Code::last_account_manager),
    (MemberRefusal::ActionNotOffered, Code::action_not_offered),
    (MemberRefusal::BeyondAuthority, Code::beyond_authority),
    (MemberRefusal::OwnRights, Code::own_rights),
    (MemberRefusal::PlanStaffRequired, Code::plan_staff_required),
    (MemberRefusal::AlreadyHasRole, Code::already_has_role),
    (MemberRefusal::UsePasswordReset, Code::use_password_reset),
    (MemberRefusal::RegistrationIncomplete, Code::registration_incomplete),
    (MemberRefusal::UserDisabled, Code::user_disabled),
    (MemberRefusal::InvalidTransition, Code::invalid_transition),
    (MemberRefusal::RoleRequiresInvitation, Code::validation_failed),
];

/// The problem with every refusal.
pub(super) fn problem(
    refusals: &[MemberRefusal],
    circumstances: &Circumstances<'_>,
    member: &Member,
) -> Problem {
    let reasons: Vec<_> = refusals.iter().map(|refusal| refusal.as_str()).collect();
    let lead = CODES.iter().find(|(refusal, _)| refusals.contains(refusal)).map(|(_, code)| *code);
    let violations = violations(refusals);
    match lead {
        Some(Code::validation_failed) | None => Problem::invalid(violations).member("reasons", reasons),
        Some(code) => {
            let problem = Problem::new(code, "this cannot be done to the member now; nothing was changed")
                .member("reasons", reasons);
            let problem = if violations.is_empty() { problem } else { problem.errors(violations) };
            if code != Code::invalid_transition {
                return problem;
            }
            let allowed: Vec<_> =
                member::allowed(circumstances, member).iter().map(|action| action.as_str()).collect();
            problem.member("from", member.shown_status()).member("allowed", allowed)
        }
    }
}

fn violations(refusals: &[MemberRefusal]) -> Vec<FieldError> {
    let violation = |refusal: &MemberRefusal| {
        let (pointer, message) = match refusal {
            MemberRefusal::RoleRequiresInvitation => {
                ("/roles", "ca_admin_manager can only be reached by an invitation")
            }
            MemberRefusal::RoleNotOffered => ("/roles", "organizations of this kind do not have this role"),
            MemberRefusal::PermissionNotOffered => ("/permissions", "the plan does not have this permission"),
            _ => return None,
        };
        Some(FieldError::at(pointer, refusal.as_str(), message))
    };
    refusals.iter().filter_map(violation).collect()
}
