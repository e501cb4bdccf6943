//! Mails: their content as data (domain section 7), without its wording and layout.

use crate::ground::disabled_reason::DisabledReason;
use crate::ground::email::EmailAddress;
use crate::ground::id::{MembershipId, OrganizationId};
use crate::ground::plan_code::PlanCode;
use crate::{Instant, vocabulary};

vocabulary! {
    /// The template of a mail.
    pub enum MailTemplate {
        /// Invitation to become a CA Admin Manager (N-01).
        CaAdminManagerInvitation = "ca_admin_manager_invitation",
        /// Invitation to any other role (N-06).
        Invitation = "invitation",
        /// A user requests access to a provider account (N-06).
        AccessRequest = "access_request",
        /// A user registered under the practice's tax ID (N-07).
        NewRegistration = "new_registration",
        /// The plan's staff must confirm the first administrator of a provider account.
        AssociationWaiting = "association_waiting",
        /// The plan's staff confirmed the recipient as the administrator of a provider account.
        AssociationConfirmed = "association_confirmed",
        /// The plan's staff rejected the recipient as the administrator of a provider account.
        AssociationRejected = "association_rejected",
        /// A link to complete a registration (N-08).
        Registration = "registration",
        /// A link to set a new password (N-09).
        PasswordReset = "password_reset",
        /// The member's access was enabled (N-10).
        MemberEnabled = "member_enabled",
        /// The member's access was disabled (N-10).
        MemberDisabled = "member_disabled",
        /// The member's access was removed (N-10).
        MemberRevoked = "member_revoked",
        /// The organization has a new administrator. Sent to all its administrators.
        AdministratorAdded = "administrator_added",
        /// A second factor was registered, with a link that removes it.
        FactorRegistered = "factor_registered",
        /// The user's sign-in settings changed, or suspicious activity was detected.
        SecurityNotice = "security_notice",
    }
}

vocabulary! {
    /// The status of a mail.
    pub enum MailStatus {
        /// Waiting to be delivered.
        Queued = "queued",
        /// Accepted by the mail server.
        Sent = "sent",
        /// Delivery failed permanently. An operator can see why and retry.
        Dead = "dead",
    }
}

vocabulary! {
    /// The subject of a security notice.
    pub enum SecurityMatter {
        /// The password was changed.
        PasswordChanged = "password_changed",
        /// A second factor was removed.
        MfaMethodRemoved = "mfa_method_removed",
        /// A recovery code was used to sign in.
        RecoveryCodeUsed = "recovery_code_used",
        /// A refresh token was used a second time; its session was ended.
        RefreshTokenReused = "refresh_token_reused",
        /// The email address of the login was changed.
        EmailChanged = "email_changed",
        /// The login was unlocked or enabled again.
        AccessRestored = "access_restored",
        /// A manager ended the user's sessions.
        SessionsEndedByManager = "sessions_ended_by_manager",
        /// Too many consecutive wrong passwords or codes: no further attempts are checked (decision
        /// D-10).
        SignInBlocked = "sign_in_blocked",
        /// The correct password was given, and then the maximum number of codes was tried without
        /// success.
        WrongCodes = "wrong_codes",
    }
}

/// The content of an invitation mail.
#[derive(Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct InvitationMail {
    /// The plan, whose name and contact details appear in the mail.
    pub plan: PlanCode,
    /// The inviter's name.
    pub inviter: String,
    /// The organization's name.
    pub organization: String,
    /// The role's name in the mail, such as `AdminManager`.
    pub role_name: String,
    /// The one-time token of the link.
    pub token: String,
    /// When the link expires.
    pub expires_at: Instant,
}

