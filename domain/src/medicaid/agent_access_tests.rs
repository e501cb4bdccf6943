use crate::ground::audit::AuditAction;
use crate::ground::audit::Detail;
use crate::ground::id::MedicaidIdId;
use uuid::Uuid;

use super::*;
use crate::ground::id::{MembershipId, SessionId, UserId};
use crate::identity::user::HeldRole;
use crate::medicaid::agent_access_change::{
    AccessChange, AccessSituation, AgentAccessAction, REMINDER, decide,
};
use crate::organizations::membership::{Membership, MembershipStatus};
use crate::organizations::organization::OrganizationKind;

const GRANTED: Option<AgentAccessState> = Some(AgentAccessState::Granted);
const REMOVED: Option<AgentAccessState> = Some(AgentAccessState::Removed);

fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn link(group: &str, from: &str, to: Option<&str>) -> LinkSpan {
    LinkSpan { group_medicaid_id: group.into(), effective_date: date(from), end_date: to.map(date) }
}

fn linked(access: Option<AgentAccessState>) -> MedicaidIdTie {
    MedicaidIdTie::of(false, access, &[link("7100000001", "2020-01-01", None)], date("2026-02-01"))
}

fn unlinked(access: Option<AgentAccessState>) -> MedicaidIdTie {
    let links = [link("7100000001", "2020-01-01", Some("2026-01-31"))];
    MedicaidIdTie::of(false, access, &links, date("2026-02-01"))
}

fn change(action: AgentAccessAction, tie: &MedicaidIdTie) -> AccessChange {
    let situation = AccessSituation {
        organization: OrganizationId::from_uuid(Uuid::from_u128(1)),
        medicaid_id: MedicaidIdId::from_uuid(Uuid::from_u128(2)),
        provider_name: "Doe, John",
        tie,
        agents: 3,
        open_applications: 2,
    };
    decide(action, &situation)
}

#[test]
fn r_045_r_046_a_16_agents_need_granted_access_or_for_enrollments_access_not_removed() {
    for kind in ApplicationType::ALL {
        let may = |state| agents_may_work(*kind, true, false, state);
        assert_eq!((may(GRANTED), may(REMOVED)), (true, false), "{kind}");
        assert_eq!(may(None), *kind == ApplicationType::Enrollment, "{kind}");
        assert!(
            agents_may_work(*kind, true, true, REMOVED),
            "the organization's own Medicaid ID needs no grant"
        );
        assert!(
            agents_may_work(*kind, false, false, None),
            "without a Medicaid ID, there is no access to grant"
        );
    }
}

#[test]
fn r_041_a_medicaid_id_is_in_scope_while_linked_and_afterwards_while_access_is_granted() {
    let links = [link("7100000001", "2026-01-10", Some("2026-01-20"))];
    let on = |day, access| MedicaidIdTie::of(false, access, &links, date(day));
    for (day, now, ever) in [
        ("2026-01-09", false, false),
        ("2026-01-10", true, true),
        ("2026-01-20", true, true),
        ("2026-01-21", false, true),
    ] {
        let tie = on(day, None);
        assert_eq!((tie.is_linked_now, tie.was_linked), (now, ever), "{day}");
        assert_eq!(tie.is_in_scope(), now, "{day}");
        assert_eq!(on(day, REMOVED).is_in_scope(), now, "{day}");
        assert_eq!(on(day, GRANTED).is_in_scope(), ever, "{day}");
    }
    assert!(!MedicaidIdTie::of(false, GRANTED, &[], date("2026-01-20")).is_in_scope(), "never linked");
    assert!(MedicaidIdTie::of(true, None, &[], date("2026-01-20")).is_in_scope(), "the organization owns it");
}

#[test]
fn r_041_each_linked_group_is_listed_once() {
    let links = [
        link("7100000002", "2020-01-01", None),
        link("7100000001", "2019-01-01", Some("2019-12-31")),
        link("7100000001", "2021-01-01", None),
        link("7100000003", "2027-01-01", None),
    ];
    let tie = MedicaidIdTie::of(false, None, &links, date("2026-02-01"));
    assert_eq!(
        tie.group_medicaid_ids,
        ["7100000001", "7100000002"],
        "the link to the third group begins later"
    );
}

#[test]
fn r_040_only_linked_individuals_are_managed_and_own_medicaid_ids_are_refused() {
    let own = MedicaidIdTie { is_own: true, ..MedicaidIdTie::default() };
    for category in MedicaidIdCategory::ALL {
        assert_eq!(reach(*category, &MedicaidIdTie::default()), Reach::Hidden, "{category}");
        let (tied, expected) = match category {
            MedicaidIdCategory::Individual => (Reach::Managed, NotManaged::NotApplicable),
            _ => (Reach::Hidden, NotManaged::IndividualMedicaidIdRequired),
        };
        assert_eq!(reach(*category, &linked(None)), tied, "{category}");
        assert_eq!(reach(*category, &own), Reach::Refused(expected), "{category}");
    }
}

#[test]
fn r_041_access_to_an_unlinked_medicaid_id_can_be_removed_but_not_granted() {
    assert_eq!(reach(MedicaidIdCategory::Individual, &unlinked(GRANTED)), Reach::Managed);
    assert_eq!(reach(MedicaidIdCategory::Individual, &unlinked(REMOVED)), Reach::Hidden);
    assert_eq!(reach(MedicaidIdCategory::Individual, &unlinked(None)), Reach::Hidden);
}

