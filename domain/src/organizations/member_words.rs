//! The vocabularies for members: statuses, actions, history, and refusals.

use crate::ground::audit::AuditAction;
use crate::vocabulary;
vocabulary! {
    /// The displayed status of a member (domain section 4.2).
    pub enum MemberStatus {
        /// Invited; the invitation has not been accepted.
        Invited = "invited",
        /// Registered or associated by the user; waiting for an account manager or the plan's staff.
        VerificationPending = "verification_pending",
        /// Enabled; registration is not complete.
        Unverified = "unverified",
        /// Active: the member can use the portal.
        Active = "active",
        /// The login is locked until the password is reset.
        Locked = "locked",
        /// Disabled in this organization; can be enabled again.
        Disabled = "disabled",
        /// Revoked. Final, except that a user can repeat a claim that the plan's staff rejected.
        Revoked = "revoked",
    }
}

vocabulary! {
    /// An action on a member: the buttons of the screens.
    pub enum MemberAction {
        /// Verify Account: admit a newly registered user (domain rule R-176).
        VerifyAccount = "verify_account",
        /// Enable User.
        EnableUser = "enable_user",
        /// Disable User.
        DisableUser = "disable_user",
        /// Revoke User.
        RevokeUser = "revoke_user",
        /// Make Admin.
        MakeAdmin = "make_admin",
        /// Edit Role and Permissions, or comment.
        UpdatePermissions = "update_permissions",
        /// Send Registration Email.
        SendRegistrationEmail = "send_registration_email",
        /// Send Password Reset Email.
        SendPasswordResetEmail = "send_password_reset_email",
        /// End the member's sessions.
        EndSessions = "end_sessions",
    }
}

vocabulary! {
    /// A status change made as part of an update (domain rule R-186).
    pub enum StatusAction {
        /// Verify Account.
        VerifyAccount = "verify_account",
        /// Enable User.
        EnableUser = "enable_user",
        /// Disable User.
        DisableUser = "disable_user",
    }
}

impl From<StatusAction> for MemberAction {
    fn from(action: StatusAction) -> Self {
        match action {
            StatusAction::VerifyAccount => Self::VerifyAccount,
            StatusAction::EnableUser => Self::EnableUser,
            StatusAction::DisableUser => Self::DisableUser,
        }
    }
}

vocabulary! {
    /// An event in a member's history.
    pub enum MemberHistoryAction {
        /// Accepted an invitation.
        InvitationAccepted = "invitation_accepted",
        /// Registered under the tax ID.
        Registered = "registered",
        /// Associated with the account by matching the provider's data.
        Associated = "associated",
        /// Verified by an account manager or the plan.
        Verified = "verified",
        /// Enabled.
        Enabled = "enabled",
        /// Completed the registration.
        RegistrationCompleted = "registration_completed",
        /// Disabled.
        Disabled = "disabled",
        /// Disabled after too long without a sign-in.
        DisabledForInactivity = "disabled_for_inactivity",
        /// Revoked permanently.
        Revoked = "revoked",
        /// Made an administrator.
        MadeAdmin = "made_admin",
        /// Roles, permissions, or a comment changed ("Update User Roles").
        UpdateUserRoles = "update_user_roles",
        /// The registration email was sent.
        RegistrationEmailSent = "registration_email_sent",
        /// The password reset email was sent.
        PasswordResetEmailSent = "password_reset_email_sent",
        /// The sessions were ended.
        SessionsEnded = "sessions_ended",
    }
}

vocabulary! {
    /// Why an action on a member is refused.
    pub enum MemberRefusal {
        /// The member has, or would have, more rights than the caller can grant (decision D-09).
        BeyondAuthority = "beyond_authority",
        /// Users cannot change their own rights.
        OwnRights = "own_rights",
        /// Only the plan's staff can admit the first registrant of a practice (domain rule R-171).
        PlanStaffRequired = "plan_staff_required",
        /// No active administrator would be left (domain rule R-156).
        LastAdministrator = "last_administrator",
        /// No active account manager would be left (domain rule R-181).
        LastAccountManager = "last_account_manager",
        /// The member is already an administrator (domain rule R-155).
        AlreadyHasRole = "already_has_role",
        /// The login is locked; a password reset unlocks it (domain rule R-176).
        UsePasswordReset = "use_password_reset",
        /// The member must complete registration first (domain rule R-182).
        RegistrationIncomplete = "registration_incomplete",
        /// The member is disabled (domain rule R-182).
        UserDisabled = "user_disabled",
        /// The member's status does not allow the action.
        InvalidTransition = "invalid_transition",
        /// Organizations of this kind do not have this action.
        ActionNotOffered = "action_not_offered",
        /// The role can be granted by invitation only (domain rule R-006).
        RoleRequiresInvitation = "role_requires_invitation",
        /// Organizations of this kind do not offer this role.
        RoleNotOffered = "role_not_offered",
        /// The plan does not offer this permission (domain rule R-183).
        PermissionNotOffered = "permission_not_offered",
    }
}

impl MemberAction {
    /// How the member's history and the audit trail record the action.
    #[must_use]
    pub const fn records(self) -> (MemberHistoryAction, AuditAction) {
        match self {
            Self::VerifyAccount => (MemberHistoryAction::Verified, AuditAction::MemberVerified),
            Self::EnableUser => (MemberHistoryAction::Enabled, AuditAction::MemberEnabled),
            Self::DisableUser => (MemberHistoryAction::Disabled, AuditAction::MemberDisabled),
            Self::RevokeUser => (MemberHistoryAction::Revoked, AuditAction::MemberRevoked),
            Self::MakeAdmin => (MemberHistoryAction::MadeAdmin, AuditAction::MemberMadeAdmin),
            Self::UpdatePermissions => (MemberHistoryAction::UpdateUserRoles, AuditAction::MemberUpdated),
            Self::SendRegistrationEmail => {
                (MemberHistoryAction::RegistrationEmailSent, AuditAction::RegistrationEmailSent)
            }
            Self::SendPasswordResetEmail => {
                (MemberHistoryAction::PasswordResetEmailSent, AuditAction::PasswordResetEmailSent)
            }
            Self::EndSessions => (MemberHistoryAction::SessionsEnded, AuditAction::MemberSessionsEnded),
        }
    }
}
