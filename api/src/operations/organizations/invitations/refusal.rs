//! Problem documents for refused invitations: `code` is the most serious refusal, `reasons` has
//! all.

use portal_domain::organizations::invitation::InvitationRefusal;

use crate::http::problem::{Code, FieldError, Problem};

const CODES: [(InvitationRefusal, Code); 6] = [
    (InvitationRefusal::OnlyOrganizationAdministrator, Code::only_organization_administrator),
    (InvitationRefusal::BeyondAuthority, Code::beyond_authority),
    (InvitationRefusal::OwnRights, Code::own_rights),
    (InvitationRefusal::AlreadyHasRole, Code::already_has_role),
    (InvitationRefusal::AlreadyMember, Code::already_member),
    (InvitationRefusal::UserDisabled, Code::user_disabled),
];

impl From<Vec<InvitationRefusal>> for Problem {
    fn from(refusals: Vec<InvitationRefusal>) -> Self {
        let reasons: Vec<_> = refusals.iter().map(|refusal| refusal.as_str()).collect();
        let forbidding = [
            InvitationRefusal::OnlyOrganizationAdministrator,
            InvitationRefusal::BeyondAuthority,
            InvitationRefusal::OwnRights,
        ];
        let forbidden = refusals.iter().any(|refusal| forbidding.contains(refusal));
        if !forbidden && refusals.iter().any(|refusal| refusal.is_ineligibility()) {
            return Self::new(
                Code::organization_not_eligible,
                "the organization may not have a CA Admin Manager; see the reasons",
            )
            .as_conflict()
            .member("reasons", reasons);
        }
        let lead = CODES.iter().find(|(refusal, _)| refusals.contains(refusal));
        match lead {
            Some((_, code)) => Self::new(*code, "this person cannot be invited to this; nothing was changed")
                .member("reasons", reasons),
            None => Self::invalid(refusals.iter().filter_map(violation).collect()).member("reasons", reasons),
        }
    }
}

fn violation(refusal: &InvitationRefusal) -> Option<FieldError> {
    let (pointer, message) = match refusal {
        InvitationRefusal::RoleNotOffered => ("/role", "organizations of this kind do not have this role"),
        InvitationRefusal::PermissionNotOffered => ("/permissions", "the plan does not have this permission"),
        _ => return None,
    };
    Some(FieldError::at(pointer, refusal.as_str(), message))
}
