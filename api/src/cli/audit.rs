//! The `audit` commands.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use clap::Subcommand;
use portal_domain::platform::audit_anchor::AnchorFinding;
use portal_persistence::StoreError;
use portal_persistence::platform::audit::ChainState;

use super::{Outcome, failed};
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
}

pub(super) fn run(portal: &Portal, what: &Audit) -> Outcome {
    match what {
        Audit::Verify { anchor } => {
            let verified = verify_audit(portal, anchor.as_deref())?;
            verified.intact.iter().for_each(|line| println!("{line}"));
            if verified.errors.is_empty() { Ok(()) } else { Err(verified.errors) }
        }
    }
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
