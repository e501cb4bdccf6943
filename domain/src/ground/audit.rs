//! The closed vocabulary of the actions recorded in the audit trail (domain rule R-203).

use crate::ground::id::OrganizationId;
use crate::vocabulary;

vocabulary! {
    /// The recorded action.
    pub enum AuditAction {
        /// Applications were reassigned from one agent to another.
        ReassignmentCreated = "reassignment.created",
        /// A reassignment was reverted.
        ReassignmentReverted = "reassignment.reverted",
        /// An application was started.
        ApplicationStarted = "application.started",
        /// Screens of an application were saved.
        ApplicationSaved = "application.saved",
        /// An application was submitted.
        ApplicationSubmitted = "application.submitted",
        /// The department started to review an application.
        ApplicationReviewStarted = "application.review_started",
        /// The department returned an application for correction.
        ApplicationReturned = "application.returned",
        /// The department approved an application.
        ApplicationApproved = "application.approved",
        /// The department denied an application.
        ApplicationDenied = "application.denied",
        /// A user withdrew an application.
        ApplicationWithdrawn = "application.withdrawn",
        /// A recipient was warned that an application is inactive.
        ApplicationWarned = "application.warned",
        /// An application was withdrawn for inactivity.
        ApplicationWithdrawnAutomatically = "application.withdrawn_automatically",
        /// An operator restored an automatically withdrawn application.
        ApplicationRestored = "application.restored",
        /// Applications were imported.
        ApplicationsImported = "applications.imported",
        /// A document was added to an application.
        DocumentAdded = "document.added",
        /// A document was removed from an application.
        DocumentRemoved = "document.removed",
        /// The virus scanner found a virus in a document.
        DocumentInfected = "document.infected",
        /// All agents of an organization were granted access to a Medicaid ID.
        AgentAccessGranted = "agent_access.granted",
        /// All agents of an organization lost access to a Medicaid ID.
        AgentAccessRemoved = "agent_access.removed",
        /// An individual's side consented to a link with a group.
        LinkConsentGiven = "link_consent.given",
        /// A consent to a link was revoked.
        LinkConsentRevoked = "link_consent.revoked",
        /// The department approved a link that relies on a consent.
        LinkConsentUsed = "link_consent.used",
        /// Medicaid IDs were imported.
        MedicaidIdsImported = "medicaid_ids.imported",
        /// A caller's four facts were compared with the record on file.
        CallerVerified = "caller.verified",
        /// A calendar feed of due dates was created.
        CalendarFeedCreated = "calendar_feed.created",
        /// A calendar feed of due dates was revoked.
        CalendarFeedRevoked = "calendar_feed.revoked",
        /// A notification was marked as read.
        NotificationRead = "notification.read",
        /// A user signed in.
        SessionStarted = "session.started",
        /// A session was ended.
        SessionEnded = "session.ended",
        /// All sessions of a user were ended.
        SessionsEnded = "sessions.ended",
        /// A session's tokens were refreshed.
        SessionRefreshed = "session.refreshed",
        /// A refresh token was used a second time; its session was ended.
        RefreshTokenReused = "refresh_token.reused",
        /// A limit on wrong passwords or codes was reached, and further attempts are refused.
        SignInBlocked = "sign_in.blocked",
        /// A person was invited to an organization.
        InvitationCreated = "invitation.created",
        /// An invitation was sent again, with a new link.
        InvitationResent = "invitation.resent",
        /// An invitation was canceled.
        InvitationCancelled = "invitation.cancelled",
        /// An invitation was accepted.
        InvitationAccepted = "invitation.accepted",
        /// A person was added to an invite list.
        InviteListEntryAdded = "invite_list_entry.added",
        /// A person was removed from an invite list.
        InviteListEntryRemoved = "invite_list_entry.removed",
        /// The people on an invite list were invited.
        InviteListSent = "invite_list.sent",
        /// A member's account was verified.
        MemberVerified = "member.verified",
        /// A member was enabled.
        MemberEnabled = "member.enabled",
        /// A member was disabled.
        MemberDisabled = "member.disabled",
        /// A member was permanently removed.
        MemberRevoked = "member.revoked",
        /// A member was made an administrator.
        MemberMadeAdmin = "member.made_admin",
        /// A member's roles or permissions were set, or a comment was added.
        MemberUpdated = "member.updated",
        /// A member was sent a link to complete their registration.
        RegistrationEmailSent = "member.registration_email_sent",
        /// A member was sent a link to set a new password.
        PasswordResetEmailSent = "member.password_reset_email_sent",
        /// A manager ended a member's sessions.
        MemberSessionsEnded = "member.sessions_ended",
        /// An account under a tax ID was requested.
        RegistrationRequested = "registration.requested",
        /// A registration under a tax ID was received.
        RegistrationReceived = "registration.received",
        /// A registration was completed through its link.
        RegistrationCompleted = "registration.completed",
        /// The plan verified the original registrant of a practice.
        OriginalRegistrantVerified = "registration.original_verified",
        /// A link to set a new password was requested.
        PasswordResetRequested = "password_reset.requested",
        /// A link to set a new password was issued.
        PasswordResetIssued = "password_reset.issued",
        /// A new password was set through a link.
        PasswordResetCompleted = "password_reset.completed",
        /// A user changed their password.
        PasswordChanged = "password.changed",
        /// A user changed their profile.
        ProfileUpdated = "profile.updated",
        /// A user proved the password or a second factor again in a session.
        SessionSteppedUp = "session.stepped_up",
        /// A second factor was added but not yet confirmed.
        MfaMethodAdded = "mfa_method.added",
        /// A second factor was confirmed and is in effect.
        MfaMethodConfirmed = "mfa_method.confirmed",
        /// A second factor was removed.
        MfaMethodRemoved = "mfa_method.removed",
        /// A user matched a provider record: step 1 of 2.
        AssociationStarted = "association.started",
        /// A user accepted the provider agreement: step 2 of 2.
        AssociationCompleted = "association.completed",
        /// A user claimed a provider after too many failures at its Provider ID.
        AssociationReviewRequested = "association.review_requested",
        /// Such a claim matched, and waits for the plan's staff.
        AssociationReviewReceived = "association.review_received",
        /// The plan's staff confirmed an association.
        AssociationConfirmed = "association.confirmed",
        /// The plan's staff rejected an association.
        AssociationRejected = "association.rejected",
        /// A user switched to another of their accounts.
        ActiveAccountChanged = "active_account.changed",
        /// Access to a provider account was requested.
        AccessRequested = "access_request.requested",
        /// An access request reached the administrators of an account.
        AccessRequestReceived = "access_request.received",
        /// A job ran.
        JobRun = "job.run",
        /// An undelivered mail was queued again.
        MailRetried = "mail.retried",
        /// An organization was created from the command line.
        OrganizationCreated = "organization.created",
        /// Provider records were imported.
        ProviderRecordsImported = "provider_records.imported",
        /// A user was created from the command line.
        UserCreated = "user.created",
        /// An operator locked a login.
        UserLocked = "user.locked",
        /// An operator unlocked a login.
        UserUnlocked = "user.unlocked",
        /// An operator disabled a user everywhere.
        UserDisabled = "user.disabled",
        /// An operator enabled a user again.
        UserEnabled = "user.enabled",
        /// An operator ended a user's sessions.
        UserSessionsEnded = "user.sessions_ended",
        /// An operator changed a user's email address.
        UserEmailChanged = "user.email_changed",
        /// An operator granted a platform role.
        PlatformRoleGranted = "platform_role.granted",
        /// An operator revoked a platform role.
        PlatformRoleRevoked = "platform_role.revoked",
        /// An operator appointed an administrator of an organization that had none.
        AdministratorAppointed = "administrator.appointed",
        /// Providers were imported from the NPI registry.
        ProvidersImported = "providers.imported",
        /// Links, sessions, and emails were ended after the database was restored from a backup.
        DatabaseRestored = "database.restored",
        /// The sandbox was seeded with its demonstration data.
        SandboxFilled = "sandbox.filled",
    }
}

