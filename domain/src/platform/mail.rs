//! Mails: what each one tells, as data (domain section 7). The words and the layout are the templates' business.

use crate::ground::email::EmailAddress;
use crate::ground::id::{MembershipId, OrganizationId};
use crate::ground::plan_code::PlanCode;
use crate::organizations::membership::DisabledReason;
use crate::{Instant, vocabulary};

vocabulary! {
    /// Which mail it is.
    pub enum MailTemplate {
        /// Invitation to become a CA Admin Manager (N-01).
        CaAdminManagerInvitation = "ca_admin_manager_invitation",
        /// Invitation to any other role (N-06).
        Invitation = "invitation",
        /// Somebody asks for access to a provider account (N-06).
        AccessRequest = "access_request",
        /// Somebody registered under the tax id (N-07).
        NewRegistration = "new_registration",
        /// Complete your registration (N-08).
        Registration = "registration",
        /// Set a new password (N-09).
        PasswordReset = "password_reset",
        /// Your access was enabled (N-10).
        MemberEnabled = "member_enabled",
        /// Your access was disabled (N-10).
        MemberDisabled = "member_disabled",
        /// Your access was removed (N-10).
        MemberRevoked = "member_revoked",
        /// The organization has a new administrator; to all its administrators.
        AdministratorAdded = "administrator_added",
        /// Something about your sign-in changed, or looks wrong.
        SecurityNotice = "security_notice",
    }
}

vocabulary! {
    /// Where a mail stands.
    pub enum MailStatus {
        /// Waiting to be delivered.
        Queued = "queued",
        /// Taken over by the mail server.
        Sent = "sent",
        /// Given up; an operator can see why and try again.
        Dead = "dead",
    }
}

vocabulary! {
    /// What a security notice is about.
    pub enum SecurityMatter {
        /// The password was changed.
        PasswordChanged = "password_changed",
        /// A second factor was added.
        MfaMethodAdded = "mfa_method_added",
        /// A second factor was removed.
        MfaMethodRemoved = "mfa_method_removed",
        /// A recovery code was used to sign in.
        RecoveryCodeUsed = "recovery_code_used",
        /// A refresh token was used a second time; its session was ended.
        RefreshTokenReused = "refresh_token_reused",
        /// A manager ended the sessions.
        SessionsEndedByManager = "sessions_ended_by_manager",
        /// So many wrong passwords or codes in a row that no more are looked at (decision D-10).
        SignInBlocked = "sign_in_blocked",
        /// The right password, and then as many codes as may be tried with it, none of which was accepted.
        WrongCodes = "wrong_codes",
    }
}

/// An invitation in a mail.
#[derive(Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct InvitationMail {
    /// The plan, whose name and contact stand in the mail.
    pub plan: PlanCode,
    /// Who invites, by name.
    pub inviter: String,
    /// The organization's name.
    pub organization: String,
    /// The role as the mail names it, such as `AdminManager`.
    pub role_name: String,
    /// The one-time token of the link.
    pub token: String,
    /// When the link expires.
    pub expires_at: Instant,
}

/// What a mail tells. No Social Security number, no tax number but masked; one-time tokens are wiped after delivery.
// No `Debug`: tokens must not reach a log.
#[derive(Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(tag = "template", rename_all = "snake_case")]
pub enum MailContent {
    /// N-01.
    CaAdminManagerInvitation(InvitationMail),
    /// N-06.
    Invitation(InvitationMail),
    /// N-06, to the administrators.
    AccessRequest {
        /// The account's name.
        organization: String,
        /// Who asks, by name.
        requester: String,
        /// Their address.
        requester_email: String,
        /// What they wrote.
        message: Option<String>,
    },
    /// N-07, to the account managers, or to the plan's staff where there is none.
    NewRegistration {
        /// The plan.
        plan: PlanCode,
        /// The practice's name.
        organization: String,
        /// Its id, for the link into the portal.
        organization_id: OrganizationId,
        /// The membership to be verified.
        membership_id: MembershipId,
        /// Who registered, by name.
        name: String,
        /// Their address.
        email: String,
        /// The tax id, masked.
        tax_id_masked: String,
        /// The one-time token of the button, where the plan has one in its mail.
        enable_token: Option<String>,
    },
    /// N-08.
    Registration {
        /// The plan.
        plan: PlanCode,
        /// The organization's name.
        organization: String,
        /// Whom it is for, by name.
        name: String,
        /// The one-time token of the link.
        token: String,
        /// When the link expires.
        expires_at: Instant,
    },
    /// N-09.
    PasswordReset {
        /// Whom it is for, by name.
        name: String,
        /// The one-time token of the link.
        token: String,
        /// When the link expires.
        expires_at: Instant,
    },
    /// N-10.
    MemberEnabled {
        /// The organization's name.
        organization: String,
        /// Whom it is for, by name.
        name: String,
        /// Whether a registration has to be completed before anything can be used.
        must_register: bool,
    },
    /// N-10.
    MemberDisabled {
        /// The organization's name.
        organization: String,
        /// Whom it is for, by name.
        name: String,
        /// Why.
        reason: DisabledReason,
    },
    /// N-10.
    MemberRevoked {
        /// The organization's name.
        organization: String,
        /// Whom it is for, by name.
        name: String,
    },
    /// To all administrators when there is a new one.
    AdministratorAdded {
        /// The organization's name.
        organization: String,
        /// The new administrator, by name.
        name: String,
        /// Who did it, by name.
        by: String,
    },
    /// To the person concerned.
    SecurityNotice {
        /// Whom it is for, by name.
        name: String,
        /// What happened.
        matter: SecurityMatter,
    },
}

impl MailContent {
    /// Which mail it is.
    #[must_use]
    pub const fn template(&self) -> MailTemplate {
        match self {
            Self::CaAdminManagerInvitation(_) => MailTemplate::CaAdminManagerInvitation,
            Self::Invitation(_) => MailTemplate::Invitation,
            Self::AccessRequest { .. } => MailTemplate::AccessRequest,
            Self::NewRegistration { .. } => MailTemplate::NewRegistration,
            Self::Registration { .. } => MailTemplate::Registration,
            Self::PasswordReset { .. } => MailTemplate::PasswordReset,
            Self::MemberEnabled { .. } => MailTemplate::MemberEnabled,
            Self::MemberDisabled { .. } => MailTemplate::MemberDisabled,
            Self::MemberRevoked { .. } => MailTemplate::MemberRevoked,
            Self::AdministratorAdded { .. } => MailTemplate::AdministratorAdded,
            Self::SecurityNotice { .. } => MailTemplate::SecurityNotice,
        }
    }
}

/// A mail to be posted.
#[derive(Clone)]
pub struct OutgoingMail {
    /// Told apart from every other mail: kind, object, epoch, recipient. The same key is never posted twice.
    pub key: String,
    /// Where it goes: always an address on file, never one of the request.
    pub recipient: EmailAddress,
    /// The organization it belongs to, if any.
    pub organization: Option<OrganizationId>,
    /// What it tells.
    pub content: MailContent,
}
