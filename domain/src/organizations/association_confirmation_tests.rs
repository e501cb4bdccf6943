use uuid::Uuid;

use super::ConfirmationAction::{Confirm, Reject};
use super::*;

fn user(number: u128) -> UserId {
    UserId::from_uuid(Uuid::from_u128(number))
}

const MEMBERSHIP: MembershipId = MembershipId::from_uuid(Uuid::from_u128(3));

fn waiting(membership: Option<MembershipStatus>) -> AssociationToConfirm {
    AssociationToConfirm {
        id: AssociationId::from_uuid(Uuid::from_u128(1)),
        user: user(2),
        cause: match membership {
            Some(_) => ConfirmationCause::FirstAdministrator,
            None => ConfirmationCause::TooManyFailures,
        },
        status: ConfirmationStatus::Waiting,
        membership: membership.map(|status| (MEMBERSHIP, status)),
        administrator_exists: false,
    }
}

fn pending() -> AssociationToConfirm {
    waiting(Some(MembershipStatus::VerificationPending))
}

#[test]
fn r_203_a_waiting_association_is_confirmed_or_rejected_once() {
    for (action, status) in [(Confirm, ConfirmationStatus::Confirmed), (Reject, ConfirmationStatus::Rejected)]
    {
        let decision = decide(pending(), action, user(9)).unwrap();
        assert_eq!((decision.status(), decision.membership()), (status, Some(MEMBERSHIP)));
        for decided in [ConfirmationStatus::Confirmed, ConfirmationStatus::Rejected] {
            let again = AssociationToConfirm { status: decided, ..pending() };
            assert_eq!(decide(again, action, user(9)), Err(vec![ConfirmationRefusal::InvalidTransition]));
        }
    }
}

#[test]
fn r_203_an_association_whose_membership_no_longer_waits_can_only_be_rejected() {
    for status in MembershipStatus::ALL.iter().filter(|status| !waits(**status)) {
        let ended = waiting(Some(*status));
        assert_eq!(
            decide(ended, Confirm, user(9)),
            Err(vec![ConfirmationRefusal::InvalidTransition]),
            "{status}"
        );
        let rejected = decide(ended, Reject, user(9)).unwrap();
        assert_eq!(rejected.membership(), None, "the membership is {status} and stays so");
    }
}

#[test]
fn r_203_the_allowed_decisions_are_those_that_the_status_does_not_refuse() {
    let ended = waiting(Some(MembershipStatus::Revoked));
    let confirmed = AssociationToConfirm { status: ConfirmationStatus::Confirmed, ..pending() };
    let rejected = AssociationToConfirm { status: ConfirmationStatus::Rejected, ..waiting(None) };
    for (association, allowed) in [
        (pending(), &[Confirm, Reject][..]),
        (waiting(None), &[Confirm, Reject]),
        (ended, &[Reject]),
        (confirmed, &[]),
        (rejected, &[]),
    ] {
        assert_eq!(association.allowed(), allowed, "{association:?}");
        for action in ConfirmationAction::ALL {
            let is_allowed = decide(association, *action, user(9)).is_ok();
            assert_eq!(is_allowed, allowed.contains(action), "{action} {association:?}");
        }
    }
}

#[test]
fn r_203_a_claim_after_too_many_failures_has_no_membership_yet() {
    assert_eq!(decide(waiting(None), Confirm, user(9)).unwrap().membership(), None);
    assert_eq!(decide(waiting(None), Reject, user(9)).unwrap().membership(), None);
}

#[test]
fn r_203_staff_cannot_decide_about_their_own_association_and_all_refusals_are_reported() {
    let taken = AssociationToConfirm {
        status: ConfirmationStatus::Rejected,
        administrator_exists: true,
        ..pending()
    };
    assert_eq!(decide(taken, Confirm, user(2)).unwrap_err(), ConfirmationRefusal::ALL);
    assert_eq!(decide(pending(), Reject, user(2)), Err(vec![ConfirmationRefusal::OwnRights]));
    let administered = AssociationToConfirm { administrator_exists: true, ..pending() };
    assert_eq!(decide(administered, Confirm, user(9)), Err(vec![ConfirmationRefusal::AdministratorExists]));
    assert!(
        decide(administered, Reject, user(9)).is_ok(),
        "an administrator is no reason against a rejection"
    );
}

fn mails(association: AssociationToConfirm, action: ConfirmationAction) -> Vec<MailContent> {
    let decision = decide(association, action, user(9)).unwrap();
    let effects = decision.effects(Recorded {
        organization: None,
        plan: PlanCode::Cca,
        provider: "Harborlight",
        name: "Amara Whitfield",
        email: &EmailAddress::parse("amara@example.org").unwrap(),
        reason: (action == Reject).then_some("The number on file is not in service."),
        accept_until: None,
    });
    effects.mails().iter().map(|mail| mail.content.clone()).collect()
}

#[test]
fn r_203_the_person_is_notified_unless_that_would_reveal_a_match() {
    assert!(matches!(mails(pending(), Confirm).as_slice(), [MailContent::AssociationConfirmed { .. }]));
    assert!(matches!(mails(pending(), Reject).as_slice(), [MailContent::AssociationRejected { .. }]));
    assert!(matches!(mails(waiting(None), Confirm).as_slice(), [MailContent::AssociationConfirmed { .. }]));
    assert!(mails(waiting(None), Reject).is_empty());
}

#[test]
fn r_203_each_member_of_the_plan_s_staff_is_told_once_about_a_waiting_association() {
    let staff: Vec<_> = [7, 8]
        .map(|number| Addressee {
            user: user(number),
            name: "Pat Plan".into(),
            email: EmailAddress::parse(&format!("pat{number}@example.org")).unwrap(),
        })
        .into();
    let claimant = Claimant {
        association: pending().id,
        plan: PlanCode::Cca,
        provider: "Harborlight",
        username: "CCA-1",
        name: "Amara Whitfield",
        email: "amara@example.org",
        cause: ConfirmationCause::TooManyFailures,
    };
    let mails = announced(&claimant, &staff);
    let recipients: Vec<_> = mails.iter().map(|mail| mail.recipient.as_str()).collect();
    assert_eq!(recipients, ["pat7@example.org", "pat8@example.org"]);
    assert_ne!(mails[0].key, mails[1].key);
    assert_eq!(announced(&claimant, &staff)[0].key, mails[0].key, "a repetition is not sent twice");
    assert_eq!(review_received(&claimant, &staff).mails().len(), 2);
}

#[test]
fn the_plan_s_staff_confirm_unless_the_plan_says_otherwise() {
    assert_eq!(AssociationPolicy::default().confirmation, Confirmation::Staff);
}
