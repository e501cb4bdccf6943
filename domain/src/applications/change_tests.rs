use uuid::Uuid;

use super::*;
use crate::applications::correspondence::tests::matter;
use crate::ground::correspondence::Direction;
use crate::ground::id::UserId;

fn recipient(number: u128) -> Recipient {
    Recipient { user: UserId::from_uuid(Uuid::from_u128(number)), name: format!("User {number}") }
}

fn in_status(status: ApplicationStatus) -> Matter {
    Matter { status, ..matter() }
}

fn actions(change: &ApplicationChange) -> Vec<AuditAction> {
    change.effects().events().into_iter().map(|event| event.action).collect()
}

#[test]
fn n_04_a_return_creates_an_audit_event_correspondence_and_notices() {
    let under_review = in_status(ApplicationStatus::DmsReviewInProgress);
    let change = under_review.return_to_provider("NPI missing", &[recipient(1), recipient(2)]).unwrap();
    assert_eq!(change.status(), Some(ApplicationStatus::ReturnedToProvider));
    assert_eq!((change.history(), change.detail()), (HistoryAction::Returned, Some("NPI missing")));
    assert!(change.is_activity(), "the count of inactive days restarts");
    assert_eq!(actions(&change), [AuditAction::ApplicationReturned]);
    let notified: Vec<_> = change.effects().notices().iter().map(|notice| notice.recipient).collect();
    assert_eq!(notified, [recipient(1).user, recipient(2).user]);
    let [entry] = change.effects().correspondence() else { panic!("expected one entry") };
    assert_eq!(entry.direction, Direction::ToProvider);
    assert!(entry.body.ends_with("Reason: NPI missing"), "{}", entry.body);
    assert!(
        !format!("{:?}", change.effects().events()).contains("NPI missing"),
        "audit events contain no reasons"
    );
}

#[test]
fn n_05_an_approval_refers_to_the_issued_medicaid_id() {
    let issued = MedicaidIdId::from_uuid(Uuid::from_u128(9));
    let outcome = ApprovalOutcome { issued: Some((issued, "7100004567")), summary: "" };
    let under_review = in_status(ApplicationStatus::DmsReviewInProgress);
    let change = under_review.approve(outcome, &[recipient(1)]).unwrap();
    assert_eq!(change.effects().correspondence()[0].medicaid_id, Some(issued));
    assert_eq!(change.effects().notices()[0].kind, NotificationKind::ApplicationApproved);
    assert_eq!((change.detail(), change.is_activity()), (None, false));
    let event = change.effects().events()[0];
    assert!(event.details.contains(&("issued", Detail::Text(issued.to_string()))), "{event:?}");
}

#[test]
fn history_and_correspondence_distinguish_a_resubmission_from_a_submission() {
    for (status, history, word) in [
        (ApplicationStatus::InProgress, HistoryAction::Submitted, "submitted."),
        (ApplicationStatus::ReturnedToProvider, HistoryAction::Resubmitted, "submitted again."),
    ] {
        let change = in_status(status).submit("Marcus Webb").unwrap();
        assert_eq!(change.history(), history, "{status}");
        assert!(change.effects().correspondence()[0].body.contains(word), "{status}");
        assert!(change.effects().notices().is_empty(), "{status}");
    }
}

#[test]
fn a_transition_that_the_status_does_not_allow_has_no_effects() {
    for status in ApplicationStatus::ALL {
        let subject = in_status(*status);
        assert_eq!(subject.deny("x", &[]).is_ok(), *status == ApplicationStatus::DmsReviewInProgress);
        assert_eq!(subject.start_review().is_ok(), *status == ApplicationStatus::Submitted);
        assert_eq!(subject.withdraw(None).is_ok(), *status == ApplicationStatus::ReturnedToProvider);
    }
}

#[test]
fn d_17_a_restoration_notifies_each_recipient_once() {
    let withdrawn = in_status(ApplicationStatus::Withdrawn);
    let change = withdrawn.restore(ApplicationStatus::InProgress, &[recipient(1), recipient(2)]).unwrap();
    let keys: std::collections::BTreeSet<_> =
        change.effects().notices().iter().map(|notice| notice.dedupe_key.clone().unwrap()).collect();
    assert_eq!(keys.len(), 2);
    assert!(withdrawn.restore(ApplicationStatus::Submitted, &[]).is_err());
}

#[test]
fn a_document_is_audited_by_its_digest_and_never_by_its_name() {
    let facts = DocumentFacts {
        id: DocumentId::from_uuid(Uuid::from_u128(5)),
        document_type: DocumentType::ALL[0],
        file_name: "Jane Smith.pdf",
        sha256: "00ff",
    };
    let added = matter().add_document(facts, "application/pdf", 12);
    let removed = matter().remove_document(facts);
    for (change, action) in [(&added, AuditAction::DocumentAdded), (&removed, AuditAction::DocumentRemoved)] {
        assert_eq!(actions(change), [action]);
        assert!(!format!("{:?}", change.effects().events()).contains("Jane"), "{action}");
        assert!(change.detail().unwrap().ends_with(": Jane Smith.pdf") && change.is_activity());
    }
}
