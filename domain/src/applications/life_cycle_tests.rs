use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::ground::id::{MembershipId, OrganizationId, SessionId, UserId};
use crate::ground::plan_code::PlanCode;
use crate::identity::user::HeldRole;
use crate::organizations::membership::{Membership, MembershipStatus};
use crate::organizations::organization::OrganizationKind;
use crate::platform::plan::PlanProfile;

const KY: &str = concat!(
    include_str!("../../../api/plans/ky.toml"),
    include_str!("../../../api/plans/ky-provider-types.toml")
);

const IN_PROGRESS: ApplicationStatus = ApplicationStatus::InProgress;
const SUBMITTED: ApplicationStatus = ApplicationStatus::Submitted;
const RETURNED: ApplicationStatus = ApplicationStatus::ReturnedToProvider;
const REVIEW: ApplicationStatus = ApplicationStatus::DmsReviewInProgress;
const APPROVED: ApplicationStatus = ApplicationStatus::Approved;
const DENIED: ApplicationStatus = ApplicationStatus::Denied;
const WITHDRAWN: ApplicationStatus = ApplicationStatus::Withdrawn;

/// The table of domain section 4.1, written independently of the code, with the restorations by
/// operators.
const TABLE: &[(ApplicationStatus, Transition, ApplicationStatus)] = &[
    (IN_PROGRESS, Transition::Submit, SUBMITTED),
    (SUBMITTED, Transition::StartReview, REVIEW),
    (SUBMITTED, Transition::Return, RETURNED),
    (REVIEW, Transition::Return, RETURNED),
    (RETURNED, Transition::Submit, SUBMITTED),
    (REVIEW, Transition::Approve, APPROVED),
    (REVIEW, Transition::Deny, DENIED),
    (RETURNED, Transition::Withdraw, WITHDRAWN),
    (IN_PROGRESS, Transition::WithdrawAutomatically, WITHDRAWN),
    (RETURNED, Transition::WithdrawAutomatically, WITHDRAWN),
    (WITHDRAWN, Transition::Restore(IN_PROGRESS), IN_PROGRESS),
    (WITHDRAWN, Transition::Restore(RETURNED), RETURNED),
];

fn transitions() -> Vec<Transition> {
    let restorations = ApplicationStatus::ALL.iter().copied().map(Transition::Restore);
    let others = [
        Transition::Submit,
        Transition::StartReview,
        Transition::Return,
        Transition::Approve,
        Transition::Deny,
        Transition::Withdraw,
        Transition::WithdrawAutomatically,
    ];
    others.into_iter().chain(restorations).collect()
}

fn in_table(from: ApplicationStatus, transition: Transition) -> Option<ApplicationStatus> {
    let mut rows = TABLE.iter().filter(|row| row.0 == from && row.1 == transition);
    rows.next().map(|row| row.2)
}

fn sorted(mut statuses: Vec<ApplicationStatus>) -> Vec<ApplicationStatus> {
    statuses.sort_unstable();
    statuses.dedup();
    statuses
}

/// The next statuses that need no action of an operator.
fn next_in_table(from: ApplicationStatus) -> Vec<ApplicationStatus> {
    let rows = TABLE.iter().filter(|row| row.0 == from && !matches!(row.1, Transition::Restore(_)));
    sorted(rows.map(|row| row.2).collect())
}

#[test]
fn f_05_every_transition_from_every_status_matches_the_table() {
    let mut allowed = 0;
    for from in ApplicationStatus::ALL {
        for transition in transitions() {
            match (transition.from(*from), in_table(*from, transition)) {
                (Ok(to), Some(expected)) => {
                    assert_eq!(to, expected, "{from} {transition:?}");
                    allowed += 1;
                }
                (Err(refused), None) => {
                    let found = (refused.from, refused.to);
                    assert_eq!(found, (*from, Some(transition.to())), "{from} {transition:?}");
                    assert_eq!(sorted(refused.allowed), next_in_table(*from), "{from} {transition:?}");
                }
                (found, expected) => panic!("{from} {transition:?}: {found:?}, not {expected:?}"),
            }
        }
    }
    assert_eq!(allowed, TABLE.len());
}

#[test]
fn f_05_only_the_open_statuses_have_next_statuses() {
    for status in ApplicationStatus::ALL {
        assert_eq!(next_statuses(*status).is_empty(), !status.is_open(), "{status}");
    }
}

proptest! {
    #[test]
    fn f_05_no_sequence_of_transitions_leaves_the_table_or_a_final_status(steps in prop::collection::vec(0usize..14, 0..60)) {
        let transitions = transitions();
        let mut status = ApplicationStatus::InProgress;
        for step in steps {
            let transition = transitions[step];
            let Ok(next) = transition.from(status) else {
                prop_assert_eq!(in_table(status, transition), None);
                continue;
            };
            prop_assert_eq!(in_table(status, transition), Some(next));
            prop_assert!(!matches!(status, ApplicationStatus::Approved | ApplicationStatus::Denied));
            if status == ApplicationStatus::Withdrawn {
                prop_assert!(matches!(transition, Transition::Restore(_)) && next.is_auto_withdrawable());
            }
            status = next;
        }
    }
}