/// The content of a mail. It contains no Social Security number, and tax numbers only masked.
/// One-time tokens are wiped after delivery.
// No `Debug`: tokens must not reach a log.
#[derive(Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(tag = "template", rename_all = "snake_case")]
pub enum MailContent {
    /// Invitation to become a CA Admin Manager (N-01).
    CaAdminManagerInvitation(InvitationMail),
    /// Invitation to any other role (N-06).
    Invitation(InvitationMail),
    /// A request for access to a provider account, sent to its administrators (N-06).
    AccessRequest {
        /// The account's name.
        organization: String,
        /// The requester's name.
        requester: String,
        /// The requester's email address.
        requester_email: String,
        /// The requester's message.
        message: Option<String>,
    },
    /// A new registration, sent to the account managers, or to the plan's staff if there are none
    /// (N-07).
    NewRegistration {
        /// The plan.
        plan: PlanCode,
        /// The practice's name.
        organization: String,
        /// The practice's id, for the link into the portal.
        organization_id: OrganizationId,
        /// The membership to verify.
        membership_id: MembershipId,
        /// The registrant's name.
        name: String,
        /// The registrant's email address.
        email: String,
        /// The tax ID, masked.
        tax_id_masked: String,
        /// The one-time token of the enable button, if the plan's mail has one.
        enable_token: Option<String>,
    },
    /// A user matched a provider's data, sent to the plan's staff, who must confirm the user.
    AssociationWaiting {
        /// The plan.
        plan: PlanCode,
        /// The provider's name on file.
        provider: String,
        /// The Provider ID.
        username: String,
        /// The user's name.
        name: String,
        /// The user's email address.
        email: String,
        /// Whether there were too many failures at the Provider ID before.
        after_failures: bool,
    },
    /// The plan's staff confirmed the recipient as the administrator of a provider account.
    AssociationConfirmed {
        /// The plan.
        plan: PlanCode,
        /// The provider's name on file.
        provider: String,
        /// The recipient's name.
        name: String,
        /// Until when the recipient can accept the provider agreement, if that is still to be done.
        accept_until: Option<Instant>,
    },
    /// The plan's staff rejected the recipient as the administrator of a provider account.
    AssociationRejected {
        /// The plan.
        plan: PlanCode,
        /// The provider's name on file.
        provider: String,
        /// The recipient's name.
        name: String,
        /// The reason.
        reason: String,
    },
    /// A link to complete a registration (N-08).
    Registration {
        /// The plan.
        plan: PlanCode,
        /// The organization's name.
        organization: String,
        /// The recipient's name.
        name: String,
        /// The one-time token of the link.
        token: String,
        /// When the link expires.
        expires_at: Instant,
    },
    /// A link to set a new password (N-09).
    PasswordReset {
        /// The recipient's name.
        name: String,
        /// The one-time token of the link.
        token: String,
        /// When the link expires.
        expires_at: Instant,
    },
    /// The member's access was enabled (N-10).
    MemberEnabled {
        /// The organization's name.
        organization: String,
        /// The recipient's name.
        name: String,
        /// Whether the member must complete a registration first.
        must_register: bool,
    },
    /// The member's access was disabled (N-10).
    MemberDisabled {
        /// The organization's name.
        organization: String,
        /// The recipient's name.
        name: String,
        /// The reason.
        reason: DisabledReason,
    },
    /// The member's access was removed (N-10).
    MemberRevoked {
        /// The organization's name.
        organization: String,
        /// The recipient's name.
        name: String,
    },
    /// A new administrator, announced to all administrators.
    AdministratorAdded {
        /// The organization's name.
        organization: String,
        /// The new administrator's name.
        name: String,
        /// The name of the user who added the administrator.
        by: String,
    },
    /// A second factor was registered, sent to its user.
    FactorRegistered {
        /// The recipient's name.
        name: String,
        /// The product name of the factor.
        label: String,
        /// The one-time token of the link that removes it.
        token: String,
        /// When the link expires.
        expires_at: Instant,
    },
    /// A security notice, sent to the user concerned.
    SecurityNotice {
        /// The recipient's name.
        name: String,
        /// What happened.
        matter: SecurityMatter,
    },
}

impl MailContent {
    /// The template of the mail.
    #[must_use]
    pub const fn template(&self) -> MailTemplate {
        match self {
            Self::CaAdminManagerInvitation(_) => MailTemplate::CaAdminManagerInvitation,
            Self::Invitation(_) => MailTemplate::Invitation,
            Self::AccessRequest { .. } => MailTemplate::AccessRequest,
            Self::NewRegistration { .. } => MailTemplate::NewRegistration,
            Self::AssociationWaiting { .. } => MailTemplate::AssociationWaiting,
            Self::AssociationConfirmed { .. } => MailTemplate::AssociationConfirmed,
            Self::AssociationRejected { .. } => MailTemplate::AssociationRejected,
            Self::Registration { .. } => MailTemplate::Registration,
            Self::PasswordReset { .. } => MailTemplate::PasswordReset,
            Self::MemberEnabled { .. } => MailTemplate::MemberEnabled,
            Self::MemberDisabled { .. } => MailTemplate::MemberDisabled,
            Self::MemberRevoked { .. } => MailTemplate::MemberRevoked,
            Self::AdministratorAdded { .. } => MailTemplate::AdministratorAdded,
            Self::FactorRegistered { .. } => MailTemplate::FactorRegistered,
            Self::SecurityNotice { .. } => MailTemplate::SecurityNotice,
        }
    }
}

/// A mail to queue.
#[derive(Clone)]
pub struct OutgoingMail {
    /// The deduplication key: kind, object, epoch and recipient. A mail with the same key is never
    /// queued twice.
    pub key: String,
    /// The recipient: always an address on file, never one from the request.
    pub recipient: EmailAddress,
    /// The organization it belongs to, if any.
    pub organization: Option<OrganizationId>,
    /// The content.
    pub content: MailContent,
}
