//! The `audit` commands.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use chrono::SecondsFormat;
use clap::Subcommand;
use portal_domain::ground::id::OrganizationId;
use portal_domain::platform::audit_anchor::AnchorFinding;
use portal_persistence::StoreError;
use portal_persistence::platform::audit::ChainState;
use portal_persistence::platform::read_events::{ReadEventFilter, StoredReadEvent};

use super::{Outcome, failed};
use crate::background::housekeeping;
use crate::portal::audit_anchor::AnchorPoints;
use crate::portal::state::Portal;

#[derive(Subcommand)]
pub(super) enum Audit {
    /// Verify every audit chain from its first event to its head
    Verify {
        /// Also verify the chains against this audit anchor
        #[arg(long, value_name = "FILE")]
        anchor: Option<PathBuf>,
    },
    /// List who read personal data, newest first
    Reads {
        /// Only reads of this object, or of what belongs to it: an application, a Medicaid ID, a
        /// document, a member, or a user
        #[arg(long, value_name = "ID")]
        object: Option<String>,
        /// Only data of this organization
        #[arg(long, value_name = "ID")]
        organization: Option<OrganizationId>,
        /// At most so many
        #[arg(long, default_value_t = 100)]
        limit: u32,
    },
    /// Delete recorded reads that are older than `read_event_days`
    PurgeReads,
}

pub(super) fn run(portal: &Portal, what: &Audit) -> Outcome {
    match what {
        Audit::Verify { anchor } => {
            let verified = verify_audit(portal, anchor.as_deref())?;
            verified.intact.iter().for_each(|line| println!("{line}"));
            if verified.errors.is_empty() { Ok(()) } else { Err(verified.errors) }
        }
        Audit::Reads { object, organization, limit } => {
            let filter =
                ReadEventFilter { organization: *organization, subject: object.clone(), action: None };
            read_report(portal, &filter, (*limit).into())?.iter().for_each(|line| println!("{line}"));
            Ok(())
        }
        Audit::PurgeReads => {
            println!("{} deleted", housekeeping::purge_reads(portal).map_err(failed)?);
            Ok(())
        }
    }
}

/// Who read personal data: a line for each read, newest first.
pub fn read_report(
    portal: &Portal,
    filter: &ReadEventFilter,
    limit: i64,
) -> Result<Vec<String>, Vec<String>> {
    let found = portal.database.read(portal.moment(), |tx| tx.read_events().list(filter, None, limit));
    let line = |event: StoredReadEvent| {
        let purpose = event.purpose.map_or("-", |purpose| purpose.as_str());
        let time = event.occurred_at.to_rfc3339_opts(SecondsFormat::Secs, true);
        let address = if event.client_address.is_empty() { "-" } else { &event.client_address };
        format!("{time}  {}  {}  {}  {purpose}  {address}", event.user_name, event.action, event.object)
    };
    let found = found.map_err(|error: StoreError| failed(error))?;
    Ok(found.items.into_iter().map(line).collect())
}

/// The result of verifying the audit trail, one line for each chain.
#[derive(Debug, Default)]
pub struct VerifiedAudit {
    /// What is intact.
    pub intact: Vec<String>,
    /// What is broken, cut, removed, or replaced.
    pub errors: Vec<String>,
}

/// Verifies every chain, and with an anchor, that nothing on record is missing or different.
pub fn verify_audit(portal: &Portal, anchor: Option<&Path>) -> Result<VerifiedAudit, Vec<String>> {
    // Read before the chains, which can only grow.
    let anchor = anchor.map(|path| portal.audit_anchor.points(path)).transpose();
    let anchor = anchor.map_err(|error| failed(format!("--anchor: {error}")))?;
    let mut verified = Verified { portal, anchor: anchor.as_ref(), result: VerifiedAudit::default() };
    verified.anchor_itself();
    verified.chains().map_err(failed)?;
    Ok(verified.result)
}

struct Verified<'a> {
    portal: &'a Portal,
    anchor: Option<&'a AnchorPoints>,
    result: VerifiedAudit,
}

impl Verified<'_> {
    fn anchor_itself(&mut self) {
        let Some(anchor) = self.anchor else { return };
        if let Some(damage) = &anchor.damage {
            self.result.errors.push(format!("anchor: {damage}"));
        }
        if let Some(last) = anchor.record.last {
            self.result.intact.push(format!("anchor: {} lines, the last of {last}", anchor.record.lines));
        }
    }

    fn chains(&mut self) -> Result<(), StoreError> {
        let moment = self.portal.moment();
        let heads = self.portal.database.read(moment, |tx| tx.audit().heads())?;
        let mut contradicting = BTreeSet::new();
        if let Some(anchor) = self.anchor {
            let (_new, findings) = anchor.record.anchored.compare(&heads);
            self.result.errors.extend(findings.iter().map(AnchorFinding::message));
            contradicting.extend(findings.iter().map(|finding| finding.chain().to_owned()));
        }
        for head in heads {
            let (chain, anchor) = (head.chain, self.anchor);
            let state = self.portal.database.read(moment, |tx| tx.audit().verify(&chain))?;
            let events = match state {
                ChainState::Intact { events } => events,
                ChainState::Broken { at } => {
                    self.result.errors.push(format!("{chain}: broken at event {at}"));
                    continue;
                }
            };
            if contradicting.contains(&chain) {
                continue;
            }
            let points: Vec<_> =
                anchor.and_then(|anchor| anchor.points.get(&chain)).cloned().unwrap_or_default();
            let find = self.portal.database.read(moment, |tx| tx.audit().first_different(&chain, &points));
            match find? {
                Some(event) => {
                    self.result.errors.push(AnchorFinding::Replaced { chain, event }.message());
                }
                None => {
                    let unanchored = anchor.is_some() && points.is_empty();
                    let note = if unanchored { ", not in the anchor" } else { "" };
                    self.result.intact.push(format!("{chain}: {events} events, intact{note}"));
                }
            }
        }
        Ok(())
    }
}
