//! Tests random sequences of inviting, accepting, admitting, promoting, disabling, and removing
//! against a reference implementation (decision D-09; domain sections 3.2, 4.2, 5.1, 5.9, 5.10).
//!
//! In each case, some users of a few organizations act, and all others only follow links. Before
//! the first step, the test computes every right that the acting users can ever grant. After each
//! step, it checks all changes and all reasons for refusals. The reference implementation has its
//! own authority rules.
//!
//! Set `DELEGATION_CASES` to run more cases. A failure reports the case and lists its steps.

#![cfg(test)]

mod apply;
mod reachable;
mod reference;
mod rights;
mod state;

use std::thread;

use portal_domain::identity::user::PlatformRole;
use portal_domain::organizations::membership::MembershipStatus;

use crate::apply::Coverage;
use crate::reachable::ReachableRights;
use crate::state::{
    ACCOUNT_USER, ADMINISTRATOR, AGENT, CA_ADMIN_MANAGER, GROUP, MANAGE_ACCOUNT, Mask, MembershipRecord,
    PRACTICE, Plans, ROLES, Rng, State, THIRD_PARTY, USER_COUNT,
};

const CASES: u64 = 10_000;
const STEPS: usize = 30;

fn run(plans: &Plans, case: u64, coverage: &mut Coverage) -> Result<(), String> {
    let seed = Rng(case).next();
    let mut rng = Rng(seed);
    let mut state = State::random(plans, &mut rng);
    let actors = rng.acting_users();
    let reachable = ReachableRights::of(&state, &actors);
    let mut steps = Vec::with_capacity(STEPS);
    for _ in 0..STEPS {
        let step = state.random_step(&mut rng, &actors);
        steps.push(step);
        let before = state.memberships;
        let outcome = state.apply(step, coverage);
        let checked = outcome.and_then(|accepted| state.check_step(&before, step, accepted));
        if let Err(error) = checked.and_then(|()| reachable.check(&state)) {
            let steps: Vec<String> = steps.iter().map(|step| format!("{step:?}")).collect();
            let steps = steps.join("\n  ");
            return Err(format!(
                "{error}\ncase {case}, seed {seed:#018x}, acting users {actors:?}, platform roles {:?}\n  {steps}\n\
                 memberships before the last step: {before:?}",
                state.platform_roles
            ));
        }
    }
    let some = actors.len() < USER_COUNT;
    coverage.cases_with_gained_rights += u64::from(some && reachable.gained(&state, &actors));
    coverage.cases_without_authority += u64::from(!reachable.has_authority);
    Ok(())
}

fn run_cases(plans: &Plans, cases: impl Iterator<Item = u64>) -> Result<Coverage, String> {
    let mut coverage = Coverage::default();
    for case in cases {
        run(plans, case, &mut coverage)?;
    }
    Ok(coverage)
}

#[test]
fn d_09_users_who_act_together_gain_only_rights_that_they_can_grant() {
    let requested = std::env::var("DELEGATION_CASES").ok().and_then(|cases| cases.parse().ok());
    let cases = requested.unwrap_or(CASES).max(CASES);
    let plans = Plans::read();
    let worker_count = thread::available_parallelism().map_or(1, |count| count.get().min(16));
    let outcomes: Vec<Result<Coverage, String>> = thread::scope(|scope| {
        let plans = &plans;
        let start =
            |first: usize| scope.spawn(move || run_cases(plans, (first as u64..cases).step_by(worker_count)));
        let workers: Vec<_> = (0..worker_count).map(start).collect();
        workers.into_iter().map(|worker| worker.join().unwrap()).collect()
    });
    let mut total = Coverage::default();
    for outcome in outcomes {
        match outcome {
            Ok(coverage) => total.add(coverage),
            Err(error) => panic!("{error}"),
        }
    }
    for (event, count) in total.all() {
        assert!(*count > 0, "no case covers this event: {event}");
    }
}

fn active(held: Mask) -> Option<MembershipRecord> {
    Some(MembershipRecord {
        status: MembershipStatus::Active,
        held,
        verified: true,
        was_active: true,
        disabled_reason: None,
    })
}

#[test]
fn one_administrator_reaches_no_new_rights_and_two_users_reach_all_of_them() {
    let plans = Plans::read();
    let mut state = State::empty(&plans);
    for organization in [GROUP, THIRD_PARTY] {
        state.memberships[3][organization] = active(ADMINISTRATOR);
        state.memberships[4][organization] = active(AGENT);
    }
    let alone = ReachableRights::of(&state, &[3]);
    assert_eq!(alone.maximum[3][GROUP], ADMINISTRATOR, "users cannot change their own rights");
    assert_eq!(alone.minimum[3][GROUP], ADMINISTRATOR);
    assert_eq!(alone.maximum[4][GROUP], ROLES);
    let together = ReachableRights::of(&state, &[3, 4]);
    assert_eq!(together.maximum[3][GROUP], ROLES);
    assert_eq!(together.maximum[3][THIRD_PARTY], ROLES & !CA_ADMIN_MANAGER);
    let agent = ReachableRights::of(&state, &[4]);
    assert_eq!((agent.maximum[3][GROUP], agent.maximum[4][GROUP]), (ADMINISTRATOR, AGENT));
    assert!(!agent.has_authority);
}

#[test]
fn a_disabled_account_manager_reaches_no_rights_without_plan_staff() {
    let plans = Plans::read();
    let mut state = State::empty(&plans);
    let manager = active(ACCOUNT_USER | MANAGE_ACCOUNT);
    state.memberships[3][PRACTICE] =
        manager.map(|membership| MembershipRecord { status: MembershipStatus::Disabled, ..membership });
    state.memberships[4][PRACTICE] = active(ACCOUNT_USER);
    let without_staff = ReachableRights::of(&state, &[3, 4]);
    assert!(!without_staff.has_authority && !without_staff.can_become_active[3][PRACTICE]);
    assert_eq!(without_staff.maximum[4][PRACTICE], ACCOUNT_USER);
    state.platform_roles[5] = Some(PlatformRole::PlanStaff);
    let with_staff = ReachableRights::of(&state, &[3, 5]);
    assert!(with_staff.can_become_active[3][PRACTICE]);
    assert_eq!(with_staff.maximum[4][PRACTICE], ACCOUNT_USER | state.organizations[PRACTICE].offered);
}
