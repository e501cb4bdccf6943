//! Takes a step: the rules decide, and the result is stored as the database would store it.

use portal_domain::ground::disabled_reason::DisabledReason;
use portal_domain::organizations::comment::Comment;
use portal_domain::organizations::invitation::{self, Acceptance, InvitationRefusal, KnownMember, Offer};
use portal_domain::organizations::member::{self, Member, Update};
use portal_domain::organizations::member_words::{MemberAction, MemberRefusal};
use portal_domain::organizations::membership::{MembershipStatus, Role};
use portal_domain::organizations::organization::OrganizationKind;

use crate::oracle::demand;
use crate::world::{
    Deed, Letter, Standing, Step, USER, World, mask, membership_id, permissions_of, rights, roles_of, user_id,
};

/// Counts what happened, so that a run in which something never happens fails.
#[derive(Default)]
pub(crate) struct Tally {
    pub(crate) actions: [u64; 9],
    pub(crate) against_actions: [u64; 14],
    pub(crate) against_invitations: [u64; 11],
    pub(crate) invited: u64,
    pub(crate) accepted: u64,
    /// Acceptances refused because the inviter lost authority.
    pub(crate) inviter_lost_authority: u64,
    /// Users who became CA Admin Managers by accepting an invitation.
    pub(crate) new_managers: u64,
    pub(crate) completed: u64,
    pub(crate) registered: u64,
    pub(crate) swept: u64,
    /// Practices that lost their last account manager to the scheduled job.
    pub(crate) left_alone: u64,
    /// Cases in which a member of a small coalition ended with more rights than at the start.
    pub(crate) coalitions_that_gained: u64,
    /// Cases with a coalition that could not grant anything anywhere.
    pub(crate) powerless: u64,
}

impl Tally {
    pub(crate) fn all(&mut self) -> Vec<(String, &mut u64)> {
        let mut all: Vec<(String, &mut u64)> = Vec::new();
        for (action, count) in MemberAction::ALL.iter().zip(&mut self.actions) {
            all.push((format!("accepted: {action}"), count));
        }
        for (refusal, count) in MemberRefusal::ALL.iter().zip(&mut self.against_actions) {
            all.push((format!("refused to a member: {refusal}"), count));
        }
        for (refusal, count) in InvitationRefusal::ALL.iter().zip(&mut self.against_invitations) {
            all.push((format!("refused to an inviter: {refusal}"), count));
        }
        let others = [
            ("invited", &mut self.invited),
            ("invitations accepted", &mut self.accepted),
            ("acceptances without the inviter's authority", &mut self.inviter_lost_authority),
            ("new CA Admin Managers", &mut self.new_managers),
            ("registrations completed", &mut self.completed),
            ("registrations received", &mut self.registered),
            ("disabled by the timetable", &mut self.swept),
            ("practices left without an account manager", &mut self.left_alone),
            ("coalitions that gained", &mut self.coalitions_that_gained),
            ("powerless coalitions", &mut self.powerless),
        ];
        all.extend(others.map(|(name, count)| (name.to_owned(), count)));
        all
    }

    pub(crate) fn add(&mut self, mut other: Self) {
        for ((_, total), (_, count)) in self.all().into_iter().zip(other.all()) {
            *total += *count;
        }
    }
}

