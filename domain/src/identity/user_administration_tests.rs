use super::*;
use crate::ground::plan_code::PlanCode;

const NOW: Instant = Instant::UNIX_EPOCH;

fn id(n: u8) -> UserId {
    UserId::new(0, [n; 10])
}

fn all(role: PlatformRole) -> HeldRole {
    HeldRole::of_all_plans(role)
}

fn user() -> ManagedUser {
    ManagedUser {
        id: id(1),
        name: "Ruth Delgado".into(),
        email: EmailAddress::parse("ruth@example.org").unwrap(),
        lock: None,
        disabled: false,
        roles: BTreeSet::new(),
        factors: vec![],
        has_password: true,
    }
}

fn operator() -> ManagedUser {
    ManagedUser { roles: [all(PlatformRole::Operator)].into(), ..user() }
}

fn refusals(user: &ManagedUser, other_operators: usize, change: UserChange) -> Vec<UserRefusal> {
    let circumstances = Circumstances { actor: Some(id(9)), user, other_operators };
    let found = examine(&circumstances, &change);
    assert_eq!(decide(&circumstances, change, "left", NOW).err().unwrap_or_default(), found);
    found
}

fn decided(user: &ManagedUser, change: UserChange) -> UserDecision {
    decide(&Circumstances { actor: None, user, other_operators: 1 }, change, "hijacked", NOW).unwrap()
}

#[test]
fn r_209_the_last_operator_keeps_the_role_and_the_login() {
    let taking =
        || [UserChange::Lock, UserChange::Disable, UserChange::RevokeRole(all(PlatformRole::Operator))];
    for change in taking() {
        assert_eq!(refusals(&operator(), 0, change.clone()), [UserRefusal::LastOperator]);
        assert_eq!(refusals(&operator(), 1, change), []);
    }
    let locked = ManagedUser { lock: Some(LockReason::Staff), ..operator() };
    assert_eq!(refusals(&locked, 0, UserChange::Disable), [], "a locked operator is not the last one");
    let invited = ManagedUser { has_password: false, ..operator() };
    assert_eq!(refusals(&invited, 0, UserChange::Lock), [], "one without a password never signed in");
    assert_eq!(refusals(&user(), 0, UserChange::Lock), []);
    for change in [UserChange::EndSessions, UserChange::GrantRole(all(PlatformRole::Support))] {
        assert_eq!(refusals(&operator(), 0, change), []);
    }
}

#[test]
fn r_209_operators_do_not_act_on_their_own_login() {
    let circumstances = Circumstances { actor: Some(id(1)), user: &operator(), other_operators: 3 };
    let email = EmailAddress::parse("other@example.org").unwrap();
    for change in [
        UserChange::Lock,
        UserChange::Disable,
        UserChange::EndSessions,
        UserChange::GrantRole(all(PlatformRole::Support)),
        UserChange::RevokeRole(all(PlatformRole::Operator)),
        UserChange::SetEmail(email),
    ] {
        assert_eq!(examine(&circumstances, &change), [UserRefusal::OwnUser], "{change:?}");
    }
}

#[test]
fn r_209_a_change_that_changes_nothing_is_refused() {
    let locked = ManagedUser { lock: Some(LockReason::Staff), ..user() };
    let inactive = ManagedUser { lock: Some(LockReason::Inactivity), ..user() };
    let disabled = ManagedUser { disabled: true, ..user() };
    let same = || UserChange::SetEmail(EmailAddress::parse("RUTH@example.org").unwrap());
    let cases = [
        (&locked, UserChange::Lock, vec![UserRefusal::InvalidTransition]),
        (&inactive, UserChange::Lock, vec![]),
        (&user(), UserChange::Unlock, vec![UserRefusal::InvalidTransition]),
        (&inactive, UserChange::Unlock, vec![]),
        (&disabled, UserChange::Disable, vec![UserRefusal::InvalidTransition]),
        (&user(), UserChange::Enable, vec![UserRefusal::InvalidTransition]),
        (&operator(), UserChange::GrantRole(all(PlatformRole::Operator)), vec![UserRefusal::AlreadyHasRole]),
        (&user(), UserChange::RevokeRole(all(PlatformRole::Operator)), vec![UserRefusal::RoleNotHeld]),
        (&user(), same(), vec![UserRefusal::SameEmail]),
        (&user(), UserChange::RemoveFactors, vec![UserRefusal::NoFactor]),
    ];
    for (user, change, expected) in cases {
        assert_eq!(refusals(user, 1, change.clone()), expected, "{change:?}");
    }
}

