//! The words about members: actions, history, refusals.

use crate::vocabulary;
vocabulary! {
    /// Where a member stands, in one word for the screen (domain section 4.2).
    pub enum MemberStatus {
        /// Invited, nobody behind it yet.
        Invited = "invited",
        /// Registered by the user, waiting for an account manager.
        VerificationPending = "verification_pending",
        /// Enabled, registration not completed.
        Unverified = "unverified",
        /// In use.
        Active = "active",
        /// The login is blocked until the password is reset.
        Locked = "locked",
        /// Switched off here; may be enabled again.
        Disabled = "disabled",
        /// Removed; final.
        Revoked = "revoked",
    }
}

vocabulary! {
    /// Something that may be done to a member: the buttons of the screens.
    pub enum MemberAction {
        /// Verify Account: let a newly registered user in (domain rule R-176).
        VerifyAccount = "verify_account",
        /// Enable User.
        EnableUser = "enable_user",
        /// Disable User.
        DisableUser = "disable_user",
        /// Revoke User.
        RevokeUser = "revoke_user",
        /// Make Admin.
        MakeAdmin = "make_admin",
        /// Edit Role and Permissions; comment.
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
    /// A change of status made together with the rest of an update (domain rule R-186).
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
    /// What a member's history tells.
    pub enum MemberHistoryAction {
        /// Invited and accepted.
        InvitationAccepted = "invitation_accepted",
        /// Registered under the tax id.
        Registered = "registered",
        /// Got the account by matching the provider's data.
        Associated = "associated",
        /// Verified by an account manager or the plan.
        Verified = "verified",
        /// Enabled.
        Enabled = "enabled",
        /// Completed the registration.
        RegistrationCompleted = "registration_completed",
        /// Disabled.
        Disabled = "disabled",
        /// Disabled because nobody signed in for too long.
        DisabledForInactivity = "disabled_for_inactivity",
        /// Removed for good.
        Revoked = "revoked",
        /// Made an administrator.
        MadeAdmin = "made_admin",
        /// Roles or permissions were set, or a comment was made ("Update User Roles").
        UpdateUserRoles = "update_user_roles",
        /// The registration e-mail was sent.
        RegistrationEmailSent = "registration_email_sent",
        /// The password reset e-mail was sent.
        PasswordResetEmailSent = "password_reset_email_sent",
        /// The sessions were ended.
        SessionsEnded = "sessions_ended",
    }
}

vocabulary! {
    /// Why something may not be done to a member.
    pub enum MemberRefusal {
        /// The member holds, or would hold, more than the caller may grant (decision D-09).
        BeyondAuthority = "beyond_authority",
        /// Nobody changes their own rights.
        OwnRights = "own_rights",
        /// Only the plan lets the first registrant of a practice in (domain rule R-171).
        PlanStaffRequired = "plan_staff_required",
        /// There would be no active administrator left (domain rule R-156).
        LastAdministrator = "last_administrator",
        /// There would be no active account manager left (domain rule R-181).
        LastAccountManager = "last_account_manager",
        /// The member is an administrator already (domain rule R-155).
        AlreadyHasRole = "already_has_role",
        /// The login is locked; a password reset opens it (domain rule R-176).
        UsePasswordReset = "use_password_reset",
        /// The registration has to be completed first (domain rule R-182).
        RegistrationIncomplete = "registration_incomplete",
        /// The member is disabled (domain rule R-182).
        UserDisabled = "user_disabled",
        /// The status does not allow it.
        InvalidTransition = "invalid_transition",
        /// Organizations of this kind do not have this.
        ActionNotOffered = "action_not_offered",
        /// There is no other way to this role than its invitation (domain rule R-006).
        RoleRequiresInvitation = "role_requires_invitation",
        /// Organizations of this kind do not have this role.
        RoleNotOffered = "role_not_offered",
        /// The plan does not have this permission (domain rule R-183).
        PermissionNotOffered = "permission_not_offered",
    }
}
