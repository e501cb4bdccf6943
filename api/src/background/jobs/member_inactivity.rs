//! The job that disables members who have not signed in for too long, and locks logins if the plan
//! requires it.

use std::cmp::Ordering;

use portal_domain::Instant;
use portal_domain::ground::email::EmailAddress;
use portal_domain::ground::id::MembershipId;
use portal_domain::organizations::member_inactivity::{
    self, DisabledMember, FORESIGHT_DAYS, disables_on, due_before, inactive_days,
};
use portal_domain::platform::plan::PlanProfile;
use portal_persistence::organizations::member_inactivity::IdleMember;
use portal_persistence::platform::audit::Author;
use portal_persistence::{Done, Tx};

use super::batches::{
    Allowance, Batch, CHUNK, LISTED, allowance_for, batch_by_batch, commit_all, cut, limit,
};
use super::run_context::RunContext;
use crate::portal::failure::Failure;
use crate::portal::jobs::{DryRun, DryRunMember, Listed, Outcome};
use crate::portal::state::Portal;

/// The author in the audit trail.
const AUTHOR: Author<'static> = Author { user: None, name: "member_inactivity job", request_id: "" };

/// The result of a batch of members.
type Batched = Result<(Batch<MembershipId>, Done), Failure>;

/// A batch of members whose inactivity began before an instant.
struct Found {
    members: Vec<IdleMember>,
    /// The id after which the next batch begins, if there may be one.
    next: Option<MembershipId>,
}

impl Found {
    fn of(members: Vec<IdleMember>) -> Self {
        let full = members.len() >= CHUNK;
        let next = members.last().filter(|_| full).map(|member| member.membership);
        Self { members, next }
    }
}

/// Locks the logins and disables the members that are due.
pub(super) fn run(portal: &Portal, run: &RunContext<'_>) -> Result<Outcome, Failure> {
    let (mut disabled, mut locked, mut held_back) = (0, 0, 0);
    for plan in &run.plans {
        if let Some(days) = plan.members.lock_after_days {
            let before = due_before(run.now, days, plan.time_zone);
            let count = |tx: &mut Tx<'_>| count_lockable(tx, plan, before);
            match allowance_for(portal, run, plan, count, |tx| tx.members().count_active(plan.code))? {
                Allowance::HeldBack { due } => held_back += due,
                Allowance::Granted { most } => {
                    locked += batch_by_batch(portal, plan, most, |tx, after, left| {
                        lock_some(tx, run, plan, before, (after, left))
                    })?;
                }
            }
        }
        if let Some(days) = plan.members.disable_after_days {
            let before = due_before(run.now, days, plan.time_zone);
            let count = |tx: &mut Tx<'_>| tx.members().count_idle(plan.code, before).map_err(Failure::from);
            match allowance_for(portal, run, plan, count, |tx| tx.members().count_active(plan.code))? {
                Allowance::HeldBack { due } => held_back += due,
                Allowance::Granted { most } => {
                    disabled += batch_by_batch(portal, plan, most, |tx, after, left| {
                        disable_some(tx, run, plan, before, (after, left))
                    })?;
                }
            }
        }
    }
    Ok(Outcome::from([("disabled", disabled), ("locked", locked), ("held_back", held_back)]))
}

fn disable_some(
    tx: &mut Tx<'_>,
    run: &RunContext<'_>,
    plan: &PlanProfile,
    before: Instant,
    (after, most): (Option<MembershipId>, usize),
) -> Batched {
    run.go_on(tx)?;
    let Found { mut members, next } = Found::of(tx.members().idle(plan.code, before, after, limit(CHUNK))?);
    let cut = cut(&mut members, most);
    let idle = tx.members().still_idle(members, before)?;
    let mut disabled = Vec::with_capacity(idle.len());
    for member in idle {
        if tx.members().disable_idle(&member, before)? {
            disabled.push(member);
        }
    }
    let effects = |member: &IdleMember| {
        let days = inactive_days(member.baseline, run.now, plan.time_zone);
        let recipient = if plan.members.mail_on_status_change { recipient(member) } else { None };
        let disabled = DisabledMember {
            membership: member.membership,
            version: member.version + 1,
            name: &member.name,
            organization: (member.organization, &member.organization_name),
        };
        member_inactivity::disabled(disabled, days, recipient)
    };
    let done = commit_all(tx, disabled.iter().map(effects).collect(), &AUTHOR)?;
    Ok(done.with(Batch { done: disabled.len(), next, cut }))
}

