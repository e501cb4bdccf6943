use uuid::Uuid;

use super::*;
use crate::ground::calendar::start_of_day;
use crate::ground::id::{MembershipId, SessionId, UserId};
use crate::ground::plan_code::PlanCode;
use crate::medicaid::agent_access::AgentAccessState;
use crate::organizations::membership::{Membership, MembershipStatus, Permission, Role};
use crate::organizations::organization::OrganizationKind;

const LOUISVILLE: Tz = chrono_tz::America::Kentucky::Louisville;

const INDIVIDUAL: MedicaidIdCategory = MedicaidIdCategory::Individual;

fn organization(active_group_medicaid_ids: i64) -> OrganizationFacts {
    OrganizationFacts {
        id: OrganizationId::from_uuid(Uuid::from_u128(1)),
        name: "Bluegrass".into(),
        kind: OrganizationKind::ProviderGroup,
        plan: PlanCode::Ky,
        active_group_medicaid_ids,
    }
}

fn member(roles: &[Role], permissions: &[Permission]) -> Actor {
    Actor {
        user: UserId::from_uuid(Uuid::from_u128(2)),
        session: SessionId::from_uuid(Uuid::from_u128(3)),
        name: "Debi Henderson".into(),
        platform_roles: vec![],
        memberships: vec![Membership {
            id: MembershipId::from_uuid(Uuid::from_u128(4)),
            organization: organization(1).id,
            kind: organization(1).kind,
            plan: organization(1).plan,
            status: MembershipStatus::Active,
            roles: roles.to_vec(),
            permissions: permissions.to_vec(),
        }],
    }
}

fn own() -> MedicaidIdTie {
    MedicaidIdTie { is_own: true, ..MedicaidIdTie::default() }
}

fn linked() -> MedicaidIdTie {
    MedicaidIdTie { is_linked_now: true, was_linked: true, ..MedicaidIdTie::default() }
}

fn organization_with_id(number: u128) -> OrganizationId {
    OrganizationId::from_uuid(Uuid::from_u128(number))
}

fn consent() -> Consent {
    Consent {
        id: LinkConsentId::from_uuid(Uuid::from_u128(5)),
        organization: organization(1).id,
        individual: MedicaidIdId::from_uuid(Uuid::from_u128(6)),
        individual_number: "1111111".into(),
        group_number: "7100000001".into(),
        given_at: "2026-02-01T17:00:00Z".parse().unwrap(),
    }
}

fn recipient(number: u128) -> Recipient {
    Recipient { user: UserId::from_uuid(Uuid::from_u128(number)), name: format!("Person {number}") }
}

#[test]
fn r_201_a_consent_is_valid_until_the_instant_before_90_days_have_passed() {
    let given_at: Instant = "2026-02-01T17:00:00Z".parse().unwrap();
    let end: Instant = "2026-05-02T17:00:00Z".parse().unwrap();
    assert_eq!(expires_at(given_at), end);
    assert!(given_at > valid_if_given_after(end - Duration::microseconds(1)));
    assert!(given_at <= valid_if_given_after(end));
}

#[test]
fn r_202_managers_consent_for_individuals_in_scope_and_administrators_for_own_ones() {
    let manager = member(&[Role::CaAdminManager], &[]);
    let administrator = member(&[Role::OrganizationAdministrator], &[]);
    let account_manager = member(&[Role::AccountUser], &[Permission::ManageAccount]);
    let agent = member(&[Role::CredentialingAgent], &[Permission::Claims]);
    let decide = |actor: &Actor, tie: &MedicaidIdTie| may_manage(actor, &organization(1), INDIVIDUAL, tie);
    let role_required = Err(Refusal::NotAllowed(policy::Refusal::RoleRequired));
    for tie in [own(), linked()] {
        assert_eq!(decide(&manager, &tie), Ok(()));
        assert_eq!(decide(&agent, &tie), role_required);
    }
    for actor in [administrator, account_manager] {
        assert_eq!(decide(&actor, &own()), Ok(()));
        assert_eq!(decide(&actor, &linked()), role_required);
    }
    let suspended = may_manage(&manager, &organization(0), INDIVIDUAL, &linked());
    assert!(matches!(suspended, Err(Refusal::NotAllowed(policy::Refusal::OrganizationNotEligible(_)))));
}

#[test]
fn r_202_medicaid_ids_outside_the_scope_and_those_of_groups_are_hidden() {
    let manager = member(&[Role::CaAdminManager], &[]);
    let decide = |category, tie: &MedicaidIdTie| may_manage(&manager, &organization(1), category, tie);
    let left = MedicaidIdTie { was_linked: true, ..MedicaidIdTie::default() };
    assert_eq!(decide(INDIVIDUAL, &MedicaidIdTie::default()), Err(Refusal::Hidden));
    assert_eq!(decide(INDIVIDUAL, &left), Err(Refusal::Hidden));
    let granted = MedicaidIdTie { access: Some(AgentAccessState::Granted), ..left };
    assert_eq!(decide(INDIVIDUAL, &granted), Ok(()));
    for category in [MedicaidIdCategory::Group, MedicaidIdCategory::Entity] {
        assert_eq!(decide(category, &own()), Err(Refusal::Hidden), "{category}");
    }
}