fn policy() -> CredentialingPolicy {
    toml::from_str::<PlanProfile>(KY).unwrap().credentialing.unwrap()
}

fn organization() -> OrganizationId {
    OrganizationId::from_uuid(Uuid::from_u128(1))
}

fn now() -> Instant {
    "2026-02-01T17:00:00Z".parse().unwrap()
}

/// An active member with this number and these roles.
fn member(number: u128, roles: &[Role]) -> Actor {
    Actor {
        user: UserId::from_uuid(Uuid::from_u128(number)),
        session: SessionId::from_uuid(Uuid::from_u128(3)),
        name: "Marcus Webb".into(),
        platform_roles: vec![],
        memberships: vec![Membership {
            id: MembershipId::from_uuid(Uuid::from_u128(number)),
            organization: organization(),
            kind: OrganizationKind::ProviderGroup,
            plan: PlanCode::Ky,
            status: MembershipStatus::Active,
            roles: roles.to_vec(),
            permissions: vec![],
        }],
    }
}

fn staff(role: PlatformRole) -> Actor {
    Actor { platform_roles: vec![HeldRole::of_all_plans(role)], memberships: vec![], ..member(99, &[]) }
}

const INITIATOR: u128 = 10;
const ASSIGNEE: u128 = 11;
const OTHER: u128 = 12;

/// An application that one agent started and that is assigned to another.
fn application(status: ApplicationStatus) -> ApplicationOwnership {
    ApplicationOwnership {
        organization: organization(),
        plan: PlanCode::Ky,
        assigned_to: MembershipId::from_uuid(Uuid::from_u128(ASSIGNEE)),
        initiated_by: UserId::from_uuid(Uuid::from_u128(INITIATOR)),
        status,
        was_filed: status != IN_PROGRESS,
        agents_have_access: true,
        withdrawal: None,
    }
}

fn refusals(
    actor: &Actor,
    application: &ApplicationOwnership,
    action: ApplicationAction,
) -> Vec<&'static str> {
    judge(actor, application, action, &policy(), now()).into_iter().map(ActionRefusal::as_str).collect()
}

#[test]
fn r_065_a_06_only_the_initiator_can_withdraw_and_only_a_returned_application() {
    for status in ApplicationStatus::ALL {
        let application = application(*status);
        for (number, may) in [(INITIATOR, true), (ASSIGNEE, false), (OTHER, false)] {
            let actor = member(number, &[Role::CredentialingAgent]);
            let mut expected = vec![];
            if !may {
                expected.push("not_initiator");
            }
            if *status != ApplicationStatus::ReturnedToProvider {
                expected.push("invalid_transition");
            }
            assert_eq!(
                refusals(&actor, &application, ApplicationAction::Withdraw),
                expected,
                "{status} {number}"
            );
        }
    }
}

#[test]
fn r_065_the_initiator_needs_an_active_membership_but_neither_a_role_nor_access() {
    let returned = ApplicationOwnership { agents_have_access: false, ..application(RETURNED) };
    let mut initiator = member(INITIATOR, &[]);
    assert!(refusals(&initiator, &returned, ApplicationAction::Withdraw).is_empty());
    initiator.memberships[0].status = MembershipStatus::Disabled;
    assert_eq!(refusals(&initiator, &returned, ApplicationAction::Withdraw), ["role_required"]);
}

#[test]
fn a_06_a_plan_can_let_the_assigned_agent_withdraw_too() {
    let policy = CredentialingPolicy { assignee_may_withdraw: true, ..policy() };
    let judged = |number| {
        let actor = member(number, &[Role::CredentialingAgent]);
        judge(&actor, &application(RETURNED), ApplicationAction::Withdraw, &policy, now())
    };
    assert!(judged(INITIATOR).is_empty() && judged(ASSIGNEE).is_empty());
    assert_eq!(judged(OTHER), [ActionRefusal::NotInitiator]);
}

#[test]
fn r_046_a_15_only_the_assigned_agent_with_access_works_on_an_editable_application() {
    let agent = |number| member(number, &[Role::CredentialingAgent]);
    for action in [
        ApplicationAction::Save,
        ApplicationAction::AddDocument,
        ApplicationAction::RemoveDocument,
        ApplicationAction::Submit,
    ] {
        for status in ApplicationStatus::ALL {
            let expected: &[&str] = if status.is_editable() { &[] } else { &["invalid_transition"] };
            assert_eq!(
                refusals(&agent(ASSIGNEE), &application(*status), action),
                expected,
                "{action} {status}"
            );
        }
        let draft = application(IN_PROGRESS);
        assert_eq!(refusals(&agent(INITIATOR), &draft, action), ["not_assigned"], "{action}");
        let former = member(ASSIGNEE, &[Role::CaAdminManager]);
        assert_eq!(refusals(&former, &draft, action), ["role_required"], "{action}");
        let without_access = ApplicationOwnership { agents_have_access: false, ..application(SUBMITTED) };
        let all = ["not_assigned", "access_not_granted", "invalid_transition"];
        assert_eq!(refusals(&agent(OTHER), &without_access, action), all, "{action}: all reasons");
    }
}