#[test]
fn r_042_granting_or_removing_access_twice_changes_nothing() {
    use AgentAccessAction::{GrantAll, RemoveAll};
    for (before, action, after) in
        [(None, GrantAll, GRANTED), (REMOVED, GrantAll, GRANTED), (GRANTED, RemoveAll, REMOVED)]
    {
        let change = change(action, &linked(before));
        assert_eq!((change.changes(), change.stored_state(), change.after()), (true, after, after));
        assert_eq!(change.consequences().agents_affected, 3);
    }
    for (before, action) in [(GRANTED, GrantAll), (None, RemoveAll), (REMOVED, RemoveAll)] {
        let change = change(action, &linked(before));
        assert_eq!((change.changes(), change.stored_state(), change.after()), (false, None, before));
        assert_eq!(change.consequences().agents_affected, 0);
        assert_eq!(change.consequences().open_applications, 0);
    }
}

#[test]
fn r_043_the_prompt_names_the_action_the_provider_and_the_number_of_agents() {
    let grant = change(AgentAccessAction::GrantAll, &linked(None)).prompt();
    assert_eq!(
        grant,
        "Grant access to Doe, John to all credentialing agents within the organization (3 at present)?"
    );
    let removal = change(AgentAccessAction::RemoveAll, &linked(GRANTED)).prompt();
    assert!(removal.starts_with("Remove access to Doe, John from all credentialing agents"), "{removal}");
    assert!(removal.contains("(3 at present)") && removal.ends_with("granted again: 2."), "{removal}");
}

#[test]
fn r_047_a_removal_requires_a_maintenance_as_long_as_the_group_link_remains() {
    let removal = change(AgentAccessAction::RemoveAll, &linked(GRANTED));
    assert!(removal.consequences().group_link_remains && removal.consequences().maintenance_required);
    assert_eq!(removal.reminder(), Some(REMINDER));
    assert_eq!(removal.consequences().group_medicaid_ids, ["7100000001"]);
    let gone = change(AgentAccessAction::RemoveAll, &unlinked(GRANTED));
    assert_eq!((gone.consequences().maintenance_required, gone.reminder()), (false, None));
    let grant = change(AgentAccessAction::GrantAll, &linked(None));
    assert_eq!((grant.consequences().maintenance_required, grant.reminder()), (false, None));
}

#[test]
fn a_change_is_audited_without_the_number_of_the_medicaid_id() {
    let effects = change(AgentAccessAction::RemoveAll, &linked(GRANTED)).effects();
    let event = effects.events()[0];
    assert_eq!(event.action, AuditAction::AgentAccessRemoved);
    assert!(event.object.starts_with("mid_"));
    assert!(event.details.contains(&("before", Detail::Text("granted".into()))));
    assert!(event.details.contains(&("after", Detail::Text("removed".into()))));
    assert!(event.details.contains(&("open_applications", Detail::Number(2))));
}

fn actor(roles: &[Role], platform_roles: &[HeldRole]) -> Actor {
    let membership = Membership {
        id: MembershipId::from_uuid(Uuid::from_u128(4)),
        organization: OrganizationId::from_uuid(Uuid::from_u128(1)),
        kind: OrganizationKind::ProviderGroup,
        plan: PlanCode::Ky,
        status: MembershipStatus::Active,
        roles: roles.to_vec(),
        permissions: vec![],
    };
    Actor {
        user: UserId::from_uuid(Uuid::from_u128(2)),
        session: SessionId::from_uuid(Uuid::from_u128(3)),
        name: "Pat Caller".into(),
        platform_roles: platform_roles.to_vec(),
        memberships: if roles.is_empty() { vec![] } else { vec![membership] },
    }
}

#[test]
fn r_076_agents_see_medicaid_ids_with_access_and_managers_see_all_in_scope() {
    let organization = OrganizationId::from_uuid(Uuid::from_u128(1));
    for role in Role::ALL {
        let sight = sight_of_medicaid_ids(&actor(&[*role], &[]), organization, PlanCode::Ky);
        let manages = matches!(role, Role::CaAdminManager | Role::OrganizationAdministrator);
        assert_eq!(sight.covers(&linked(None)), manages, "{role}");
        assert!(sight.covers(&linked(GRANTED)), "{role}");
        assert!(!sight.covers(&MedicaidIdTie::default()), "{role}");
        assert_eq!(
            may_list_past_due(&actor(&[*role], &[]), organization, PlanCode::Ky),
            *role != Role::AccountUser,
            "{role}"
        );
    }
    for role in PlatformRole::ALL {
        let staff = actor(&[], &[HeldRole::of_all_plans(*role)]);
        assert!(sight_of_medicaid_ids(&staff, organization, PlanCode::Ky).covers(&linked(None)), "{role}");
        assert!(may_list_past_due(&staff, organization, PlanCode::Ky), "{role}");
        // Domain rule R-208.
        let of_cca = actor(&[], &[HeldRole::of_plan(*role, PlanCode::Cca)]);
        let sight = sight_of_medicaid_ids(&of_cca, organization, PlanCode::Ky);
        assert_eq!(sight, MedicaidIdSight::Nothing, "{role}");
        assert!(!may_list_past_due(&of_cca, organization, PlanCode::Ky), "{role}");
    }
    let outsider = actor(&[], &[]);
    assert_eq!(sight_of_medicaid_ids(&outsider, organization, PlanCode::Ky), MedicaidIdSight::Nothing);
    assert!(!may_list_past_due(&outsider, organization, PlanCode::Ky));
}
