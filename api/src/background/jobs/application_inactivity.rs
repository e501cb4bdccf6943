//! The job that warns of inactive applications, and withdraws those that were inactive for too long
//! (domain rules ).

use std::collections::{BTreeMap, BTreeSet};

use portal_domain::Instant;
use portal_domain::applications::inactivity::Stage;
use portal_domain::applications::inactivity_conditions::{DueForWarning, DueForWithdrawal};
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
        let due = rule.due_for_withdrawal(run.now, plan.time_zone);
        let count_due =
            |tx: &mut Tx<'_>| tx.applications().count_overdue(plan.code, due).map_err(Failure::from);
        match allowance_for(portal, run, plan, count_due, |tx| {
            tx.applications().count_withdrawable(plan.code)
        })? {
            Allowance::HeldBack { due } => add("held_back", due),
            Allowance::Granted { most } => {
                let withdrawn = batch_by_batch(portal, plan, most, |tx, after, left| {
                    withdraw_some(tx, run, plan, due, (after, left))
                })?;
                add("withdrawn", withdrawn);
            }
        }
        for due in rule.due_for_warning(run.now, plan.time_zone) {
            // Work on the application undoes a warning, so scheduled runs always give it.
            let warned = batch_by_batch(portal, plan, usize::MAX, |tx, after, _| {
                warn_some(tx, run, plan, due, after)
            })?;
            let is_first = due.threshold_days < rule.final_notice_days();
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
    plan.inactivity.due_stage(&application.facts(), run.now, plan.time_zone)
}

/// The managers of organizations whose agents cannot act on some of these applications.
fn managers_concerned(
    tx: &mut Tx<'_>,
    idle: &[IdleApplication],
) -> Result<BTreeMap<OrganizationId, Vec<Recipient>>, Failure> {
    let organizations: BTreeSet<_> =
        idle.iter().filter(|one| !one.assignee_may_act).map(|one| one.organization).collect();
    if organizations.is_empty() {
        return Ok(BTreeMap::new());
    }
    let organizations: Vec<_> = organizations.into_iter().collect();
    Ok(tx.memberships().managers_to_notify(&organizations)?)
}

fn idle_period(run: &RunContext<'_>, plan: &PlanProfile, application: &IdleApplication) -> IdlePeriod {
    IdlePeriod { rule: plan.inactivity, facts: application.facts(), now: run.now, zone: plan.time_zone }
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
    due: DueForWithdrawal,
    (after, most): (Option<ApplicationId>, usize),
) -> Batched {
    run.go_on(tx)?;
    let mut ids = tx.applications().overdue(plan.code, due, after, limit(CHUNK))?;
    let next = next_after(&ids);
    let cut = cut(&mut ids, most);
    let mut idle = tx.applications().still_idle(&ids, due.active_before)?;
    idle.retain(|application| due_now(run, plan, application) == Some(Stage::Withdraw));
    let mut given: BTreeMap<ApplicationId, Vec<u32>> = BTreeMap::new();
    for (id, days) in tx.notifications().warnings_since_activity(&ids)? {
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
    tx.applications().withdraw_idle(&withdrawn, due)?;
    tx.notifications().resolve_warnings(&withdrawn_ids)?;
    let done = commit_all(tx, effects, &AUTHOR)?;
    Ok(done.with(Batch { done: withdrawn_ids.len(), next, cut }))
}

/// Warns of a batch of applications that are due for this warning, and records that they were
/// warned of.
fn warn_some(
    tx: &mut Tx<'_>,
    run: &RunContext<'_>,
    plan: &PlanProfile,
    due: DueForWarning,
    after: Option<ApplicationId>,
) -> Batched {
    run.go_on(tx)?;
    let threshold_days = due.threshold_days;
    let ids = tx.applications().unwarned(plan.code, due, after, limit(CHUNK))?;
    let mut idle = tx.applications().still_idle(&ids, due.active_before)?;
    idle.retain(|application| due_now(run, plan, application) == Some(Stage::Warn { threshold_days }));
    let managers = managers_concerned(tx, &idle)?;
    let warned: Vec<_> = idle.iter().map(|application| application.id).collect();
    tx.applications().record_warnings(&warned, due)?;
    let warn = |application: IdleApplication| {
        let idle = idle_period(run, plan, &application);
        application.matter().warn(idle, threshold_days, &audience(&application, &managers))
    };
    let effects = idle.into_iter().map(warn).collect();
    let done = commit_all(tx, effects, &AUTHOR)?;
    Ok(done.with(Batch { done: warned.len(), next: next_after(&ids), cut: false }))
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
            let due = rule.due_for_withdrawal(now, zone);
            would_withdraw += tx.applications().count_overdue(plan.code, due)?;
            let mut ids = tx.applications().overdue(plan.code, due, None, most)?;
            for due in rule.due_for_warning(now, zone) {
                would_warn += tx.applications().count_unwarned(plan.code, due)?;
                ids.extend(tx.applications().unwarned(plan.code, due, None, most)?);
            }
            for application in tx.applications().with_recipients(&ids)? {
                let facts = application.facts();
                let Some(stage) = rule.due_stage(&facts, now, zone) else { continue };
                found.push(DryRunApplication {
                    days_inactive: rule.inactivity(&facts, now, zone).days_inactive,
                    stage,
                    withdraws_on: rule.withdrawal_on(&facts, now, zone),
                    application,
                });
            }
        }
        Ok::<_, Failure>(())
    })?;
    // Those that are withdrawn first come first.
    found.sort_by_key(|one| (one.withdraws_on, one.application.id));
    let outcome = Outcome::from([("would_warn", would_warn), ("would_withdraw", would_withdraw)]);
    Ok((outcome, DryRun::Applications(Listed::first(LISTED, found))))
}