#[test]
fn r_202_the_managers_of_the_group_are_notified_of_a_consent_but_not_those_of_its_own_organization() {
    let other = organization_with_id(9);
    let group = GroupSide { organization: other, managers: vec![recipient(7), recipient(8)] };
    let effects = consent().given("Bluegrass", Some(&group), LOUISVILLE);
    let notices = effects.notices();
    assert_eq!(notices.len(), 2);
    assert_eq!((notices[0].organization, notices[0].application), (other, None));
    assert_eq!(
        notices[0].text,
        "Bluegrass consents to a link of the individual Medicaid ID 1111111 to your group 7100000001. Submit the \
         link on screen 5.1. The department must approve it by 2026-05-01."
    );
    assert_ne!(notices[0].dedupe_key, notices[1].dedupe_key);
    let own = GroupSide { organization: consent().organization, ..group };
    assert!(consent().given("Bluegrass", Some(&own), LOUISVILLE).notices().is_empty());
    assert!(consent().given("Bluegrass", None, LOUISVILLE).notices().is_empty());
}

#[test]
fn r_201_the_last_full_day_of_a_consent_is_the_one_before_it_ends_in_the_plans_time_zone() {
    // Midnight in Louisville is 05:00 UTC in February, and 04:00 UTC in May.
    for (given_at, last_day) in [
        ("2026-02-01T17:00:00Z", "2026-05-01"),
        ("2026-02-02T03:59:59Z", "2026-05-01"),
        ("2026-02-02T04:00:00Z", "2026-05-02"),
        ("2026-02-02T05:00:00Z", "2026-05-02"),
    ] {
        let given_at: Instant = given_at.parse().unwrap();
        let last_day: NaiveDate = last_day.parse().unwrap();
        assert_eq!(last_full_day(given_at, LOUISVILLE), last_day, "{given_at}");
        let end_of_that_day =
            start_of_day(last_day.succ_opt().unwrap(), LOUISVILLE) - Duration::microseconds(1);
        assert!(given_at > valid_if_given_after(end_of_that_day), "{given_at}");
    }
}

#[test]
fn r_202_managers_are_notified_again_on_the_next_day_of_the_plans_time_zone() {
    let group = GroupSide { organization: organization_with_id(9), managers: vec![recipient(7)] };
    let key = |given_at: &str| {
        let consent = Consent { given_at: given_at.parse().unwrap(), ..consent() };
        consent.given("Bluegrass", Some(&group), LOUISVILLE).notices()[0].dedupe_key.clone().unwrap()
    };
    assert_eq!(key("2026-02-01T17:00:00Z"), key("2026-02-02T04:59:59Z"), "the same evening");
    assert_ne!(key("2026-02-02T04:59:59Z"), key("2026-02-02T05:00:00Z"), "after midnight");
}

#[test]
fn r_201_a_consent_counts_only_while_its_organization_has_the_individual_in_scope() {
    let individual = consent().individual;
    let tie = |organization: OrganizationId, medicaid_id: MedicaidIdId, tie: MedicaidIdTie| OrganizationTie {
        organization,
        medicaid_id,
        tie,
    };
    let giver = consent().organization;
    let left = MedicaidIdTie { was_linked: true, ..MedicaidIdTie::default() };
    let former = MedicaidIdTie { access: Some(AgentAccessState::Granted), ..left.clone() };
    let removed = MedicaidIdTie { access: Some(AgentAccessState::Removed), ..left.clone() };
    let other_individual = MedicaidIdId::from_uuid(Uuid::from_u128(99));
    for (ties, counts) in [
        (vec![tie(giver, individual, own())], true),
        (vec![tie(giver, individual, linked())], true),
        (vec![tie(giver, individual, former)], true),
        (vec![tie(giver, individual, left)], false),
        (vec![tie(giver, individual, removed)], false),
        (vec![tie(organization_with_id(9), individual, own())], false),
        (vec![tie(giver, other_individual, own())], false),
        (vec![], false),
    ] {
        assert_eq!(counting(vec![consent()], &ties).len(), usize::from(counts), "{ties:?}");
    }
}

#[test]
fn r_202_the_use_of_a_consent_is_recorded_with_the_organization_that_gave_it() {
    let effects = consent().used(&[recipient(7)]);
    let event = effects.events()[0];
    assert_eq!(
        (event.organization, event.action),
        (Some(consent().organization), AuditAction::LinkConsentUsed)
    );
    assert_eq!((effects.notices().len(), effects.notices()[0].organization), (1, consent().organization));
}
