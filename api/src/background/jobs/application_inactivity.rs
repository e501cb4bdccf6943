//! The job that warns of inactive applications, and withdraws those that were inactive for too long
//! (domain rules ).

use std::collections::{BTreeMap, BTreeSet};

use portal_domain::Instant;
use portal_domain::applications::inactivity::Stage;
use portal_domain::applications::inactivity_decision::IdlePeriod;
use portal_domain::applications::notification::recipients;
use portal_domain::ground::id::{ApplicationId, OrganizationId};
use portal_domain::ground::notice::Recipient;
use portal_domain::platform::plan::PlanProfile;
use portal_persistence::applications::application_inactivity::IdleApplication;
use portal_persistence::platform::audit::Author;
use portal_persistence::{Done, Tx};

use super::batches::{
    Allowance, Batch, CHUNK, LISTED, allowance_for, batch_by_batch, commit_all, cut, limit,
};
use super::run_context::RunContext;
use crate::portal::failure::Failure;
use crate::portal::jobs::{DryRun, DryRunApplication, Listed, Outcome};
use crate::portal::state::Portal;

/// The author in the audit trail.
const AUTHOR: Author<'static> = Author { user: None, name: "application_inactivity job", request_id: "" };

/// The result of a batch of applications.
type Batched = Result<(Batch<ApplicationId>, Done), Failure>;

/// The plans that have applications.
fn with_applications<'p>(plans: &[&'p PlanProfile]) -> Vec<&'p PlanProfile> {
    plans.iter().copied().filter(|plan| plan.credentialing.is_some()).collect()
}

/// Withdraws applications and gives warnings, plan by plan.
pub(super) fn run(portal: &Portal, run: &RunContext<'_>) -> Result<Outcome, Failure> {
    let words = ["first_warnings", "second_warnings", "withdrawn", "held_back"];
    let mut outcome: Outcome = words.map(|word| (word, 0)).into();
    let mut add = |word, count| *outcome.entry(word).or_default() += count;
    for plan in with_applications(&run.plans) {
        let rule = plan.inactivity;
        let before = rule.withdrawn_before(run.now, plan.time_zone);
        let due = |tx: &mut Tx<'_>| tx.applications().count_idle(plan.code, before).map_err(Failure::from);
        match allowance_for(portal, run, plan, due, |tx| tx.applications().count_withdrawable(plan.code))? {
            Allowance::HeldBack { due } => add("held_back", due),
            Allowance::Granted { most } => {
                let withdrawn = batch_by_batch(portal, plan, most, |tx, after, left| {
                    withdraw_some(tx, run, plan, before, (after, left))
                })?;
                add("withdrawn", withdrawn);
            }
        }
        for (days, from, before) in rule.warned_between(run.now, plan.time_zone) {
            // Work on the application undoes a warning, so scheduled runs always give it.
            let warned = batch_by_batch(portal, plan, usize::MAX, |tx, after, _| {
                warn_some(tx, run, plan, (days, from, before), after)
            })?;
            let is_first = rule.notice_days.into_iter().min() == Some(days);
            add(if is_first { "first_warnings" } else { "second_warnings" }, warned);
        }
    }
    Ok(outcome)
}

/// The id after which the next batch begins, if there may be one.
fn next_after(ids: &[ApplicationId]) -> Option<ApplicationId> {
    ids.last().copied().filter(|_| ids.len() >= CHUNK)
}

fn due_now(run: &RunContext<'_>, plan: &PlanProfile, application: &IdleApplication) -> Option<Stage> {
    let (status, last) = (application.status, application.last_activity_at);
    plan.inactivity.due_stage(status, last, run.now, plan.time_zone)
}

/// The managers of organizations whose agents cannot act on some of these applications.
fn managers_concerned(
    tx: &mut Tx<'_>,
    idle: &[IdleApplication],
) -> Result<BTreeMap<OrganizationId, Vec<Recipient>>, Failure> {
    let organizations: BTreeSet<_> =
        idle.iter().filter(|one| !one.assignee_may_act).map(|one| one.organization).collect();
    let mut managers: BTreeMap<_, Vec<_>> = BTreeMap::new();
    if !organizations.is_empty() {
        let organizations: Vec<_> = organizations.into_iter().collect();
        for (organization, user, name) in tx.memberships().managers_to_notify(&organizations)? {
            managers.entry(organization).or_default().push(Recipient { user, name });
        }
    }
    Ok(managers)
}

fn idle_period(run: &RunContext<'_>, plan: &PlanProfile, application: &IdleApplication) -> IdlePeriod {
    IdlePeriod {
        rule: plan.inactivity,
        last_activity_at: application.last_activity_at,
        now: run.now,
        zone: plan.time_zone,
    }
}

fn audience(
    application: &IdleApplication,
    managers: &BTreeMap<OrganizationId, Vec<Recipient>>,
) -> Vec<Recipient> {
    let managers = managers.get(&application.organization).map(Vec::as_slice).unwrap_or_default();
    recipients(application.assignee.clone(), application.assignee_may_act, managers)
}

