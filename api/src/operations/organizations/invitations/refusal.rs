//! Problem documents for refused invitations.

use portal_domain::organizations::invitation::InvitationRefusal;

use crate::http::problem::{Code, Problem, Refusal};

impl Refusal for InvitationRefusal {
    const CODES: &'static [(Self, Code)] = &[
        (Self::OnlyOrganizationAdministrator, Code::only_organization_administrator),
        (Self::BeyondAuthority, Code::beyond_authority),
        (Self::OwnRights, Code::own_rights),
        (Self::NoGroupMedicaidId, Code::organization_not_eligible),
        (Self::FewerThanTwoCredentialingAgents, Code::organization_not_eligible),
        (Self::ThirdPartyOrganization, Code::organization_not_eligible),
        (Self::AlreadyHasRole, Code::already_has_role),
        (Self::AlreadyMember, Code::already_member),
        (Self::UserDisabled, Code::user_disabled),
    ];

    fn reason(self) -> &'static str {
        self.as_str()
    }

    fn detail(self) -> &'static str {
        if self.is_ineligibility() {
            return "the organization may not have a CA Admin Manager; see the reasons";
        }
        "this person cannot be invited; nothing was changed"
    }

    fn pointer(self) -> Option<(&'static str, &'static str)> {
        match self {
            Self::RoleNotOffered => Some(("/role", "organizations of this kind do not have this role")),
            Self::PermissionNotOffered => Some(("/permissions", "the plan does not have this permission")),
            _ => None,
        }
    }
}

impl From<Vec<InvitationRefusal>> for Problem {
    fn from(refusals: Vec<InvitationRefusal>) -> Self {
        let problem = Self::refused(&refusals);
        match problem.code() {
            Code::organization_not_eligible => problem.as_conflict(),
            _ => problem,
        }
    }
}