fn recipient(member: &IdleMember) -> Option<EmailAddress> {
    let address = EmailAddress::parse(&member.email);
    if address.is_err() {
        tracing::warn!(membership = %member.membership, "the email address on file is not valid; no email is sent");
    }
    address.ok()
}

fn lockable(
    tx: &mut Tx<'_>,
    plan: &PlanProfile,
    before: Instant,
    after: Option<MembershipId>,
) -> Result<Found, Failure> {
    let found = Found::of(tx.members().idle_and_open(plan.code, before, after, limit(CHUNK))?);
    Ok(Found { members: tx.members().idle_everywhere(found.members, before)?, ..found })
}

fn lock_some(
    tx: &mut Tx<'_>,
    run: &RunContext<'_>,
    plan: &PlanProfile,
    before: Instant,
    (after, most): (Option<MembershipId>, usize),
) -> Batched {
    run.go_on(tx)?;
    let Found { mut members, next } = lockable(tx, plan, before, after)?;
    let cut = cut(&mut members, most);
    let mut idle = tx.members().still_idle(members, before)?;
    idle.sort_by_key(|member| member.user);
    let mut locked = Vec::with_capacity(idle.len());
    for member in idle {
        if tx.members().lock_idle(&member, before)? {
            locked.push(member);
        }
    }
    let effects = |member: &IdleMember| member_inactivity::locked(member.organization, member.membership);
    let done = commit_all(tx, locked.iter().map(effects).collect(), &AUTHOR)?;
    Ok(done.with(Batch { done: locked.len(), next, cut }))
}

/// Reports the members that are due, or will be within [`FORESIGHT_DAYS`], and changes nothing.
pub(super) fn dry_run(
    portal: &Portal,
    plans: &[&PlanProfile],
    now: Instant,
) -> Result<(Outcome, DryRun), Failure> {
    let (mut would_disable, mut would_lock) = (0, 0);
    let mut items = Vec::new();
    portal.database.read(portal.moment(), |tx| {
        for plan in plans {
            if let Some(days) = plan.members.lock_after_days {
                would_lock += count_lockable(tx, plan, due_before(now, days, plan.time_zone))?;
            }
            let Some(days) = plan.members.disable_after_days else { continue };
            let due = due_before(now, days, plan.time_zone);
            would_disable += tx.members().count_idle(plan.code, due)?;
            // Due members come first, whatever their ids. If they fill the list, it omits the
            // others.
            let mut found = tx.members().idle(plan.code, due, None, limit(LISTED + 1))?;
            if found.len() <= LISTED {
                let soon = due_before(now, days.saturating_sub(FORESIGHT_DAYS), plan.time_zone);
                let later = tx.members().idle(plan.code, soon, None, limit(LISTED + 1))?;
                found.extend(later.into_iter().filter(|member| member.baseline >= due));
            }
            items.extend(found.into_iter().map(|member| DryRunMember {
                inactive_days: inactive_days(member.baseline, now, plan.time_zone),
                disables_on: disables_on(member.baseline, days, plan.time_zone),
                member,
            }));
        }
        Ok::<_, Failure>(())
    })?;
    items.sort_by(by_turn);
    let outcome = Outcome::from([("would_disable", would_disable), ("would_lock", would_lock)]);
    Ok((outcome, DryRun::Members(Listed::first(LISTED, items))))
}

fn by_turn(one: &DryRunMember, other: &DryRunMember) -> Ordering {
    let place = |found: &DryRunMember| (found.disables_on, found.member.membership);
    place(one).cmp(&place(other))
}

fn count_lockable(tx: &mut Tx<'_>, plan: &PlanProfile, before: Instant) -> Result<i64, Failure> {
    let (mut total, mut after) = (0, None);
    loop {
        let found = lockable(tx, plan, before, after)?;
        total += limit(found.members.len());
        match found.next {
            Some(_) => after = found.next,
            None => return Ok(total),
        }
    }
}