/// Withdraws a batch of at most `most` applications with ids after `after`. Notifies the agent, or
/// the managers if the agent cannot act, and the person who started the application. Resolves the
/// warnings.
fn withdraw_some(
    tx: &mut Tx<'_>,
    run: &RunContext<'_>,
    plan: &PlanProfile,
    before: Instant,
    (after, most): (Option<ApplicationId>, usize),
) -> Batched {
    run.go_on(tx)?;
    let mut ids = tx.applications().idle(plan.code, before, after, limit(CHUNK))?;
    let next = next_after(&ids);
    let cut = cut(&mut ids, most);
    let mut idle = tx.applications().still_idle(&ids, before)?;
    idle.retain(|application| due_now(run, plan, application) == Some(Stage::Withdraw));
    let mut given: BTreeMap<ApplicationId, Vec<u32>> = BTreeMap::new();
    for (id, days) in tx.notifications().open_warnings(&ids)? {
        given.entry(id).or_default().push(days);
    }
    let managers = managers_concerned(tx, &idle)?;
    let initiators = tx.applications().initiators(&idle)?;
    let (mut effects, mut withdrawn) = (vec![], vec![]);
    for application in idle {
        let given = given.get(&application.id).map(Vec::as_slice).unwrap_or_default();
        let audience = audience(&application, &managers);
        let user = application.initiated_by;
        let initiator = Recipient { user, name: initiators.get(&user).cloned().unwrap_or_default() };
        let idle = idle_period(run, plan, &application);
        let withdrawal = application.matter().withdraw_automatically(idle, given, &audience, &initiator);
        effects.push(withdrawal.effects);
        withdrawn.push((application, withdrawal.explanation));
    }
    let withdrawn_ids: Vec<_> = withdrawn.iter().map(|(application, _)| application.id).collect();
    tx.applications().withdraw_idle(&withdrawn, before)?;
    tx.notifications().resolve_warnings(&withdrawn_ids)?;
    let done = commit_all(tx, effects, &AUTHOR)?;
    Ok(done.with(Batch { done: withdrawn_ids.len(), next, cut }))
}

/// Warns of a batch of applications at a stage, which is its days and the range of the last
/// activity.
fn warn_some(
    tx: &mut Tx<'_>,
    run: &RunContext<'_>,
    plan: &PlanProfile,
    (threshold_days, from, before): (u32, Instant, Instant),
    after: Option<ApplicationId>,
) -> Batched {
    run.go_on(tx)?;
    let between = (from, before);
    let ids = tx.applications().unwarned(plan.code, threshold_days, between, after, limit(CHUNK))?;
    let mut idle = tx.applications().still_idle(&ids, before)?;
    idle.retain(|application| due_now(run, plan, application) == Some(Stage::Warn { threshold_days }));
    let given = tx.notifications().open_warnings(&ids)?;
    idle.retain(|application| !given.contains(&(application.id, threshold_days)));
    let managers = managers_concerned(tx, &idle)?;
    let warned = idle.len();
    let warn = |application: IdleApplication| {
        let idle = idle_period(run, plan, &application);
        application.matter().warn(idle, threshold_days, &audience(&application, &managers))
    };
    let effects = idle.into_iter().map(warn).collect();
    let done = commit_all(tx, effects, &AUTHOR)?;
    Ok(done.with(Batch { done: warned, next: next_after(&ids), cut: false }))
}

/// Reports what a run would do now, and changes nothing.
pub(super) fn dry_run(
    portal: &Portal,
    plans: &[&PlanProfile],
    now: Instant,
) -> Result<(Outcome, DryRun), Failure> {
    let (mut would_warn, mut would_withdraw) = (0, 0);
    let mut found = Vec::new();
    portal.database.read(portal.moment(), |tx| {
        for plan in with_applications(plans) {
            let (rule, zone, most) = (plan.inactivity, plan.time_zone, limit(LISTED + 1));
            let before = rule.withdrawn_before(now, zone);
            would_withdraw += tx.applications().count_idle(plan.code, before)?;
            let mut ids = tx.applications().idle(plan.code, before, None, most)?;
            for (days, from, before) in rule.warned_between(now, zone) {
                would_warn += tx.applications().count_unwarned(plan.code, days, (from, before))?;
                ids.extend(tx.applications().unwarned(plan.code, days, (from, before), None, most)?);
            }
            for application in tx.applications().with_recipients(&ids)? {
                let (status, last) = (application.status, application.last_activity_at);
                let Some(stage) = rule.due_stage(status, last, now, zone) else { continue };
                found.push(DryRunApplication {
                    days_inactive: rule.inactivity(status, last, now, zone).days_inactive,
                    stage,
                    withdraws_on: rule.dates(last, zone).withdrawal,
                    application,
                });
            }
        }
        Ok::<_, Failure>(())
    })?;
    // The applications with the longest inactivity come first, because they are withdrawn first.
    found.sort_by_key(|one| (one.withdraws_on, one.application.id));
    let outcome = Outcome::from([("would_warn", would_warn), ("would_withdraw", would_withdraw)]);
    Ok((outcome, DryRun::Applications(Listed::first(LISTED, found))))
}
