use super::given::*;
use super::*;
use crate::ground::application_status::ApplicationStatus;
use crate::organizations::membership::MembershipStatus;

#[test]
fn r_020_r_029_every_open_status_is_reassigned_and_only_the_new_agent_is_notified() {
    let (from, to) = (agent(1, MembershipStatus::Active), agent(2, MembershipStatus::Active));
    let items: Vec<_> =
        ApplicationStatus::REASSIGNABLE.iter().zip(10..).map(|(status, n)| item(n, *status, &from)).collect();
    let decision = propose(circumstances(), &from, &to, &chosen(&items), items.clone()).unwrap();
    assert_eq!(decision.items(), items);
    assert!(decision.notices().iter().all(|notice| notice.recipient == to.user));
    assert_eq!(decision.notices().len(), 4);
    assert_eq!(decision.revertible_until().to_rfc3339(), "2026-02-02T12:00:00+00:00");
}

#[test]
fn r_021_applications_of_a_former_agent_can_be_reassigned() {
    let (from, to) = (agent(1, MembershipStatus::Revoked), agent(2, MembershipStatus::Active));
    let items = vec![item(10, ApplicationStatus::InProgress, &from)];
    assert!(propose(circumstances(), &from, &to, &chosen(&items), items).is_ok());
}

#[test]
fn r_025_the_target_must_be_another_active_credentialing_agent() {
    let from = agent(1, MembershipStatus::Active);
    let items = vec![item(10, ApplicationStatus::InProgress, &from)];
    let refusal = |to: &Agent| propose(circumstances(), &from, to, &chosen(&items), items.clone()).err();
    assert_eq!(refusal(&from), Some(Refusal::Target(vec![TargetRefusal::TargetSameAsSource])));
    let not_an_agent = Agent { is_credentialing_agent: false, ..agent(2, MembershipStatus::Active) };
    for to in [not_an_agent, agent(2, MembershipStatus::Disabled), agent(2, MembershipStatus::Invited)] {
        let expected = TargetRefusal::TargetNotActiveCredentialingAgent;
        assert_eq!(refusal(&to), Some(Refusal::Target(vec![expected])), "{to:?}");
    }
    let disabled = agent(1, MembershipStatus::Disabled);
    assert_eq!(
        examine_target(&disabled, &disabled),
        [TargetRefusal::TargetSameAsSource, TargetRefusal::TargetNotActiveCredentialingAgent]
    );
}

#[test]
fn r_026_r_031_every_refused_item_is_reported_with_all_reasons() {
    let (from, to) = (agent(1, MembershipStatus::Active), agent(2, MembershipStatus::Active));
    let good = item(10, ApplicationStatus::Submitted, &from);
    let closed_and_gone = item(11, ApplicationStatus::Approved, &to);
    let unknown = item(12, ApplicationStatus::Submitted, &from);
    let stale = item(13, ApplicationStatus::Submitted, &from);
    let mut choice = chosen(&[good.clone(), closed_and_gone.clone(), unknown.clone(), stale.clone()]);
    choice[3].version = 2;
    let found = vec![good, closed_and_gone.clone(), stale.clone()];
    assert_eq!(
        propose(circumstances(), &from, &to, &choice, found),
        Err(Refusal::Items(vec![
            Verdict {
                id: closed_and_gone.id,
                reasons: vec![ItemRefusal::ItemNotReassignable, ItemRefusal::ItemChanged]
            },
            Verdict { id: unknown.id, reasons: vec![ItemRefusal::NotFound] },
            Verdict { id: stale.id, reasons: vec![ItemRefusal::ItemChanged] },
        ]))
    );
}

#[test]
fn r_024_duplicate_items_count_once_unless_their_versions_differ() {
    let from = agent(1, MembershipStatus::Active);
    let held = item(10, ApplicationStatus::Submitted, &from);
    let once = ChosenItem { id: held.id, version: 3 };
    let found = [held.clone()];
    assert_eq!(examine(from.id, &[once, once], &found), [Verdict { id: held.id, reasons: vec![] }]);
    let twice = examine(from.id, &[once, ChosenItem { version: 2, ..once }], &found);
    assert_eq!(twice, [Verdict { id: held.id, reasons: vec![ItemRefusal::ItemChanged] }]);
}