#[test]
fn f_05_only_reviewers_can_review_and_only_in_the_statuses_of_the_table() {
    let table: [(ApplicationAction, &[ApplicationStatus]); 4] = [
        (ApplicationAction::StartReview, &[SUBMITTED]),
        (ApplicationAction::Return, &[SUBMITTED, REVIEW]),
        (ApplicationAction::Approve, &[REVIEW]),
        (ApplicationAction::Deny, &[REVIEW]),
    ];
    for (action, from) in table {
        for status in ApplicationStatus::ALL {
            let reviewer = staff(PlatformRole::DmsReviewer);
            let expected: &[&str] = if from.contains(status) { &[] } else { &["invalid_transition"] };
            assert_eq!(refusals(&reviewer, &application(*status), action), expected, "{action} {status}");
        }
        for actor in [staff(PlatformRole::Operator), member(ASSIGNEE, Role::ALL)] {
            assert_eq!(refusals(&actor, &application(from[0]), action), ["role_required"], "{action}");
        }
    }
}

#[test]
fn r_208_a_reviewer_decides_for_its_own_plan_only() {
    let of_plan = |plan| Actor {
        platform_roles: vec![HeldRole::of_plan(PlatformRole::DmsReviewer, plan)],
        ..staff(PlatformRole::Support)
    };
    for action in [
        ApplicationAction::StartReview,
        ApplicationAction::Return,
        ApplicationAction::Approve,
        ApplicationAction::Deny,
    ] {
        let status = if action == ApplicationAction::StartReview { SUBMITTED } else { REVIEW };
        for plan in PlanCode::ALL {
            let expected: &[&str] = if *plan == PlanCode::Ky { &[] } else { &["role_required"] };
            assert_eq!(refusals(&of_plan(*plan), &application(status), action), expected, "{action} {plan}");
        }
    }
}

#[test]
fn an_operator_can_restore_an_automatically_withdrawn_application_for_seven_days() {
    let operator = staff(PlatformRole::Operator);
    let withdrawn = |kind, age: Duration| ApplicationOwnership {
        withdrawal: Some((kind, now() - age)),
        ..application(WITHDRAWN)
    };
    let restore = |actor: &Actor, application: &ApplicationOwnership| {
        refusals(actor, application, ApplicationAction::Restore)
    };
    let (week, instant) = (Duration::days(7), Duration::microseconds(1));
    assert!(restore(&operator, &withdrawn(WithdrawalKind::Automatic, Duration::zero())).is_empty());
    assert!(restore(&operator, &withdrawn(WithdrawalKind::Automatic, week - instant)).is_empty());
    let too_late = withdrawn(WithdrawalKind::Automatic, week);
    assert_eq!(restore(&operator, &too_late), ["restoration_expired"]);
    let manual = withdrawn(WithdrawalKind::Manual, Duration::zero());
    assert_eq!(restore(&operator, &manual), ["not_withdrawn_automatically"]);
    assert_eq!(restore(&operator, &application(DENIED)), ["not_withdrawn_automatically"]);
    let initiator = member(INITIATOR, Role::ALL);
    let fresh = withdrawn(WithdrawalKind::Automatic, Duration::zero());
    assert_eq!(restore(&initiator, &fresh), ["role_required"]);
}

#[test]
fn r_073_a_18_only_a_maintenance_that_can_be_submitted_waits_for_an_open_revalidation() {
    for kind in ApplicationType::ALL {
        for status in ApplicationStatus::ALL {
            let is_maintenance = *kind == ApplicationType::Maintenance;
            let waits = is_maintenance && [IN_PROGRESS, RETURNED].contains(status);
            assert_eq!(waits_for_revalidation(*kind, *status), waits, "{kind} {status}");
        }
    }
}

#[test]
fn f_05_a_refused_edit_names_the_current_status_and_no_target_status() {
    use ApplicationAction::{AddDocument, RemoveDocument, Save};
    for action in [Save, AddDocument, RemoveDocument] {
        for status in ApplicationStatus::ALL {
            let refused = status_refusal(action, *status);
            assert_eq!(refused.is_none(), status.is_editable(), "{action} {status}");
            if let Some(refused) = refused {
                assert_eq!((refused.from, refused.to), (*status, None), "{action} {status}");
                assert_eq!(sorted(refused.allowed), next_in_table(*status), "{action} {status}");
            }
        }
    }
}