/// A value in an event's details. Never a Social Security number, tax number or token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Detail {
    /// A string.
    Text(String),
    /// A number.
    Number(i64),
    /// A list of strings.
    List(Vec<String>),
}

/// An event to record. The author and the time come from the transaction that records it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditEvent {
    /// The organization it concerns; `None` for platform events.
    pub organization: Option<OrganizationId>,
    /// The action.
    pub action: AuditAction,
    /// The object of the action: a typed id in its wire form, or a name.
    pub object: String,
    /// The values before and after, and any other details.
    pub details: Vec<(&'static str, Detail)>,
}

impl AuditEvent {
    /// An event without details. It belongs to the organization, or to the platform without one.
    #[must_use]
    pub fn bare(
        organization: impl Into<Option<OrganizationId>>,
        action: AuditAction,
        object: impl ToString,
    ) -> Self {
        Self { organization: organization.into(), action, object: object.to_string(), details: vec![] }
    }

    /// The same event with a further detail.
    #[must_use]
    pub fn with(mut self, key: &'static str, detail: Detail) -> Self {
        self.details.push((key, detail));
        self
    }
}

impl Detail {
    /// The text of a value.
    #[must_use]
    pub fn text(value: impl ToString) -> Self {
        Self::Text(value.to_string())
    }

    /// A count.
    #[must_use]
    pub fn count(count: usize) -> Self {
        Self::Number(i64::try_from(count).unwrap_or(i64::MAX))
    }
}