#[test]
fn r_208_a_role_is_held_for_one_plan_for_several_or_for_all() {
    let support = |plan| HeldRole::of_plan(PlatformRole::Support, plan);
    let of_cca = ManagedUser { roles: [support(PlanCode::Cca)].into(), ..user() };
    let of_all = ManagedUser { roles: [all(PlatformRole::Support)].into(), ..user() };
    let cases = [
        (&of_cca, UserChange::GrantRole(support(PlanCode::Cca)), vec![UserRefusal::AlreadyHasRole]),
        (&of_cca, UserChange::GrantRole(support(PlanCode::Ky)), vec![]),
        (&of_cca, UserChange::GrantRole(all(PlatformRole::Support)), vec![]),
        (&of_cca, UserChange::RevokeRole(support(PlanCode::Cca)), vec![]),
        (&of_cca, UserChange::RevokeRole(support(PlanCode::Ky)), vec![UserRefusal::RoleNotHeld]),
        (&of_cca, UserChange::RevokeRole(all(PlatformRole::Support)), vec![]),
        (&of_cca, UserChange::RevokeRole(all(PlatformRole::PlanStaff)), vec![UserRefusal::RoleNotHeld]),
        (&of_all, UserChange::GrantRole(support(PlanCode::Cca)), vec![UserRefusal::AlreadyHasRole]),
        (&of_all, UserChange::RevokeRole(support(PlanCode::Cca)), vec![UserRefusal::RoleNotHeld]),
        (&of_all, UserChange::RevokeRole(all(PlatformRole::Support)), vec![]),
    ];
    for (user, change, expected) in cases {
        assert_eq!(refusals(user, 1, change.clone()), expected, "{change:?} of {:?}", user.roles);
    }
}

#[test]
fn r_208_operators_act_for_all_plans() {
    let of_cca = HeldRole::of_plan(PlatformRole::Operator, PlanCode::Cca);
    assert_eq!(refusals(&user(), 1, UserChange::GrantRole(of_cca)), [UserRefusal::RoleForAllPlans]);
    let revoked = refusals(&operator(), 0, UserChange::RevokeRole(of_cca));
    assert_eq!(revoked, [UserRefusal::LastOperator, UserRefusal::RoleForAllPlans]);
}

#[test]
fn r_208_the_event_names_the_plan_of_the_role() {
    let details = |held| decided(&user(), UserChange::GrantRole(held)).effects().events()[0].details.clone();
    let of_cca = details(HeldRole::of_plan(PlatformRole::Support, PlanCode::Cca));
    assert!(of_cca.contains(&("role", Detail::text("support"))));
    assert!(of_cca.contains(&("plan", Detail::text("cca"))));
    assert!(details(all(PlatformRole::Support)).iter().all(|(name, _)| *name != "plan"));
}

#[test]
fn all_refusals_are_returned_together() {
    let user = operator();
    let circumstances = Circumstances { actor: Some(id(1)), user: &user, other_operators: 0 };
    let found = examine(&circumstances, &UserChange::RevokeRole(all(PlatformRole::Operator)));
    assert_eq!(found, [UserRefusal::OwnUser, UserRefusal::LastOperator]);
}

#[test]
fn a_login_that_staff_locked_or_disabled_needs_a_new_password() {
    let locked = |lock| ManagedUser { lock: Some(lock), ..user() };
    assert!(decided(&locked(LockReason::Staff), UserChange::Unlock).needs_new_password());
    assert!(!decided(&locked(LockReason::Inactivity), UserChange::Unlock).needs_new_password());
    assert!(decided(&ManagedUser { disabled: true, ..user() }, UserChange::Enable).needs_new_password());
    assert!(!decided(&user(), UserChange::Lock).needs_new_password());
    let registrant = ManagedUser { disabled: true, has_password: false, ..user() };
    assert!(!decided(&registrant, UserChange::Enable).needs_new_password(), "there is none to replace");
}

#[test]
fn a_user_is_notified_only_when_the_login_works_again() {
    let both = || ManagedUser { lock: Some(LockReason::Staff), disabled: true, ..user() };
    let mails = |user: &ManagedUser, change| decided(user, change).effects().mails().len();
    assert_eq!(mails(&both(), UserChange::Unlock), 0);
    assert_eq!(mails(&both(), UserChange::Enable), 0);
    assert_eq!(mails(&ManagedUser { disabled: false, ..both() }, UserChange::Unlock), 1);
    assert_eq!(mails(&ManagedUser { lock: None, ..both() }, UserChange::Enable), 1);
}

#[test]
fn the_event_has_the_reason_and_both_addresses_are_notified() {
    let new = EmailAddress::parse("new@example.org").unwrap();
    let decision = decided(&user(), UserChange::SetEmail(new.clone()));
    let event = decision.effects().events()[0];
    assert_eq!(
        (event.action, event.object.as_str()),
        (AuditAction::UserEmailChanged, id(1).to_string().as_str())
    );
    assert_eq!(event.details, [("reason", Detail::text("hijacked"))], "no address is in the trail");
    let recipients: Vec<_> = decision.effects().mails().iter().map(|mail| mail.recipient.clone()).collect();
    assert_eq!(recipients, [user().email, new]);
    assert!(decision.ends_sessions());
}

#[test]
fn disabled_takes_precedence_over_locked() {
    let both = ManagedUser { lock: Some(LockReason::Staff), disabled: true, ..user() };
    assert_eq!(both.state(), UserState::Disabled);
    assert_eq!(user().state(), UserState::Active);
}
