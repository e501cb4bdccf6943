//! Changes to an application: each decision returns the row's new status, the history entry, and
//! the effects, together.
//!
//! Only the decisions on [`Matter`] create an [`ApplicationChange`], so a change without its audit
//! event, correspondence and notifications cannot be stored.

use crate::applications::application::HistoryAction;
use crate::applications::correspondence::{Decision, Matter};
use crate::applications::inactivity::{Named, restoration, restoration_key};
use crate::applications::life_cycle::{InvalidTransition, Transition};
use crate::applications::screen::Screen;
use crate::ground::application_status::ApplicationStatus;
use crate::ground::audit::{AuditAction, AuditEvent, Detail};
use crate::ground::document_type::DocumentType;
use crate::ground::effects::Effects;
use crate::ground::id::{ApplicationId, DocumentId, MedicaidIdId};
use crate::ground::notice::{Notice, NotificationKind, Recipient};

/// A decided change to one application.
#[derive(Clone)]
pub struct ApplicationChange {
    application: ApplicationId,
    version: i64,
    status: Option<ApplicationStatus>,
    is_activity: bool,
    history: HistoryAction,
    detail: Option<String>,
    effects: Effects,
}

impl ApplicationChange {
    /// The application.
    #[must_use]
    pub const fn application(&self) -> ApplicationId {
        self.application
    }

    /// The version that the change was decided on; any other version makes it stale.
    #[must_use]
    pub const fn version(&self) -> i64 {
        self.version
    }

    /// The new status; `None` if it stays.
    #[must_use]
    pub const fn status(&self) -> Option<ApplicationStatus> {
        self.status
    }

    /// Whether the change restarts the count of inactive days (domain rule R-064).
    #[must_use]
    pub const fn is_activity(&self) -> bool {
        self.is_activity
    }

    /// The entry in the application's history.
    #[must_use]
    pub const fn history(&self) -> HistoryAction {
        self.history
    }

    /// What the history entry adds, such as a reason.
    #[must_use]
    pub fn detail(&self) -> Option<&str> {
        self.detail.as_deref()
    }

    /// The audit event, correspondence and notifications of the change.
    #[must_use]
    pub const fn effects(&self) -> &Effects {
        &self.effects
    }
}

/// A document as the audit trail records it.
#[derive(Clone, Copy, Debug)]
pub struct DocumentFacts<'a> {
    /// The document.
    pub id: DocumentId,
    /// Its type.
    pub document_type: DocumentType,
    /// The file name.
    pub file_name: &'a str,
    /// SHA-256 of the content, hexadecimal.
    pub sha256: &'a str,
}

/// The outcome of an approval, for the history and the audit trail.
#[derive(Clone, Copy, Debug)]
pub struct ApprovalOutcome<'a> {
    /// The Medicaid ID that was issued: record and number.
    pub issued: Option<(MedicaidIdId, &'a str)>,
    /// The outcome as a sentence; empty if there is nothing to add.
    pub summary: &'a str,
}

impl Matter {
    /// The department takes the application into review.
    pub fn start_review(&self) -> Result<ApplicationChange, InvalidTransition> {
        let status = Transition::StartReview.from(self.status)?;
        let event = self.transition_event(AuditAction::ApplicationReviewStarted, status, vec![]);
        Ok(self.change(HistoryAction::ReviewStarted, None, Effects::recorded_as(event)).to(status))
    }

    /// The department returns the application for correction (N-04).
    pub fn return_to_provider(
        &self,
        reason: &str,
        audience: &[Recipient],
    ) -> Result<ApplicationChange, InvalidTransition> {
        let status = Transition::Return.from(self.status)?;
        let event = self.transition_event(AuditAction::ApplicationReturned, status, vec![]);
        let effects = self.announce(event, Decision::Returned { reason }, audience);
        Ok(self.change(HistoryAction::Returned, Some(reason), effects).to(status).restarting_inactivity())
    }

    /// The department denies the application (N-05).
    pub fn deny(&self, reason: &str, audience: &[Recipient]) -> Result<ApplicationChange, InvalidTransition> {
        let status = Transition::Deny.from(self.status)?;
        let event = self.transition_event(AuditAction::ApplicationDenied, status, vec![]);
        let effects = self.announce(event, Decision::Denied { reason }, audience);
        Ok(self.change(HistoryAction::Denied, Some(reason), effects).to(status))
    }

    /// The department approves the application (N-05). The correspondence refers to the issued
    /// Medicaid ID, if there is one.
    pub fn approve(
        &self,
        outcome: ApprovalOutcome<'_>,
        audience: &[Recipient],
    ) -> Result<ApplicationChange, InvalidTransition> {
        let status = Transition::Approve.from(self.status)?;
        let (issued, number) = outcome.issued.unzip();
        let further = issued.map(|id| ("issued", Detail::Text(id.to_string()))).into_iter().collect();
        let event = self.transition_event(AuditAction::ApplicationApproved, status, further);
        let about = Self { medicaid_id: issued.or(self.medicaid_id), ..self.clone() };
        let effects = about.announce(event, Decision::Approved { issued: number }, audience);
        let detail = Some(outcome.summary).filter(|summary| !summary.is_empty());
        Ok(self.change(HistoryAction::Approved, detail, effects).to(status))
    }

    /// An agent submits the application, for the first time or again after it was returned.
    pub fn submit(&self, by: &str) -> Result<ApplicationChange, InvalidTransition> {
        let status = Transition::Submit.from(self.status)?;
        let again = self.status == ApplicationStatus::ReturnedToProvider;
        let event = self.transition_event(AuditAction::ApplicationSubmitted, status, vec![]);
        let effects = Effects::recorded_as(event).corresponding([self.filed(by, again)]);
        let history = if again { HistoryAction::Resubmitted } else { HistoryAction::Submitted };
        Ok(self.change(history, None, effects).to(status).restarting_inactivity())
    }

