//! Tests random sequences of inviting, accepting, admitting, promoting, disabling, and removing
//! against an oracle (decision D-09; domain sections 3.2, 4.2, 5.1, 5.9, 5.10).
//!
//! A case consists of a few organizations and a coalition of users who act in them; everyone else
//! only follows links. Before the first step, the oracle computes every right that the coalition
//! could ever grant. After every step, it checks each change and each refusal reason. The oracle
//! implements the authority rules independently.
//!
//! `DELEGATION_CASES` raises the number of cases. A failure names its case and lists its steps.

#![cfg(test)]

mod closure;
mod oracle;
mod rights;
mod steps;
mod world;

use std::thread;

use portal_domain::identity::user::PlatformRole;
use portal_domain::organizations::membership::MembershipStatus;

use crate::closure::Closure;
use crate::steps::Tally;
use crate::world::{
    ADMINISTRATOR, AGENT, Dice, GROUP, MANAGE_ACCOUNT, MANAGER, Mask, PEOPLE, PRACTICE, Plans, ROLES,
    Standing, THIRD_PARTY, USER, World,
};

const CASES: u64 = 10_000;
const STEPS: usize = 30;

fn run(plans: &Plans, case: u64, tally: &mut Tally) -> Result<(), String> {
    let seed = Dice(case).roll();
    let mut dice = Dice(seed);
    let mut world = World::random(plans, &mut dice);
    let coalition = dice.coalition();
    let closure = Closure::of(&world, &coalition);
    let mut steps = Vec::with_capacity(STEPS);
    for _ in 0..STEPS {
        let step = world.choose(&mut dice, &coalition);
        steps.push(step);
        let before = world.table;
        let taken = world.take(step, tally);
        let judged = taken.and_then(|accepted| world.account_for(&before, step, accepted));
        if let Err(error) = judged.and_then(|()| closure.holds(&world)) {
            let steps: Vec<String> = steps.iter().map(|step| format!("{step:?}")).collect();
            let steps = steps.join("\n  ");
            return Err(format!(
                "{error}\ncase {case}, seed {seed:#018x}, coalition {coalition:?}, platform roles {:?}\n  {steps}\n\
                 before the last step: {before:?}",
                world.platform_roles
            ));
        }
    }
    let small = coalition.len() < PEOPLE;
    tally.coalitions_that_gained += u64::from(small && closure.gained(&world, &coalition));
    tally.powerless += u64::from(!closure.powerful);
    Ok(())
}

fn run_every(plans: &Plans, cases: impl Iterator<Item = u64>) -> Result<Tally, String> {
    let mut tally = Tally::default();
    for case in cases {
        run(plans, case, &mut tally)?;
    }
    Ok(tally)
}

#[test]
fn d_09_no_coalition_ever_gains_more_than_it_could_grant() {
    let asked = std::env::var("DELEGATION_CASES").ok().and_then(|cases| cases.parse().ok());
    let cases = asked.unwrap_or(CASES).max(CASES);
    let plans = Plans::read();
    let shares = thread::available_parallelism().map_or(1, |count| count.get().min(16));
    let outcomes: Vec<Result<Tally, String>> = thread::scope(|scope| {
        let plans = &plans;
        let share =
            |first: usize| scope.spawn(move || run_every(plans, (first as u64..cases).step_by(shares)));
        let workers: Vec<_> = (0..shares).map(share).collect();
        workers.into_iter().map(|worker| worker.join().unwrap()).collect()
    });
    let mut total = Tally::default();
    for outcome in outcomes {
        match outcome {
            Ok(tally) => total.add(tally),
            Err(error) => panic!("{error}"),
        }
    }
    for (what, count) in total.all() {
        assert!(*count > 0, "this never happened, so nothing was shown about it: {what}");
    }
}

fn active(held: Mask) -> Option<Standing> {
    Some(Standing {
        status: MembershipStatus::Active,
        held,
        verified: true,
        was_active: true,
        disabled_reason: None,
    })
}

#[test]
fn the_oracle_gives_a_lone_administrator_nothing_new_and_two_people_everything_there_is() {
    let plans = Plans::read();
    let mut world = World::empty(&plans);
    for house in [GROUP, THIRD_PARTY] {
        world.table[3][house] = active(ADMINISTRATOR);
        world.table[4][house] = active(AGENT);
    }
    let alone = Closure::of(&world, &[3]);
    assert_eq!(alone.ceiling[3][GROUP], ADMINISTRATOR, "nobody changes their own rights");
    assert_eq!(alone.floor[3][GROUP], ADMINISTRATOR);
    assert_eq!(alone.ceiling[4][GROUP], ROLES);
    let together = Closure::of(&world, &[3, 4]);
    assert_eq!(together.ceiling[3][GROUP], ROLES);
    assert_eq!(together.ceiling[3][THIRD_PARTY], ROLES & !MANAGER);
    let agent = Closure::of(&world, &[4]);
    assert_eq!((agent.ceiling[3][GROUP], agent.ceiling[4][GROUP]), (ADMINISTRATOR, AGENT));
    assert!(!agent.powerful);
}

#[test]
fn the_oracle_gives_a_disabled_account_manager_nothing_until_the_plans_staff_joins_in() {
    let plans = Plans::read();
    let mut world = World::empty(&plans);
    let manager = active(USER | MANAGE_ACCOUNT);
    world.table[3][PRACTICE] =
        manager.map(|standing| Standing { status: MembershipStatus::Disabled, ..standing });
    world.table[4][PRACTICE] = active(USER);
    let helpless = Closure::of(&world, &[3, 4]);
    assert!(!helpless.powerful && !helpless.may_enter[3][PRACTICE]);
    assert_eq!(helpless.ceiling[4][PRACTICE], USER);
    world.platform_roles[5] = Some(PlatformRole::PlanStaff);
    let helped = Closure::of(&world, &[3, 5]);
    assert!(helped.may_enter[3][PRACTICE]);
    assert_eq!(helped.ceiling[4][PRACTICE], USER | world.houses[PRACTICE].offered);
}
