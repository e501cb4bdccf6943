//! The closed vocabulary of what can be recorded in the audit trail (domain rule R-203).

use crate::ground::id::OrganizationId;
use crate::vocabulary;

vocabulary! {
    /// What was done.
    pub enum AuditAction {
        /// Applications moved from one agent to another.
        ReassignmentCreated = "reassignment.created",
        /// A reassignment was reverted.
        ReassignmentReverted = "reassignment.reverted",
        /// An application was started.
        ApplicationStarted = "application.started",
        /// Screens of an application were saved.
        ApplicationSaved = "application.saved",
        /// An application was filed.
        ApplicationSubmitted = "application.submitted",
        /// The department took an application into review.
        ApplicationReviewStarted = "application.review_started",
        /// The department returned an application for correction.
        ApplicationReturned = "application.returned",
        /// The department approved an application.
        ApplicationApproved = "application.approved",
        /// The department denied an application.
        ApplicationDenied = "application.denied",
        /// The person who started an application withdrew it.
        ApplicationWithdrawn = "application.withdrawn",
        /// Somebody was warned that an application rests.
        ApplicationWarned = "application.warned",
        /// An application was withdrawn for inactivity.
        ApplicationWithdrawnAutomatically = "application.withdrawn_automatically",
        /// An operator took an automatic withdrawal back.
        ApplicationRestored = "application.restored",
        /// Applications were imported.
        ApplicationsImported = "applications.imported",
        /// A document was added to an application.
        DocumentAdded = "document.added",
        /// A document was removed from an application.
        DocumentRemoved = "document.removed",
        /// All agents of an organization got access to a Medicaid ID.
        AgentAccessGranted = "agent_access.granted",
        /// All agents of an organization lost access to a Medicaid ID.
        AgentAccessRemoved = "agent_access.removed",
        /// Medicaid IDs were imported.
        MedicaidIdsImported = "medicaid_ids.imported",
        /// A caller's four facts were compared.
        CallerVerified = "caller.verified",
        /// A calendar of due dates was made.
        CalendarFeedCreated = "calendar_feed.created",
        /// A calendar of due dates was revoked.
        CalendarFeedRevoked = "calendar_feed.revoked",
        /// A notice was marked as read.
        NotificationRead = "notification.read",
        /// Somebody signed in.
        SessionStarted = "session.started",
        /// A session was ended.
        SessionEnded = "session.ended",
        /// All sessions of a person were ended.
        SessionsEnded = "sessions.ended",
        /// A session's tokens were renewed.
        SessionRefreshed = "session.refreshed",
        /// A refresh token was used a second time; its session was ended.
        RefreshTokenReused = "refresh_token.reused",
        /// Guessing at a password or at codes was stopped.
        SignInBlocked = "sign_in.blocked",
        /// Somebody was invited to an organization.
        InvitationCreated = "invitation.created",
        /// An invitation was sent again, with a new link.
        InvitationResent = "invitation.resent",
        /// An invitation was cancelled.
        InvitationCancelled = "invitation.cancelled",
        /// An invitation was accepted.
        InvitationAccepted = "invitation.accepted",
        /// Somebody was put on a list of people to be invited.
        InviteListEntryAdded = "invite_list_entry.added",
        /// Somebody was taken off that list.
        InviteListEntryRemoved = "invite_list_entry.removed",
        /// The people on a list were invited.
        InviteListSent = "invite_list.sent",
        /// A member's account was verified.
        MemberVerified = "member.verified",
        /// A member was enabled.
        MemberEnabled = "member.enabled",
        /// A member was disabled.
        MemberDisabled = "member.disabled",
        /// A member was removed for good.
        MemberRevoked = "member.revoked",
        /// A member was made an administrator.
        MemberMadeAdmin = "member.made_admin",
        /// A member's roles or permissions were set, or a comment was made.
        MemberUpdated = "member.updated",
        /// A member was told to complete their registration.
        RegistrationEmailSent = "member.registration_email_sent",
        /// A member was sent a link to set a new password.
        PasswordResetEmailSent = "member.password_reset_email_sent",
        /// A manager ended a member's sessions.
        MemberSessionsEnded = "member.sessions_ended",
        /// Somebody asked for an account under a tax id.
        RegistrationRequested = "registration.requested",
        /// Somebody registered under a tax id.
        RegistrationReceived = "registration.received",
        /// A registration was completed by its link.
        RegistrationCompleted = "registration.completed",
        /// The plan set up the original registrant of a practice.
        OriginalRegistrantVerified = "registration.original_verified",
        /// Somebody asked for a link to set a new password.
        PasswordResetRequested = "password_reset.requested",
        /// A link to set a new password was issued.
        PasswordResetIssued = "password_reset.issued",
        /// A new password was set by link.
        PasswordResetCompleted = "password_reset.completed",
        /// A person changed their password.
        PasswordChanged = "password.changed",
        /// A person changed what is known about them.
        ProfileUpdated = "profile.updated",
        /// A second factor was begun.
        MfaMethodAdded = "mfa_method.added",
        /// A second factor was confirmed and counts from now on.
        MfaMethodConfirmed = "mfa_method.confirmed",
        /// A second factor was removed.
        MfaMethodRemoved = "mfa_method.removed",
        /// Somebody matched a provider record: step 1 of 2.
        AssociationStarted = "association.started",
        /// Somebody accepted the provider agreement and got the account: step 2 of 2.
        AssociationCompleted = "association.completed",
        /// A person switched to another of their accounts.
        ActiveAccountChanged = "active_account.changed",
        /// Somebody asked to be let into a provider account.
        AccessRequested = "access_request.requested",
        /// A request for access reached the administrators of an account.
        AccessRequestReceived = "access_request.received",
        /// A job was run.
        JobRun = "job.run",
        /// A mail that could not be delivered is tried again.
        MailRetried = "mail.retried",
        /// An organization was created from the command line.
        OrganizationCreated = "organization.created",
        /// Provider records were imported.
        ProviderRecordsImported = "provider_records.imported",
        /// A user was created from the command line.
        UserCreated = "user.created",
        /// Providers were imported from the NPI registry.
        ProvidersImported = "providers.imported",
        /// The sandbox was filled with its demonstration data.
        SandboxFilled = "sandbox.filled",
    }
}

/// A value in an event's details. Never a Social Security or tax number, never a token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Detail {
    /// One text.
    Text(String),
    /// One number.
    Number(i64),
    /// Several texts.
    List(Vec<String>),
}

/// What is to be recorded, without who and when: those come from the transaction that records it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditEvent {
    /// The organization it concerns; none for events of the platform.
    pub organization: Option<OrganizationId>,
    /// What was done.
    pub action: AuditAction,
    /// To what: a typed id on the wire, or a name.
    pub object: String,
    /// Before, after, and whatever explains it.
    pub details: Vec<(&'static str, Detail)>,
}