impl World<'_> {
    /// Takes a step; returns whether it was accepted.
    pub(crate) fn take(&mut self, step: Step, tally: &mut Tally) -> Result<bool, String> {
        match step {
            Step::Act(deed) => self.act(&deed, tally),
            Step::Invite(letter) => self.invite(letter, tally),
            Step::Accept(number) => self.accept(number, tally),
            Step::CompleteRegistration { person, house } => {
                let standing = self.table[person][house];
                let completed = standing.and_then(|standing| {
                    Some(Standing {
                        status: member::complete_registration(standing.status)?,
                        verified: true,
                        was_active: true,
                        ..standing
                    })
                });
                tally.completed += u64::from(completed.is_some());
                self.table[person][house] = completed.or(standing);
                Ok(completed.is_some())
            }
            Step::Register { person, house } => {
                let practice = self.kind(house) == OrganizationKind::TinPractice;
                if !practice || self.table[person][house].is_some() {
                    return Ok(false);
                }
                self.table[person][house] = Some(Standing {
                    status: MembershipStatus::VerificationPending,
                    held: USER,
                    verified: false,
                    was_active: false,
                    disabled_reason: None,
                });
                tally.registered += 1;
                Ok(true)
            }
            Step::Sweep { house, idle } => Ok(self.sweep(house, idle, tally)),
            Step::MedicaidIds { house, active } => {
                self.houses[house].facts.active_group_medicaid_ids = active;
                Ok(true)
            }
            Step::Lock { person, reason } => {
                self.locks[person] = reason;
                Ok(true)
            }
        }
    }

    fn act(&mut self, deed: &Deed, tally: &mut Tally) -> Result<bool, String> {
        let Deed { house, target, action, .. } = *deed;
        let Some(standing) = self.table[target][house] else { return Ok(false) };
        let actor = self.actor(deed.actor);
        let member = Member {
            id: membership_id(target, house),
            user: user_id(target),
            status: standing.status,
            lock: self.locks[target],
            verified: standing.verified,
            was_active: standing.was_active,
            disabled_reason: standing.disabled_reason,
            rights: rights(standing.held),
        };
        let update = Update {
            roles: deed.roles.map(|held| roles_of(held).collect()),
            permissions: deed.permissions.map(|held| permissions_of(held).collect()),
            comment: deed.comment.then(|| Comment::parse("Left the practice", 200).unwrap()),
        };
        let place = &self.houses[house];
        let circumstances = member::Circumstances {
            actor: &actor,
            organization: &place.facts,
            policy: place.plan.members,
            offered: &place.plan.permissions,
            administrators: self.caretakers(&self.table, house),
        };
        let found = member::examine(action, &circumstances, &member, &update);
        let due = self.against_deed(deed, standing);
        if !same(&found, &due) {
            return Err(format!("the reasons against it are {due:?}, listed are {found:?}"));
        }
        for refusal in &found {
            tally.against_actions[*refusal as usize] += 1;
        }
        let change = match member::decide(action, &circumstances, member, update) {
            Ok(change) => change,
            Err(again) => {
                demand(!found.is_empty() && again == found, "asked twice, the rules answer differently")?;
                return Ok(false);
            }
        };
        demand(found.is_empty(), "decided in spite of a reason against it")?;
        let lets_in = matches!(action, MemberAction::VerifyAccount | MemberAction::EnableUser);
        let after = Standing {
            status: change.status(),
            held: mask(change.rights()),
            verified: change.verified(),
            was_active: standing.was_active || change.status() == MembershipStatus::Active,
            disabled_reason: change.disabled_reason(),
        };
        demand(Ok(after.status) == self.status_after(deed, standing), "it ends in another status")?;
        demand(after.held == deed.held_after(standing.held), "other rights than asked for are set")?;
        demand(after.verified == (standing.verified || lets_in), "letting in verifies, nothing else does")?;
        let disabled = after.status == MembershipStatus::Disabled;
        demand(
            after.disabled_reason.is_some() == disabled,
            "who is disabled, and nobody else, has a reason",
        )?;
        let stays = standing.disabled_reason.is_some() && disabled;
        let kept = after.disabled_reason == standing.disabled_reason;
        demand(!stays || kept, "an update of somebody disabled rewrote why they are")?;
        self.table[target][house] = Some(after);
        tally.actions[action as usize] += 1;
        Ok(true)
    }

    fn invite(&mut self, letter: Letter, tally: &mut Tally) -> Result<bool, String> {
        if self.weigh(&letter, tally)?.is_none() {
            return Ok(false);
        }
        for (older, pending) in self.letters.iter().zip(&mut self.pending) {
            if (older.house, older.invitee, older.role) == (letter.house, letter.invitee, letter.role) {
                *pending = false;
            }
        }
        self.letters.push(letter);
        self.pending.push(true);
        tally.invited += 1;
        Ok(true)
    }

    fn accept(&mut self, number: usize, tally: &mut Tally) -> Result<bool, String> {
        let letter = self.letters[number];
        let Letter { inviter, house, invitee, .. } = letter;
        let Some(acceptance) = self.weigh(&letter, tally)? else {
            let lost = self.authority(&self.table, inviter, house) == 0;
            tally.inviter_lost_authority += u64::from(lost);
            return Ok(false);
        };
        let before = self.table[invitee][house];
        let fresh = match self.kind(house) {
            OrganizationKind::TinPractice => MembershipStatus::Unverified,
            _ => MembershipStatus::Active,
        };
        let had = before.filter(|standing| standing.status != MembershipStatus::Revoked);
        let due = match had {
            Some(standing) if standing.status == MembershipStatus::Active => {
                (MembershipStatus::Active, standing.held | letter.offer())
            }
            Some(standing) => (fresh, standing.held | letter.offer()),
            None => (fresh, letter.offer()),
        };
        let (status, held) = (acceptance.status(), mask(acceptance.rights()));
        demand((status, held) == due, "accepting adds what was offered to what is held (R-001, A-38)")?;
        let membership = before.map(|_standing| membership_id(invitee, house));
        demand(acceptance.membership() == membership, "another membership than the invited person's")?;
        let was_active = before.is_some_and(|standing| standing.was_active);
        self.table[invitee][house] = Some(Standing {
            status,
            held,
            verified: true,
            was_active: was_active || status == MembershipStatus::Active,
            disabled_reason: None,
        });
        self.pending[number] = false;
        tally.accepted += 1;
        tally.new_managers += u64::from(letter.role == Role::CaAdminManager);
        Ok(true)
    }

    /// Checks an invitation against the rules, both when it is created and when it is accepted.
    fn weigh(&self, letter: &Letter, tally: &mut Tally) -> Result<Option<Acceptance>, String> {
        let Letter { inviter, house, invitee, .. } = *letter;
        let actor = self.actor(inviter);
        let place = &self.houses[house];
        let known = self.table[invitee][house].map(|standing| KnownMember {
            id: membership_id(invitee, house),
            user: user_id(invitee),
            status: standing.status,
            rights: rights(standing.held),
        });
        let offer = Offer { role: letter.role, permissions: permissions_of(letter.permissions).collect() };
        let circumstances = invitation::Circumstances {
            inviter: &actor,
            organization: &place.facts,
            offered: &place.plan.permissions,
            active_credentialing_agents: self.agents(&self.table, house),
        };
        let found = invitation::examine(&circumstances, &offer, known.as_ref(), Some(user_id(invitee)));
        let (mut due, listed) = (self.against_letter(letter), found.clone());
        if found.contains(&InvitationRefusal::RoleNotOffered) {
            // A role that the organization does not offer is not reported as beyond authority as
            // well.
            due.retain(|refusal| *refusal != InvitationRefusal::BeyondAuthority);
        }
        if !same(&listed, &due) {
            return Err(format!("the reasons against it are {due:?}, listed are {found:?}"));
        }
        for refusal in &found {
            tally.against_invitations[*refusal as usize] += 1;
        }
        match invitation::accept(&circumstances, &offer, known.as_ref(), Some(user_id(invitee))) {
            Err(again) => {
                demand(!found.is_empty() && again == found, "asked twice, the rules answer differently")?;
                Ok(None)
            }
            Ok(acceptance) => {
                demand(found.is_empty(), "accepted in spite of a reason against it")?;
                Ok(Some(acceptance))
            }
        }
    }

    /// Disables active members only, and only if the plan requires it (domain rule R-178).
    fn sweep(&mut self, house: usize, idle: usize, tally: &mut Tally) -> bool {
        if self.houses[house].plan.members.disable_after_days.is_none() {
            return false;
        }
        let before = self.caretakers(&self.table, house);
        for (person, memberships) in self.table.iter_mut().enumerate() {
            if let Some(standing) = &mut memberships[house]
                && standing.status == MembershipStatus::Active
                && idle & (1 << person) != 0
            {
                standing.status = MembershipStatus::Disabled;
                standing.disabled_reason = Some(DisabledReason::Inactivity);
                tally.swept += 1;
            }
        }
        tally.left_alone += u64::from(before > 0 && self.caretakers(&self.table, house) == 0);
        true
    }
}

/// Whether both lists have the same entries, each one once.
fn same<T: PartialEq>(some: &[T], others: &[T]) -> bool {
    some.len() == others.len() && some.iter().all(|it| others.contains(it))
}