    /// A user withdraws the application (domain rule R-065). As activity, it resolves the warnings
    /// of an automatic withdrawal.
    pub fn withdraw(&self, reason: Option<&str>) -> Result<ApplicationChange, InvalidTransition> {
        let status = Transition::Withdraw.from(self.status)?;
        let event = self.transition_event(AuditAction::ApplicationWithdrawn, status, vec![]);
        Ok(self
            .change(HistoryAction::Withdrawn, reason, Effects::recorded_as(event))
            .to(status)
            .restarting_inactivity())
    }

    /// An operator restores the application to the status before its automatic withdrawal
    /// (decision D-17).
    pub fn restore(
        &self,
        before: ApplicationStatus,
        audience: &[Recipient],
    ) -> Result<ApplicationChange, InvalidTransition> {
        let status = Transition::Restore(before).from(self.status)?;
        let event = self.transition_event(AuditAction::ApplicationRestored, status, vec![]);
        let text = restoration(&self.named(), status);
        let key = |user| Some(restoration_key(self.application, self.version + 1, user));
        let notices = audience.iter().map(|recipient| Notice {
            dedupe_key: key(recipient.user),
            ..self.notice(recipient, NotificationKind::ApplicationRestored, text.clone())
        });
        let effects = Effects::recorded_as(event).notifying(notices);
        Ok(self.change(HistoryAction::Restored, None, effects).to(status).restarting_inactivity())
    }

    /// An agent saves screens.
    #[must_use]
    pub fn save(&self, screens: &[Screen]) -> ApplicationChange {
        let numbers: Vec<_> = screens.iter().map(ToString::to_string).collect();
        let detail = numbers.join(", ");
        let details = vec![
            ("application_number", Detail::Text(self.number.clone())),
            ("screens", Detail::List(numbers)),
        ];
        let event = self.event(AuditAction::ApplicationSaved, self.application.to_string(), details);
        self.change(HistoryAction::Saved, Some(&detail), Effects::recorded_as(event)).restarting_inactivity()
    }

    /// An agent adds a document. `size` is in bytes.
    #[must_use]
    pub fn add_document(
        &self,
        document: DocumentFacts<'_>,
        media_type: &str,
        size: i64,
    ) -> ApplicationChange {
        let further = [("media_type", Detail::Text(media_type.into())), ("size", Detail::Number(size))];
        self.document_change(HistoryAction::DocumentAdded, AuditAction::DocumentAdded, document, further)
    }

    /// An agent removes a document.
    #[must_use]
    pub fn remove_document(&self, document: DocumentFacts<'_>) -> ApplicationChange {
        self.document_change(HistoryAction::DocumentRemoved, AuditAction::DocumentRemoved, document, [])
    }

    fn document_change(
        &self,
        history: HistoryAction,
        action: AuditAction,
        document: DocumentFacts<'_>,
        further: impl IntoIterator<Item = (&'static str, Detail)>,
    ) -> ApplicationChange {
        let mut details = vec![
            ("application", Detail::Text(self.application.to_string())),
            ("document_type", Detail::Text(document.document_type.to_string())),
        ];
        details.extend(further);
        details.push(("sha256", Detail::Text(document.sha256.into())));
        let event = self.event(action, document.id.to_string(), details);
        let detail = format!("{}: {}", document.document_type, document.file_name);
        self.change(history, Some(&detail), Effects::recorded_as(event)).restarting_inactivity()
    }

    /// The application as notices name it.
    pub(crate) fn named(&self) -> Named<'_> {
        Named {
            number: &self.number,
            application_type: self.application_type,
            provider_name: &self.provider_name,
        }
    }

    pub(crate) fn event(
        &self,
        action: AuditAction,
        object: String,
        details: Vec<(&'static str, Detail)>,
    ) -> AuditEvent {
        AuditEvent { organization: Some(self.organization), action, object, details }
    }

    /// The event of a transition. Reasons are in the history and not here.
    fn transition_event(
        &self,
        action: AuditAction,
        to: ApplicationStatus,
        further: Vec<(&'static str, Detail)>,
    ) -> AuditEvent {
        let mut details = vec![
            ("application_number", Detail::Text(self.number.clone())),
            ("from", Detail::Text(self.status.to_string())),
            ("to", Detail::Text(to.to_string())),
        ];
        details.extend(further);
        self.event(action, self.application.to_string(), details)
    }

    /// Correspondence to the provider, and notices to the current audience.
    fn announce(&self, event: AuditEvent, decision: Decision<'_>, audience: &[Recipient]) -> Effects {
        let entry = self.decided(decision);
        Effects::recorded_as(event).corresponding([entry]).notifying(self.notices(decision, audience))
    }

    fn change(&self, history: HistoryAction, detail: Option<&str>, effects: Effects) -> ApplicationChange {
        ApplicationChange {
            application: self.application,
            version: self.version,
            status: None,
            is_activity: false,
            history,
            detail: detail.map(str::to_owned),
            effects,
        }
    }
}

impl ApplicationChange {
    fn to(self, status: ApplicationStatus) -> Self {
        Self { status: Some(status), ..self }
    }

    fn restarting_inactivity(self) -> Self {
        Self { is_activity: true, ..self }
    }
}

#[cfg(test)]
#[path = "change_tests.rs"]
mod tests;
